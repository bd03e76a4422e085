"""Mail to staff: that something waits and where to look; no name, no concern, no reason."""

from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from api.gateways.mail import Letter
from api.gateways.notifier import ToSend
from api.mail.words import say
from api.safety import alerts

LANGUAGE = "en"
# What is said of a notice; anything else that waits is `staff_waits`.
WORDS = {
    alerts.TOPIC: "staff_alert",
    "appointment_booked": "staff_booked",
    "appointment_moved": "staff_moved",
    "appointment_cancelled": "staff_cancelled",
}


def link(base_url: str, about: str, payload: dict[str, Any]) -> str:
    """Where staff look; it opens for those who are signed in."""
    if "appointment_id" in payload:
        path = f"visits/{payload['appointment_id']}"
    else:
        path = f"chats/{payload['session_id']}" if "session_id" in payload else ""
    return f"{base_url.rstrip('/')}/staff/{path}"


def letter(db: Session, base_url: str, notice: ToSend, address: str, now: datetime) -> Letter | None:
    """The letter; None for an alert that somebody has answered meanwhile."""
    about = notice.payload["about"]
    if about == alerts.TOPIC and alerts.find(db, notice.payload["alert_id"]).acknowledged_at is not None:
        return None
    text = say(WORDS.get(about, "staff_waits"), LANGUAGE, link=link(base_url, about, notice.payload))
    subject = say("staff_subject_alert" if about == alerts.TOPIC else "staff_subject", LANGUAGE)
    return Letter(notice.id, address, subject, f"{text}\n\n{say('staff_foot', LANGUAGE)}\n", now)
