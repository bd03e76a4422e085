"""The way out for notices to staff: a link and a kind, never content. The console twin only logs."""

from datetime import datetime
from typing import Any, Protocol

import structlog

log = structlog.get_logger(__name__)


class ToSend(Protocol):
    """A notice as the outbox hands it out (`api.outbox.Notice`)."""

    @property
    def id(self) -> str:
        """Its id, the same at every attempt."""
        ...

    @property
    def topic(self) -> str:
        """What it is about."""
        ...

    @property
    def payload(self) -> dict[str, Any]:
        """Ids and codes."""
        ...

    @property
    def created_at(self) -> datetime:
        """When it was written."""
        ...


class Notifier(Protocol):
    """Whatever can tell staff that something waits."""

    # False: a notice is only handed on here, and whoever really sends it notes the time.
    tells_at_once: bool

    async def deliver(self, notice: ToSend) -> None:
        """Deliver one notice; any exception means 'try again later'."""
        ...


class ConsoleNotifier:
    """Writes the topic to the log: what a practice has before it sets up a channel."""

    tells_at_once = True

    async def deliver(self, notice: ToSend) -> None:
        """Log topic and ids."""
        log.info("notice", topic=notice.topic, **{key: str(value) for key, value in notice.payload.items()})
