"""Durable notices: written in the same unit of work as the fact, delivered afterwards, retried until delivered.

An entry carries ids and codes only, never words of a chat. Entries of one lane leave in order of creation, one at
a time: nothing overtakes what was written earlier to the same recipient. `api.delivery` hands them out.
"""

import secrets
import threading
import time
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import JSON, ColumnElement, String, and_, exists, func, or_, select
from sqlalchemy.orm import Mapped, Session, aliased, mapped_column

from api.database import Base, UtcDateTime

FIRST_RETRY_SECONDS = 5
LONGEST_RETRY_SECONDS = 300
# What could not be delivered for three days is given up; staff see it.
GIVE_UP_AFTER = timedelta(days=3)
# Longer than any delivery may take. After it the process that claimed an entry is taken for dead.
LEASE = timedelta(minutes=5)
TIME_DIGITS, PREFIX_DIGITS, ID_DIGITS = 13, 20, 32

_id_lock = threading.Lock()
_last_id_micros = [0]


def _ordered_id() -> str:
    """A random id whose first digits grow with time, so that entries of one instant keep their order."""
    with _id_lock:
        micros = max(time.time_ns() // 1000, _last_id_micros[0] + 1)
        _last_id_micros[0] = micros
    return f"{micros:0{TIME_DIGITS}x}{secrets.token_hex(ID_DIGITS)[: ID_DIGITS - TIME_DIGITS]}"


class OutboxEntry(Base):
    """One notice on its way out: open until `delivered_at` or `failed_at` is set."""

    __tablename__ = "outbox_entry"

    id: Mapped[str] = mapped_column(String(32), primary_key=True, default=_ordered_id)
    topic: Mapped[str] = mapped_column(String(40))
    payload: Mapped[dict[str, Any]] = mapped_column(JSON)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    due_at: Mapped[datetime] = mapped_column(UtcDateTime, index=True)
    attempts: Mapped[int] = mapped_column(default=0)
    delivered_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    last_error: Mapped[str | None] = mapped_column(String(80))
    lane: Mapped[str | None] = mapped_column(String(80), index=True)
    claimed_until: Mapped[datetime | None] = mapped_column(UtcDateTime)
    failed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


@dataclass(frozen=True)
class Notice:
    """An entry that was claimed for delivery. `attempt` counts from 1; only its holder may close that attempt."""

    id: str
    topic: str
    payload: dict[str, Any]
    created_at: datetime
    attempt: int


def put(
    db: Session,
    topic: str,
    payload: dict[str, Any],
    now: datetime,
    *,
    due_at: datetime | None = None,
    lane: str | None = None,
) -> OutboxEntry:
    """Queue a notice inside the caller's unit of work, due at once or at `due_at`. `payload`: ids and codes only."""
    entry = OutboxEntry(topic=topic, payload=payload, created_at=now, due_at=due_at or now, lane=lane)
    db.add(entry)
    return entry


@dataclass(frozen=True)
class Place:
    """Where a delivery stands among others: the notice it is a part of, and which part of it."""

    notice_id: str
    created_at: datetime
    part: str

    @property
    def entry_id(self) -> str:
        """The id of the delivery: it begins like the notice's, so that the order of notices is theirs too."""
        return self.notice_id[:PREFIX_DIGITS] + self.part[: ID_DIGITS - PREFIX_DIGITS]


def put_part(db: Session, place: Place, topic: str, payload: dict[str, Any], now: datetime, *, lane: str) -> None:
    """Queue one delivery of a notice; the same part of the same notice is queued once only."""
    if db.get(OutboxEntry, place.entry_id) is not None:
        return
    entry = OutboxEntry(
        id=place.entry_id,
        topic=topic,
        payload=payload,
        created_at=min(place.created_at, now),
        due_at=now,
        lane=lane,
    )
    db.add(entry)


def backlog(db: Session, now: datetime) -> tuple[int, datetime | None]:
    """How many notices should have left and have not, and when the oldest of them was written."""
    query = select(func.count(OutboxEntry.id), func.min(OutboxEntry.created_at))
    count, oldest = db.execute(query.where(_is_open(OutboxEntry), OutboxEntry.due_at <= now)).one()
    return count, oldest


def retry_delay(attempts: int) -> timedelta:
    """Wait after the n-th failed attempt: 5 s, doubling, at most 5 minutes."""
    return timedelta(seconds=min(FIRST_RETRY_SECONDS * 2 ** max(attempts - 1, 0), LONGEST_RETRY_SECONDS))


def _is_open(entry: type[OutboxEntry]) -> ColumnElement[bool]:
    return and_(entry.delivered_at.is_(None), entry.failed_at.is_(None))


def _may_leave(now: datetime) -> ColumnElement[bool]:
    """Due, claimed by nobody, and the oldest open entry of its lane."""
    earlier = aliased(OutboxEntry)
    before = or_(
        earlier.created_at < OutboxEntry.created_at,
        and_(earlier.created_at == OutboxEntry.created_at, earlier.id < OutboxEntry.id),
    )
    overtaken = exists().where(earlier.lane == OutboxEntry.lane, _is_open(earlier), before)
    unclaimed = or_(OutboxEntry.claimed_until.is_(None), OutboxEntry.claimed_until <= now)
    # Made "later" than now: the clock was set back, and staff must not wait until it is that late again.
    made_later = and_(OutboxEntry.created_at > now, OutboxEntry.attempts == 0)
    is_due = or_(OutboxEntry.due_at <= now, made_later)
    return and_(_is_open(OutboxEntry), is_due, unclaimed, ~overtaken)


def has_due(db: Session, now: datetime) -> bool:
    """True when something may leave."""
    return db.scalar(select(OutboxEntry.id).where(_may_leave(now)).limit(1)) is not None


def claim(db: Session, now: datetime, most: int) -> list[Notice]:
    """Take up to `most` entries, each of another lane; no other process gets them before the lease ends."""
    # What has no lane is the product's own work (a line after a crisis, an alert): it waits for no mail server.
    order = (OutboxEntry.lane.is_not(None), OutboxEntry.created_at, OutboxEntry.id)
    query = select(OutboxEntry).where(_may_leave(now)).order_by(*order)
    # Rows another process is claiming are passed over (PostgreSQL); SQLite has one writer.
    entries = list(db.scalars(query.limit(most).with_for_update(skip_locked=True)))
    for entry in entries:
        entry.claimed_until = now + LEASE
        entry.attempts += 1
    return [Notice(each.id, each.topic, each.payload, each.created_at, each.attempts) for each in entries]


def _held(db: Session, notice: Notice) -> OutboxEntry | None:
    entry = db.get(OutboxEntry, notice.id, with_for_update=True)
    mine = entry is not None and entry.attempts == notice.attempt and entry.delivered_at is None
    return entry if mine else None


def close_delivered(db: Session, notice: Notice, now: datetime) -> None:
    """The attempt succeeded."""
    if entry := _held(db, notice):
        entry.delivered_at, entry.last_error, entry.claimed_until = now, None, None


def close_failed(db: Session, notice: Notice, now: datetime, error: str, *, for_good: bool) -> None:
    """The attempt failed: try again later, or never again (`for_good`, or after three days)."""
    if entry := _held(db, notice):
        entry.last_error, entry.claimed_until = error[:80], None
        entry.due_at = now + retry_delay(entry.attempts)
        if for_good or now - entry.created_at >= GIVE_UP_AFTER:
            entry.failed_at = now


def failed(db: Session, limit: int = 100) -> list[OutboxEntry]:
    """What was given up, newest first."""
    query = select(OutboxEntry).where(OutboxEntry.failed_at.is_not(None))
    return list(db.scalars(query.order_by(OutboxEntry.failed_at.desc()).limit(limit)))


def retry(db: Session, entry_id: str, now: datetime) -> bool:
    """Try once more what was given up; the three days begin anew. False when there is no such entry."""
    entry = db.get(OutboxEntry, entry_id)
    if entry is None or entry.failed_at is None:
        return False
    entry.failed_at, entry.due_at, entry.created_at = None, now, now
    return True
