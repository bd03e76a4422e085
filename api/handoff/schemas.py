"""The shapes handoff reads and answers: docs/protocols.md §3, and one line of the inbox."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Annotated

from pydantic import BaseModel, Field

from api.vocabulary import HandoffReason

Id = Annotated[str, Field(pattern=r"^[A-Za-z0-9_-]{1,64}$")]


class Outcome(StrEnum):
    """How a handoff ended."""

    HANDED_BACK = "handed_back"
    ANSWERED = "answered"
    BOOKED = "booked"
    CALLED_BACK = "called_back"
    NOT_REACHED = "not_reached"
    REFERRED = "referred"
    CRISIS_CARE = "crisis_care"
    OTHER = "other"


class CallbackIn(BaseModel):
    """Where a visitor wants to be called back; `leave_message` is the consent for voicemail."""

    phone: str | None = Field(None, max_length=60)
    email: str | None = Field(None, max_length=320)
    leave_message: bool = False


class HandoffIn(BaseModel):
    """POST /internal/handoffs."""

    session_id: Id
    turn_id: Id
    reason: HandoffReason
    callback: CallbackIn | None = None


class HandoffOut(BaseModel):
    """What can be promised: `minutes` is the usual wait while open, `opens_at` the next opening when not."""

    handoff_id: str
    open_now: bool
    opens_at: datetime | None
    minutes: int


@dataclass(frozen=True)
class Opening:
    """Whether somebody is there; `opens_at` is None while open."""

    open_now: bool
    opens_at: datetime | None
    minutes: int


@dataclass(frozen=True)
class InboxEntry:
    """One chat that waits for a person or has one."""

    handoff_id: str
    session_id: str
    reason: str
    tier: str
    status: str
    waiting_since: datetime
    assignee_id: str | None
    assignee_name: str | None
    language: str
    mode: str
    last_seen_at: datetime
    wants_callback: bool
