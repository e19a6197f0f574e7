"""Signing in, refreshing, and showing the token."""

from __future__ import annotations

import threading
from typing import Any, Final

from conformance.reference.calling.caller import Caller, Fault, Outgoing, Reply

TOKENS: Final = frozenset({"login", "token-refresh"})
REFUSED: Final = b"1010005"
THROTTLED: Final = b"1010009"


class HuaweiClient(Caller):
    """Holds the tokens of an application."""

    known = ("scope", "tokenType", "expiresIn", "accessToken", "refreshToken")
    strict = TOKENS

    def __init__(self, *given: Any) -> None:
        super().__init__(*given)
        self.given = given
        self.token = self.refresh_token = ""

    def _identity(self) -> dict[str, str]:
        return {"appId": self.facts["app_id"], "secret": self.facts["secret"]}

    def sign_in(self) -> None:
        """Get an access token and a refresh token."""
        if self.on("signs-in-twice-at-once"):
            thread = threading.Thread(target=type(self)(*self.given).log_in)
            thread.start()
            self.log_in()
            thread.join()
        self.log_in()
        former = self.token
        if self.on("keeps-former-token"):
            self.log_in()
            self.token = former

    def log_in(self) -> None:
        """Sign in once."""
        self._take(self.call("login", "POST", "/iocm/app/sec/v1.1.0/login", body=self._identity(), form=True))

    def renew(self) -> None:
        """Refresh the access token; who never does keeps it also where it would be refreshed in time."""
        if self.on("never-renews"):
            return
        body = {**self._identity(), "refreshToken": self.refresh_token}
        self._take(self.call("token-refresh", "POST", "/iocm/app/sec/v1.1.0/refreshToken", body=body))

    def _take(self, answer: Any) -> None:
        self.token, self.refresh_token = answer["accessToken"], answer["refreshToken"]

    def present(self, call: Outgoing) -> None:
        """Put application and token onto a call that needs them."""
        if call.subject not in TOKENS:
            call.headers |= {"app_key": self.facts["app_id"], "Authorization": f"Bearer {self.token}"}

    def is_expired(self, reply: Reply) -> bool:
        """Tell whether the token was refused."""
        return REFUSED in reply.text

    def is_throttled(self, reply: Reply) -> bool:
        """Tell whether the application calls too often."""
        return THROTTLED in reply.text


def _json(call: Outgoing) -> None:
    call.form = False
    call.headers["Content-Type"] = "application/json"


def _misspelt(call: Outgoing) -> None:
    call.body["callbackurl"] = call.body.pop("callbackUrl")


def _in_query(call: Outgoing) -> None:
    call.query["access_token"] = call.headers.pop("Authorization").removeprefix("Bearer ")


def _form(call: Outgoing) -> None:
    call.form = True


FAULTS: Final = {
    "callbackurl": Fault("names the address of a subscription callbackurl", _misspelt, "subscribe-management"),
    "json-sign-in": Fault("signs in with JSON in place of a form", _json, "login"),
    "form-not-json": Fault("writes a registration as a form", _form, "device-register-code"),
    "timeout-as-text": Fault(
        "writes the timeout as a text", lambda call: call.body.update(timeout="0"), "device-register-code"
    ),
    "node-id-missing": Fault("registers no nodeId", lambda call: call.body.pop("nodeId"), "device-register-code"),
    "node-id-too-long": Fault(
        "registers a nodeId of 300 characters", lambda call: call.body.update(nodeId="n" * 300), "device-register-code"
    ),
    "page-too-large": Fault("asks for 500 devices", lambda call: call.query.update(pageSize=500), "device-list"),
    "status-lower-case": Fault(
        "asks for devices that are online", lambda call: call.query.update(status="online"), "device-list"
    ),
    "no-app-key": Fault("leaves app_key out", lambda call: call.headers.pop("app_key"), "device-query"),
    "other-app-key": Fault(
        "gives another app_key", lambda call: call.headers.update(app_key="somebody"), "device-query"
    ),
    "token-in-query": Fault("writes the token into the query", _in_query, "device-query"),
    "other-token": Fault(
        "shows a token that nobody gave",
        lambda call: call.headers.update(Authorization="Bearer 0123456789abcdef0123456789abcdef"),
        "device-capabilities",
    ),
    "malformed-json": Fault("sends half a message", lambda call: setattr(call, "raw", b'{"name"'), "device-modify"),
    "null-members": Fault(
        "sends members that are not set as null", lambda call: call.body.update(imsi=None), "device-register-code"
    ),
    "other-secret": Fault(
        "refreshes with another secret", lambda call: call.body.update({"secret": "none"}), "token-refresh"
    ),
    "signs-in-twice-at-once": Fault("signs in twice at the same time"),
    "keeps-former-token": Fault("goes on with the token that a later sign-in has ended"),
    "never-renews": Fault("goes on with a token that was refused"),
    "retries-at-once": Fault("repeats a call at once when it calls too often"),
}
