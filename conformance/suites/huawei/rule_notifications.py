"""1.8.13, 1.8.14: what is told of rules that fire and of shadows that are synchronised."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from conformance.evidence.findings import Inconclusive
from conformance.suites.context import Context
from conformance.suites.huawei.device_reading import MAKES
from conformance.suites.huawei.notifying import notified, of, records, same, subscribed
from conformance.suites.huawei.shadow_reading import DEVICE_CALLS, Setting, same_number

COMMANDING: Final = frozenset({"DEVICE_CMD", "SMS", "EMAIL"})
"""Types of actions whose result is said to be statusCode and body."""
VALUE: Final = 33


@notified("rule-event", rules=["1.8.13/same-rule", "1.8.13/command-result"], calls=MAKES)
def triggered_rule_is_told(context: Context) -> None:
    """That a rule is triggered is told, with the rule and the results of its actions."""
    inbox = subscribed(context, "rule-event")
    device = context.make("device")
    told = context.act("rule-fired", deviceId=device.id)
    rule = told if isinstance(told, Mapping) else {}
    received = inbox.expect(
        lambda each: "ruleName" not in rule or each.at("/ruleName") == rule["ruleName"],
        "ruleEvent of the rule that fired",
    )
    for name in ("ruleId", "ruleName", "author"):
        if name in rule:
            same(context, "1.8.13/same-rule", received, f"/{name}", rule[name])
    results = records(received.at("/actionsResults"))
    judged = [each["result"] for each in results if each.get("type") in COMMANDING and each.get("result") is not None]
    for result in judged:
        _complete(context, received, result)
    if not judged:
        raise Inconclusive("no action of the rule gave a command or sent a message, so its result is not judged")


def _complete(context: Context, received: Any, result: Any) -> None:
    right = isinstance(result, dict) and {"statusCode", "body"} <= result.keys()
    words, pointer = "a result with statusCode and body", "/actionsResults"
    context.check("1.8.13/command-result", right, expected=words, actual=result, pointer=pointer, answer=received)


@notified(
    "shadow-status-changed",
    rules=["1.8.14/same-configuration", "1.8.14/outcome"],
    calls=["shadow-modify", *DEVICE_CALLS],
)
def outcome_of_a_configuration_is_told(context: Context) -> None:
    """That a device takes its configuration, and that another does not, is told with the values that were to be set."""
    inbox = subscribed(context, "shadow-status-changed")
    for delivered, status in ((True, "DELIVERED"), (False, "FAILED")):
        setting = Setting.of(context)
        context.act("device-online", deviceId=setting.device.id)
        setting.set(VALUE)
        context.act("shadow-result", deviceId=setting.device.id, serviceId=setting.service, delivered=delivered)
        received = inbox.expect(of(setting.device), f"the outcome of the configuration of {setting.device.id}")
        same(context, "1.8.14/outcome", received, "/status", status)
        same(context, "1.8.14/same-configuration", received, "/serviceId", setting.service)
        properties = received.at("/properties")
        shown = properties.get(setting.name) if isinstance(properties, Mapping) else None
        context.check(
            "1.8.14/same-configuration",
            same_number(shown, VALUE),
            expected=f"{setting.name} = {VALUE}",
            actual=shown,
            pointer="/properties",
            answer=received,
        )
