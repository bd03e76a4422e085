"""Rows of safety: where a session stands, and the alerts it raised."""

from datetime import datetime

from sqlalchemy import ForeignKey, LargeBinary, String
from sqlalchemy.orm import Mapped, mapped_column

from api.crypto import Sealed, new_id
from api.database import Base, UtcDateTime
from api.vocabulary import Tier


class SafetyState(Base):
    """The sticky tier of a session and the safety question that is open."""

    __tablename__ = "safety_state"

    session_id: Mapped[str] = mapped_column(ForeignKey("chat_session.id", ondelete="CASCADE"), primary_key=True)
    tier: Mapped[str] = mapped_column(String(10), default=Tier.NONE)
    floor: Mapped[str] = mapped_column(String(10), default=Tier.NONE)
    # direct | in_danger | call_911 | may_call | callback_number; None when nothing is open
    open_question: Mapped[str | None] = mapped_column(String(20))
    direct_answer: Mapped[str | None] = mapped_column(String(12))
    universal_answer: Mapped[str | None] = mapped_column(String(8))
    times_spoken: Mapped[int] = mapped_column(default=0)
    last_script: Mapped[str | None] = mapped_column(String(40))
    psychosis_now: Mapped[bool] = mapped_column(default=False)
    mania_now: Mapped[bool] = mapped_column(default=False)
    substance: Mapped[str] = mapped_column(String(20), default="none")
    request: Mapped[str | None] = mapped_column(String(20))
    # True while urgent rests only on signals that fill a fact instead of the tier (clinical.md §4, `sets`).
    by_facts: Mapped[bool] = mapped_column(default=False)
    # The direct question is due once the open one is answered.
    owes_direct: Mapped[bool] = mapped_column(default=False)
    callback_asked: Mapped[bool] = mapped_column(default=False)


class Alert(Base):
    """One call for staff because of risk. Ids and tiers only outside `signals`, which is encrypted."""

    __tablename__ = "alert"

    id: Mapped[str] = mapped_column(String(32), primary_key=True, default=new_id)
    session_id: Mapped[str] = mapped_column(String(32), index=True)
    message_seq: Mapped[int | None]
    tier: Mapped[str] = mapped_column(String(10))
    rules_version: Mapped[str] = mapped_column(String(40))
    raised_at: Mapped[datetime] = mapped_column(UtcDateTime)
    acknowledged_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    acknowledged_by: Mapped[str | None] = mapped_column(String(32))
    signals_sealed: Mapped[bytes | None] = mapped_column(LargeBinary)

    # [{"id", "tier", "span", "modifiers", "words"}]
    signals = Sealed("signals_sealed")
