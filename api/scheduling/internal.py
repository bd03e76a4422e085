"""Calls of the action server about visits: docs/protocols.md §3."""

from typing import Any

from fastapi import APIRouter, Depends

from api.dependencies import Frontdesk, FrontdeskDep, in_thread, require_service_token
from api.scheduling import service
from api.scheduling.asking import wanted_in_turn
from api.scheduling.contact import read_contact
from api.scheduling.offers import Person, suggest
from api.scheduling.office import Office
from api.scheduling.schemas import AppointmentsOut, AvailabilityIn, BookHoldsIn, HoldIn, HoldOut, SlotsOut
from api.scheduling.views import appointment_out, hold_out, slot_out
from api.scheduling.wiring import OfficeDep
from api.transcript import service as transcript

router = APIRouter(prefix="/internal", tags=["internal"], dependencies=[Depends(require_service_token)])


@router.get("/practice")
async def get_practice(frontdesk: FrontdeskDep) -> dict[str, Any]:
    """What the actions may say of the practice."""
    profile = frontdesk.profile
    services = [{"id": each.id, "route": each.route, "minutes": each.minutes} for each in profile.services]
    fields = {lang: {key: text.get(lang) for key, text in profile.fields.items()} for lang in ("en", "es")}
    return {
        "name": profile.name,
        "phone": profile.phone,
        "tz": profile.tz,
        "states": profile.states,
        "services": services,
        "fields": fields,
        "ages": profile.ages,
    }


@router.post("/availability")
async def post_availability(frontdesk: FrontdeskDep, office: OfficeDep, body: AvailabilityIn) -> SlotsOut:
    """A few good times for the visitor of this chat."""
    async with frontdesk.internal_limiter:
        return await in_thread(_find_times, frontdesk, office, body)


def _find_times(frontdesk: Frontdesk, office: Office, body: AvailabilityIn) -> SlotsOut:
    now, profile = frontdesk.clock.now(), office.profile
    with frontdesk.database.reading() as db:
        transcript.require_open_turn(db, body.session_id, body.turn_id, now)
        language = transcript.find(db, body.session_id).language
        wanted = wanted_in_turn(body, language, profile.zone)
        found = suggest(db, office, wanted, now, body.session_id, body.limit)
    slots = [slot_out(profile, slot, language) for slot in found.slots]
    return SlotsOut(slots=slots, exact=found.exact, tz=profile.tz)


@router.post("/holds")
async def post_hold(frontdesk: FrontdeskDep, office: OfficeDep, body: HoldIn) -> HoldOut:
    """Keep a time for the visitor of this chat."""
    async with frontdesk.internal_limiter:
        return await in_thread(_hold, frontdesk, office, body)


def _hold(frontdesk: Frontdesk, office: Office, body: HoldIn) -> HoldOut:
    now, person = frontdesk.clock.now(), Person(body.state, body.age_group)
    with frontdesk.database.writing() as db:
        transcript.require_open_turn(db, body.session_id, body.turn_id, now)
        session = transcript.find(db, body.session_id)
        kept = service.hold(db, office, session, body.slot_id, now, person=person)
        return hold_out(office.profile, kept, session.language)


@router.post("/appointments")
async def post_appointment(frontdesk: FrontdeskDep, office: OfficeDep, body: BookHoldsIn) -> AppointmentsOut:
    """Book what is held for the visitor of this chat."""
    async with frontdesk.internal_limiter:
        return await in_thread(_book, frontdesk, office, body)


def _book(frontdesk: Frontdesk, office: Office, body: BookHoldsIn) -> AppointmentsOut:
    now, contact = frontdesk.clock.now(), read_contact(body.contact)
    with frontdesk.database.writing() as db:
        transcript.require_open_turn(db, body.session_id, body.turn_id, now)
        session = transcript.find(db, body.session_id)
        visits = service.book(db, office, session, body.holds, contact, now)
        return AppointmentsOut(appointments=[appointment_out(office, visit) for visit in visits])
