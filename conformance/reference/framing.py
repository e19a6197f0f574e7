"""Benign variants of how an answer is written and sent: other spellings of the same JSON, other frames of the same HTTP.

A judge that complains about one of them is wrong. Some are a matter of the text, some of the head, some of the bytes that
leave (`server` lets them be rewritten), some of time.
"""

from __future__ import annotations

import asyncio
import gzip
import json
import zlib
from collections.abc import Callable, Mapping
from typing import Any, Final

from conformance.reference.calls import Reply

TEXTS: Final[Mapping[str, str]] = {
    "text/escaped": "every character beyond ASCII is written as \\uXXXX",
    "text/slashes": "every slash in a text is written as \\/",
    "text/blanks": "blanks and line ends stand around the JSON text",
    "text/whole-numbers": "whole numbers are written with a fraction of zero",
    "text/unicode-member": "the body holds one more member, with a name and a value in other scripts",
}
FRAMES: Final[Mapping[str, str]] = {
    "frame/chunked": "the body comes in chunks",
    "frame/split": "the body comes in three parts, a moment apart",
    "frame/close": "the connection is closed after every answer",
    "frame/no-length": "the end of the connection ends the body",
    "frame/http-1.0": "answers are HTTP/1.0 and end the connection",
    "frame/http-1.0-keep-alive": "answers are HTTP/1.0 and keep the connection",
    "frame/gzip": "the body is packed with gzip",
    "frame/deflate": "the body is packed with deflate",
    "frame/header-case": "the names of headers are written in capitals",
    "frame/header-blanks": "the values of headers have blanks around them, or none before them",
    "frame/more-headers": "there are further headers, cookies among them",
    "frame/reason": "the reason phrase is another",
    "frame/no-reason": "there is no reason phrase",
    "frame/no-date": "there is no Date",
    "frame/early-hints": "an interim answer 103 comes before the answer",
    "frame/media-type-case": "the media type is written in capitals and small letters",
    "frame/charset": "the charset parameter stands behind the media type without a blank, in quotes",
    "frame/slow": "every answer takes a while",
    "frame/jitter": "every third answer takes a while",
}
WAIT_S: Final = 0.02
"""How long an answer is kept: long beside loopback, short beside any time limit."""
_FURTHER: Final = (
    ("Set-Cookie", "session=none; Path=/; HttpOnly"),
    ("Set-Cookie", "lang=zh; Path=/"),
    ("X-Request-Id", "conformance"),
    ("Cache-Control", "no-store"),
    ("Vary", "Accept-Encoding"),
    ("Strict-Transport-Security", "max-age=31536000"),
)


def written(name: str, reply: Reply) -> bytes | None:
    """Return the body in another spelling, or None where the variant leaves it as it is."""
    if reply.raw is not None or reply.body is None or not reply.content():
        return None
    text = json.dumps(reply.body, ensure_ascii=False, separators=(",", ":"))
    match name:
        case "text/escaped":
            return json.dumps(reply.body, separators=(",", ":")).encode()
        case "text/slashes":
            return text.replace("/", "\\/").encode("utf-8", "surrogatepass")
        case "text/blanks":
            return f"\r\n \t{text}\n\n".encode("utf-8", "surrogatepass")
        case "text/whole-numbers":
            return json.dumps(_with_fraction(reply.body), separators=(",", ":")).encode()
        case "text/unicode-member" if isinstance(reply.body, dict):
            return json.dumps({**reply.body, "备注": "𝄞 ñ اختبار"}, ensure_ascii=False).encode("utf-8", "surrogatepass")
    return None


def _with_fraction(value: Any) -> Any:
    if isinstance(value, dict):
        return {name: _with_fraction(each) for name, each in value.items()}
    if isinstance(value, list):
        return [_with_fraction(each) for each in value]
    whole = isinstance(value, int) and not isinstance(value, bool)
    return float(value) if whole and abs(value) < 2**53 else value


def headed(name: str, reply: Reply, content: bytes) -> tuple[bytes, list[tuple[str, str]]]:
    """Return the content and the headers of an answer as a variant has them."""
    headers = list(reply.headers.items())
    media = reply.headers.get("content-type", "").partition(";")[0]
    others = [(key, value) for key, value in headers if key != "content-type"]
    if name in {"frame/gzip", "frame/deflate"} and content:
        packed = gzip.compress(content) if name == "frame/gzip" else zlib.compress(content)
        return packed, [*headers, ("content-encoding", name.partition("/")[2])]
    if name in {"frame/close", "frame/no-length", "frame/http-1.0"}:
        return content, [*headers, ("connection", "close")]
    if name == "frame/more-headers":
        return content, [*headers, *_FURTHER]
    if name == "frame/media-type-case" and media:
        return content, [*others, ("content-type", media.title().replace("Json", "JSON"))]
    if name == "frame/charset" and media:
        return content, [*others, ("content-type", f'{media};charset="utf-8"')]
    return content, headers


def rewriting(name: str) -> Callable[[bytes], bytes] | None:
    """Return what makes of an answer as it would leave (head and body) that of a variant; None where nothing does."""
    return _REWRITTEN.get(name)


async def parted(name: str, count: int) -> None:
    """Wait as a variant does before its answer; `count` tells the answers apart."""
    if name == "frame/slow" or (name == "frame/jitter" and count % 3 == 0):
        await asyncio.sleep(WAIT_S)


def _lines(data: bytes) -> tuple[bytes, list[bytes], bytes]:
    head, _, body = data.partition(b"\r\n\r\n")
    first, *headers = head.split(b"\r\n")
    return first, headers, body


def _joined(first: bytes, headers: list[bytes], body: bytes) -> bytes:
    return b"\r\n".join([first, *headers]) + b"\r\n\r\n" + body


def _less(headers: list[bytes], name: bytes) -> list[bytes]:
    return [each for each in headers if each.partition(b":")[0].lower() != name]


def _chunked(data: bytes) -> bytes:
    first, headers, body = _lines(data)
    if not body:
        return data
    middle = max(len(body) // 2, 1)
    chunks = b"".join(b"%x\r\n%s\r\n" % (len(each), each) for each in (body[:middle], body[middle:]) if each)
    return _joined(first, [*_less(headers, b"content-length"), b"transfer-encoding: chunked"], chunks + b"0\r\n\r\n")


def _old(data: bytes, *more: bytes) -> bytes:
    first, headers, body = _lines(data)
    return _joined(first.replace(b"HTTP/1.1", b"HTTP/1.0", 1), [*headers, *more], body)


def _respaced(data: bytes) -> bytes:
    first, headers, body = _lines(data)
    pairs = [each.partition(b":") for each in headers]
    spaced = [
        name + b":" + (b"" if number % 2 else b"  ") + value.strip() + b" " * (number % 2)
        for number, (name, _, value) in enumerate(pairs)
    ]
    return _joined(first, spaced, body)


def _capitals(data: bytes) -> bytes:
    first, headers, body = _lines(data)
    pairs = (each.partition(b":") for each in headers)
    return _joined(first, [name.upper() + b":" + value for name, _, value in pairs], body)


def _reason(data: bytes, text: bytes) -> bytes:
    first, headers, body = _lines(data)
    return _joined(b" ".join([*first.split(b" ", 2)[:2], text]), headers, body)


def _lessened(data: bytes, name: bytes) -> bytes:
    first, headers, body = _lines(data)
    return _joined(first, _less(headers, name), body)


_REWRITTEN: Final[Mapping[str, Callable[[bytes], bytes]]] = {
    "frame/chunked": _chunked,
    "frame/no-length": lambda data: _lessened(data, b"content-length"),
    "frame/http-1.0": _old,
    "frame/http-1.0-keep-alive": lambda data: _old(data, b"connection: keep-alive"),
    "frame/header-case": _capitals,
    "frame/header-blanks": _respaced,
    "frame/reason": lambda data: _reason(data, b"As You Wish"),
    "frame/no-reason": lambda data: _reason(data, b""),
    "frame/no-date": lambda data: _lessened(data, b"date"),
    "frame/early-hints": lambda data: b"HTTP/1.1 103 Early Hints\r\nlink: </style.css>; rel=preload\r\n\r\n" + data,
}
