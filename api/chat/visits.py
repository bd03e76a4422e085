"""The units of work around a chat's life: opening, consent, help now, reading, erasing."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from api import audit, outbox
from api.chat.acting import Acting
from api.chat.receipt import Received
from api.chat.schemas import AnswerOut, NoticeOut, OpenOut, PageOut, PracticeOut, TranscriptOut
from api.chat.turns import Turns
from api.dependencies import Frontdesk
from api.errors import Conflict
from api.handoff import service as handoff
from api.intake import service as intake
from api.safety import service as safety
from api.safety.person import Hints
from api.safety.service import Gate
from api.transcript import service as transcript
from api.transcript.models import ChatSession
from api.transcript.schemas import MessageOut
from api.vocabulary import Author, HandoffReason, Kind
from api.wording import Wording

ERASE_TOPIC = "erase_tracker"
PAGE = 200


@dataclass(frozen=True)
class Visits:
    """Short units of work; each opens its own and runs in a thread."""

    frontdesk: Frontdesk
    gate: Gate
    turns: Turns
    acting: Acting
    wording: Wording

    def open(self, language: str) -> OpenOut:
        """A new chat with its first card. The bot is not asked."""
        now, profile = self.frontdesk.clock.now(), self.frontdesk.profile
        version = self.wording.version("notice")
        card = self.wording.say("notice.card", language, practice=profile.name)
        with self.frontdesk.database.writing() as db:
            session, token = transcript.open_session(db, language=language, now=now)
            payload = {"notice_version": version}
            first = transcript.append(db, session, Author.BOT, Kind.NOTICE, card, now=now, payload=payload)
            messages = [MessageOut.of(first)]
        open_now = profile.is_open(now)
        opens_at = None if open_now else profile.opens_at(now)
        return OpenOut(
            session_id=session.id,
            token=token,
            notice=NoticeOut(version=version, text=card),
            messages=messages,
            practice=PracticeOut(name=profile.name, phone=profile.phone, tz=profile.tz),
            open_now=open_now,
            opens_at=opens_at.isoformat() if opens_at else None,
        )

    def consent(self, token: str, accepted: bool, version: str, opens_turn: bool) -> Received:
        """Note the answer to the notice; `seq` is the last number before it, `turn` is on what had waited.

        Raises Conflict when the card has changed since it was shown.
        """
        now = self.frontdesk.clock.now()
        with self.frontdesk.database.writing() as db:
            session = transcript.find_by_token(db, token, now)
            before = session.next_seq - 1
            if version != self.wording.version("notice"):
                raise Conflict(self.wording.say("notice.changed", session.language))
            if not accepted:
                self._decline(db, session, now)
            elif session.consented_at is None:
                self._accept(db, session, version, now)
            turn = self.turns.begin(db, session, now) if opens_turn else None
            return Received(session.id, before, turn, waits=turn is not None)

    def _accept(self, db: Session, session: ChatSession, version: str, now: datetime) -> None:
        session.consented_at, session.notice_version, session.last_seen_at = now, version, now
        if safety.holds_bot_back(safety.state_of(db, session.id)):
            return
        waits = bool(transcript.waiting_messages(db, session.id))
        if self.frontdesk.pause.is_on:
            self._say(db, session, "chat.paused", now)
            return
        self._say(db, session, "notice.thanks_going_on" if waits else "notice.welcome", now)

    def _decline(self, db: Session, session: ChatSession, now: datetime) -> None:
        session.consented_at = None
        wrote = transcript.has_written(db, session.id)
        key = "notice.declined_with_trail" if wrote else "notice.declined"
        self._say(db, session, key, now)

    def _say(self, db: Session, session: ChatSession, key: str, now: datetime) -> None:
        text = self.wording.say(key, session.language, phone=self.frontdesk.profile.phone)
        transcript.append(db, session, Author.BOT, Kind.TEXT, text, now=now)

    def help_now(self, token: str) -> AnswerOut:
        """The button that is always there: lines to call, the question of danger, and staff are told."""
        now = self.frontdesk.clock.now()
        with self.frontdesk.database.writing() as db:
            session = transcript.find_by_token(db, token, now)
            session.last_seen_at = now
            hints = Hints(intake.is_from_minor(db, session.id))
            verdict = self.gate.ask_for_help(db, session.id, session.language, now, hints)
            label = self.wording.say("chat.help_now_label", session.language)
            pressed = transcript.append(
                db, session, Author.VISITOR, Kind.TEXT, label, now=now, tier=verdict.message_tier
            )
            self.acting.act(db, session, pressed, verdict, now)
            return self._answer(db, session, pressed.seq)

    def answer(self, session_id: str, seq: int) -> AnswerOut:
        """What was said after the message of that number."""
        with self.frontdesk.database.reading() as db:
            return self._answer(db, transcript.find(db, session_id), seq)

    def _answer(self, db: Session, session: ChatSession, seq: int) -> AnswerOut:
        after = transcript.messages_after(db, session.id, seq, PAGE)
        said = [MessageOut.of(message) for message in after if message.author != Author.VISITOR]
        tier = safety.state_of(db, session.id).tier
        return AnswerOut(messages=said, seq=seq, mode=session.mode, tier=tier)

    def recognise(self, token: str) -> str:
        """The id of the chat a token opens. Raises SignInRequired."""
        with self.frontdesk.database.reading() as db:
            return transcript.find_by_token(db, token, self.frontdesk.clock.now()).id

    def page(self, token: str, after: int) -> PageOut:
        """Messages after a number, the visitor's own too."""
        with self.frontdesk.database.reading() as db:
            session = transcript.find_by_token(db, token, self.frontdesk.clock.now())
            messages = transcript.messages_after(db, session.id, after, PAGE)
            tier = safety.state_of(db, session.id).tier
            return PageOut(messages=[MessageOut.of(one) for one in messages], mode=session.mode, tier=tier)

    def transcript(self, token: str) -> TranscriptOut:
        """The visitor's own copy of everything."""
        with self.frontdesk.database.reading() as db:
            session = transcript.find_by_token(db, token, self.frontdesk.clock.now())
            messages = transcript.messages_after(db, session.id, 0, transcript.ALL)
            return TranscriptOut(
                practice=self.frontdesk.profile.name,
                language=session.language,
                opened_at=session.created_at.isoformat(),
                messages=[MessageOut.of(message) for message in messages],
            )

    def erase(self, token: str) -> None:
        """Erase what may be erased. The safety trail, alerts and appointments stay; the bot's memory goes through
        the outbox, so that it goes even if the bot is down now."""
        now = self.frontdesk.clock.now()
        key = self.frontdesk.settings.audit_key.get_secret_value().encode()
        with self.frontdesk.database.writing() as db:
            session = transcript.find_by_token(db, token, now)
            transcript.erase_session(db, session, now)
            intake.erase(db, session.id)
            self._forget_callback(db, session)
            outbox.put(db, ERASE_TOPIC, {"session_id": session.id}, now)
            actor, subject = f"visitor:{session.id}", f"session:{session.id}"
            audit.record(db, key, at=now, actor=actor, action="session.erase", subject=subject)

    def _forget_callback(self, db: Session, session: ChatSession) -> None:
        # A number given for safety's sake stays with the alert it belongs to; any other goes.
        waiting = handoff.find_open(db, session.id)
        if waiting is not None and waiting.reason != HandoffReason.SAFETY:
            waiting.callback = None

    def remind_after_crisis(self, session_id: str, seq: int) -> None:
        """Two minutes after a crisis script nobody answered: one more line with 988 (clinical.md §4)."""
        now = self.frontdesk.clock.now()
        with self.frontdesk.database.writing() as db:
            session = transcript.find(db, session_id)
            if session.erased_at is not None or transcript.messages_after(db, session_id, seq, 1):
                return
            hints = Hints(intake.is_from_minor(db, session_id))
            line = self.gate.remind(db, session_id, session.language, now, hints)
            if line is not None:
                self.acting.speak(db, session, line, now)
