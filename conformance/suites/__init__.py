"""The cases: generic ones driven by the contract, and one readable module per chapter for behaviour."""
