"""Channels that do not get their notices out: a topic of the outbox with a row undelivered for five minutes."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import func, select
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
    # A row's `created_at` is the time it was meant for; `due_at` moves on with every attempt.
    oldest = func.min(OutboxEntry.created_at, type_=UtcDateTime)
    waiting = (OutboxEntry.delivered_at.is_(None), OutboxEntry.created_at <= now - LATE_AFTER)
    query = select(OutboxEntry.topic, func.count(), oldest).where(*waiting)
    rows = db.execute(query.group_by(OutboxEntry.topic).order_by(oldest)).tuples()
    return [LateChannel(topic, count, since) for topic, count, since in rows]
