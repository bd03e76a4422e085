"""Calls for staff because of risk: raised with the message that caused them, repeated until somebody answers."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from api import outbox
from api.crypto import new_id
from api.errors import NotFound
from api.measures import note
from api.safety.hearing import Signal
from api.safety.models import Alert
from api.vocabulary import Tier

TOPIC = "alert"
# clinical.md §4, staff alert: unacknowledged emergency 5 minutes, crisis 15; urgent the same day.
REPEAT_AFTER = {
    Tier.EMERGENCY: timedelta(minutes=5),
    Tier.CRISIS: timedelta(minutes=15),
    Tier.URGENT: timedelta(hours=4),
}


def raise_alert(
    db: Session,
    session_id: str,
    message_seq: int | None,
    tier: Tier,
    signals: Sequence[Signal],
    rules_version: str,
    now: datetime,
) -> Alert:
    """Record an alert and queue its notice in the caller's unit of work; the notice carries ids only."""
    alert = Alert(
        id=new_id(),
        session_id=session_id,
        message_seq=message_seq,
        tier=tier,
        rules_version=rules_version,
        raised_at=now,
    )
    alert.signals = [signal.to_dict() for signal in signals]
    db.add(alert)
    note(db, "alert", tier)
    notify(db, alert, now)
    return alert


def notify(db: Session, alert: Alert, at: datetime, repeat: int = 0) -> None:
    """Queue the notice of an alert for `at`; `repeat` counts how often staff were told before."""
    payload = {"alert_id": alert.id, "session_id": alert.session_id, "tier": str(alert.tier), "repeat": repeat}
    outbox.put(db, TOPIC, payload, at)


def find(db: Session, alert_id: str) -> Alert:
    """The alert of that id. Raises NotFound."""
    alert = db.get(Alert, alert_id)
    if alert is None:
        raise NotFound("there is no such alert")
    return alert


def acknowledge(db: Session, alert_id: str, staff_member_id: str, now: datetime) -> Alert:
    """A staff member has seen it; the first one counts, and notices stop."""
    alert = find(db, alert_id)
    if alert.acknowledged_at is None:
        alert.acknowledged_at, alert.acknowledged_by = now, staff_member_id
        note(db, "alert_acknowledged", alert.tier, (now - alert.raised_at).total_seconds())
    return alert


def notify_again(db: Session, alert_id: str, repeat: int, now: datetime) -> bool:
    """After a delivered notice: queue the next one unless somebody has acknowledged. True when queued."""
    alert = find(db, alert_id)
    if repeat == 0:
        note(db, "alert_told", alert.tier, (now - alert.raised_at).total_seconds())
    if alert.acknowledged_at is not None:
        return False
    notify(db, alert, now + REPEAT_AFTER[Tier(alert.tier)], repeat + 1)
    return True


def of_session(db: Session, session_id: str) -> list[Alert]:
    """The alerts of a chat, oldest first."""
    return list(db.scalars(select(Alert).where(Alert.session_id == session_id).order_by(Alert.raised_at)))


def unacknowledged(db: Session) -> list[Alert]:
    """What still waits for staff, gravest first, then longest waiting."""
    waiting = db.scalars(select(Alert).where(Alert.acknowledged_at.is_(None)).order_by(Alert.raised_at))
    return sorted(waiting, key=lambda alert: -Tier(alert.tier).rank)
