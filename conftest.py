"""Loads the plugin in a checkout: `pytest` runs the tests and the suites, `pytest --iut FILE` judges."""

import sys

if "conformance.plugin" not in sys.modules:  # loaded already by `-p conformance.plugin` from another folder
    pytest_plugins = ["conformance.plugin"]
