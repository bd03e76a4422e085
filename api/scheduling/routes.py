"""Public calls of scheduling: free times, and booking with the token of a chat."""

from typing import Annotated, Literal

from fastapi import APIRouter, Query, Request

from api.dependencies import BearerToken, Frontdesk, FrontdeskDep, in_thread
from api.scheduling import service
from api.scheduling.asking import window_of_query
from api.scheduling.contact import read_contact
from api.scheduling.offers import Person, free_slots
from api.scheduling.office import Office
from api.scheduling.schemas import AppointmentsOut, BookingIn, SlotsOut
from api.scheduling.slots import Wanted
from api.scheduling.views import appointment_out, slot_out
from api.scheduling.wiring import OfficeDep
from api.transcript import service as transcript
from api.vocabulary import Modality

router = APIRouter(tags=["scheduling"])

MOST_SLOTS = 500
Code = Annotated[str | None, Query(max_length=64)]


@router.get("/api/availability")
async def get_availability(
    frontdesk: FrontdeskDep,
    office: OfficeDep,
    service: Annotated[str, Query(max_length=64)],
    since: Annotated[str | None, Query(alias="from", max_length=40)] = None,
    until: Annotated[str | None, Query(alias="to", max_length=40)] = None,
    modality: Modality | None = None,
    practitioner: Code = None,
    state: Code = None,
    language: Literal["en", "es"] | None = None,
    age_group: Code = None,
    limit: Annotated[int, Query(ge=1, le=MOST_SLOTS)] = 100,
) -> SlotsOut:
    """Bookable times in order; `from` and `to` are dates or local times, the zone is in the answer."""
    windows = window_of_query(since, until, office.profile.zone)
    wanted = Wanted(service, modality, state, age_group, language, practitioner, windows)
    return await in_thread(_read_slots, frontdesk, office, wanted, limit)


def _read_slots(frontdesk: Frontdesk, office: Office, wanted: Wanted, limit: int) -> SlotsOut:
    with frontdesk.database.reading() as db:
        slots = free_slots(db, office, wanted, frontdesk.clock.now())
    shown = [slot_out(office.profile, slot, wanted.language or "en") for slot in slots[:limit]]
    return SlotsOut(slots=shown, exact=True, tz=office.profile.tz)


@router.post("/api/appointments")
async def post_appointment(
    request: Request, frontdesk: FrontdeskDep, office: OfficeDep, token: BearerToken, body: BookingIn
) -> AppointmentsOut:
    """Book what is held for this chat, or a free slot; the answer carries the link to each visit."""
    address = request.client.host if request.client else None
    return await in_thread(_book, frontdesk, office, token, body, address)


def _book(
    frontdesk: Frontdesk, office: Office, token: str, body: BookingIn, address: str | None
) -> AppointmentsOut:
    now, contact = frontdesk.clock.now(), read_contact(body)
    with frontdesk.database.writing() as db:
        session = transcript.find_by_token(db, token, now)
        if body.slot_id is None:
            visits = service.book(db, office, session, body.holds, contact, now)
        else:
            person = Person(body.state, body.age_group)
            visits = service.book_slot(
                db, office, session, body.slot_id, contact, now, person=person, address=address
            )
        return AppointmentsOut(appointments=[appointment_out(office, visit) for visit in visits])
