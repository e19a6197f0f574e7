"""Tests of the callback receiver and of role application."""
