"""Our own implementation as the judge sees it, and the deliberately wrong ones made from it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from conformance.crypto.errors import CryptoError
from conformance.crypto.mistakes import Mistake
from conformance.vectors.judge import Refused, Unsupported
from conformance.vectors.model import Json
from conformance.vectors.operations import OPERATIONS


@dataclass(frozen=True, slots=True)
class OwnImplementation:
    """Answers with the modules of `conformance.crypto`; with a mistake, wrong in the operations that it concerns."""

    mistake: Mistake | None = None

    def perform(self, scheme: str, operation: str, inputs: Json) -> dict[str, Any]:
        """Perform one operation.

        Raises:
            Refused: the scheme refuses the inputs.
            Unsupported: there is no such scheme or operation.
        """
        found = OPERATIONS.get((scheme, operation))
        if found is None:
            raise Unsupported(f"{scheme} {operation}")
        answer = found.answer
        if self.mistake is not None:
            answer = self.mistake.wrong.get(operation, answer)
        try:
            return found.write(answer(found.read(inputs)))
        except CryptoError as error:
            raise Refused(str(error)) from error


def own_implementation() -> OwnImplementation:
    """Return our own implementation."""
    return OwnImplementation()


def wrong_implementation(mistake: Mistake) -> OwnImplementation:
    """Return an implementation that makes one classic mistake and does everything else right."""
    return OwnImplementation(mistake)
