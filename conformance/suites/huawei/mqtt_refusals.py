"""2.2 MQTT CONNECT 连接鉴权: devices that are not let in, each by one thing that is wrong.

The authentication types 1 and 3 are never tried: the document does not know them, and live platforms do.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Final

from conformance.crypto.mistakes import Mistake
from conformance.crypto.mqtt_client_id import DEVICE_ID, NODE_ID, TIMESTAMP_CHECKED
from conformance.crypto.mqtt_mistakes import MISTAKES
from conformance.crypto.mqtt_password import PasswordInput
from conformance.evidence.findings import Inconclusive
from conformance.mqtt.packets import Connect
from conformance.suites.case import Case
from conformance.suites.context import Context
from conformance.suites.device_link import Knocked
from conformance.suites.huawei.device_reading import node_id
from conformance.suites.huawei.mqtt_connect import FAR_AHEAD, LONG_AGO
from conformance.suites.huawei.mqtt_device import CONNECT, Device, by_node, device, knock, linked, mqtt_case, online
from conformance.suites.waiting import eventually

REFUSES: Final = "2.2/refuses"
TOLD: Final = "2.2/refusal-told"
CHARACTERS: Final = "2.2/password-characters-checked"
OTHER_CHARACTERS: Final = ("upper-case-hex", "base64-digest")
"""Mistakes that give the right value in other characters, of which the document says nothing."""
ASCII_ONLY: Final = ("secret-gbk",)
"""Mistakes that give the right password, because secrets are hexadecimal digits."""
UNKNOWN_TYPE: Final = "9"


@dataclass(frozen=True)
class Variant:
    """A CONNECT that is wrong in one thing."""

    name: str
    requirement: str
    title: str
    """What is wrong, to go on "A CONNECT " with."""
    make: Callable[[Device], Connect]
    """Takes a registered device."""
    told: bool = False
    """Whether the document demands an error before the end: where an authentication fails (erratum refusal-code)."""


def judge(context: Context, variant: str, requirement: str, outcome: Knocked, *, told: bool) -> bool:
    """Check that a CONNECT was refused, and the device told so where that is demanded."""
    expected = "an error, and the end of the connection"
    holds = context.cited(
        requirement,
        outcome.refused,
        outcome.record,
        expected=expected,
        actual=outcome.describe(),
        note=variant,
    )
    if holds and told:
        said = outcome.code is not None
        expected = "CONNACK with a return code other than 0, before the end"
        context.cited(TOLD, said, outcome.record, expected=expected, actual=outcome.describe(), note=variant)
    return holds


def _case(variant: Variant) -> Case:
    def body(context: Context) -> None:
        own = device(context, shared=True)
        packet = variant.make(own)
        words = f"a CONNECT {variant.title}"
        with linked(context) as link:
            refused = judge(context, words, variant.requirement, knock(link, packet), told=variant.told)
        if refused:
            _still_served(own)

    body.__doc__ = f"A CONNECT {variant.title} is refused, and the connection closed."
    told = (TOLD,) if variant.told else ()
    return mqtt_case(f"{CONNECT}/refuses/{variant.name}", requirements=[variant.requirement, *told])(body)


def _still_served(own: Device) -> None:
    """Show that the device itself is let in: the refusal of one that never is would tell nothing.

    Raises:
        Inconclusive: it is not.
    """
    with online(own):
        pass


def _mistaken(mistake: Mistake) -> Variant:
    def make(own: Device) -> Connect:
        stamp = own.stamps[0]
        wrong = mistake.wrong["password"](PasswordInput(stamp, own.secret))
        right = own.connect(stamp=stamp)
        if str(wrong).encode() == right.password:
            raise Inconclusive("with the secret of this device the mistake gives the right password")
        return replace(right, password=str(wrong).encode())

    title = f"whose password is made by mistake ({mistake.then})"
    if mistake.name in OTHER_CHARACTERS:
        return Variant(mistake.name, CHARACTERS, title, make)
    return Variant(mistake.name, REFUSES, title, make, told=True)


def _of_another_secret(own: Device) -> Connect:
    return replace(own, secret="0" * len(own.secret)).connect()


def _of_another_device(own: Device) -> Connect:
    other = device(own.context)
    return replace(other, secret=own.secret).connect()


def _of_nobody(own: Device) -> Connect:
    return _named(own, f"{own.context.unique()}-nobody")


def _named(own: Device, identity: str, by: str = DEVICE_ID) -> Connect:
    """Return a CONNECT of another id, with the right password of the device."""
    right = own.connect()
    return replace(right, client_id=f"{identity}_{by}_0_{own.stamps[0]}", username=identity)


def _typed(own: Device, by: str, sign: str) -> Connect:
    return replace(own.connect(), client_id=f"{own.identity}_{by}_{sign}_{own.stamps[0]}")


MALFORMED: Final = "2.2/refuses-malformed"
TIME: Final = "2.2/timestamp-checked"
USER_NAME: Final = "2.2/user-name-checked"
KIND: Final = "2.2/id-of-its-type"
VARIANTS: Final = (
    Variant("other-secret", REFUSES, "whose password is made of another secret", _of_another_secret, told=True),
    *(_mistaken(each) for each in MISTAKES if "password" in each.wrong and each.name not in ASCII_ONLY),
    Variant(
        "no-password",
        REFUSES,
        "without a password",
        lambda own: replace(own.connect(), password=None),
        told=True,
    ),
    Variant("unknown-device", REFUSES, "of a device that nobody registered", _of_nobody, told=True),
    Variant("other-device", REFUSES, "of a device with the password of another", _of_another_device, told=True),
    Variant(
        "authentication-type",
        REFUSES,
        "with the unknown authentication type 9",
        lambda own: _typed(own, UNKNOWN_TYPE, "0"),
    ),
    Variant(
        "signature-type",
        REFUSES,
        "with the unknown signature type 9",
        lambda own: _typed(own, DEVICE_ID, UNKNOWN_TYPE),
    ),
    Variant(
        "hour-long-ago",
        TIME,
        "whose time is checked, and years ago",
        lambda own: own.connect(sign=TIMESTAMP_CHECKED, stamp=LONG_AGO),
    ),
    Variant(
        "hour-far-ahead",
        TIME,
        "whose time is checked, and years ahead",
        lambda own: own.connect(sign=TIMESTAMP_CHECKED, stamp=FAR_AHEAD),
    ),
    Variant("bare-id", MALFORMED, "whose client id is the device id alone", lambda own: _shortened(own, "")),
    Variant("no-timestamp", MALFORMED, "whose client id lacks the timestamp", lambda own: _shortened(own, "_0_0")),
    Variant(
        "no-types",
        MALFORMED,
        "whose client id lacks the types",
        lambda own: _shortened(own, f"_{own.stamps[0]}"),
    ),
    Variant(
        "other-user-name",
        USER_NAME,
        "whose user name is no id",
        lambda own: replace(own.connect(), username=own.context.unique()),
    ),
    Variant(
        "user-name-of-other-type",
        USER_NAME,
        "by device id whose user name is the node id",
        lambda own: replace(own.connect(), username=node_id(own.made)),
    ),
    Variant(
        "node-id-as-device-id",
        KIND,
        "that gives the node id for the device id",
        lambda own: _named(own, node_id(own.made)),
    ),
    Variant(
        "device-id-as-node-id",
        KIND,
        "that gives the device id for the node id",
        lambda own: _named(own, own.id, NODE_ID),
    ),
)


def _shortened(own: Device, rest: str) -> Connect:
    return replace(own.connect(), client_id=own.identity + rest)


REFUSED: Final = tuple(_case(each) for each in VARIANTS)


@mqtt_case(f"{CONNECT}/refuses/deleted-device", requirements=["1.5.5/no-connection", REFUSES, TOLD])
def deleted_device_is_refused(context: Context) -> None:
    """A device that was deleted is let in no more, by neither of its ids."""
    own = device(context)
    with online(own):
        pass
    context.prepare("device-delete", deviceId=own.id)
    context.forget(own.id)
    for each in (own, by_node(own)):
        seen: list[Knocked] = []

        def look(each: Device = each, seen: list[Knocked] = seen) -> bool:
            with linked(context) as link:
                seen[:] = [knock(link, each.connect())]
            return seen[0].refused

        eventually(context, look)
        words = "a CONNECT of a device that was deleted"
        judge(context, words, "1.5.5/no-connection", seen[0], told=False)
        judge(context, words, REFUSES, seen[0], told=True)
