"""Who is told of an alert, and when the next one is, until somebody answers (clinical.md §4, staff alert).

Each step is a timer in the outbox, so it outlives the process. Whoever takes a step first moves the alert's counter
in one statement; another process that comes to the same timer finds it moved and does nothing.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from api import outbox
from api.practice import Profile
from api.safety.models import Alert, AlertStep
from api.vocabulary import Tier

TOPIC, TIMER = "alert", "alert_timer"
# clinical.md §4: an emergency nobody has answered goes on after 5 minutes, a crisis after 15.
WAITS = {Tier.EMERGENCY: timedelta(minutes=5), Tier.CRISIS: timedelta(minutes=15)}
# clinical.md §4: urgent by the close of the same day, or by this hour of the next open one.
URGENT_HOUR = time(10)
NEVER_OPEN = timedelta(hours=24)


@dataclass(frozen=True)
class Step:
    """A step that was taken. `gave_out`: with it nobody of the list was left, for the first time."""

    alert: Alert
    recipient: str | None
    gave_out: bool


def next_due(tier: Tier, now: datetime, profile: Profile) -> datetime:
    """When an alert told at `now` goes on to the next person, in UTC."""
    return now + WAITS[tier] if tier in WAITS else _urgent_due(now, profile)


def _urgent_due(now: datetime, profile: Profile) -> datetime:
    closes = profile.closes_at(now)
    if closes is not None:
        return closes
    opens = profile.opens_at(now)
    if opens is None:
        return now + NEVER_OPEN
    ten = datetime.combine(opens.astimezone(profile.zone), URGENT_HOUR, profile.zone).astimezone(UTC)
    return max(opens, ten)


def begin(db: Session, profile: Profile, alert: Alert, now: datetime) -> None:
    """Tell the first person and start the timer, in the unit of work that raises the alert."""
    db.add(alert)
    db.flush()
    _tell(db, profile, alert, _next_person(profile, (), now), now)


def take_step(db: Session, profile: Profile, alert_id: str, number: int, now: datetime) -> Step | None:
    """Take step `number` of an alert; None when it was answered, is gone, or another process took this step."""
    unanswered = (Alert.id == alert_id, Alert.step == number - 1, Alert.acknowledged_at.is_(None))
    claim = update(Alert).where(*unanswered).values(step=number).returning(Alert.id)
    if db.scalar(claim.execution_options(synchronize_session=False)) is None:
        return None
    alert = db.get_one(Alert, alert_id, populate_existing=True)
    person = _next_person(profile, [step.recipient for step in steps_of(db, [alert_id])], now)
    gave_out = person is None and alert.exhausted_at is None
    if gave_out:
        alert.exhausted_at = now
    _tell(db, profile, alert, person, now)
    return Step(alert, person, gave_out)


def _next_person(profile: Profile, told: Sequence[str | None], now: datetime) -> str | None:
    """The first of those on duty who has not been told; None means everybody."""
    return next((person.id for person in profile.on_duty(now) if person.id not in told), None)


def _tell(db: Session, profile: Profile, alert: Alert, recipient: str | None, now: datetime) -> None:
    due = next_due(Tier(alert.tier), now, profile)
    alert.next_step_at = due
    db.add(AlertStep(alert_id=alert.id, number=alert.step, at=now, recipient=recipient))
    where = {"alert_id": alert.id, "session_id": alert.session_id, "link": f"/staff/chats/{alert.session_id}"}
    notice = {**where, "tier": str(alert.tier), "step": alert.step, "recipient": recipient}
    outbox.put(db, TOPIC, notice, now)
    outbox.put(db, TIMER, {"alert_id": alert.id, "step": alert.step + 1}, now, due_at=due)


def steps_of(db: Session, alert_ids: Sequence[str]) -> list[AlertStep]:
    """The steps of these alerts, each alert's in order."""
    query = select(AlertStep).where(AlertStep.alert_id.in_(alert_ids))
    return list(db.scalars(query.order_by(AlertStep.alert_id, AlertStep.number)))
