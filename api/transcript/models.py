"""Rows of a chat: the session, its messages, and the turns the bot was asked to take."""

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, LargeBinary, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from api.crypto import Sealed, new_id
from api.database import Base, UtcDateTime
from api.vocabulary import Kind, Mode


class ChatSession(Base):
    """One visitor's chat; its id is the bot's sender id."""

    __tablename__ = "chat_session"

    id: Mapped[str] = mapped_column(String(32), primary_key=True, default=new_id)
    token_hash: Mapped[str] = mapped_column(String(64), unique=True)
    language: Mapped[str] = mapped_column(String(2), default="en")
    mode: Mapped[str] = mapped_column(String(8), default=Mode.BOT)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    last_seen_at: Mapped[datetime] = mapped_column(UtcDateTime)
    notice_version: Mapped[str | None] = mapped_column(String(32))
    consented_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    next_seq: Mapped[int] = mapped_column(default=1)
    open_question: Mapped[str | None] = mapped_column(String(32))
    booked: Mapped[bool] = mapped_column(default=False)
    erased_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    # Kept whatever its age: `frontdesk purge --hold`.
    legal_hold: Mapped[bool] = mapped_column(default=False)


class Message(Base):
    """One line of a transcript. `text` and `payload` are encrypted; quick replies keep their hidden payloads."""

    __tablename__ = "message"
    __table_args__ = (
        UniqueConstraint("session_id", "seq"),
        UniqueConstraint("session_id", "client_message_id"),
    )

    id: Mapped[str] = mapped_column(String(32), primary_key=True, default=new_id)
    session_id: Mapped[str] = mapped_column(ForeignKey("chat_session.id", ondelete="CASCADE"), index=True)
    seq: Mapped[int]
    author: Mapped[str] = mapped_column(String(8))
    kind: Mapped[str] = mapped_column(String(12), default=Kind.TEXT)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    client_message_id: Mapped[str | None] = mapped_column(String(64))
    turn_id: Mapped[str | None] = mapped_column(String(32))
    staff_member_id: Mapped[str | None] = mapped_column(String(32))
    tier: Mapped[str | None] = mapped_column(String(10))
    # A visitor's message waits for the bot until a turn (or the safety conversation) has taken it.
    awaits_bot: Mapped[bool] = mapped_column(default=False)
    text_sealed: Mapped[bytes | None] = mapped_column(LargeBinary)
    extra_sealed: Mapped[bytes | None] = mapped_column(LargeBinary)

    text = Sealed("text_sealed")
    # {"quick_replies": [{"label", "payload"}], "payload": {...}, "choice": "/inform{...}", "name": "Dana"}
    extra = Sealed("extra_sealed")

    @property
    def quick_replies(self) -> list[dict[str, Any]]:
        """The offers of this message, hidden payloads included."""
        return list((self.extra or {}).get("quick_replies", []))


class Turn(Base):
    """One call of the bot: open until it is answered or given up; /internal calls must name an open one."""

    __tablename__ = "turn"

    id: Mapped[str] = mapped_column(String(32), primary_key=True, default=new_id)
    session_id: Mapped[str] = mapped_column(ForeignKey("chat_session.id", ondelete="CASCADE"), index=True)
    opened_at: Mapped[datetime] = mapped_column(UtcDateTime)
    deadline_at: Mapped[datetime] = mapped_column(UtcDateTime)
    closed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    outcome: Mapped[str | None] = mapped_column(String(12))
