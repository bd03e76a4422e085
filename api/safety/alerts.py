"""Calls for staff because of risk: raised with the message that caused them, answered with what came of them."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from api.crypto import new_id
from api.errors import Conflict, NotFound
from api.measures import note
from api.practice import Profile
from api.safety import escalation
from api.safety.hearing import Signal
from api.safety.models import Alert, AlertOutcome
from api.vocabulary import Tier

TOPIC, TIMER = escalation.TOPIC, escalation.TIMER


def raise_alert(
    db: Session,
    profile: Profile,
    session_id: str,
    message_seq: int | None,
    tier: Tier,
    signals: Sequence[Signal],
    rules_version: str,
    now: datetime,
) -> Alert:
    """Record an alert, queue its first notice and its timer, all in the caller's unit of work."""
    alert = Alert(
        id=new_id(),
        session_id=session_id,
        message_seq=message_seq,
        tier=tier,
        rules_version=rules_version,
        raised_at=now,
        step=0,
    )
    alert.signals = [signal.to_dict() for signal in signals]
    escalation.begin(db, profile, alert, now)
    note(db, "alert", tier)
    return alert


def find(db: Session, alert_id: str) -> Alert:
    """The alert of that id, locked on PostgreSQL until the unit of work ends. Raises NotFound."""
    alert = db.get(Alert, alert_id, with_for_update=True)
    if alert is None:
        raise NotFound("there is no such alert")
    return alert


def waits(db: Session, alert_id: str) -> bool:
    """True while nobody has answered an alert."""
    alert = db.get(Alert, alert_id)
    return alert is not None and alert.acknowledged_at is None


def note_alerted(db: Session, alert_id: str, now: datetime) -> None:
    """A notice of an alert has left; the first one counts."""
    alert = db.get(Alert, alert_id)
    first = update(Alert).where(Alert.id == alert_id, Alert.alerted_at.is_(None)).values(alerted_at=now)
    done: Any = db.execute(first.execution_options(synchronize_session=False))
    if alert is not None and done.rowcount:
        note(db, "alert_told", alert.tier, (now - alert.raised_at).total_seconds())


def acknowledge(
    db: Session, alert_id: str, staff_member_id: str, now: datetime, outcome: AlertOutcome | None = None
) -> Alert:
    """A staff member has seen it; the first one counts, and nobody else is told. Raises NotFound."""
    alert = find(db, alert_id)
    if alert.acknowledged_at is None:
        alert.acknowledged_at, alert.acknowledged_by = now, staff_member_id
        alert.next_step_at = None
        note(db, "alert_acknowledged", alert.tier, (now - alert.raised_at).total_seconds())
    if outcome is not None:
        _note_outcome(alert, staff_member_id, outcome, now)
    return alert


def record_outcome(
    db: Session, alert_id: str, staff_member_id: str, outcome: AlertOutcome, now: datetime
) -> Alert:
    """What came of an alert; it may be put right later. Raises NotFound, Conflict before somebody has seen it."""
    alert = find(db, alert_id)
    if alert.acknowledged_at is None:
        raise Conflict("nobody has said yet that they have seen this alert")
    _note_outcome(alert, staff_member_id, outcome, now)
    return alert


def _note_outcome(alert: Alert, staff_member_id: str, outcome: AlertOutcome, now: datetime) -> None:
    alert.outcome, alert.outcome_at, alert.outcome_by = outcome, now, staff_member_id


def of_session(db: Session, session_id: str) -> list[Alert]:
    """The alerts of a chat, oldest first."""
    return list(db.scalars(select(Alert).where(Alert.session_id == session_id).order_by(Alert.raised_at)))


def unacknowledged(db: Session) -> list[Alert]:
    """What still waits for staff, gravest first, then longest waiting."""
    waiting = db.scalars(select(Alert).where(Alert.acknowledged_at.is_(None)).order_by(Alert.raised_at))
    return sorted(waiting, key=lambda alert: -Tier(alert.tier).rank)


def given_out(db: Session) -> list[Alert]:
    """What nobody of the on-call list has answered, gravest first, then longest waiting."""
    return [alert for alert in unacknowledged(db) if alert.exhausted_at is not None]


def recent(db: Session, since: datetime, limit: int) -> list[Alert]:
    """Alerts since an instant, newest first."""
    query = select(Alert).where(Alert.raised_at >= since).order_by(Alert.raised_at.desc(), Alert.id)
    return list(db.scalars(query.limit(limit)))
