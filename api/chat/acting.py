"""Does what the gate's verdict asks for: alert, fetch staff, speak, and let the bot go on."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from api import outbox
from api.chat.receipt import Circumstances, Received
from api.chat.turns import Turns, last_said
from api.handoff import service as handoff
from api.practice import Profile
from api.safety import service as safety
from api.safety.scripts import Line
from api.safety.service import Verdict
from api.transcript import service as transcript
from api.transcript.models import ChatSession, Message
from api.vocabulary import Author, HandoffReason, Kind, Mode, Tier
from api.wording import Wording

RECENT = 20
IDLE_TOPIC = "idle_after_crisis"
# clinical.md §4, after hours: 988 once more when nothing is said for two minutes after a crisis script.
IDLE_AFTER = timedelta(minutes=2)


@dataclass(frozen=True)
class Acting:
    """Everything happens inside the caller's unit of work."""

    profile: Profile
    turns: Turns
    wording: Wording

    def act(
        self, db: Session, session: ChatSession, message: Message | None, verdict: Verdict, now: datetime
    ) -> None:
        """Do what the verdict asks for: alert, fetch staff, speak."""
        safety.raise_alert(db, self.profile, session.id, message.seq if message else None, verdict, now)
        if verdict.fetches:
            reason = HandoffReason.SAFETY
            handoff.request(db, session, reason, now, tier=verdict.tier, callback=verdict.callback)
        if verdict.line is None:
            return
        said = self.speak(db, session, verdict.line, now)
        if verdict.alerts and verdict.tier.rank >= Tier.CRISIS.rank:
            outbox.put(db, IDLE_TOPIC, {"session_id": session.id, "seq": said.seq}, now, due_at=now + IDLE_AFTER)

    def speak(self, db: Session, session: ChatSession, line: Line, now: datetime) -> Message:
        """Append a line of the safety conversation."""
        return transcript.append(
            db,
            session,
            Author.BOT,
            line.kind,
            line.text,
            now=now,
            quick_replies=line.quick_replies,
            payload=line.payload,
            tier=line.tier,
        )

    def go_on(
        self,
        db: Session,
        session: ChatSession,
        message: Message,
        verdict: Verdict,
        around: Circumstances,
        now: datetime,
    ) -> Received:
        """Open a turn on what waits when the verdict lets the bot speak; otherwise say what there is to say."""
        received = Received(session.id, message.seq)
        if session.mode == Mode.CLOSED and verdict.line is None:
            self._say_once(db, session, "chat.chat_closed", now)
        if not verdict.goes_on or session.mode != Mode.BOT or session.consented_at is None:
            return received
        if self.turns.frontdesk.pause.is_on:
            self._hand_over(db, session, now)
            return received
        if around.bot_starting:
            self._say_once(db, session, "chat.one_moment", now)
            return Received(session.id, message.seq, pending=True)
        if not around.opens_turn:
            return Received(session.id, message.seq, waits=True)
        turn = self.turns.begin(db, session, now, verdict.state)
        if turn is None:
            self._ask_again(db, session, now)
        return Received(session.id, message.seq, turn, waits=turn is not None)

    def _hand_over(self, db: Session, session: ChatSession, now: datetime) -> None:
        """The practice has paused the program: say so, and let staff read what was written."""
        self._say_once(db, session, "chat.paused_kept", now)
        handoff.request(db, session, HandoffReason.BOT_UNAVAILABLE, now)

    def _say_once(self, db: Session, session: ChatSession, key: str, now: datetime) -> None:
        text = self.wording.say(key, session.language, phone=self.profile.phone)
        if text != last_said(db, session.id):
            transcript.append(db, session, Author.BOT, Kind.TEXT, text, now=now)

    def _ask_again(self, db: Session, session: ChatSession, now: datetime) -> None:
        """After the safety conversation: nothing waits, so the bot's last question stands again, choices too."""
        recent = transcript.latest_messages(db, session.id, RECENT)
        asked = [message for message in recent if message.author == Author.BOT and message.turn_id]
        if not asked or session.open_question is None:
            return
        last = asked[-1]
        transcript.append(
            db,
            session,
            Author.BOT,
            Kind(last.kind),
            last.text,
            now=now,
            quick_replies=last.quick_replies,
            payload=(last.extra or {}).get("payload"),
        )
