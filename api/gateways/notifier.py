"""The way out for notices to staff: a link and a kind, never content. The console twin only logs."""

from typing import Any, Protocol

import structlog

log = structlog.get_logger(__name__)


class Notifier(Protocol):
    """Whatever can tell staff that something waits."""

    async def deliver(self, topic: str, payload: dict[str, Any]) -> None:
        """Deliver one notice; any exception means 'try again later'."""
        ...


class ConsoleNotifier:
    """Writes the topic to the log: what a practice has before it sets up a channel."""

    async def deliver(self, topic: str, payload: dict[str, Any]) -> None:
        """Log topic and ids."""
        log.info("notice", topic=topic, **{key: str(value) for key, value in payload.items()})
