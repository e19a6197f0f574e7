"""Token Encryption Transmission Guide: whom the platform serves, shown on calls that only list devices.

How the right and the wrong headers are made is the driver's business; its names for the ways are used here.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from conformance.evidence.findings import Stop
from conformance.suites.case import Case, case, cases_in
from conformance.suites.context import Context
from conformance.suites.judge import Stated
from conformance.suites.unstated import tells

LIST: Final = "device-list"


def _served(context: Context, requirement: str, headers: dict[str, str] | None = None) -> bool:
    answer = context.send(context.draft(LIST), headers=headers)
    return context.served(context.operation(LIST), answer, requirement)


def _refuses(context: Context, requirement: str, ways: Mapping[str, str]) -> None:
    """Check that each way of presenting credentials is refused; the words tell what is wrong with it."""
    for way, words in ways.items():
        answer = context.send(context.draft(LIST), wrong=way)
        context.refused(requirement, answer, Stated.REFUSAL, what=f"a refusal ({words})")


@case("neuroncloud/global/encrypted-key", requirements=["global/encrypted-key"], calls=[LIST])
def key_id_and_encrypted_key_are_served(context: Context) -> None:
    """A caller who sends the Key ID and the encrypted Key is served."""
    _served(context, "global/encrypted-key")


@case("neuroncloud/global/fresh-encryption", requirements=["global/fresh-encryption"], calls=[LIST])
def every_encryption_of_the_key_is_served(context: Context) -> None:
    """Two encryptions of the same Key are both served."""
    headers = [dict(context.carried("access-key")) for _ in range(2)]
    # The padding is random: should the same text come twice, nothing would be shown.
    if headers[0] == headers[1]:
        headers[1] = dict(context.carried("access-key"))
    for each in headers:
        _served(context, "global/fresh-encryption", each)


@case("neuroncloud/global/replay", requirements=["global/replay", "device-list/success"], calls=[LIST])
def text_that_was_sent_before_is_answered(context: Context) -> None:
    """An encrypted Key that was sent before is served or refused (erratum replay)."""
    headers = dict(context.carried("access-key"))
    if not _served(context, "device-list/success", headers):
        raise Stop
    answer = context.send(context.draft(LIST), headers=headers)
    tells(context, "global/replay", answer, "an encrypted Key that was sent before")


@case("neuroncloud/global/plain-key", requirements=["global/plain-key"], calls=[LIST])
def key_in_clear_is_refused(context: Context) -> None:
    """The Key in clear, as text or as Base64, is refused."""
    _refuses(context, "global/plain-key", {"plain-text": "the Key in clear", "plain-base64": "Base64 of the Key"})


@case("neuroncloud/global/other-public-key", requirements=["global/other-public-key"], calls=[LIST])
def key_for_another_public_key_is_refused(context: Context) -> None:
    """The Key encrypted with a public key of no token is refused."""
    _refuses(context, "global/other-public-key", {"other-public-key": "encrypted with another public key"})


@case("neuroncloud/global/wrong-key", requirements=["global/wrong-key"], calls=[LIST])
def another_key_is_refused(context: Context) -> None:
    """Another text than the Key, encrypted with the right public key, is refused."""
    _refuses(context, "global/wrong-key", {"wrong": "another Key", "shorter-key": "the Key without its end"})


@case("neuroncloud/global/truncated-key", requirements=["global/truncated-key"], calls=[LIST])
def truncated_text_is_refused(context: Context) -> None:
    """An encrypted Key that lacks characters, or whole bytes at either end, is refused."""
    _refuses(
        context,
        "global/truncated-key",
        {
            "cut-characters": "its last four characters are missing",
            "cut-first-byte": "its first byte is missing",
            "cut-last-byte": "its last byte is missing",
        },
    )


@case("neuroncloud/global/altered-key", requirements=["global/altered-key"], calls=[LIST])
def altered_text_is_refused(context: Context) -> None:
    """An encrypted Key of which one byte was changed is refused."""
    _refuses(context, "global/altered-key", {"altered": "one byte was changed"})


@case("neuroncloud/global/not-base64", requirements=["global/not-base64"], calls=[LIST])
def text_that_is_not_base64_is_refused(context: Context) -> None:
    """A text that is not Base64 is refused."""
    _refuses(context, "global/not-base64", {"not-base64": "the text is not Base64"})


@case("neuroncloud/global/empty-key", requirements=["global/empty-key"], calls=[LIST])
def empty_text_is_refused(context: Context) -> None:
    """An empty header, and the encryption of an empty text, are refused."""
    _refuses(
        context, "global/empty-key", {"empty-text": "the header is empty", "empty-key": "an empty text is encrypted"}
    )


@case("neuroncloud/global/key-id-absent", requirements=["global/key-id-absent"], calls=[LIST])
def key_without_key_id_is_refused(context: Context) -> None:
    """The encrypted Key without the Key ID is refused."""
    _refuses(context, "global/key-id-absent", {"key-id-absent": "no X-Source-SecretId"})


@case("neuroncloud/global/key-absent", requirements=["global/key-absent"], calls=[LIST])
def key_id_without_key_is_refused(context: Context) -> None:
    """The Key ID without the encrypted Key is refused."""
    _refuses(context, "global/key-absent", {"key-absent": "no X-Source-SecretKey"})


@case("neuroncloud/global/unknown-key-id", requirements=["global/unknown-key-id"], calls=[LIST])
def key_id_of_nobody_is_refused(context: Context) -> None:
    """A Key ID that nobody has is refused, whatever the code."""
    _refuses(context, "global/unknown-key-id", {"unknown-key-id": "a Key ID that nobody has"})


@case("neuroncloud/global/key-of-other-token", requirements=["global/key-of-other-token"], calls=[LIST])
def key_of_another_token_is_refused(context: Context) -> None:
    """The Key ID of one token with the encrypted Key of another is refused."""
    _refuses(context, "global/key-of-other-token", {"key-of-other-token": "the Key of another token"})


@case("neuroncloud/global/header-case", requirements=["global/header-case"], calls=[LIST])
def header_names_are_recognised_in_any_case(context: Context) -> None:
    """The names of the credential headers are recognised in small and in capital letters."""
    for change in (str.lower, str.upper):
        headers = {change(name): value for name, value in context.carried("access-key")}
        _served(context, "global/header-case", headers)


CASES: Final[tuple[Case, ...]] = cases_in(globals().values())
