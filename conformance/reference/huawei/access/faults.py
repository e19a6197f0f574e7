"""What a wrong platform does on its MQTT side (chapter 2): faults by name, with the statement that each breaks."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Final

from conformance.contract import Contract, load
from conformance.crypto.mqtt_mistakes import MISTAKES
from conformance.reference.faults import Behaviour

COMMAND: Final = "device-command"

NOT_SHOWN: Final = frozenset({"secret-gbk", "tolerance-by-number", "tolerance-past-only"})
"""Mistakes of platforms that no case can show: secrets are ASCII, and how exact a clock must be is open (erratum
timestamp-tolerance)."""
CHECKS: Final = {
    "upper-case-hex": "2.2/password-characters-checked",
    "base64-digest": "2.2/password-characters-checked",
    "verify-ignores-case": "2.2/password-characters-checked",
    "clock-not-checked": "2.2/timestamp-checked",
    "tolerance-future-unlimited": "2.2/timestamp-checked",
    "clock-always-checked": "2.2/timestamp-unchecked",
    "clock-local": "2.2/accepts",
    "verify-never": "2.2/accepts",
}
"""The statement that a mistake breaks, where it is not that wrong passwords are refused."""

CONNECTING: Final[Mapping[str, Behaviour]] = {
    "clear-text-served": Behaviour("2.1/tls-only", "MQTT is spoken without TLS"),
    "other-authority": Behaviour("2.2/certificate", "devices are shown a certificate of another authority"),
    "refusal-left-open": Behaviour("2.2/refuses", "a refused connection is not closed"),
    "refusal-untold": Behaviour("2.2/refusal-told", "a refused connection is closed without an error"),
    "let-in-and-dropped": Behaviour("2.2/accepts", "a right CONNECT is answered, and the connection closed"),
    "node-id-unknown": Behaviour("2.2/accepts", "devices cannot connect by their node ids"),
    "client-id-split-from-left": Behaviour("2.2/accepts", "client ids are split at their first underscores"),
    "any-authentication-type": Behaviour("2.2/refuses", "an unknown authentication type is taken for 0"),
    "any-signature-type": Behaviour("2.2/refuses", "an unknown signature type is taken for 0"),
    "unknown-device-served": Behaviour("2.2/refuses", "a device that nobody registered is let in"),
    "deleted-device-served": Behaviour("2.2/refuses", "a device that was deleted is let in"),
    "malformed-client-id-served": Behaviour("2.2/refuses-malformed", "a client id that lacks parts is made up for"),
    "id-kind-ignored": Behaviour("2.2/id-of-its-type", "the authentication type does not tell ids apart"),
    "user-name-ignored": Behaviour("2.2/user-name-checked", "the user name may be anything, or absent"),
    "connect-not-noticed": Behaviour("1.6.1/online", "a device that connects by MQTT is not shown as online"),
    "disconnect-not-noticed": Behaviour("1.6.1/offline", "a device that goes stays online"),
}
STANDARD: Final[Mapping[str, Behaviour]] = {
    "session-out-of-nowhere": Behaviour("2.1/platform-well-formed", "CONNACK tells of a session that was not kept"),
    "suback-without-codes": Behaviour("2.1/platform-well-formed", "SUBACK lacks its return codes"),
    "ping-unanswered": Behaviour("2.1/ping-answered", "PINGREQ is not answered"),
    "keep-alive-unlimited": Behaviour("2.1/keep-alive-enforced", "a silent connection is kept for ever"),
    "older-connection-kept": Behaviour("2.1/newer-connection", "two connections have one client id"),
    "violations-tolerated": Behaviour("2.1/closes-on-violation", "wrong packets are overlooked"),
    "publish-unacknowledged": Behaviour("2.1/platform-acknowledges", "PUBLISH with QoS 1 is not acknowledged"),
    "own-topic-refused": Behaviour("2.1/subscription-granted", "no subscription is granted"),
    "any-topic-subscribed": Behaviour("2.1/own-subscription", "a device may listen to the commands of others"),
}
REPORTS: Final[Mapping[str, Behaviour]] = {
    "report-lost": Behaviour("2.3/takes-reports", "what devices report is acknowledged and dropped"),
    "report-of-node-lost": Behaviour("2.3/takes-reports", "reports of devices that connect by node id are dropped"),
    "report-at-most-once-lost": Behaviour("2.3/takes-reports", "reports with QoS 0 are dropped"),
    "report-printed-lost": Behaviour("2.3/takes-reports", "reports with line breaks in them are dropped"),
    "report-first-only": Behaviour("2.3/takes-reports", "of a report of several services the first alone is taken"),
    "report-value-rounded": Behaviour("2.3/takes-reports", "reported numbers lose their last digit"),
    "report-by-topic": Behaviour("2.1/own-topic", "a report counts for the device that its topic names"),
    "report-shared": Behaviour("2.3/apart", "a report counts for all devices that are connected"),
    "event-time-dropped": Behaviour("2.3/event-time-kept", "the platform's time counts in any case"),
    "event-time-needed": Behaviour("2.3/default-time", "a report without eventTime is dropped"),
    "event-time-as-it-is": Behaviour("2.3/default-time", "an eventTime of another form is kept as it is"),
    "event-time-refused": Behaviour("2.3/default-time", "a report whose eventTime has another form is dropped"),
    "garbage-kills": Behaviour("2.3/survives", "after a payload that is no report nothing is taken from the device"),
}
COMMANDS: Final[Mapping[str, Behaviour]] = {
    "command-not-json": Behaviour("2.4/payload", "commands are printed as Python prints them, which is no JSON"),
    "command-in-a-list": Behaviour("2.4/message/body/type", "commands come in a list"),
    "command-mid-zero": Behaviour("2.4/message/mid/minimum", "the mid of commands is 0"),
    "command-mid-large": Behaviour("2.4/message/mid/maximum", "the mid of commands is 65536"),
    "command-mid-constant": Behaviour("2.4/mids-distinct", "all commands bear the mid 1"),
    "command-paras-lost": Behaviour("1.9.7/passed-on", "commands arrive without their parameters"),
    "command-renamed": Behaviour("1.9.7/passed-on", "commands arrive under a name in small letters"),
    "command-of-other-service": Behaviour("1.9.7/passed-on", "commands arrive for another service"),
    "command-not-sent": Behaviour("2.4/arrives", "a command is answered with sent, and never sent"),
    "command-by-device-id": Behaviour("2.4/arrives", "commands go to the topic with the device id in any case"),
    "command-to-all": Behaviour("2.3/apart", "a command goes to every device that is connected"),
    "command-kept": Behaviour("1.9.7/not-cached", "a command for a device that is away waits for it"),
    "response-untold": Behaviour("2.5/told", "applications are not told how MQTT devices answer commands"),
    "response-failed-untold": Behaviour("2.5/told", "an answer with errcode 1 is not told"),
    "stray-answer-kills": Behaviour("2.5/survives", "after an answer to no command nothing is taken from the device"),
    "response-body-lost": Behaviour("2.5/told", "what a device answers is told without its content"),
}


def behaviours(contract: Contract) -> Mapping[str, Behaviour]:
    """Return the faults: those above, one per mistake with passwords, and for each member of a command its absence and
    another type.
    """
    return {
        **CONNECTING,
        **dict(_mistaken()),
        **STANDARD,
        **REPORTS,
        **COMMANDS,
        **dict(_members(contract)),
    }


def _mistaken() -> Iterator[tuple[str, Behaviour]]:
    for mistake in MISTAKES:
        if "verify" in mistake.wrong and mistake.name not in NOT_SHOWN:
            statement = CHECKS.get(mistake.name, "2.2/refuses")
            yield f"password-{mistake.name}", Behaviour(statement, f"a password counts by mistake: {mistake.then}")


def _members(contract: Contract) -> Iterator[tuple[str, Behaviour]]:
    for constraint in contract.device_messages[COMMAND].message.constraints:
        member, keyword = constraint.key.rsplit("/", 1)
        if keyword == "required":
            yield (
                f"command-lacks-{member}",
                Behaviour(f"2.4/message/{constraint.key}", f"commands come without {member}"),
            )
        elif keyword in {"type", "const"} and member != "body":
            words = f"commands come with another kind of {member}"
            yield f"command-mistypes-{member}", Behaviour(f"2.4/message/{constraint.key}", words)


BEHAVIOURS: Final = behaviours(load("huawei"))
