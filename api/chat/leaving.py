"""A message left by a plain form, for browsers without scripts: through the same gate, kept, handed to staff."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import update
from sqlalchemy.orm import Session

from api.chat.receipt import Circumstances, Received, Sent
from api.chat.reception import Reception
from api.chat.texts import LONGEST, is_empty, storable, to_hear
from api.contact import read_ways
from api.crypto import new_id
from api.errors import BadInput
from api.handoff import service as handoff
from api.safety import service as safety
from api.safety.hearing import Heard, listen
from api.safety.service import Inbound
from api.transcript import service as transcript
from api.transcript.models import ChatSession, Message
from api.vocabulary import Author, HandoffReason, Kind, Mode, Tier


@dataclass(frozen=True)
class Letter:
    """What came with the form, as typed. `genuine`: the form is ours and not too old."""

    text: str
    phone: str = ""
    email: str = ""
    leave_message: bool = False
    agreed: bool = False
    language: str = "en"
    genuine: bool = True
    over_limit: bool = False


@dataclass(frozen=True)
class Answer:
    """What the page answers: a refusal by name (nothing was kept unless `kept`), or what was said to the visitor."""

    refusal: str | None = None
    kept: bool = False
    tier: Tier = Tier.NONE
    says: str = ""
    resources: list[dict[str, Any]] = field(default_factory=list)
    can_be_reached: bool = False
    token: str = ""
    seq: int = 0
    replies: list[str] = field(default_factory=list)


@dataclass(frozen=True)
class LetterBox:
    """Takes letters. Everything here runs in one thread."""

    reception: Reception

    def take(self, letter: Letter) -> Answer:
        """Screen first; danger is kept, alerted and answered whatever else is wrong with the form."""
        heard = listen(self.reception.gate.ears, to_hear(letter.text), ())
        refusal = _fault(letter)
        if refusal and not heard.tier.rank:
            return Answer(refusal, resources=self.reception.gate.resources.choose(set(), letter.language))
        now = self.reception.frontdesk.clock.now()
        with self.reception.frontdesk.database.writing() as db:
            return self._keep(db, letter, heard, refusal, now)

    def _keep(self, db: Session, letter: Letter, heard: Heard, refusal: str | None, now: datetime) -> Answer:
        session, token = transcript.open_session(db, language=self._language(letter, heard), now=now)
        self._introduce(db, session, letter, now)
        text = storable(_with_ways(letter))[:LONGEST]
        inbound = Inbound(session.id, session.language, Mode.BOT, text, heard, None, None)
        verdict = self.reception.gate.consider(db, inbound, now)
        message = transcript.append(
            db, session, Author.VISITOR, Kind.TEXT, text, now=now, tier=verdict.message_tier
        )
        self.reception.acting.act(db, session, message, verdict, now)
        reason = HandoffReason.SAFETY if verdict.fetches else HandoffReason.VISITOR_REQUEST
        handoff.request(db, session, reason, now, tier=verdict.tier, callback=_callback(letter))
        return self._said(db, session, message.seq, token, refusal)

    def _language(self, letter: Letter, heard: Heard) -> str:
        return "es" if heard.tier.rank and heard.language == "es" else letter.language

    def _introduce(self, db: Session, session: ChatSession, letter: Letter, now: datetime) -> None:
        """What the visitor read beside the form stands first, so that staff know why nobody answers in the chat."""
        version = self.reception.wording.version("plain")
        if letter.agreed:
            session.consented_at, session.notice_version = now, version
        text = self.reception.wording.say("plain.consent", session.language)
        payload = {"notice_version": version}
        transcript.append(db, session, Author.BOT, Kind.NOTICE, text, now=now, payload=payload)

    def answer(self, token: str, text: str | None, choice: tuple[int, int] | None, wait_seconds: int) -> Answer:
        """An answer to the question the first letter led to. Raises as `Reception.receive` does."""
        around = Circumstances(wait_seconds=wait_seconds, opens_turn=False)
        received = self.reception.receive(token, Sent(new_id(), text, choice), around)
        with self.reception.frontdesk.database.writing() as db:
            return self._answered(db, received, token)

    def _answered(self, db: Session, received: Received, token: str) -> Answer:
        # Nobody reads the program's answers here: staff take what waits for it.
        waits = Message.session_id == received.session_id
        db.execute(update(Message).where(waits).values(awaits_bot=False))
        return self._said(db, transcript.find(db, received.session_id), received.seq, token, None)

    def _said(self, db: Session, session: ChatSession, seq: int, token: str, refusal: str | None) -> Answer:
        db.flush()
        after = transcript.messages_after(db, session.id, seq)
        said = [message for message in after if message.author == Author.BOT]
        last = said[-1] if said else None
        state, waiting = safety.state_of(db, session.id), handoff.find_open(db, session.id)
        asks = last is not None and state.open_question is not None
        return Answer(
            refusal=refusal,
            kept=True,
            tier=Tier(state.tier),
            can_be_reached=waiting is not None and waiting.callback is not None,
            says=" ".join(message.text or "" for message in said),
            resources=_resources(said) or self.reception.gate.resources.choose(set(), session.language),
            token=token if asks else "",
            seq=last.seq if last else 0,
            replies=[reply["label"] for reply in last.quick_replies] if last and asks else [],
        )


def _resources(said: list[Message]) -> list[dict[str, Any]]:
    """The lines that came with the newest of these messages that brought any."""
    shown = [((message.extra or {}).get("payload") or {}).get("resources") for message in said]
    return next((list(lines) for lines in reversed(shown) if lines), [])


def _fault(letter: Letter) -> str | None:
    """The first reason not to take a letter that holds no danger: a key of `data/wording/plain.yml`."""
    if is_empty(letter.text):
        return "need_text"
    if len(letter.text) > LONGEST:
        return "too_long"
    if not letter.agreed:
        return "need_consent"
    if _callback(letter) is None:
        return "need_way"
    if letter.over_limit:
        return "too_many"
    return None if letter.genuine else "too_old"


def _callback(letter: Letter) -> dict[str, Any] | None:
    try:
        phone, email = read_ways(letter.phone, letter.email)
    except BadInput:
        return None
    return {"phone": phone, "email": email, "leave_message": letter.leave_message}


def _with_ways(letter: Letter) -> str:
    """The words; with them what was typed as number and address when it cannot be read, so that it is not lost."""
    typed = " ".join(part.strip() for part in (letter.phone, letter.email) if part.strip())
    return f"{letter.text}\n{typed}" if typed and _callback(letter) is None else letter.text
