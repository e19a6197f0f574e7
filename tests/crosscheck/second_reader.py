"""A second reader of the formats, written from the documents and the field notes alone.

It shares no line with `conformance.crypto` and deliberately works otherwise: by hand, character by character, with the
hashes of the standard library. Where a primitive decides (padding, RSA) it has no opinion and says so.
"""

from __future__ import annotations

import calendar
import hashlib
import hmac
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from typing import Any

from conformance.vectors import Refused, Unsupported

_ALPHABET = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"

Des = Callable[[bytes, bytes], bytes]


def write_base64(data: bytes) -> str:
    """RFC 4648 section 4, by hand."""
    text = ""
    for start in range(0, len(data), 3):
        three = data[start : start + 3]
        number = int.from_bytes(three.ljust(3, b"\0"), "big")
        letters = [_ALPHABET[number >> shift & 63] for shift in (18, 12, 6, 0)]
        text += "".join(letters[: len(three) + 1]).ljust(4, "=")
    return text


def read_base64(text: str) -> bytes:
    """The only byte string of which `text` is the Base64."""
    data = bytearray()
    for start in range(0, len(text), 4):
        four = text[start : start + 4]
        letters = four.rstrip("=") if start + 4 >= len(text) else four
        if len(four) != 4 or len(letters) < 2 or any(letter not in _ALPHABET for letter in letters):
            raise Refused("not Base64")
        number = 0
        for letter in letters.ljust(4, "A"):
            number = number * 64 + _ALPHABET.index(letter)
        data += number.to_bytes(3, "big")[: len(letters) - 1]
    if write_base64(bytes(data)) != text:
        raise Refused("not canonical Base64")
    return bytes(data)


def _walk(data: bytes) -> Iterator[int]:
    """Walk DER and yield the sizes of the integers of at least 32 bytes, their sign byte not counted."""
    position = 0
    while position < len(data):
        tag, size, position = data[position], data[position + 1 : position + 2], position + 2
        length = size[0] if size else -1
        if length > 128:
            count = length - 128
            length, position = int.from_bytes(data[position : position + count], "big"), position + count
        content = data[position : position + length]
        if length < 0 or len(content) < length:
            raise Refused("cut or not DER")
        position += length
        if tag == 0x02 and len(content.lstrip(b"\0")) >= 32:
            yield len(content.lstrip(b"\0"))
        elif tag == 0x30:
            yield from _walk(content)
        elif (tag == 0x03 and content[:2] == b"\0\x30") or (tag == 0x04 and content[:1] == b"\x30"):
            yield from _walk(content[tag == 0x03 :])


class SecondReader:
    """An implementation for the judge; `des` encrypts with PKCS#5 padding and comes from another code base than ours."""

    def __init__(self, des: Des) -> None:
        self._des = des

    def perform(self, scheme: str, operation: str, inputs: Any) -> dict[str, Any]:
        """Answer one vector.

        Raises:
            Refused: the inputs are wrong by their form.
            Unsupported: a primitive decides, not the form.
        """
        name = f"_{scheme}_{operation}".replace("-", "_")
        method: Callable[[Any], dict[str, Any]] | None = getattr(self, name, None)
        if method is None:
            raise Unsupported(f"{scheme} {operation}")
        return method(inputs)

    # envelope.txt

    def _key(self, inputs: Any) -> bytes:
        if "secretKey" not in inputs:
            raise Refused("no secretKey")
        key: bytes = inputs["secretKey"].encode()
        if len(key) != 8:
            raise Refused("secretKey is not eight bytes")
        return key

    def _envelope_encrypt(self, inputs: Any) -> dict[str, Any]:
        return {"body": write_base64(self._des(self._key(inputs), inputs["body"].encode()))}

    def _envelope_decrypt(self, inputs: Any) -> dict[str, Any]:
        self._key(inputs)
        data = read_base64(inputs["body"])
        if not data or len(data) % 8:
            raise Refused("not whole blocks")
        raise Unsupported("the padding decides")

    def _sign(self, inputs: Any, body: str) -> str:
        if inputs["encrypted"]:
            if "secretKey" not in inputs:
                raise Refused("no secretKey")
            parts = [body, inputs["timeStamp"], inputs["pId"], inputs["secretKey"]]
        else:
            parts = [inputs["timeStamp"], inputs["pId"]]
        return write_base64(hashlib.md5("".join(parts).encode(), usedforsecurity=False).hexdigest().encode())

    def _envelope_sign(self, inputs: Any) -> dict[str, Any]:
        body = inputs["body"]
        if inputs["encrypted"]:
            body = write_base64(self._des(self._key(inputs), body.encode()))
        return {"sign": self._sign(inputs, body)}

    def _envelope_verify(self, inputs: Any) -> dict[str, Any]:
        return {"accepted": self._sign(inputs, inputs["body"]) == inputs["sign"]}

    # huawei.txt, 2.2

    def _mqtt_password_password(self, inputs: Any) -> dict[str, Any]:
        if not inputs["timestamp"]:
            raise Refused("no timestamp")
        return {"password": self._password(inputs["timestamp"], inputs["secret"])}

    @staticmethod
    def _password(timestamp: str, secret: str) -> str:
        return hmac.new(timestamp.encode(), secret.encode(), hashlib.sha256).hexdigest()

    @staticmethod
    def _hour(text: str) -> datetime:
        year, month, day, hour = int(text[:4]), int(text[4:6]), int(text[6:8]), int(text[8:10])
        if not (year and 1 <= month <= 12 and 1 <= day <= calendar.monthrange(year, month)[1] and hour <= 23):
            raise Refused("no hour of the calendar")
        return datetime(year, month, day, hour)

    def _parts(self, text: str) -> dict[str, str]:
        if len(text) > 256:
            raise Refused("too long")
        pieces = text.split("_")
        if len(pieces) < 4:
            raise Refused("too few parts")
        stamp, sign, auth = pieces[-1], pieces[-2], pieces[-3]
        device = "_".join(pieces[:-3])
        if not device or auth not in ("0", "2") or sign not in ("0", "1"):
            raise Refused("empty id or unknown type")
        if len(stamp) != 10 or any(digit not in "0123456789" for digit in stamp):
            raise Refused("not ten digits")
        if sign == "1":
            self._hour(stamp)
        return {"deviceId": device, "authType": auth, "signType": sign, "timestamp": stamp}

    @staticmethod
    def _utc(clock: str) -> datetime:
        sign = 1 if clock[-6] == "+" else -1
        offset = timedelta(hours=int(clock[-5:-3]), minutes=int(clock[-2:]))
        return datetime.fromisoformat(clock[:-6]) - sign * offset

    def _mqtt_password_compose_client_id(self, inputs: Any) -> dict[str, Any]:
        stamp = self._utc(inputs["clock"]).isoformat()[:13].replace("-", "").replace("T", "")
        text = inputs["deviceId"] + "_" + inputs["authType"] + "_" + inputs["signType"] + "_" + stamp
        self._parts(text)
        if not inputs["deviceId"] or len(inputs["authType"]) != 1 or len(inputs["signType"]) != 1:
            raise Refused("a part is missing")
        return {"clientId": text}

    def _mqtt_password_parse_client_id(self, inputs: Any) -> dict[str, Any]:
        return dict(self._parts(inputs["clientId"]))

    def _mqtt_password_verify(self, inputs: Any) -> dict[str, Any]:
        parts = self._parts(inputs["clientId"])
        if parts["signType"] == "1":
            now = self._utc(inputs["clock"]).replace(minute=0, second=0, microsecond=0)
            apart = abs((now - self._hour(parts["timestamp"])) / timedelta(hours=1))
            if apart > inputs["toleranceHours"]:
                return {"accepted": False}
        return {"accepted": self._password(parts["timestamp"], inputs["secret"]) == inputs["password"]}

    # neuroncloud.txt and RFC 8017: lengths and forms; the arithmetic is left to others

    @staticmethod
    def _large_integers(text: str) -> list[int]:
        """Return the sizes in bytes of the large integers in a key: one in a public key, six in a private one."""
        lines = [line for line in text.split("\n") if not line.startswith("-----")]
        return list(_walk(read_base64("".join("".join(lines).split()))))

    def _room(self, inputs: Any) -> int:
        found = self._large_integers(inputs["publicKey"])
        if not found:
            raise Refused("no RSA key")
        size = found[0]
        sizes = {"SHA-1": 20, "SHA-256": 32, "SHA-384": 48, "SHA-512": 64}
        padding = inputs["padding"]
        overhead = 11 if padding["name"] == "pkcs1-v1.5" else 2 * sizes[padding["hash"]] + 2
        if len(inputs["messageHex"]) // 2 > size - overhead:
            raise Refused("too long")
        return size - 3 - len(inputs["messageHex"]) // 2 if overhead == 11 else sizes[padding["hash"]]

    def _rsa_token_encrypt(self, inputs: Any) -> dict[str, Any]:
        self._room(inputs)
        raise Unsupported("the arithmetic decides")

    def _rsa_token_encrypt_fixed(self, inputs: Any) -> dict[str, Any]:
        random = bytes.fromhex(inputs["randomHex"])
        if len(random) != self._room(inputs) or (inputs["padding"]["name"] == "pkcs1-v1.5" and not all(random)):
            raise Refused("impossible padding")
        raise Unsupported("the arithmetic decides")

    def _rsa_token_decrypt(self, inputs: Any) -> dict[str, Any]:
        if len(self._large_integers(inputs["privateKey"])) < 2:
            raise Refused("no private key")
        if not inputs["ciphertext"]:
            raise Refused("empty")
        read_base64(inputs["ciphertext"])
        raise Unsupported("the block decides")

    # field notes: the gateway

    @staticmethod
    def _unquote(text: str) -> str:
        data = bytearray()
        position = 0
        while position < len(text):
            if text[position] == "%":
                data.append(int(text[position + 1 : position + 3], 16))
                position += 3
            else:
                data += (" " if text[position] == "+" else text[position]).encode()
                position += 1
        return data.decode()

    def _string_to_sign(self, inputs: Any, names: list[str], md5: str) -> str:
        found = {name.lower(): value for name, value in inputs["headers"]}
        lines = [inputs["method"], found.get("accept", ""), md5, found.get("content-type", ""), found.get("date", "")]
        own_line = ("accept", "content-md5", "content-type", "date", "x-ca-signature", "x-ca-signature-headers")
        for name in sorted(name for name in names if name.lower() not in own_line):
            if name.lower() not in found:
                raise Refused("a listed header is missing")
            lines.append(name + ":" + found[name.lower()])
        path, _, query = inputs["target"].partition("?")
        texts = [query, inputs["body"]] if self._is_form(inputs) else [query]
        pairs: dict[str, str] = {}
        for piece in [piece for text in texts for piece in text.split("&") if piece]:
            name, _, value = piece.partition("=")
            pairs.setdefault(self._unquote(name), self._unquote(value))
        end = "&".join(name + "=" + pairs[name] if pairs[name] else name for name in sorted(pairs))
        return "\n".join([*lines, path + ("?" + end if end else "")])

    @staticmethod
    def _is_form(inputs: Any) -> bool:
        types = [value for name, value in inputs["headers"] if name.lower() == "content-type"]
        return bool(types) and types[0].lower().startswith("application/x-www-form-urlencoded")

    def _digest(self, inputs: Any) -> str:
        if self._is_form(inputs) or not inputs["body"]:
            return ""
        return write_base64(hashlib.md5(inputs["body"].encode(), usedforsecurity=False).digest())

    @staticmethod
    def _hmac(secret: str, text: str) -> str:
        if not secret:
            raise Refused("no secret")
        return write_base64(hmac.new(secret.encode(), text.encode(), hashlib.sha256).digest())

    def _gateway_sign(self, inputs: Any) -> dict[str, Any]:
        md5 = self._digest(inputs)
        text = self._string_to_sign(inputs, inputs["signedHeaders"], md5)
        return {"contentMd5": md5, "signature": self._hmac(inputs["appSecret"], text)}

    def _gateway_verify(self, inputs: Any) -> dict[str, Any]:
        found = {name.lower(): value for name, value in inputs["headers"]}
        if "x-ca-signature" not in found or "x-ca-signature-headers" not in found:
            raise Refused("not signed")
        names = [name.strip() for name in found["x-ca-signature-headers"].split(",") if name.strip()]
        sent = found.get("content-md5", "")
        text = self._string_to_sign(inputs, names, sent)
        same = self._hmac(inputs["appSecret"], text) == found["x-ca-signature"]
        return {"accepted": same and sent == self._digest(inputs)}
