"""Step one of a turn: who writes, what it means for safety, what is stored; then a turn is opened if it may be."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import islice

from sqlalchemy.orm import Session

from api.chat import choices
from api.chat.acting import RECENT, Acting
from api.chat.choices import Chosen
from api.chat.receipt import Circumstances, Received, Sent
from api.chat.texts import LONGEST, is_empty, storable, to_hear
from api.chat.turns import Turns
from api.dependencies import Frontdesk
from api.errors import BadInput, ConsentRequired, TooMany
from api.intake import service as intake
from api.safety import service as safety
from api.safety.hearing import Heard, listen
from api.safety.person import Hints
from api.safety.service import Gate, Inbound, Verdict
from api.transcript import service as transcript
from api.transcript.models import ChatSession, Message
from api.vocabulary import Author, Kind, Mode, Tier
from api.wording import Wording

TURNS_BEFORE = 3


@dataclass(frozen=True)
class Known:
    """What was read before the screen ran."""

    recent: list[Message]
    chosen: Chosen | None
    repeated: Message | None


@dataclass(frozen=True)
class Reception:
    """Receives messages. Everything here runs in one thread, each unit of work as short as it can be."""

    frontdesk: Frontdesk
    gate: Gate
    turns: Turns
    acting: Acting
    wording: Wording

    def receive(self, token: str, sent: Sent, around: Circumstances) -> Received:
        """Take one message. The screen runs between two units of work, so that it holds no lock.

        Raises SignInRequired, StaleChoice, BadInput, ConsentRequired, TooMany; but a message that raises the tier
        of its chat is heard in spite of consent and limits.
        """
        now = self.frontdesk.clock.now()
        with self.frontdesk.database.reading() as db:
            known = self._look_up(db, token, sent, now)
        if known.repeated is not None:
            return Received(known.repeated.session_id, known.repeated.seq, waits=not around.opens_turn)
        heard = Heard() if sent.text is None else listen(self.gate.ears, to_hear(sent.text), _typed(known.recent))
        refusal: BadInput | None = None
        with self.frontdesk.database.writing() as db:
            session = transcript.find_by_token(db, token, now)
            if sent.text is not None and (len(sent.text) > LONGEST or is_empty(sent.text)):
                refusal = self._refuse(db, session, sent, heard, now)
            else:
                received = self._take(db, session, sent, known, heard, around, now)
        if refusal is not None:
            raise refusal
        return received

    def left_behind(self) -> list[tuple[str, Received]]:
        """Give up the turns that nobody has taken up for too long; the chats that still wait, by lane.

        Too long is what a starting bot is waited for: after that a person is fetched.
        """
        now = self.frontdesk.clock.now()
        waited = timedelta(seconds=self.frontdesk.settings.bot_warm_up_seconds)
        with self.frontdesk.database.writing() as db:
            for turn in transcript.overdue_turns(db, now - waited):
                self.turns.give_up(db, turn.id, turn.session_id, now)
            waiting = transcript.sessions_that_wait(db)
            return [(one.token_hash, Received(one.id, one.next_seq - 1, waits=True)) for one in waiting]

    def _look_up(self, db: Session, token: str, sent: Sent, now: datetime) -> Known:
        session = transcript.find_by_token(db, token, now)
        repeated = transcript.find_sent(db, session.id, sent.client_message_id)
        if repeated is not None:
            return Known([], None, repeated)
        recent = transcript.latest_messages(db, session.id, RECENT)
        if sent.choice is None:
            return Known(recent, None, None)
        stale = self.wording.say("chat.stale_choice", session.language)
        return Known(recent, choices.resolve(recent, *sent.choice, stale), None)

    def _refuse(self, db: Session, session: ChatSession, sent: Sent, heard: Heard, now: datetime) -> BadInput:
        """A message that cannot be kept. What it says about danger counts all the same and is answered."""
        language = session.language
        if is_empty(sent.text or ""):
            return BadInput(self.wording.say("chat.empty", language), field="text")
        before = Tier(safety.state_of(db, session.id).tier)
        if heard.tier.rank > before.rank:
            verdict = self.gate.consider(db, _inbound(session, "", heard, None, _hints(db, session, sent)), now)
            self.acting.act(db, session, None, verdict, now)
        detail = self.wording.say("chat.too_long", language, limit=LONGEST)
        resources = self.gate.resources.choose(heard.signal_ids, language)
        return BadInput(detail, field="text", limit=LONGEST, tier=heard.tier, resources=resources)

    def _take(
        self,
        db: Session,
        session: ChatSession,
        sent: Sent,
        known: Known,
        heard: Heard,
        around: Circumstances,
        now: datetime,
    ) -> Received:
        _follow_language(session, sent.language, heard)
        chosen = known.chosen
        text = chosen.label if chosen else storable(sent.text or "")
        inbound = _inbound(session, text, heard, chosen.answer if chosen else None, _hints(db, session, sent))
        verdict = self.gate.consider(db, inbound, now)
        self._require_leave(session, verdict, around)
        keeps = verdict.keeps and session.mode == Mode.BOT and not (chosen and chosen.is_ours)
        message = transcript.append(
            db,
            session,
            Author.VISITOR,
            Kind.TEXT,
            text,
            now=now,
            choice=chosen.payload if chosen and not chosen.is_ours else None,
            chosen_from=sent.choice[0] if sent.choice else None,
            client_message_id=sent.client_message_id,
            tier=verdict.message_tier,
            awaits_bot=keeps,
        )
        session.last_seen_at = now
        self.acting.act(db, session, message, verdict, now)
        return self.acting.go_on(db, session, message, verdict, around, now)

    def _require_leave(self, session: ChatSession, verdict: Verdict, around: Circumstances) -> None:
        if verdict.risen is not None:
            return
        if session.consented_at is None and not verdict.is_trail:
            notice = self.wording.say("notice.required", session.language)
            raise ConsentRequired(notice, notice_version=self.wording.version("notice"))
        if around.wait_seconds:
            raise TooMany(
                self.wording.say("chat.too_many", session.language),
                retry_after_seconds=around.wait_seconds,
                tier=verdict.tier,
                resources=self.gate.resources.choose(set(), session.language),
            )


def _typed(recent: Sequence[Message]) -> list[str]:
    """The visitor's last typed texts, oldest first, for messages split over several lines."""
    own = (message for message in reversed(recent) if message.author == Author.VISITOR)
    typed = (message for message in own if not (message.extra or {}).get("chosen_from"))
    return [message.text for message in islice(typed, TURNS_BEFORE)][::-1]


def _hints(db: Session, session: ChatSession, sent: Sent) -> Hints:
    return Hints(intake.is_from_minor(db, session.id), sent.elsewhere)


def _inbound(session: ChatSession, text: str, heard: Heard, answer: str | None, hints: Hints) -> Inbound:
    return Inbound(
        session_id=session.id,
        language=session.language,
        mode=Mode(session.mode),
        text=text,
        heard=heard,
        answer=answer,
        open_question=session.open_question,
        hints=hints,
    )


def _follow_language(session: ChatSession, wanted: str | None, heard: Heard) -> None:
    # Somebody who writes of danger in Spanish is answered in Spanish. The other way round is left alone: short
    # texts are read as English when nothing speaks for either language.
    if wanted is not None:
        session.language = wanted
    if heard.tier.rank and heard.language == "es":
        session.language = "es"
