"""Rows of safety: where a session stands, the alerts it raised, and whom they were told to."""

from datetime import datetime
from enum import StrEnum

from sqlalchemy import ForeignKey, LargeBinary, String
from sqlalchemy.orm import Mapped, mapped_column

from api.crypto import Sealed, new_id
from api.database import Base, UtcDateTime
from api.vocabulary import Tier


class AlertOutcome(StrEnum):
    """How an alert ended, in the order staff are offered it."""

    REACHED = "reached"
    NOT_REACHED = "not_reached"
    CRISIS_CARE = "crisis_care"
    PASSED_ON = "passed_on"
    NOTHING_TO_DO = "nothing_to_do"


class Judgement(StrEnum):
    """What staff think of an alert afterwards."""

    RIGHT = "right"
    FALSE = "false"
    MISSED_ELSEWHERE = "missed_elsewhere"


class SafetyState(Base):
    """The sticky tier of a session and the safety question that is open."""

    __tablename__ = "safety_state"

    session_id: Mapped[str] = mapped_column(ForeignKey("chat_session.id", ondelete="CASCADE"), primary_key=True)
    tier: Mapped[str] = mapped_column(String(10), default=Tier.NONE)
    floor: Mapped[str] = mapped_column(String(10), default=Tier.NONE)
    # direct | item_nine | in_danger | call_911 | may_call | callback_number; None when nothing is open
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
    # When its first notice had left the house.
    alerted_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    # The number of the last step taken (0: the first telling) and when the next one is due; None when answered.
    step: Mapped[int] = mapped_column(default=0)
    next_step_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    # Since when nobody of the on-call list is left to tell.
    exhausted_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    outcome: Mapped[str | None] = mapped_column(String(16))
    outcome_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    outcome_by: Mapped[str | None] = mapped_column(String(32))
    verdict: Mapped[str | None] = mapped_column(String(16))
    verdict_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    verdict_by: Mapped[str | None] = mapped_column(String(32))
    note_sealed: Mapped[bytes | None] = mapped_column(LargeBinary)
    signals_sealed: Mapped[bytes | None] = mapped_column(LargeBinary)

    # [{"id", "tier", "span", "modifiers", "words"}]
    signals = Sealed("signals_sealed")
    # What staff wrote beside their verdict.
    note = Sealed("note_sealed")


class AlertStep(Base):
    """One telling of an alert. Its key makes a second one for the same due time impossible."""

    __tablename__ = "alert_step"

    alert_id: Mapped[str] = mapped_column(ForeignKey("alert.id", ondelete="CASCADE"), primary_key=True)
    number: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    at: Mapped[datetime] = mapped_column(UtcDateTime)
    # An id of the on-call list; None when everybody was told.
    recipient: Mapped[str | None] = mapped_column(String(64))
