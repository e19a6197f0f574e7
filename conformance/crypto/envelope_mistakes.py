"""The classic mistakes with the envelope, as one list.

Per operation, in the result type of an answer: `encrypt` and `sign` give the transmitted text, `decrypt` the plain text,
`verify` a truth value.
"""

from __future__ import annotations

from typing import Final

from conformance.crypto.envelope_body_mistakes import BODY_MISTAKES
from conformance.crypto.envelope_sign_mistakes import SIGN_MISTAKES
from conformance.crypto.mistakes import Mistake

MISTAKES: Final[tuple[Mistake, ...]] = (*SIGN_MISTAKES, *BODY_MISTAKES)
