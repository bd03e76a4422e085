"""The units of work around the bot: open a turn on what waits, then store its answer or give it up."""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from pydantic import BaseModel, ValidationError
from sqlalchemy.orm import Session

from api.chat.texts import for_bot, storable
from api.dependencies import Frontdesk
from api.errors import BotUnavailable
from api.gateways.bot import BotAnswer, BotTurn
from api.handoff import service as handoff
from api.intake import service as intake
from api.safety import service as safety
from api.safety.models import SafetyState
from api.safety.resources import Resources
from api.transcript import service as transcript
from api.transcript.models import ChatSession, Message
from api.vocabulary import Author, HandoffReason, Kind, Mode
from api.wording import Wording

# Crisis cards, notices and markers are the api's own; nothing else may come from the bot either.
BOT_KINDS = frozenset({Kind.TEXT, Kind.SUGGESTION, Kind.TIMES, Kind.CONTACT, Kind.BOOKED, Kind.HANDOFF})

# How long a turn may wait for its place with the bot before it is given up.
PATIENCE = timedelta(seconds=10)


class BotReply(BaseModel):
    """One message of the bot's answer."""

    text: str
    kind: Kind = Kind.TEXT
    quick_replies: list[dict[str, str]] = []
    payload: dict[str, Any] = {}


@dataclass(frozen=True)
class OpenTurn:
    """A turn the bot is to take, and the last message it answers."""

    id: str
    session_id: str
    last_seq: int
    bot_turn: BotTurn
    # The bot may have taken this turn before: it then gives the same answer (docs/protocols.md §2).
    again: bool = False

    def asked_again(self) -> "OpenTurn":
        """The same turn for a second asking."""
        metadata = {**self.bot_turn.metadata, "again": True}
        return replace(self, again=True, bot_turn=replace(self.bot_turn, metadata=metadata))


def read_replies(answer: BotAnswer) -> list[BotReply]:
    """The bot's messages. Raises BotUnavailable when there are none or they are nonsense."""
    try:
        replies = [BotReply.model_validate(message) for message in answer.messages]
    except ValidationError:
        raise BotUnavailable("the bot answered something unreadable") from None
    offers = [offer for reply in replies for offer in reply.quick_replies]
    if not replies or not all(reply.kind in BOT_KINDS for reply in replies):
        raise BotUnavailable("the bot answered nothing that may be said")
    if not all({"label", "payload"} <= set(offer) for offer in offers):
        raise BotUnavailable("the bot offered something that cannot be chosen")
    return replies


@dataclass(frozen=True)
class Turns:
    """What a turn needs of the wired app."""

    frontdesk: Frontdesk
    wording: Wording
    resources: Resources

    def begin(
        self,
        db: Session,
        session: ChatSession,
        now: datetime,
        state: SafetyState | None = None,
        *,
        takes_left: bool = False,
    ) -> OpenTurn | None:
        """Open a turn on what waits, when the bot may speak; None when it may not or nothing waits.

        With `takes_left` a turn that was begun and never ended (the process died in it, or the database refused its
        end) goes first, under its own id, so that nothing done in it is done twice.
        """
        if self.frontdesk.pause.is_on:
            return None
        state = state or safety.state_of(db, session.id)
        left = transcript.unfinished_turn(db, session.id) if takes_left else None
        if not may_speak(session, state):
            if left and session.mode != Mode.BOT:
                transcript.close_turn(db, left.id, now, "dropped")
            return None
        run = (
            transcript.messages_of_turn(db, left)
            if left
            else first_run(transcript.waiting_messages(db, session.id))
        )
        if not run:
            return None
        until = now + timedelta(seconds=self.frontdesk.settings.bot_timeout_seconds)
        # What the turn may be kept waiting for a place is added: the bot's own time begins when it is asked.
        turn = left or transcript.open_turn(db, session, run, now, until + PATIENCE)
        turn.deadline_at = until + PATIENCE
        opened = self._opened(session, turn.id, run, self._metadata(session, state, now), until)
        return opened.asked_again() if left else opened

    def _opened(
        self, session: ChatSession, turn_id: str, run: list[Message], metadata: dict[str, Any], until: datetime
    ) -> OpenTurn:
        marks = {"turn_id": turn_id, "deadline_at": until.isoformat()}
        text = for_bot("\n".join(message.text for message in run))
        choice = (run[0].extra or {}).get("choice")
        return OpenTurn(turn_id, session.id, run[-1].seq, BotTurn(session.id, text, choice, metadata | marks))

    def _metadata(self, session: ChatSession, state: SafetyState, now: datetime) -> dict[str, Any]:
        profile = self.frontdesk.profile
        return {
            "language": session.language,
            "now": now.isoformat(),
            "tz": profile.tz,
            "open_question": session.open_question,
            "facts": safety.facts_for_bot(state),
            "practice": {"name": profile.name, "phone": profile.phone},
            "booked": session.booked,
            "staff_asked_contact": state.callback_asked,
        }

    def finish(
        self, db: Session, turn: OpenTurn, answer: BotAnswer, replies: list[BotReply], now: datetime
    ) -> None:
        """Store facts and replies and close the turn.

        When staff took over or a safety question came up meanwhile, the replies are dropped; only what was booked
        is still said, because it has happened.
        """
        session = transcript.find(db, turn.session_id)
        speaks = may_speak(session, safety.state_of(db, session.id))
        if not transcript.close_turn(db, turn.id, now, "answered" if speaks else "dropped"):
            return
        intake.store(db, session.id, answer.facts, now)
        session.open_question = answer.open_question
        for reply in replies:
            if speaks or reply.kind == Kind.BOOKED:
                self._say(db, session, turn.id, reply, now)

    def _say(self, db: Session, session: ChatSession, turn_id: str, reply: BotReply, now: datetime) -> None:
        transcript.append(
            db,
            session,
            Author.BOT,
            reply.kind,
            storable(reply.text),
            now=now,
            quick_replies=reply.quick_replies,
            payload=reply.payload,
            turn_id=turn_id,
        )

    def give_up(self, db: Session, turn_id: str, session_id: str, now: datetime) -> None:
        """Close a turn without an answer: say so truthfully, with lines to call, and ask staff to come."""
        session = transcript.find(db, session_id)
        if not transcript.close_turn(db, turn_id, now, "given_up"):
            return
        if may_speak(session, safety.state_of(db, session.id)):
            self._apologise(db, session, now)

    def put_off(self, db: Session, turn: OpenTurn, now: datetime) -> None:
        """The bot died: ask for a moment. The turn stays open and is asked again when the bot is back."""
        session = transcript.find(db, turn.session_id)
        text = self.wording.say("chat.one_moment", session.language)
        if may_speak(session, safety.state_of(db, session.id)) and text != last_said(db, session.id):
            transcript.append(db, session, Author.BOT, Kind.TEXT, text, now=now)

    def _apologise(self, db: Session, session: ChatSession, now: datetime) -> None:
        profile, language = self.frontdesk.profile, session.language
        handoff.request(db, session, HandoffReason.BOT_UNAVAILABLE, now)
        open_now, opens_at = profile.is_open(now), profile.opens_at(now)
        key = "chat.bot_unavailable_open" if open_now else "chat.bot_unavailable_closed"
        opens = self.wording.opening(opens_at, profile.tz, language, now)
        text = self.wording.say(key, language, phone=profile.phone, opens=opens)
        if text == last_said(db, session.id):
            text = self.wording.say("chat.bot_unavailable_again", language)
        payload = {
            "open_now": open_now,
            "opens_at": opens_at.isoformat() if opens_at and not open_now else None,
            "callback": False,
            "resources": self.resources.choose(set(), language),
        }
        transcript.append(db, session, Author.BOT, Kind.HANDOFF, text, now=now, payload=payload)


def may_speak(session: ChatSession, state: SafetyState) -> bool:
    """True when the bot answers this chat: consent given, no staff member in it, no safety question open."""
    agreed = session.consented_at is not None and session.erased_at is None
    return agreed and session.mode == Mode.BOT and not safety.holds_bot_back(state)


def first_run(waiting: list[Message]) -> list[Message]:
    """What one turn takes: a single choice, or all typed messages up to the next choice."""
    if waiting and (waiting[0].extra or {}).get("choice"):
        return waiting[:1]
    ends = [place for place, message in enumerate(waiting) if (message.extra or {}).get("choice")]
    return waiting[: ends[0]] if ends else waiting


def last_said(db: Session, session_id: str) -> str | None:
    """The last text of the bot or the api in a chat."""
    said = [message for message in transcript.latest_messages(db, session_id, 10) if message.author == Author.BOT]
    return said[-1].text if said else None
