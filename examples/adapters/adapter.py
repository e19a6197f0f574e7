"""An adapter in Python: DES envelope, MQTT password and RSA token header, with pycryptodome.

It shows the whole protocol: start, perform, stop. Replace the functions of OPERATIONS by calls of your own code.
Run it with: command = "python3 examples/adapters/adapter.py"
"""

import base64
import hashlib
import hmac
import json
import sys
from datetime import UTC, datetime, timedelta

from Crypto.Cipher import DES, PKCS1_OAEP, PKCS1_v1_5
from Crypto.Hash import SHA1, SHA256, SHA384, SHA512
from Crypto.PublicKey import RSA
from Crypto.Signature.pss import MGF1
from Crypto.Util.Padding import pad, unpad

HASHES = {"SHA-1": SHA1, "SHA-256": SHA256, "SHA-384": SHA384, "SHA-512": SHA512}


def read_base64(text):
    data = base64.b64decode(text, validate=True)
    if base64.b64encode(data).decode() != text:  # one text for one value
        raise ValueError("not canonical Base64")
    return data


def write_base64(data):
    return base64.b64encode(data).decode()


# The signed envelope


def des(inputs):
    return DES.new(inputs["secretKey"].encode(), DES.MODE_ECB)


def encrypt_body(inputs):
    return write_base64(des(inputs).encrypt(pad(inputs["body"].encode(), 8)))


def decrypt_body(inputs):
    return unpad(des(inputs).decrypt(read_base64(inputs["body"])), 8).decode()


def sign_of(inputs, body):
    text = inputs["timeStamp"] + inputs["pId"]
    if inputs["encrypted"]:
        text = body + text + inputs["secretKey"]
    return write_base64(hashlib.md5(text.encode()).hexdigest().encode())


def envelope_sign(inputs):
    return {"sign": sign_of(inputs, encrypt_body(inputs) if inputs["encrypted"] else "")}


def envelope_verify(inputs):
    return {"accepted": sign_of(inputs, inputs["body"]) == inputs["sign"]}


# MQTT client id and password


def hmac_of(timestamp, secret):
    if not timestamp:
        raise ValueError("no timestamp")
    return hmac.new(timestamp.encode(), secret.encode(), hashlib.sha256).hexdigest()


def parse_client_id(text):
    device, auth, sign, timestamp = text.rsplit("_", 3)
    if not device or auth not in ("0", "2") or sign not in ("0", "1") or len(text) > 256:
        raise ValueError("not a client id")
    if len(timestamp) != 10 or not (timestamp.isascii() and timestamp.isdecimal()):
        raise ValueError("not ten digits")
    if sign == "1":
        hour_of(timestamp)
    return {"deviceId": device, "authType": auth, "signType": sign, "timestamp": timestamp}


def hour_of(text):
    return datetime(int(text[:4]), int(text[4:6]), int(text[6:8]), int(text[8:]), tzinfo=UTC)


def compose_client_id(inputs):
    now = datetime.fromisoformat(inputs["clock"]).astimezone(UTC)
    stamp = f"{now.year:04}{now.month:02}{now.day:02}{now.hour:02}"
    parts = {"deviceId": inputs["deviceId"], "authType": inputs["authType"], "signType": inputs["signType"]}
    text = "_".join([*parts.values(), stamp])
    if parse_client_id(text) != {**parts, "timestamp": stamp}:
        raise ValueError("not the parts of a client id")
    return {"clientId": text}


def mqtt_verify(inputs):
    parts = parse_client_id(inputs["clientId"])
    if parts["signType"] == "1":
        now = datetime.fromisoformat(inputs["clock"]).astimezone(UTC).replace(minute=0, second=0, microsecond=0)
        if abs(now - hour_of(parts["timestamp"])) > timedelta(hours=inputs["toleranceHours"]):
            return {"accepted": False}
    return {"accepted": hmac_of(parts["timestamp"], inputs["secret"]) == inputs["password"]}


# The RSA token header


def key_of(text):
    return RSA.import_key(text if text.startswith("-----") else read_base64("".join(text.split())))


def cipher_of(key, padding):
    if padding["name"] == "pkcs1-v1.5":
        return PKCS1_v1_5.new(key)
    mgf_hash = HASHES[padding["mgfHash"]]
    return PKCS1_OAEP.new(key, HASHES[padding["hash"]], mgfunc=lambda seed, size: MGF1(seed, size, mgf_hash))


def rsa_encrypt(inputs):
    cipher = cipher_of(key_of(inputs["publicKey"]), inputs["padding"])
    return {"ciphertext": write_base64(cipher.encrypt(bytes.fromhex(inputs["messageHex"])))}


def rsa_decrypt(inputs):
    key, data = key_of(inputs["privateKey"]), read_base64(inputs["ciphertext"])
    cipher = cipher_of(key, inputs["padding"])
    if inputs["padding"]["name"] == "pkcs1-v1.5":
        wrong = bytes(key.size_in_bytes())  # longer than any message
        message = cipher.decrypt(data, wrong)
        if message == wrong:
            raise ValueError("wrong padding")
    else:
        message = cipher.decrypt(data)
    return {"messageHex": message.hex()}


OPERATIONS = {
    "envelope": {
        "encrypt": lambda inputs: {"body": encrypt_body(inputs)},
        "decrypt": lambda inputs: {"body": decrypt_body(inputs)},
        "sign": envelope_sign,
        "verify": envelope_verify,
    },
    "mqtt-password": {
        "password": lambda inputs: {"password": hmac_of(inputs["timestamp"], inputs["secret"])},
        "verify": mqtt_verify,
        "compose-client-id": compose_client_id,
        "parse-client-id": lambda inputs: parse_client_id(inputs["clientId"]),
    },
    "rsa-token": {"encrypt": rsa_encrypt, "decrypt": rsa_decrypt},
}


def reply(request):
    if request["type"] == "start":
        schemes = {scheme: {"operations": list(functions)} for scheme, functions in OPERATIONS.items()}
        return {"type": "started", "protocol": 1, "name": "Python example", "version": "1.0", "schemes": schemes}
    try:
        answer = OPERATIONS[request["scheme"]][request["operation"]](request["inputs"])
    except (ValueError, KeyError, TypeError, IndexError) as error:
        return {"type": "refusal", "kind": "invalid", "text": str(error)}
    return {"type": "answer", "answer": answer}


if __name__ == "__main__":
    for line in sys.stdin:
        asked = json.loads(line)
        if asked["type"] == "stop":
            break
        print(json.dumps({"id": asked["id"], **reply(asked)}), flush=True)
