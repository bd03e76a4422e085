"""Which free times a visitor is offered: those that fit, a few good ones of them, or the nearest."""

from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from api.errors import NotFound
from api.scheduling import calendar, choice, holds
from api.scheduling.office import Office
from api.scheduling.slots import Slot, Wanted
from api.scheduling.views import slot_out
from api.transcript.models import ChatSession

NEAREST = 3


@dataclass(frozen=True)
class Found:
    """Slots in order of start; `exact` is false when the windows held nothing and these lie near them."""

    slots: list[Slot]
    exact: bool


@dataclass(frozen=True)
class Person:
    """What is known of who would be seen; a practitioner must be licensed for the state and take the age."""

    state: str | None = None
    age_group: str | None = None


ANYBODY = Person()


def free_slots(
    db: Session, office: Office, wanted: Wanted, now: datetime, session_id: str | None = None
) -> list[Slot]:
    """Every free slot a visitor may book, windows applied, in order. Raises NotFound: unknown service."""
    if office.profile.service(wanted.service) is None:
        raise NotFound("the practice has no such service")
    earliest, latest = calendar.bookable_range(office.profile, now)
    taken = holds.taken(db, now, session_id, wanted.service)
    slots = calendar.free_slots(office.profile, wanted, taken, earliest, latest)
    return choice.inside(slots, wanted.windows, office.profile.zone)


def suggest(db: Session, office: Office, wanted: Wanted, now: datetime, session_id: str, limit: int) -> Found:
    """A few good times for a visitor: in the windows, else near them; somebody of their language first."""
    everything = replace(wanted, windows=())
    slots = free_slots(db, office, everything, now, session_id)
    if not slots:
        slots = free_slots(db, office, replace(everything, language=None), now, session_id)
    zone = office.profile.zone
    if fitting := choice.inside(slots, wanted.windows, zone):
        return Found(choice.spread(fitting, zone, limit), exact=True)
    return Found(choice.spread_around(slots, wanted.windows, zone, limit), exact=False)


def nearest_times(
    db: Session, office: Office, slot: Slot, session: ChatSession, now: datetime, person: Person
) -> list[dict[str, Any]]:
    """The three times nearest to a slot that cannot be had, as shapes for an error body."""
    # Another practitioner is only proposed when it is known that he or she may see the person.
    known = person.state is not None and person.age_group is not None
    wanted = Wanted(
        slot.service.id,
        modality=slot.modality,
        state=person.state,
        age_group=person.age_group,
        practitioner=None if known else slot.practitioner.id,
    )
    slots = choice.nearest(free_slots(db, office, wanted, now, session.id), slot.start, NEAREST)
    return [slot_out(office.profile, each, session.language).model_dump(mode="json") for each in slots]
