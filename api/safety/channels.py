"""Channels that do not get their notices out: a topic of the outbox with a row undelivered for five minutes."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import case, func, select
from sqlalchemy.orm import Session

from api.database import UtcDateTime
from api.outbox import OutboxEntry

# The safety issue, item 4.
LATE_AFTER = timedelta(minutes=5)


@dataclass(frozen=True)
class LateChannel:
    """A topic, how many of its notices wait, and since when the oldest does."""

    topic: str
    count: int
    since: datetime


def late(db: Session, now: datetime) -> list[LateChannel]:
    """The channels to show in red, longest stuck first."""
    # What was never tried waits since it was due, timers among it; `due_at` moves on with every attempt.
    since = case((OutboxEntry.attempts == 0, OutboxEntry.due_at), else_=OutboxEntry.created_at)
    oldest = func.min(since, type_=UtcDateTime)
    is_open = (OutboxEntry.delivered_at.is_(None), OutboxEntry.failed_at.is_(None))
    waiting = (*is_open, since <= now - LATE_AFTER)
    query = select(OutboxEntry.topic, func.count(), oldest).where(*waiting)
    rows = db.execute(query.group_by(OutboxEntry.topic).order_by(oldest)).tuples()
    return [LateChannel(topic, count, since) for topic, count, since in rows]
