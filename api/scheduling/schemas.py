"""The shapes scheduling reads and answers: docs/protocols.md §1 and §3."""

from datetime import datetime, timedelta
from typing import Annotated, Self

from pydantic import BaseModel, BeforeValidator, Field, model_validator

from api.vocabulary import Modality

Id = Annotated[str, Field(pattern=r"^[A-Za-z0-9_-]{1,64}$")]
MOST_TIMES = 24


class PractitionerOut(BaseModel):
    """Who would be met."""

    id: str
    name: str
    credentials: str


class SlotOut(BaseModel):
    """A bookable time."""

    slot_id: str
    start: datetime
    end: datetime
    service: str
    practitioner: PractitionerOut
    modality: Modality
    label: str


class SlotsOut(BaseModel):
    """Times on offer; `exact` is false when nothing fits what was asked and these are the nearest."""

    slots: list[SlotOut]
    exact: bool
    tz: str


class HoldOut(BaseModel):
    """A time that is kept until `expires_at`."""

    hold_id: str
    expires_at: datetime
    slot: SlotOut


class AppointmentOut(BaseModel):
    """A booked visit as its patient sees it."""

    id: str
    group_id: str
    status: str
    start: datetime
    end: datetime
    service: str
    practitioner: PractitionerOut
    modality: Modality
    label: str
    manage_url: str
    confirmed: bool = False


class AppointmentsOut(BaseModel):
    """What one booking gave: one visit, or the two of combined care."""

    appointments: list[AppointmentOut]


class ContactIn(BaseModel):
    """Contact details as typed."""

    name: str = Field(max_length=400)
    phone: str | None = Field(None, max_length=60)
    email: str | None = Field(None, max_length=320)
    leave_message: bool = False
    text_consent: bool = False


class Contact(BaseModel):
    """Contact details as kept: phone in E.164."""

    name: str
    phone: str | None
    email: str | None
    leave_message: bool
    text_consent: bool


class BookingIn(ContactIn):
    """POST /api/appointments: contact details and exactly one of a hold, several holds, or a slot."""

    hold_id: Id | None = None
    hold_ids: list[Id] | None = Field(None, min_length=1, max_length=4)
    slot_id: Annotated[str, Field(max_length=200)] | None = None
    state: str | None = Field(None, max_length=2)
    age_group: str | None = Field(None, max_length=20)

    @model_validator(mode="after")
    def _one_way(self) -> Self:
        if sum(part is not None for part in (self.hold_id, self.hold_ids, self.slot_id)) != 1:
            raise ValueError("give one of hold_id, hold_ids or slot_id")
        return self

    @property
    def holds(self) -> list[str]:
        """The holds to book, none when a slot is booked directly."""
        return self.hold_ids or ([self.hold_id] if self.hold_id else [])


def _read_wall(value: object) -> object:
    # A day may end at 24:00, which Python's datetime does not know.
    if not isinstance(value, str) or value[10:] not in ("T24:00", "T24:00:00"):
        return value
    try:
        return datetime.fromisoformat(value[:10]) + timedelta(days=1)
    except OverflowError:
        raise ValueError("there is no such date") from None


Wall = Annotated[datetime, BeforeValidator(_read_wall)]


class WindowIn(BaseModel):
    """A stretch of the practice's local wall clock (an instant with a zone is converted)."""

    start: Wall
    end: Wall


class TurnIn(BaseModel):
    """Every call of the action server names its chat and its turn."""

    session_id: Id
    turn_id: Id


class AvailabilityIn(TurnIn):
    """POST /internal/availability."""

    service: Id
    windows: list[WindowIn] = Field([], max_length=1000)
    state: str | None = Field(None, max_length=2)
    age_group: str | None = Field(None, max_length=20)
    modality: Modality | None = None
    practitioner: Id | None = None
    limit: int = Field(6, ge=1, le=MOST_TIMES)


class HoldIn(TurnIn):
    """POST /internal/holds; state and age group are checked against the practitioner when they are given."""

    slot_id: str = Field(max_length=200)
    state: str | None = Field(None, max_length=2)
    age_group: str | None = Field(None, max_length=20)


class BookHoldsIn(TurnIn):
    """POST /internal/appointments."""

    hold_id: Id | None = None
    hold_ids: list[Id] | None = Field(None, min_length=1, max_length=4)
    contact: ContactIn

    @model_validator(mode="after")
    def _one_way(self) -> Self:
        if (self.hold_id is None) == (self.hold_ids is None):
            raise ValueError("give one of hold_id or hold_ids")
        return self

    @property
    def holds(self) -> list[str]:
        """The holds to book."""
        return self.hold_ids or [self.hold_id or ""]
