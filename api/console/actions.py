"""What a staff member can do to a chat, each one unit of work; a refusal comes back as a sentence for the page."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from sqlalchemy.orm import Session

from api.console.access import Visit
from api.console.pages import note
from api.dependencies import Frontdesk
from api.errors import BadInput, Conflict
from api.handoff import service as handoff
from api.handoff.schemas import Outcome
from api.safety import alerts
from api.safety.models import AlertOutcome
from api.staff.models import StaffMember
from api.transcript import service as transcript
from api.transcript.models import ChatSession

PRESSED_TWICE = timedelta(seconds=10)
# How staff may close a chat, in the order they are offered; handing back has a button of its own.
OUTCOMES = tuple(outcome for outcome in Outcome if outcome != Outcome.HANDED_BACK)


class Name(StrEnum):
    """The last part of a form's address."""

    TAKE_OVER = "take-over"
    REPLY = "reply"
    HAND_BACK = "hand-back"
    CLOSE = "close"
    ACKNOWLEDGE = "acknowledge"


@dataclass(frozen=True)
class Deed:
    """Everything one action needs."""

    frontdesk: Frontdesk
    visit: Visit
    db: Session
    session: ChatSession
    staff: StaffMember
    text: str
    outcome: str

    @property
    def audit_key(self) -> bytes:
        """The key of the audit chain."""
        return self.frontdesk.settings.audit_key.get_secret_value().encode()


def perform(
    frontdesk: Frontdesk, visit: Visit, session_id: str, action: Name, text: str, outcome: str
) -> str | None:
    """Do it. None when done, a sentence when it cannot be done (any more). Raises NotFound."""
    try:
        with frontdesk.database.writing() as db:
            session = transcript.find(db, session_id)
            member = db.get_one(StaffMember, visit.id)
            _DEEDS[action](Deed(frontdesk, visit, db, session, member, text, outcome))
    except (Conflict, BadInput) as refusal:
        return refusal.detail
    return None


def _take_over(deed: Deed) -> None:
    handoff.take_over(deed.db, deed.session, deed.staff, deed.frontdesk.clock.now(), deed.audit_key)
    # Whoever writes with the visitor has seen what the alerts are about: nobody else is called.
    _acknowledge(deed)


def _reply(deed: Deed) -> None:
    now = deed.frontdesk.clock.now()
    if not _is_pressed_twice(deed, now):
        handoff.reply(deed.db, deed.session, deed.staff, deed.text, now)


def _is_pressed_twice(deed: Deed, now: datetime) -> bool:
    """The same words by the same person, seconds after each other: one press too many, not a second message."""
    last = transcript.latest_messages(deed.db, deed.session.id, 1)
    return bool(
        last
        and last[0].staff_member_id == deed.staff.id
        and last[0].text == deed.text
        and now - last[0].created_at < PRESSED_TWICE
    )


def _hand_back(deed: Deed) -> None:
    handoff.hand_back(deed.db, deed.session, deed.staff, deed.frontdesk.clock.now(), deed.audit_key)


def _close(deed: Deed) -> None:
    outcome = Outcome(deed.outcome) if deed.outcome in set(Outcome) else Outcome.ANSWERED
    handoff.resolve(deed.db, deed.session, deed.staff, outcome, deed.frontdesk.clock.now(), deed.audit_key)


def _acknowledge(deed: Deed) -> None:
    now = deed.frontdesk.clock.now()
    outcome = AlertOutcome(deed.outcome) if deed.outcome in set(AlertOutcome) else None
    for alert in alerts.of_session(deed.db, deed.session.id):
        if alert.acknowledged_at is None:
            alerts.acknowledge(deed.db, alert.id, deed.visit.id, now, outcome)
            note(deed.db, deed.frontdesk, deed.visit.id, "alert.acknowledge", f"alert:{alert.id}")


_DEEDS: dict[Name, Callable[[Deed], None]] = {
    Name.TAKE_OVER: _take_over,
    Name.REPLY: _reply,
    Name.HAND_BACK: _hand_back,
    Name.CLOSE: _close,
    Name.ACKNOWLEDGE: _acknowledge,
}
