"""The classic mistakes with client id and password of MQTT CONNECT, as one list.

Per operation, in the result type of an answer: `password` and `compose-client-id` give text, `parse-client-id` the four
parts, `verify` a truth value.
"""

from __future__ import annotations

from typing import Final

from conformance.crypto.mistakes import Mistake
from conformance.crypto.mqtt_client_id_mistakes import CLIENT_ID_MISTAKES
from conformance.crypto.mqtt_password_mistakes import PASSWORD_MISTAKES

MISTAKES: Final[tuple[Mistake, ...]] = (*PASSWORD_MISTAKES, *CLIENT_ID_MISTAKES)
