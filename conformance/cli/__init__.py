"""The command line. Every command is a thin skin: it reads arguments, calls the runner or the contract, shows the outcome."""

from conformance.cli.main import main

__all__ = ["main"]
