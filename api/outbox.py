"""Durable notices: written in the same unit of work as the fact, delivered afterwards, retried until delivered.

An entry carries ids only, never words of a chat. `Dispatcher` runs in the api process and hands each due entry to
the notifier (console twin by default; mail and webhook are channels a practice sets up).
"""

import asyncio
import contextlib
from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta
from typing import Any

import structlog
from sqlalchemy import JSON, String, func, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from api.clock import Clock
from api.crypto import new_id
from api.database import Base, Database, UtcDateTime

FIRST_RETRY_SECONDS = 5
LONGEST_RETRY_SECONDS = 300
BATCH = 20
POLL_SECONDS = 1.0

log = structlog.get_logger(__name__)


class OutboxEntry(Base):
    """One notice on its way out."""

    __tablename__ = "outbox_entry"

    id: Mapped[str] = mapped_column(String(32), primary_key=True, default=new_id)
    topic: Mapped[str] = mapped_column(String(40))
    payload: Mapped[dict[str, Any]] = mapped_column(JSON)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    due_at: Mapped[datetime] = mapped_column(UtcDateTime, index=True)
    attempts: Mapped[int] = mapped_column(default=0)
    delivered_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    last_error: Mapped[str | None] = mapped_column(String(80))


def put(db: Session, topic: str, payload: dict[str, Any], now: datetime) -> OutboxEntry:
    """Queue a notice inside the caller's unit of work. `payload` must hold ids and codes only."""
    entry = OutboxEntry(topic=topic, payload=payload, created_at=now, due_at=now)
    db.add(entry)
    return entry


def backlog(db: Session, now: datetime) -> tuple[int, datetime | None]:
    """How many notices should have left and have not, and when the oldest of them was written."""
    query = select(func.count(OutboxEntry.id), func.min(OutboxEntry.created_at))
    count, oldest = db.execute(
        query.where(OutboxEntry.delivered_at.is_(None), OutboxEntry.created_at <= now)
    ).one()
    return count, oldest


def retry_delay(attempts: int) -> timedelta:
    """Wait after the n-th failed attempt: 5 s, doubling, at most 5 minutes."""
    return timedelta(seconds=min(FIRST_RETRY_SECONDS * 2 ** max(attempts - 1, 0), LONGEST_RETRY_SECONDS))


Deliver = Callable[[str, dict[str, Any]], Awaitable[None]]


class Dispatcher:
    """Delivers due entries in order of creation; a failure is noted and tried again later."""

    def __init__(self, database: Database, clock: Clock, deliver: Deliver) -> None:
        self._database, self._clock, self._deliver = database, clock, deliver
        self._task: asyncio.Task[None] | None = None

    def start(self) -> None:
        """Begin to poll in the background."""
        self._task = asyncio.create_task(self._run())

    async def stop(self) -> None:
        """Stop polling; what is undelivered stays in the table."""
        if self._task is not None:
            self._task.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await self._task

    async def _run(self) -> None:
        while True:
            # A locked or full database must not end deliveries for good.
            try:
                await self.deliver_due()
            except Exception as error:
                log.warning("outbox_pass_failed", error=type(error).__name__)
            await asyncio.sleep(POLL_SECONDS)

    async def deliver_due(self) -> int:
        """Try every due entry once; the number delivered."""
        due = await asyncio.to_thread(self._due)
        delivered = 0
        for entry in due:
            delivered += await self._attempt(entry)
        return delivered

    def _due(self) -> list[OutboxEntry]:
        with self._database.reading() as db:
            query = select(OutboxEntry).where(
                OutboxEntry.delivered_at.is_(None), OutboxEntry.due_at <= self._clock.now()
            )
            return list(db.scalars(query.order_by(OutboxEntry.created_at).limit(BATCH)))

    async def _attempt(self, entry: OutboxEntry) -> int:
        error: str | None = None
        try:
            await self._deliver(entry.topic, entry.payload)
        except Exception as failure:
            error = type(failure).__name__
            log.warning("outbox_delivery_failed", topic=entry.topic, error=error, attempts=entry.attempts + 1)
        await asyncio.to_thread(self._note, entry.id, error)
        return int(error is None)

    def _note(self, entry_id: str, error: str | None) -> None:
        with self._database.writing() as db:
            entry = db.get_one(OutboxEntry, entry_id)
            entry.attempts += 1
            entry.last_error = error
            if error is None:
                entry.delivered_at = self._clock.now()
            else:
                entry.due_at = self._clock.now() + retry_delay(entry.attempts)
