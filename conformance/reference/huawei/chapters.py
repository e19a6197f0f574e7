"""The chapters of the document, in its order."""

from __future__ import annotations

from typing import Final

from conformance.reference.huawei import (
    applications,
    batch_tasks,
    cancel_tasks,
    command_send,
    commands,
    devices,
    groups,
    lora,
    notifications,
    packages,
    shadows,
    subscriptions,
    tokens,
    upgrade_tasks,
)
from conformance.reference.huawei.access import chapter as access
from conformance.reference.huawei.platform import Chapter

CHAPTERS: Final[tuple[Chapter, ...]] = (
    applications.CHAPTER,
    tokens.CHAPTER,
    devices.CHAPTER,
    shadows.CHAPTER,
    lora.CHAPTER,
    subscriptions.CHAPTER,
    commands.CHAPTER,
    cancel_tasks.CHAPTER,
    command_send.CHAPTER,
    batch_tasks.CHAPTER,
    groups.CHAPTER,
    packages.CHAPTER,
    upgrade_tasks.CHAPTER,
    notifications.CHAPTER,
    access.CHAPTER,
)
