"""1.5.11, 1.5.14, 1.5.15: LoRa nodes, and what a registration leaves to defaults."""

from __future__ import annotations

from typing import Final

from conformance.suites.case import case
from conformance.suites.context import Context
from conformance.suites.huawei import lora
from conformance.suites.huawei.lora import NODE, compare
from conformance.suites.huawei.shadow_reading import told

REGISTER: Final = ("lora-node-register", "lora-node-delete")


@case("huawei/lora-node-register/as-given", requirements=["1.5.11/registered-as-given"], calls=REGISTER)
def answer_shows_the_node_as_it_was_given(context: Context) -> None:
    """The answer of a registration shows the node as it was given."""
    lora.registered_as_given(context, NODE)


@case("huawei/lora-node-register/own-id", requirements=["1.5.11/own-id"], calls=REGISTER)
def two_nodes_have_different_ids(context: Context) -> None:
    """Two nodes have different device ids."""
    lora.own_id(context, NODE)


@case("huawei/lora-node-register/class-default", requirements=["1.5.11/class-default"], calls=NODE.calls)
def node_without_class_is_of_class_a(context: Context) -> None:
    """A node that was registered without deviceClass is shown with classA."""
    _default(context, "deviceClass", "classA", "1.5.11/class-default")


@case("huawei/lora-node-register/join-default", requirements=["1.5.11/join-default"], calls=NODE.calls)
def node_without_join_type_joins_over_the_air(context: Context) -> None:
    """A node that was registered without joinType is shown with OTAA."""
    _default(context, "joinType", "OTAA", "1.5.11/join-default")


def _default(context: Context, member: str, expected: str, requirement: str) -> None:
    """Register the minimal node, which leaves the member out, and read it."""
    answer = NODE.read(context, context.make("lora-node").id)
    context.equal(requirement, told(answer, member), expected, pointer=f"/{member}")


@case("huawei/lora-node-register/abp", requirements=["1.5.11/join-by-abp"], calls=NODE.calls)
def node_joins_by_personalisation(context: Context) -> None:
    """A node with joinType ABP is registered with its session keys and address, without appKey, and shown so."""
    draft = context.draft("lora-node-register")
    assert draft.operation.request is not None
    keys = next(each for each in draft.operation.request.examples if each.get("joinType") == "ABP")
    given = {name: keys[name] for name in ("joinType", "appSKey", "devAddr", "nwkSKey")}
    draft.body = {**{name: value for name, value in draft.body.items() if name != "appKey"}, **given}
    answer = context.send(draft)
    if context.served(draft.operation, answer, "1.5.11/join-by-abp"):
        compare(context, "1.5.11/join-by-abp", NODE.read(context, answer.at("/deviceId")), given)


@case("huawei/lora-node-query/readable", requirements=["1.5.14/readable"], calls=NODE.calls)
def registered_node_is_read_as_it_was_given(context: Context) -> None:
    """A registered node is read by its id, with what it was registered with."""
    lora.readable(context, NODE)


@case("huawei/lora-node-query/owner", requirements=["1.5.14/owner"], calls=NODE.calls)
def node_of_an_authorised_application_is_managed(context: Context) -> None:
    """A node of an application that has authorised this one is registered, read and deleted with ownerAppId."""
    lora.of_an_authorised_application(context, NODE)


@case("huawei/lora-node-delete/gone", requirements=["1.5.15/gone"], calls=NODE.calls)
def deleted_node_is_gone(context: Context) -> None:
    """A deleted node can no longer be read."""
    lora.gone(context, NODE)


@case("huawei/lora-node-delete/other-stays", requirements=["1.5.15/other-stays"], calls=NODE.calls)
def other_node_stays(context: Context) -> None:
    """Deleting one node leaves another one alone."""
    lora.other_stays(context, NODE)
