"""Role crypto: the example adapters, wrong ones, and programs that break the protocol."""
