"""What is written into the outbox when a visit is booked or changes: ids, times and a counter, never a name."""

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy.orm import Session

from api import outbox
from api.practice import Profile
from api.scheduling.models import Appointment

BOOKED, MOVED, CANCELLED = "appointment_booked", "appointment_moved", "appointment_cancelled"
REMINDER, LINK = "appointment_reminder", "appointment_link"


def tell(db: Session, profile: Profile, visit: Appointment, topic: str, now: datetime) -> None:
    """Queue the news of a visit, and its reminder when the practice sends them, in the caller's unit of work."""
    outbox.put(db, topic, snapshot(visit), now, lane=f"visit:{visit.id}")
    if topic == CANCELLED or profile.mail.reminder_hours is None:
        return
    remind_at = visit.start_at - timedelta(hours=profile.mail.reminder_hours)
    if remind_at > now:
        outbox.put(db, REMINDER, snapshot(visit), now, due_at=remind_at)


def tell_link(db: Session, visit: Appointment, now: datetime) -> None:
    """Queue the mail that brings a patient the link of a visit again."""
    outbox.put(db, LINK, snapshot(visit), now, lane=f"visit:{visit.id}")


def snapshot(visit: Appointment) -> dict[str, Any]:
    """The visit as it stands now: a mail that leaves an hour late still tells what it was written for."""
    return {
        "appointment_id": visit.id,
        "group_id": visit.group_id,
        "changes": visit.changes,
        "start": visit.start_at.isoformat(),
        "end": visit.end_at.isoformat(),
        "modality": visit.modality,
    }
