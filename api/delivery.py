"""Hands due entries of the outbox out, several lanes at a time, and notes what became of each."""

import asyncio
import contextlib
from collections.abc import Awaitable, Callable

import structlog

from api import outbox
from api.clock import Clock
from api.database import Database
from api.errors import Undeliverable
from api.outbox import Notice

AT_ONCE = 8
POLL_SECONDS = 1.0
# How long a stopping process waits for deliveries under way: one cut off would be made again later.
STOP_SECONDS = 20.0

log = structlog.get_logger(__name__)

Deliver = Callable[[Notice], Awaitable[None]]


class Dispatcher:
    """Delivers due entries, each lane in order; a failure is noted and tried again later.

    Several processes may run one on the same database: an entry belongs to whoever claimed it.
    """

    def __init__(self, database: Database, clock: Clock, deliver: Deliver) -> None:
        self._database, self._clock, self._deliver = database, clock, deliver
        self._stops = asyncio.Event()
        self._task: asyncio.Task[None] | None = None

    def start(self) -> None:
        """Begin to poll in the background."""
        self._task = asyncio.create_task(self._run())

    async def stop(self) -> None:
        """Stop polling after the deliveries under way; what is undelivered stays in the table."""
        if self._task is None:
            return
        self._stops.set()
        with contextlib.suppress(asyncio.CancelledError, TimeoutError):
            await asyncio.wait_for(self._task, STOP_SECONDS)
        self._task = None
        self._stops.clear()

    async def _run(self) -> None:
        while not self._stops.is_set():
            # A locked or full database must not end deliveries for good.
            try:
                await self.deliver_due()
            except Exception as error:
                log.warning("outbox_pass_failed", error=type(error).__name__)
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(self._stops.wait(), POLL_SECONDS)

    async def deliver_due(self) -> int:
        """Try everything that is due once, what becomes due by it too; the number delivered."""
        delivered = 0
        while claimed := await asyncio.to_thread(self._claim):
            delivered += sum(await asyncio.gather(*(self._attempt(notice) for notice in claimed)))
            if self._stops.is_set():
                break
        return delivered

    def _claim(self) -> list[Notice]:
        now = self._clock.now()
        with self._database.reading() as db:
            if not outbox.has_due(db, now):
                return []
        with self._database.writing() as db:
            return outbox.claim(db, now, AT_ONCE)

    async def _attempt(self, notice: Notice) -> int:
        error: Exception | None = None
        try:
            await self._deliver(notice)
        except Exception as failure:
            error = failure
            named = _name(failure)
            log.warning("outbox_delivery_failed", topic=notice.topic, error=named, attempts=notice.attempt)
        await asyncio.to_thread(self._note, notice, error)
        return int(error is None)

    def _note(self, notice: Notice, error: Exception | None) -> None:
        now = self._clock.now()
        with self._database.writing() as db:
            if error is None:
                outbox.close_delivered(db, notice, now)
            else:
                for_good = isinstance(error, Undeliverable)
                outbox.close_failed(db, notice, now, _name(error), for_good=for_good)


def _name(error: Exception) -> str:
    """What may be kept of a failure: its class, and the code of a refusal; never its words."""
    return f"{type(error).__name__} {error.code}" if isinstance(error, Undeliverable) else type(error).__name__
