"""The operations of the schemes as JSON in and JSON out: what the vector files and programs of other languages speak.

Names of members are those of the documents where they have them; bytes are lower-case hexadecimal (`...Hex`), except
where the scheme itself writes them as Base64 text.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from typing import Any, Final

from conformance.crypto import envelope, gateway, mqtt_client_id, mqtt_password, rsa_keys, rsa_token
from conformance.crypto.errors import BadEncodingError
from conformance.crypto.mistakes import Answer, Mistake

Json = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Operation:
    """One operation: JSON to typed input, the right answer, the answer as JSON, and the steps on the way.

    `answer` gives the same type as a mistake's wrong answer, so that one can stand in for the other.
    """

    read: Callable[[Json], Any]
    answer: Answer
    write: Callable[[Any], dict[str, Any]]
    steps: Callable[[Any], dict[str, Any]]


def _hex(text: str, part: str) -> bytes:
    try:
        return bytes.fromhex(text)
    except ValueError:
        raise BadEncodingError(part, "is not hexadecimal") from None


# Vectors share a few test keys, and reading one checks its primes: done once per key. Never used for anybody's own keys.
test_private_key = lru_cache(maxsize=32)(rsa_keys.private_key)
_test_public_key = lru_cache(maxsize=32)(rsa_keys.public_key)


def padding(data: Json) -> rsa_token.Padding:
    """Read the padding of an RSA operation."""
    return rsa_token.Padding(data["name"], data.get("hash"), data.get("mgfHash"))


def _accepted(answer: bool) -> dict[str, Any]:
    return {"accepted": answer}


def _no_steps(_inputs: object) -> dict[str, Any]:
    return {}


def _envelope_encrypt_steps(inputs: envelope.EncryptInput) -> dict[str, Any]:
    made = envelope.encrypt(inputs)
    return {"paddedHex": made.padded.hex(), "ciphertextHex": made.ciphertext.hex()}


def _envelope_decrypt_steps(inputs: envelope.DecryptInput) -> dict[str, Any]:
    made = envelope.decrypt(inputs)
    return {"ciphertextHex": made.ciphertext.hex(), "paddedHex": made.padded.hex()}


def _envelope_sign_steps(made: envelope.Signature) -> dict[str, Any]:
    return {"stringToSign": made.string_to_sign, "digestHex": made.digest.hex()}


def _envelope_signer_steps(inputs: envelope.SignInput) -> dict[str, Any]:
    made = envelope.sign(inputs)
    return {"transmittedBody": made.body, **_envelope_sign_steps(made)}


def _password_steps(inputs: mqtt_password.PasswordInput) -> dict[str, Any]:
    made = mqtt_password.password(inputs)
    return {"keyHex": made.key.hex(), "messageHex": made.message.hex(), "digestHex": made.digest.hex()}


def _connect_steps(inputs: mqtt_password.VerifyInput) -> dict[str, Any]:
    parts = mqtt_client_id.parse(mqtt_client_id.ParseInput(inputs.client_id))
    made = mqtt_password.password(mqtt_password.PasswordInput(parts.timestamp, inputs.secret))
    return {
        "timestamp": parts.timestamp,
        "expectedTimestamp": mqtt_client_id.timestamp(inputs.now),
        "expectedPassword": made.password,
    }


def _fixed_steps(inputs: rsa_token.EncryptInput) -> dict[str, Any]:
    made = rsa_token.encrypt(inputs)
    return {"blockHex": made.block.hex(), "ciphertextHex": made.ciphertext.hex()}


def _decrypt_steps(inputs: rsa_token.DecryptInput) -> dict[str, Any]:
    made = rsa_token.decrypt(inputs)
    return {"ciphertextHex": made.ciphertext.hex(), "blockHex": made.block.hex()}


def _gateway_steps(made: gateway.Signature) -> dict[str, Any]:
    return {"resource": made.resource, "stringToSign": made.string_to_sign, "digestHex": made.digest.hex()}


def _request(data: Json) -> gateway.Request:
    headers = tuple((name, value) for name, value in data["headers"])
    return gateway.Request(data["method"], data["target"], headers, data["body"].encode("utf-8"))


def _envelope_operations() -> dict[tuple[str, str], Operation]:
    return {
        ("envelope", "encrypt"): Operation(
            lambda data: envelope.EncryptInput(data["body"], data["secretKey"]),
            lambda inputs: envelope.encrypt(inputs).body,
            lambda answer: {"body": answer},
            _envelope_encrypt_steps,
        ),
        ("envelope", "decrypt"): Operation(
            lambda data: envelope.DecryptInput(data["body"], data["secretKey"]),
            lambda inputs: envelope.decrypt(inputs).body,
            lambda answer: {"body": answer},
            _envelope_decrypt_steps,
        ),
        ("envelope", "sign"): Operation(
            lambda data: envelope.SignInput(
                data["encrypted"], data["body"], data["timeStamp"], data["pId"], data.get("secretKey")
            ),
            lambda inputs: envelope.sign(inputs).sign,
            lambda answer: {"sign": answer},
            _envelope_signer_steps,
        ),
        ("envelope", "verify"): Operation(
            lambda data: envelope.VerifyInput(
                data["encrypted"], data["body"], data["timeStamp"], data["pId"], data["sign"], data.get("secretKey")
            ),
            envelope.verify,
            _accepted,
            lambda inputs: _envelope_sign_steps(envelope.sign_received(inputs)),
        ),
    }


def _mqtt_operations() -> dict[tuple[str, str], Operation]:
    return {
        ("mqtt-password", "password"): Operation(
            lambda data: mqtt_password.PasswordInput(data["timestamp"], data["secret"]),
            lambda inputs: mqtt_password.password(inputs).password,
            lambda answer: {"password": answer},
            _password_steps,
        ),
        ("mqtt-password", "verify"): Operation(
            lambda data: mqtt_password.VerifyInput(
                data["clientId"],
                data["password"],
                data["secret"],
                datetime.fromisoformat(data["clock"]),
                data["toleranceHours"],
            ),
            mqtt_password.verify,
            _accepted,
            _connect_steps,
        ),
        ("mqtt-password", "compose-client-id"): Operation(
            lambda data: mqtt_client_id.ComposeInput(
                data["deviceId"], data["authType"], data["signType"], datetime.fromisoformat(data["clock"])
            ),
            mqtt_client_id.compose,
            lambda answer: {"clientId": answer},
            lambda inputs: {"timestamp": mqtt_client_id.timestamp(inputs.moment)},
        ),
        ("mqtt-password", "parse-client-id"): Operation(
            lambda data: mqtt_client_id.ParseInput(data["clientId"]),
            mqtt_client_id.parse,
            lambda answer: {
                "deviceId": answer.device_id,
                "authType": answer.auth_type,
                "signType": answer.sign_type,
                "timestamp": answer.timestamp,
            },
            _no_steps,
        ),
    }


def _encrypt_input(data: Json) -> rsa_token.EncryptInput:
    random = _hex(data["randomHex"], "randomHex") if "randomHex" in data else None
    key = _test_public_key(data["publicKey"])
    return rsa_token.EncryptInput(key, _hex(data["messageHex"], "messageHex"), padding(data["padding"]), random)


def _rsa_operations() -> dict[tuple[str, str], Operation]:
    return {
        ("rsa-token", "encrypt"): Operation(
            _encrypt_input,
            lambda inputs: rsa_token.encrypt(inputs).header,
            lambda answer: {"ciphertext": answer},
            _no_steps,
        ),
        ("rsa-token", "encrypt-fixed"): Operation(
            _encrypt_input,
            lambda inputs: rsa_token.encrypt(inputs).header,
            lambda answer: {"ciphertext": answer},
            _fixed_steps,
        ),
        ("rsa-token", "decrypt"): Operation(
            lambda data: rsa_token.DecryptInput(
                test_private_key(data["privateKey"]), data["ciphertext"], padding(data["padding"])
            ),
            lambda inputs: rsa_token.decrypt(inputs).message,
            lambda answer: {"messageHex": answer.hex()},
            _decrypt_steps,
        ),
    }


def _gateway_sign(inputs: gateway.SignInput) -> gateway.Signature:
    return gateway.sign(inputs)


def _gateway_operations() -> dict[tuple[str, str], Operation]:
    return {
        ("gateway", "sign"): Operation(
            lambda data: gateway.SignInput(_request(data), tuple(data["signedHeaders"]), data["appSecret"]),
            _gateway_sign,
            lambda answer: {"contentMd5": answer.content_md5, "signature": answer.signature},
            lambda inputs: _gateway_steps(gateway.sign(inputs)),
        ),
        ("gateway", "verify"): Operation(
            lambda data: gateway.VerifyInput(_request(data), data["appSecret"]),
            gateway.verify,
            _accepted,
            lambda inputs: _gateway_steps(gateway.sign_received(inputs)),
        ),
    }


OPERATIONS: Final[Mapping[tuple[str, str], Operation]] = {
    **_envelope_operations(),
    **_mqtt_operations(),
    **_rsa_operations(),
    **_gateway_operations(),
}
"""By scheme and operation, in the order in which files and reports list them."""


def mistakes_of(scheme: str) -> tuple[Mistake, ...]:
    """Return the classic mistakes of a scheme.

    Raises:
        KeyError: there is no such scheme.
    """
    from conformance.crypto import envelope_mistakes, gateway_mistakes, mqtt_mistakes, rsa_mistakes

    return {
        "envelope": envelope_mistakes.MISTAKES,
        "mqtt-password": mqtt_mistakes.MISTAKES,
        "rsa-token": rsa_mistakes.MISTAKES,
        "gateway": gateway_mistakes.MISTAKES,
    }[scheme]
