"""Tests of the embedded references and their fault switchboard."""
