"""Waits for a bot that starts, or starts again: messages are kept and acknowledged, afterwards they are answered."""

import asyncio
import contextlib
from collections.abc import Awaitable, Callable

import structlog

from api.gateways.bot import BotGateway

POLL_SECONDS = 0.5

log = structlog.get_logger(__name__)


class WarmUp:
    """Knows whether the bot may still be starting; calls `then` when it is ready or has had its time."""

    def __init__(self, bot: BotGateway, longest_seconds: float, then: Callable[[], Awaitable[None]]) -> None:
        self._bot, self._longest, self._then = bot, longest_seconds, then
        self._task: asyncio.Task[None] | None = None
        self._came = False
        self.is_over = False

    def start(self) -> None:
        """Begin to ask the bot."""
        self._task = asyncio.create_task(self._run())

    def seen(self) -> None:
        """The bot has answered."""
        self._came = True

    def lost(self) -> bool:
        """The bot died. True when it is waited for; False when it did not come back in its time.

        The supervisor starts a dead bot again: until then nobody needs a person because of it.
        """
        if self.is_over and self._came:
            self.is_over = self._came = False
            self.start()
        return not self.is_over

    async def stop(self) -> None:
        """Stop asking."""
        if self._task is not None:
            self._task.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await self._task

    async def _run(self) -> None:
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(self._longest):
                while not await self._bot.is_ready():  # noqa: ASYNC110 (another process cannot set an event)
                    await asyncio.sleep(POLL_SECONDS)
                self.seen()
        self.is_over = True
        try:
            await self._then()
        except Exception as error:
            # What waits stays in the database (api/chat/service.py looks again); the chats themselves must go on.
            log.error("waiting_messages_not_answered", error=type(error).__name__)
