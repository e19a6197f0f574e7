"""Looking for a secret as an attacker would: in every spelling, and in pieces."""

from __future__ import annotations

import base64
import html
import json
from urllib.parse import quote, quote_plus

PIECE = 8
"""Longest piece of a secret that may stay visible is one character shorter."""


def spellings(secret: str) -> set[bytes]:
    """Return the ways in which a secret may stand in a file; written apart from the redactor's own list."""
    raw = secret.encode()
    texts = {
        secret,
        quote(raw, safe=""),
        quote_plus(raw),
        quote(raw),
        raw.hex(),
        raw.hex().upper(),
        html.escape(secret),
    }
    texts |= {text.lower() for text in (quote(raw, safe=""), quote_plus(raw)) if "%" in text and raw.islower()}
    texts |= {json.dumps(secret)[1:-1], json.dumps(secret, ensure_ascii=False)[1:-1], repr(secret)[1:-1]}
    texts |= {json.dumps(secret)[1:-1].replace("/", "\\/"), json.dumps(json.dumps(secret)[1:-1])[1:-1]}
    for before in (b"", b"x", b"xy"):
        for after in (b"", b"z", b"zz"):
            for encode in (base64.b64encode, base64.urlsafe_b64encode):
                text = encode(before + raw + after).decode().rstrip("=")
                # Of its first and last characters a part belongs to the neighbours.
                texts.add(text[(2 if before else 0) + (1 if len(before) == 2 else 0) : -2 if after else None])
    return {text.encode() for text in texts}


def found(content: bytes, secrets: dict[str, str]) -> list[str]:
    """Return which secrets are visible in `content`, whole in any spelling or as a piece of the plain text."""
    visible = []
    for name, secret in secrets.items():
        whole = [spelling for spelling in spellings(secret) if spelling in content]
        raw = secret.encode()
        pieces = {raw[start : start + PIECE] for start in range(len(raw) - PIECE + 1)}
        # Of a cut only the beginning is looked for: what we cut ourselves always keeps its head.
        if whole or raw[:PIECE] in content or any(piece in content for piece in pieces):
            visible.append(name)
    return visible
