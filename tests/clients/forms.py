"""Ways to write a call that mean the same: a client may choose any, and the judge blames none."""

from __future__ import annotations

import copy
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Final
from urllib.parse import parse_qsl, urlencode

from conformance.reference.calling.caller import JSON, Outgoing

Headers = tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class Form:
    """One way to write calls."""

    content: Callable[[Any], str] | None = None
    """Writes a JSON body."""
    form: Callable[[Mapping[str, Any]], str] | None = None
    """Writes a form."""
    headers: Callable[[Headers], Headers] = lambda headers: headers
    """Changes headers before a call is signed, where it is."""
    sent: Callable[[Headers], Headers] = lambda headers: headers
    """Changes headers as they go out."""
    query: Callable[[str], str] | None = None
    """Writes a query that is not empty."""

    def write(self, call: Outgoing) -> None:
        """Write headers and body of a call, before it is signed."""
        call.headers = dict(self.headers(tuple(call.headers.items())))
        if call.raw is None and call.body is not None:
            if call.form and self.form is not None:
                call.raw = self.form(call.body).encode()
            elif not call.form and self.content is not None:
                call.raw = self.content(call.body).encode()

    def wire(self, target: str, headers: Headers) -> tuple[str, Headers]:
        """Return target and headers as they go out."""
        path, _, query = target.partition("?")
        if query and self.query is not None:
            target = f"{path}?{self.query(query)}"
        return target, self.sent(headers)


PLAIN: Final = Form()


def _reversed(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _reversed(child) for key, child in reversed(value.items())}
    return [_reversed(each) for each in value] if isinstance(value, list) else value


def _escaped(value: Any) -> str:
    """Write every character of every text as an escape (RFC 8259 7)."""
    if isinstance(value, str):
        units = value.encode("utf-16-be").hex()
        return '"' + "".join(f"\\u{units[at : at + 4]}" for at in range(0, len(units), 4)) + '"'
    if isinstance(value, dict):
        return "{" + ",".join(f"{_escaped(key)}:{_escaped(child)}" for key, child in value.items()) + "}"
    if isinstance(value, list):
        return "[" + ",".join(map(_escaped, value)) + "]"
    return json.dumps(value)


def _whole(value: Any) -> Any:
    """Write whole numbers as 1.0, which JSON Schema 2020-12 (6.1.1) calls an integer all the same."""
    if isinstance(value, int) and not isinstance(value, bool):
        return float(value)
    if isinstance(value, dict):
        return {key: _whole(child) for key, child in value.items()}
    return [_whole(each) for each in value] if isinstance(value, list) else value


def _percent(text: str) -> str:
    """Escape every character of a text that `urlencode` would leave alone (RFC 3986 2.1), in lower case."""
    return "".join(f"%{byte:02x}" for byte in text.encode())


def _form(body: Mapping[str, Any]) -> str:
    return "&".join(f"{_percent(name)}={_percent(str(value))}" for name, value in body.items())


def _query(query: str) -> str:
    return "&".join(f"{_percent(name)}={_percent(value)}" for name, value in parse_qsl(query, keep_blank_values=True))


def _media(change: Callable[[str], str]) -> Callable[[Headers], Headers]:
    def changed(headers: Headers) -> Headers:
        return tuple((name, change(value) if name == "Content-Type" else value) for name, value in headers)

    return changed


def _names(change: Callable[[str], str]) -> Callable[[Headers], Headers]:
    return lambda headers: tuple((change(name), value) for name, value in headers)


def _scheme(change: Callable[[str], str]) -> Callable[[Headers], Headers]:
    def changed(headers: Headers) -> Headers:
        return tuple(
            (name, f"{change('Bearer')} {value.removeprefix('Bearer ')}" if name == "Authorization" else value)
            for name, value in headers
        )

    return changed


def _typed(headers: Headers) -> Headers:
    return headers if any(name == "Content-Type" for name, _ in headers) else (*headers, ("Content-Type", JSON))


def _further(headers: Headers) -> Headers:
    return (*headers, ("User-Agent", "a client/1.0"), ("Cache-Control", "no-cache"), ("X-Request-Id", "4711"))


FORMS: Final[Mapping[str, Form]] = {
    "json/compact": Form(lambda body: json.dumps(body, separators=(",", ":"))),
    "json/indented": Form(lambda body: "\r\n" + json.dumps(body, indent="\t") + "\r\n"),
    "json/reversed": Form(lambda body: json.dumps(_reversed(body))),
    "json/escaped": Form(_escaped),
    "json/whole-numbers": Form(lambda body: json.dumps(_whole(body))),
    "form/escaped": Form(form=_form),
    "form/reversed": Form(form=lambda body: _form(_reversed(body))),
    "media-type/charset": Form(headers=_media("{}; charset=utf-8".format)),
    "media-type/quoted": Form(headers=_media('{};charset="UTF-8"'.format)),
    "media-type/upper": Form(headers=_media(str.upper)),
    "media-type/always": Form(headers=_typed),
    "header/lower": Form(sent=_names(str.lower)),
    "header/upper": Form(sent=_names(str.upper)),
    "header/reversed": Form(sent=lambda headers: headers[::-1]),
    "header/further": Form(sent=_further),
    "scheme/lower": Form(headers=_scheme(str.lower)),
    "scheme/upper": Form(headers=_scheme(str.upper)),
    "query/escaped": Form(query=_query),
    "query/reversed": Form(query=lambda query: "&".join(reversed(query.split("&")))),
    "query/empty-part": Form(query="&{}".format),
    "query/boolean-capital": Form(query=lambda query: query.replace("=true", "=True")),
}


def written(call: Outgoing, form: Form) -> tuple[object, ...]:
    """Return a call as a form writes it, before it is signed; headers are named as they go out."""
    own = copy.deepcopy(call)
    form.write(own)
    target = f"{own.path}?{urlencode(own.query)}" if own.query else own.path
    return own.content(), *form.wire(target, tuple(own.headers.items()))
