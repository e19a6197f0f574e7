"""The signed envelope: an answer without its body breaks what the tester promised of it, and its sign."""

from collections.abc import Mapping
from typing import Final

_BODY: Final = "the only optional member is the body, which the probe of the tester promises"
LEFT_OUT: Final[Mapping[str, str]] = {
    "shape/null-optional": _BODY,
    "shape/absent-optional": _BODY,
    "shape/absent-leaf": _BODY,
    "absent": _BODY,
    "des-key/own": "the platform needs another key from its start: tests/suites/test_envelope_readings.py starts one",
}
