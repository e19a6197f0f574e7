"""Collecting a file's vectors while they are being made.

A draft computes the answers and refuses what could not be a vector: an "invalid" one that our own implementation accepts,
a computed answer that differs from the printed one, a name or inputs used twice.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping
from typing import Any, Final

from conformance.crypto.errors import CryptoError
from conformance.crypto.mistakes import Flag, Mistake
from conformance.vectors.model import ID_PREFIX, Result
from conformance.vectors.operations import OPERATIONS, Operation, mistakes_of

LONGEST_INTERMEDIATE: Final = 2048
"""Characters; a longer step (the padded text of a 64 KiB body) only swells the file, and nobody compares it by eye."""

_NAME: Final = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")


class DraftError(Exception):
    """The generator was asked for a vector that cannot be; the text names it and says why."""


class FileDraft:
    """The vectors of one operation."""

    def __init__(self, scheme: str, operation: str, source: str) -> None:
        self.scheme, self.operation, self.source = scheme, operation, source
        self.work: Operation = OPERATIONS[scheme, operation]
        self.flags: dict[str, Flag] = {}
        self.groups: list[GroupDraft] = []
        self._names: set[str] = set()
        self._inputs: dict[str, str] = {}

    def group(self, kind: str, inputs: Mapping[str, Any] | None = None, decrypt_with: str | None = None) -> GroupDraft:
        """Open a group; its inputs are shared by its vectors."""
        group = GroupDraft(self, kind, dict(inputs or {}), decrypt_with)
        self.groups.append(group)
        return group

    def claim(self, name: str, inputs: Mapping[str, Any], flags: Iterable[Flag]) -> str:
        """Register a vector and return its id.

        Raises:
            DraftError: the name is malformed or taken, the inputs are those of another vector, or a flag has two meanings.
        """
        identifier = f"{ID_PREFIX}/{self.scheme}/{self.operation}/{name}"
        if not _NAME.fullmatch(name) or name in self._names:
            raise DraftError(f"{identifier}: the name is malformed or taken")
        self._names.add(name)
        key = json.dumps(inputs, sort_keys=True)
        if key in self._inputs:
            raise DraftError(f"{identifier}: has the inputs of {self._inputs[key]}")
        self._inputs[key] = identifier
        for flag in flags:
            if self.flags.setdefault(flag.name, flag) != flag:
                raise DraftError(f"{identifier}: the flag {flag.name} has two meanings")
        return identifier

    def mistakes(self) -> list[Mistake]:
        """Return the classic mistakes that concern this operation."""
        return [mistake for mistake in mistakes_of(self.scheme) if self.operation in mistake.wrong]

    def answer(self, inputs: Mapping[str, Any]) -> dict[str, Any]:
        """Answer as our own implementation does."""
        return self.work.write(self.work.answer(self.work.read(inputs)))

    def wrong_answer(self, mistake: Mistake, inputs: Mapping[str, Any]) -> dict[str, Any] | None:
        """Answer as a program does that makes the mistake; None for a refusal."""
        try:
            return self.work.write(mistake.wrong[self.operation](self.work.read(inputs)))
        except CryptoError:
            return None


class GroupDraft:
    """Vectors that share inputs."""

    def __init__(self, file: FileDraft, kind: str, inputs: dict[str, Any], decrypt_with: str | None) -> None:
        self.file, self.kind, self.inputs, self.decrypt_with = file, kind, inputs, decrypt_with
        self.tests: list[dict[str, Any]] = []

    def _add(
        self,
        name: str,
        comment: str,
        flags: Iterable[Flag],
        inputs: Mapping[str, Any],
        *,
        result: Result,
        expected: Mapping[str, Any],
        steps: bool = True,
    ) -> None:
        flags = tuple(flags)
        identifier = self.file.claim(name, {**self.inputs, **inputs}, flags)
        test: dict[str, Any] = {
            "tcId": identifier,
            "comment": comment,
            "flags": [flag.name for flag in flags],
            "result": result,
            "inputs": dict(inputs),
            "expected": dict(expected),
        }
        intermediates = self._steps(inputs) if steps else {}
        if intermediates:
            test["intermediates"] = intermediates
        self.tests.append(test)

    def _steps(self, inputs: Mapping[str, Any]) -> dict[str, Any]:
        try:
            steps = self.file.work.steps(self.file.work.read({**self.inputs, **inputs}))
        except CryptoError:
            return {}
        return {name: value for name, value in steps.items() if len(value) <= LONGEST_INTERMEDIATE}

    def valid(
        self,
        name: str,
        comment: str,
        flags: Iterable[Flag],
        inputs: Mapping[str, Any],
        printed: Mapping[str, Any] | None = None,
    ) -> None:
        """Add a vector that every implementation answers as computed; `printed` is what a document or a capture shows."""
        if self.decrypt_with is not None:
            expected: dict[str, Any] = {"decryptsToHex": inputs["messageHex"]}
            self.file.answer({**self.inputs, **inputs})
        else:
            expected = self.file.answer({**self.inputs, **inputs})
        if expected.get("accepted") is False:
            raise DraftError(f"{name}: said to be valid, but not accepted")
        if printed is not None and expected != printed:
            raise DraftError(f"{name}: computed {expected}, printed {printed}")
        self._add(name, comment, flags, inputs, result="valid", expected=expected)

    def invalid(
        self, name: str, comment: str, flags: Iterable[Flag], inputs: Mapping[str, Any], forged: bytes | None = None
    ) -> None:
        """Add a vector that every implementation refuses; `forged` is the message that RSA must not yield."""
        expected: dict[str, Any] = {"refused": True}
        try:
            answer = self.file.answer({**self.inputs, **inputs})
        except CryptoError:
            answer = {}
        if answer.get("accepted") is True or (answer and "accepted" not in answer):
            raise DraftError(f"{name}: said to be invalid, but answered {answer}")
        if self.file.operation == "verify":
            expected = {"accepted": False}
        elif forged is not None:
            expected["notMessageHex"] = forged.hex()
        steps = self.file.operation == "verify"
        self._add(name, comment, flags, inputs, result="invalid", expected=expected, steps=steps)

    def acceptable(
        self, name: str, comment: str, flags: Iterable[Flag], inputs: Mapping[str, Any], expected: Mapping[str, Any]
    ) -> None:
        """Add a vector that may be refused; whoever answers gives the expected answer."""
        self._add(name, comment, flags, inputs, result="acceptable", expected=expected)

    def catch_all(self, candidates: Iterable[Mapping[str, Any]]) -> None:
        """For each mistake in producing a value, add a valid vector on which the mistake shows, unless one exists.

        Raises:
            DraftError: a mistake shows on none of the candidates.
        """
        fresh = list(candidates)
        for mistake in self.file.mistakes():
            if self._caught(mistake):
                continue
            for inputs in fresh:
                merged = {**self.inputs, **inputs}
                if self.file.wrong_answer(mistake, merged) != self.file.answer(merged):
                    fresh.remove(inputs)
                    self.valid(f"catches-{mistake.name}", f"A wrong program is {mistake}.", [mistake.flag], inputs)
                    break
            else:
                raise DraftError(f"{self.file.scheme} {self.file.operation}: nothing catches {mistake.name}")

    def _caught(self, mistake: Mistake) -> bool:
        for group in self.file.groups:
            for test in group.tests:
                if mistake.flag.name in test["flags"]:
                    wrong = self.file.wrong_answer(mistake, {**group.inputs, **test["inputs"]})
                    if test["result"] == "valid" and wrong != test["expected"]:
                        return True
                    if test["result"] == "invalid" and wrong is not None:
                        return True
        return False
