"""A timer of an alert has run out: the next person is told, and the visitor hears it when nobody is left to tell."""

from dataclasses import dataclass

from sqlalchemy.orm import Session

from api.chat.acting import Acting
from api.dependencies import Frontdesk
from api.intake import service as intake
from api.safety import escalation
from api.safety.models import Alert
from api.safety.person import Hints
from api.safety.service import Gate
from api.transcript.models import ChatSession
from api.vocabulary import Mode


@dataclass(frozen=True)
class Escalating:
    """Each step is one unit of work: the notice, the next timer, and what the visitor is told."""

    frontdesk: Frontdesk
    gate: Gate
    acting: Acting

    def step(self, alert_id: str, number: int) -> None:
        """Take step `number` of an alert, unless it was answered or somebody has taken that step."""
        now = self.frontdesk.clock.now()
        with self.frontdesk.database.writing() as db:
            taken = escalation.take_step(db, self.frontdesk.profile, alert_id, number, now)
            if taken is not None and taken.gave_out:
                self._tell_visitor(db, taken.alert)

    def _tell_visitor(self, db: Session, alert: Alert) -> None:
        session = db.get(ChatSession, alert.session_id)
        # A chat that is over is left alone, and one with a staff member in it has been answered.
        if session is None or session.erased_at is not None or session.mode != Mode.BOT:
            return
        now = self.frontdesk.clock.now()
        hints = Hints(intake.is_from_minor(db, session.id))
        line = self.gate.say_nobody_answered(db, alert, session.language, now, hints)
        if line is not None:
            self.acting.speak(db, session, line, now)
