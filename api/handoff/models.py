"""Rows of handoff: who waits, since when, for what, and who came."""

from datetime import datetime

from sqlalchemy import Index, LargeBinary, String, text
from sqlalchemy.orm import Mapped, mapped_column

from api.crypto import Sealed, new_id
from api.database import Base, UtcDateTime
from api.vocabulary import HandoffStatus, Tier

OPEN = text("status != 'resolved'")


class Handoff(Base):
    """A request for a person. A session has at most one that is not resolved; the index sees to it."""

    __tablename__ = "handoff"
    __table_args__ = (Index("handoff_open", "session_id", unique=True, sqlite_where=OPEN, postgresql_where=OPEN),)

    id: Mapped[str] = mapped_column(String(32), primary_key=True, default=new_id)
    session_id: Mapped[str] = mapped_column(String(32), index=True)
    reason: Mapped[str] = mapped_column(String(20))
    status: Mapped[str] = mapped_column(String(10), default=HandoffStatus.REQUESTED)
    tier: Mapped[str] = mapped_column(String(10), default=Tier.NONE)
    waiting_since: Mapped[datetime] = mapped_column(UtcDateTime)
    assignee_id: Mapped[str | None] = mapped_column(String(32))
    resolved_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    outcome: Mapped[str | None] = mapped_column(String(32))
    callback_sealed: Mapped[bytes | None] = mapped_column(LargeBinary)

    # {"phone", "email", "leave_message"}
    callback = Sealed("callback_sealed")
