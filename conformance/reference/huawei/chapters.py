"""The chapters of the document, in its order."""

from __future__ import annotations

from typing import Final

from conformance.reference.huawei import applications, tokens
from conformance.reference.huawei.platform import Chapter

CHAPTERS: Final[tuple[Chapter, ...]] = (
    applications.CHAPTER,
    tokens.CHAPTER,
)
