"""What may be done to a chat's transcript: sessions, messages in their order, turns."""

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import delete, or_, select, update
from sqlalchemy.orm import Session

from api import security
from api.crypto import new_id
from api.errors import NotFound, SignInRequired, TurnClosed
from api.measures import note
from api.transcript.models import ChatSession, Message, Turn
from api.transcript.publishing import touch
from api.vocabulary import Author, Kind, Tier

# clinical.md §5, D03: after seven days away the notice is due again, so the chat begins anew.
SESSION_LIFETIME = timedelta(days=7)
PAGE = 500
ALL = 1_000_000


def open_session(db: Session, *, language: str, now: datetime) -> tuple[ChatSession, str]:
    """A new chat and its bearer token, of which only the hash is stored."""
    token = security.new_token()
    session = ChatSession(
        id=new_id(),
        token_hash=security.hash_token(token),
        language=language,
        created_at=now,
        last_seen_at=now,
        next_seq=1,
    )
    db.add(session)
    db.flush()
    return session, token


def find_by_token(db: Session, token: str, now: datetime) -> ChatSession:
    """The chat this token opens. Raises SignInRequired when it is forged, expired or erased."""
    query = select(ChatSession).where(ChatSession.token_hash == security.hash_token(token))
    session = db.scalar(query)
    if session is None or session.erased_at is not None or now - session.last_seen_at > SESSION_LIFETIME:
        raise SignInRequired("this chat is not open any more; please start a new one")
    return session


def find(db: Session, session_id: str) -> ChatSession:
    """The chat of that id, erased ones too. Raises NotFound."""
    session = db.get(ChatSession, session_id)
    if session is None:
        raise NotFound("there is no such chat")
    return session


def append(
    db: Session,
    session: ChatSession,
    author: Author,
    kind: Kind,
    text: str,
    *,
    now: datetime,
    quick_replies: Sequence[dict[str, Any]] = (),
    payload: dict[str, Any] | None = None,
    name: str | None = None,
    choice: str | None = None,
    chosen_from: int | None = None,
    client_message_id: str | None = None,
    turn_id: str | None = None,
    staff_member_id: str | None = None,
    tier: str | None = None,
    awaits_bot: bool = False,
) -> Message:
    """Add the next message of a chat inside the caller's unit of work; whoever listens hears of it on commit.

    `quick_replies` are `{"label", "payload"}`; `choice` is the hidden payload a visitor's reply stood for and
    `chosen_from` the number of the message that offered it; `name` is shown beside a staff member's message.
    """
    extra = {
        "quick_replies": list(quick_replies),
        "payload": payload,
        "choice": choice,
        "chosen_from": chosen_from,
        "name": name,
    }
    message = Message(
        id=new_id(),
        session_id=session.id,
        seq=_take_seq(db, session),
        author=author,
        kind=kind,
        created_at=now,
        client_message_id=client_message_id,
        turn_id=turn_id,
        staff_member_id=staff_member_id,
        tier=tier,
        awaits_bot=awaits_bot,
    )
    message.text = text
    message.extra = {key: value for key, value in extra.items() if value} or None
    db.add(message)
    touch(db, session.id)
    return message


def _take_seq(db: Session, session: ChatSession) -> int:
    # One statement reads and raises the counter: on PostgreSQL it locks the row, so two writers never share one.
    query = update(ChatSession).where(ChatSession.id == session.id).values(next_seq=ChatSession.next_seq + 1)
    taken = db.execute(query.returning(ChatSession.next_seq)).scalar_one()
    return taken - 1


def messages_after(db: Session, session_id: str, seq: int = 0, limit: int = PAGE) -> list[Message]:
    """Messages whose number is above `seq`, oldest first."""
    query = select(Message).where(Message.session_id == session_id, Message.seq > seq)
    return list(db.scalars(query.order_by(Message.seq).limit(limit)))


def latest_messages(db: Session, session_id: str, limit: int) -> list[Message]:
    """The last messages of a chat, oldest first."""
    query = select(Message).where(Message.session_id == session_id).order_by(Message.seq.desc()).limit(limit)
    return list(reversed(list(db.scalars(query))))


def find_message(db: Session, session_id: str, seq: int) -> Message | None:
    """The message of that number in that chat."""
    return db.scalar(select(Message).where(Message.session_id == session_id, Message.seq == seq))


def find_sent(db: Session, session_id: str, client_message_id: str) -> Message | None:
    """The message a browser already sent under that id."""
    query = select(Message).where(Message.session_id == session_id, Message.client_message_id == client_message_id)
    return db.scalar(query)


def waiting_messages(db: Session, session_id: str) -> list[Message]:
    """The visitor's messages no turn has taken yet, oldest first."""
    query = select(Message).where(
        Message.session_id == session_id, Message.author == Author.VISITOR, Message.awaits_bot.is_(True)
    )
    return list(db.scalars(query.order_by(Message.seq)))


def open_turn(
    db: Session, session: ChatSession, messages: Iterable[Message], now: datetime, until: datetime
) -> Turn:
    """Begin a turn that takes these waiting messages and must be over at `until`."""
    turn = Turn(id=new_id(), session_id=session.id, opened_at=now, deadline_at=until)
    db.add(turn)
    for message in messages:
        message.awaits_bot = False
        message.turn_id = turn.id
    return turn


def close_turn(db: Session, turn_id: str, now: datetime, outcome: str) -> bool:
    """End a turn, once: False when it had already ended. `outcome` is `answered`, `given_up` or `dropped`."""
    query = update(Turn).where(Turn.id == turn_id, Turn.closed_at.is_(None))
    query = query.values(closed_at=now, outcome=outcome)
    opened_at = db.execute(query.returning(Turn.opened_at)).scalar_one_or_none()
    if opened_at is None:
        return False
    note(db, "turn", outcome, (now - opened_at).total_seconds())
    return True


def require_open_turn(db: Session, session_id: str, turn_id: str, now: datetime) -> Turn:
    """The open turn of that id in that chat. Raises TurnClosed when it was given up, answered, late or foreign.

    The row stays locked against closing until the caller's unit of work ends (PostgreSQL; SQLite has one writer).
    """
    query = select(Turn).where(Turn.id == turn_id, Turn.session_id == session_id).with_for_update(read=True)
    turn = db.scalar(query)
    if turn is None or turn.closed_at is not None or now >= turn.deadline_at:
        raise TurnClosed("this turn is over; nothing can be done in its name")
    return turn


def unfinished_turn(db: Session, session_id: str) -> Turn | None:
    """The open turn of a chat. Asked when none is being taken: a process died in it, or its end could not be stored."""
    query = select(Turn).where(Turn.session_id == session_id, Turn.closed_at.is_(None))
    return db.scalar(query.order_by(Turn.opened_at).limit(1))


def messages_of_turn(db: Session, turn: Turn) -> list[Message]:
    """The visitor's messages a turn has taken, oldest first."""
    query = select(Message).where(
        Message.session_id == turn.session_id, Message.turn_id == turn.id, Message.author == Author.VISITOR
    )
    return list(db.scalars(query.order_by(Message.seq)))


def has_written(db: Session, session_id: str) -> bool:
    """True when anything of the visitor is kept in this chat."""
    query = select(Message.id).where(Message.session_id == session_id, Message.author == Author.VISITOR)
    return db.scalar(query.limit(1)) is not None


def sessions_that_wait(db: Session) -> list[ChatSession]:
    """Chats with a message no turn has taken yet, or with a turn that is not over."""
    untaken = select(Message.session_id).where(Message.awaits_bot.is_(True))
    unfinished = select(Turn.session_id).where(Turn.closed_at.is_(None))
    query = select(ChatSession).where(
        ChatSession.id.in_(untaken.union(unfinished)), ChatSession.erased_at.is_(None)
    )
    return list(db.scalars(query))


def overdue_turns(db: Session, now: datetime) -> list[Turn]:
    """Turns that are still open although their time was over at `now`."""
    return list(db.scalars(select(Turn).where(Turn.closed_at.is_(None), Turn.deadline_at < now)))


def erase_session(db: Session, session: ChatSession, now: datetime) -> None:
    """Delete the messages of a chat and shut its token out; the safety trail (messages with a tier) stays."""
    ordinary = or_(Message.tier.is_(None), Message.tier == Tier.NONE)
    db.execute(delete(Message).where(Message.session_id == session.id, ordinary))
    db.execute(delete(Turn).where(Turn.session_id == session.id))
    session.erased_at = now
    session.open_question = None
    touch(db, session.id)
