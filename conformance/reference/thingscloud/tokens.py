"""Signing in (document: 获取 AccessToken): the credentials were checked before a handler is called."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from conformance.reference.calls import Request
from conformance.reference.thingscloud.auth import ADMIN_TOKEN, API_TOKEN
from conformance.reference.thingscloud.cloud import CloudHandler, ThingsCloud


def access_token(cloud: ThingsCloud, _: Request) -> Any:
    """Give an application its token."""
    return {"access_token": cloud.gate.issue(API_TOKEN)}


def admin_login(cloud: ThingsCloud, _: Request) -> Any:
    """Give an administrator a token."""
    return {"access_token": cloud.gate.issue(ADMIN_TOKEN)}


HANDLERS: Final[Mapping[str, CloudHandler]] = {"access-token": access_token, "admin-login": admin_login}
