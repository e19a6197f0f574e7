"""The ways in which a reference application can be wrong: each is a mistake that real receivers make."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cached_property
from typing import Final

from conformance.reference.faults import Behaviour, Fault
from conformance.reference.switchboard import Switchboard

LITTLE: Final = 16 * 1024
MUCH: Final = 1024 * 1024
PATIENCE: Final = 100

WRONG: Final[Mapping[str, str]] = {
    "status-500": "every message is answered with 500",
    "status-404": "every message is answered with 404",
    "status-302": "every message is answered with a redirect",
    "status-204": "every message is answered with 204",
    "hangs": "no message is ever answered",
    "closes": "the connection is closed in place of an answer",
    "needs-every-optional-member": "a message without a member that the fullest one has is answered with 500",
    "refuses-null": "a message with null anywhere is answered with 400",
    "refuses-new-members": "a message with a member that the document does not name is answered with 400",
    "ascii-only": "a message with a character beyond ASCII is answered with 500",
    "small-buffer": f"a body over {LITTLE} bytes is answered with 413",
    "refuses-repeated": "a message that came before is answered with 500, as a unique key in a database has it",
    "forgets-deleted": "a message about a device that was deleted is answered with 404",
    "exact-content-type": "another Content-Type than application/json to the letter is answered with 415",
    "exact-header-case": "Content-Type is known in this spelling of its name only; without one the answer is 415",
    "text-search": "the kind is found by searching the text without blanks; where it is not found the answer is 400",
    "needs-first-member": "a message whose first member is another than in the document is answered with 400",
    "one-message-per-connection": "the second message on a connection is never answered",
    "needs-keep-alive": "a message whose sender closes the connection is answered with 400",
    "one-connection": "while one connection is open no other is served",
    "gives-up-after-many": f"after {PATIENCE} messages the connection is closed in place of an answer",
    "hangs-on-other-type": "a message with another media type is never answered",
    "dies-of-unknown-kind": "after a kind that the document does not have nothing is answered any more",
    "dies-of-broken-json": "after a body that is no JSON object, or not of the documented types, nothing is answered any more",
    "dies-of-much": f"after a body over {MUCH} bytes nothing is answered any more",
}


class Wrong(Switchboard):
    """The faults of one reference application."""

    @cached_property
    def known(self) -> Mapping[str, Fault]:
        """Every fault by id."""
        return {
            f"behaviour/{name}": Fault(
                id=f"behaviour/{name}", kind="behaviour", description=behaviour.description, action=name
            )
            for name, behaviour in self.behaviours.items()
        }


BEHAVIOURS: Final = {name: Behaviour(None, description) for name, description in WRONG.items()}
