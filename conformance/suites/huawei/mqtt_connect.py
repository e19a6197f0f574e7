"""2.2 MQTT CONNECT 连接鉴权: devices that are let in, by which certificate, and that the platform knows of them."""

from __future__ import annotations

from typing import Any, Final

from conformance.crypto.mqtt_client_id import DEVICE_ID, NODE_ID, TIMESTAMP_CHECKED, TIMESTAMP_UNCHECKED
from conformance.evidence.findings import Inconclusive
from conformance.mqtt.tls import TlsError
from conformance.suites.case import Case
from conformance.suites.context import Context
from conformance.suites.device_link import Link, access_of, advice, unreachable
from conformance.suites.huawei.device_activation import ACTIVATION
from conformance.suites.huawei.device_activation import judge as activation
from conformance.suites.huawei.device_reading import QUERY
from conformance.suites.huawei.device_status import judge
from conformance.suites.huawei.mqtt_device import CONNECT, Device, device, knock, linked, mqtt_case, online

IDS: Final = {"device-id": DEVICE_ID, "node-id": NODE_ID}
SIGNS: Final = {"": TIMESTAMP_UNCHECKED, "-checked": TIMESTAMP_CHECKED}
LONG_AGO, FAR_AHEAD = "2018072417", "2099123123"
"""Hours of the documented form that are not now."""


def accepted(device: Device, requirement: str = "2.2/accepts", **how: Any) -> None:
    """Check that a device is let in with a CONNECT (`Device.connect`), and that the connection then serves."""
    context = device.context
    stamps = [how.pop("stamp")] if "stamp" in how else device.stamps
    for number, stamp in enumerate(stamps, 1):
        with linked(context) as link:
            outcome = knock(link, device.connect(stamp=stamp, **how))
            if not outcome.let_in and number < len(stamps):
                continue
            right = outcome.let_in and link.answers_ping()
            seen = outcome.describe()
            if outcome.let_in and not right:
                seen += f"; PINGREQ is not answered, {link.client.end or 'and the connection stays'}"
            expected = "CONNACK with return code 0, on a connection that then answers PINGREQ"
            context.cited(requirement, right, link.last, expected=expected, actual=seen)
            return


def _accepted(name: str, by: str, sign: str) -> Case:

    def body(context: Context) -> None:
        accepted(device(context, by), sign=sign)

    body.__doc__ = f"A device is let in by its {name.replace('-', ' ')}, with signature type {sign}."
    suffix = next(key for key, value in SIGNS.items() if value == sign)
    return mqtt_case(f"{CONNECT}/accepts/{name}{suffix}", requirements=["2.2/accepts"])(body)


ACCEPTED: Final = tuple(_accepted(name, by, sign) for name, by in IDS.items() for sign in SIGNS.values())


@mqtt_case(f"{CONNECT}/accepts/underscore", requirements=["2.2/accepts"])
def id_with_an_underscore_serves(context: Context) -> None:
    """A device whose node id holds underscores, the marks between the parts of a client id, is let in by it."""
    accepted(device(context, NODE_ID, node=f"{context.unique()}_0_1"))


@mqtt_case(f"{CONNECT}/accepts/other-hour", requirements=["2.2/timestamp-unchecked"])
def unchecked_hour_may_be_any(context: Context) -> None:
    """With signature type 0 a device is let in with an hour of years ago, and with one of years ahead."""
    own = device(context)
    for stamp in (LONG_AGO, FAR_AHEAD):
        accepted(own, "2.2/timestamp-unchecked", stamp=stamp)


@mqtt_case(f"{CONNECT}/certificate", requirements=["2.2/certificate"])
def certificate_serves(context: Context) -> None:
    """TLS is established with the certificate that is given out, as an authority or as the device's own (tls-certificate)."""
    access = access_of(context)
    own = device(context)
    try:
        link = Link(context)
    except TlsError as error:
        if not access.authority_given or not _of_another_authority(error):
            raise Inconclusive(f"TLS failed: {error}; {advice(access)}") from None
        what = "TLS, with a certificate of the platform that its authority for devices signed"
        context.check("2.2/certificate", False, expected=what, actual=f"{error} ({access.authority})")
        return
    except OSError as error:
        raise unreachable(access, error) from None
    try:
        knock(link, own.connect())
        context.cited("2.2/certificate", True, link.last)
    finally:
        link.close()


OTHER_SIGNER: Final = frozenset({2, 7, 18, 19, 20, 21})
"""Codes of OpenSSL (X509_V_ERR_...) for a certificate that nobody signed whom the given one vouches for: its issuer is not
found or not known, its signature is another, or it signs itself."""


def _of_another_authority(error: TlsError) -> bool:
    """Tell whether a certificate was not verified by reason of who signed it: no sentence speaks of names, dates and keys."""
    return error.verify_code in OTHER_SIGNER


@mqtt_case(f"{CONNECT}/tls-only", requirements=["2.1/tls-only"])
def clear_text_is_not_served(context: Context) -> None:
    """A right CONNECT that comes without TLS is not let in."""
    own = device(context)
    try:
        link = Link(context, tls=False)
    except OSError as error:
        raise unreachable(access_of(context), error) from None
    try:
        outcome = link.knock(own.connect())
        expected = "no CONNACK that lets the device in"
        context.cited("2.1/tls-only", not outcome.let_in, link.last, expected=expected, actual=outcome.describe())
    finally:
        link.close()


@mqtt_case(
    f"{CONNECT}/online",
    requirements=["1.5.7/inactive", "1.5.7/active", "1.5.7/stays-active", "1.6.1/online", "1.6.1/offline"],
    calls=[QUERY, ACTIVATION],
)
def connected_device_is_shown_online(context: Context) -> None:
    """A device is activated once it has connected, ONLINE while it is connected and OFFLINE when it has gone."""
    own = device(context)
    activation(context, "1.5.7/inactive", own.id, expected=False)
    with online(own) as link:
        judge(context, "1.6.1/online", own.made, "ONLINE")
        activation(context, "1.5.7/active", own.id, expected=True)
        link.leave()
    judge(context, "1.6.1/offline", own.made, "OFFLINE")
    activation(context, "1.5.7/stays-active", own.id, expected=True)
