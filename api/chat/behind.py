"""Looks again for what waits after the database refused: until then nothing is lost, it only waits."""

import asyncio
import contextlib
from collections.abc import Awaitable, Callable

import structlog
from sqlalchemy.exc import SQLAlchemyError

FIRST_LOOK_SECONDS = 1.0
LONGEST_PAUSE_SECONDS = 10.0

log = structlog.get_logger(__name__)


class Behind:
    """Calls `answer_left`; when the database refuses, again and again with growing pauses."""

    def __init__(self, answer_left: Callable[[], Awaitable[None]]) -> None:
        self._answer_left = answer_left
        self._task: asyncio.Task[None] | None = None

    async def look(self) -> None:
        """Look now; and soon again when the database refuses."""
        try:
            await self._answer_left()
        except SQLAlchemyError as error:
            log.warning("waiting_messages_not_read", error=type(error).__name__)
            self.look_soon()

    def look_soon(self) -> None:
        """Look after a short while, once for everybody who asks for it meanwhile."""
        if self._task is None or self._task.done():
            self._task = asyncio.create_task(self._look_until_read())

    async def _look_until_read(self) -> None:
        pause = FIRST_LOOK_SECONDS
        while True:
            await asyncio.sleep(pause)
            try:
                return await self._answer_left()
            except SQLAlchemyError:
                pause = min(pause * 2, LONGEST_PAUSE_SECONDS)

    async def stop(self) -> None:
        """Look no more."""
        if self._task is not None:
            self._task.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await self._task
