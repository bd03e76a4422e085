"""Units of work behind the staff pages: read what is shown, and write down that it was read."""

from dataclasses import dataclass
from datetime import date

from sqlalchemy.orm import Session

from api import audit
from api.console import inbox as waiting
from api.console import views
from api.console.access import Visit
from api.console.inbox import InboxRow
from api.console.views import Conversation, ShownMessage
from api.dependencies import Frontdesk
from api.scheduling.models import Appointment
from api.staff import sign_ins
from api.transcript import service as transcript


@dataclass(frozen=True)
class News:
    """What came since a number, and how the chat stands now."""

    messages: list[ShownMessage]
    last: int
    state: str


def note(db: Session, frontdesk: Frontdesk, actor: str, action: str, subject: str) -> None:
    """Put one entry into the audit log."""
    key = frontdesk.settings.audit_key.get_secret_value().encode()
    audit.record(db, key, at=frontdesk.clock.now(), actor=f"staff:{actor}", action=action, subject=subject)


def inbox(frontdesk: Frontdesk, visit: Visit, token: str | None) -> list[InboxRow]:
    """The rows of the inbox. A person who opens the page keeps the sign-in alive; a refresh gives no `token`."""
    if token is not None:
        with frontdesk.database.writing() as db:
            sign_ins.touch(db, token, frontdesk.clock.now())
    with frontdesk.database.reading() as db:
        rows = waiting.inbox(db, visit.role)
    if token is not None and any(row.words for row in rows):
        with frontdesk.database.writing() as db:
            note(db, frontdesk, visit.id, "alert_words.read", "inbox")
    return rows


def conversation(frontdesk: Frontdesk, visit: Visit, session_id: str, token: str) -> Conversation:
    """One chat; opening it is in the audit log. Raises NotFound."""
    with frontdesk.database.writing() as db:
        session = transcript.find(db, session_id)
        sign_ins.touch(db, token, frontdesk.clock.now())
        note(db, frontdesk, visit.id, "transcript.read", f"session:{session.id}")
        return views.conversation(db, session, visit.role)


def news(frontdesk: Frontdesk, visit: Visit, session_id: str, after: int) -> News:
    """What came since. Reading on is reading: it is in the audit log when there was something. Raises NotFound."""
    with frontdesk.database.reading() as db:
        session = transcript.find(db, session_id)
        latest = views.latest_handoff(db, session.id)
        messages = views.visible_messages(db, session.id, after, latest, visit.role)
        state = views.state_of(session, latest)
    if messages:
        with frontdesk.database.writing() as db:
            note(db, frontdesk, visit.id, "transcript.read", f"session:{session_id}")
    return News(messages, messages[-1].row.seq if messages else after, state)


def appointments(frontdesk: Frontdesk, visit: Visit, day: date) -> list[Appointment]:
    """One local day of visits; reading names is in the audit log."""
    with frontdesk.database.writing() as db:
        note(db, frontdesk, visit.id, "appointments.read", day.isoformat())
        return views.day_of_appointments(db, day, frontdesk.profile.zone)
