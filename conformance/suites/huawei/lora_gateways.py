"""1.5.10, 1.5.12, 1.5.13: LoRa gateways."""

from __future__ import annotations

from conformance.suites.case import case
from conformance.suites.context import Context
from conformance.suites.huawei import lora
from conformance.suites.huawei.lora import GATEWAY


@case(
    "huawei/lora-gateway-register/as-given",
    requirements=["1.5.10/registered-as-given"],
    calls=["lora-gateway-register", "lora-gateway-delete"],
)
def answer_shows_the_gateway_as_it_was_given(context: Context) -> None:
    """The answer of a registration shows the gateway as it was given."""
    lora.registered_as_given(context, GATEWAY)


@case(
    "huawei/lora-gateway-register/own-id",
    requirements=["1.5.10/own-id"],
    calls=["lora-gateway-register", "lora-gateway-delete"],
)
def two_gateways_have_different_ids(context: Context) -> None:
    """Two gateways have different device ids."""
    lora.own_id(context, GATEWAY)


@case("huawei/lora-gateway-query/readable", requirements=["1.5.12/readable"], calls=GATEWAY.calls)
def registered_gateway_is_read_as_it_was_given(context: Context) -> None:
    """A registered gateway is read by its id, with what it was registered with."""
    lora.readable(context, GATEWAY)


@case("huawei/lora-gateway-query/owner", requirements=["1.5.12/owner"], calls=GATEWAY.calls)
def gateway_of_an_authorised_application_is_managed(context: Context) -> None:
    """A gateway of an application that has authorised this one is registered, read and deleted with ownerAppId."""
    lora.of_an_authorised_application(context, GATEWAY)


@case("huawei/lora-gateway-delete/gone", requirements=["1.5.13/gone"], calls=GATEWAY.calls)
def deleted_gateway_is_gone(context: Context) -> None:
    """A deleted gateway can no longer be read."""
    lora.gone(context, GATEWAY)


@case("huawei/lora-gateway-delete/other-stays", requirements=["1.5.13/other-stays"], calls=GATEWAY.calls)
def other_gateway_stays(context: Context) -> None:
    """Deleting one gateway leaves another one alone."""
    lora.other_stays(context, GATEWAY)
