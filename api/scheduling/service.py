"""What may be done with the calendar: hold a time, book what is held, cancel, list a day."""

from collections.abc import Callable, Sequence
from datetime import date, datetime
from functools import partial
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import select
from sqlalchemy.orm import Session

from api.crypto import new_id
from api.errors import Conflict, NotAllowed, NotFound, SlotTaken
from api.scheduling import calendar, holds, telling
from api.scheduling.labels import say
from api.scheduling.models import Appointment, Hold
from api.scheduling.offers import ANYBODY, Person, nearest_times
from api.scheduling.office import Office
from api.scheduling.schemas import Contact
from api.scheduling.slots import Slot, find_slot, may_see, read_slot_id
from api.scheduling.views import appointment_out
from api.transcript import service as transcript
from api.transcript.models import ChatSession
from api.vocabulary import AppointmentStatus, Author, Kind

Near = Callable[[], list[dict[str, Any]]]


def hold(
    db: Session,
    office: Office,
    session: ChatSession,
    slot_id: str,
    now: datetime,
    *,
    person: Person = ANYBODY,
    address: str | None = None,
) -> Hold:
    """Keep a slot for a chat while details are typed.

    Raises BadInput or NotFound for what is no slot, SlotTaken (taken, past or too soon) with the nearest
    `slots`, NotAllowed (crisis, licence, age), TooMany.
    """
    _refuse_in_crisis(db, office, session)
    slot = read_slot_id(office.profile, slot_id)
    near = partial(nearest_times, db, office, slot, session, now, person)
    _require_bookable(office, slot, now, person, near)
    address_hash = office.hash_address(address) if address else None
    try:
        return holds.place(db, slot, session.id, now, office.profile.hold_minutes, address_hash)
    except SlotTaken as taken:
        raise SlotTaken(taken.detail, slots=near()) from None


def _refuse_in_crisis(db: Session, office: Office, session: ChatSession) -> None:
    # A person in danger is not handed a calendar; the crisis conversation and staff come first.
    if office.in_crisis(db, session.id):
        raise NotAllowed("let us make sure first that you are safe; a visit can be booked after that")


def _require_bookable(office: Office, slot: Slot, now: datetime, person: Person, near: Near) -> None:
    earliest, latest = calendar.bookable_range(office.profile, now)
    if slot.start < earliest:
        raise SlotTaken("this time has passed or is too soon to book", slots=near())
    if slot.start > latest or not calendar.is_worked(office.profile, slot):
        raise NotFound("there are no visits at this time; choose one of the times on offer")
    if not may_see(slot.practitioner, person.state, person.age_group):
        raise NotAllowed("this practitioner may not see people of that age or in that state")


def book(
    db: Session,
    office: Office,
    session: ChatSession,
    hold_ids: Sequence[str],
    contact: Contact,
    now: datetime,
) -> list[Appointment]:
    """Turn holds into appointments, all or none; visits booked together share a `group_id`.

    Booking the same hold again gives the same appointment. Raises NotFound for a hold that is not this
    chat's, SlotTaken when one has expired (with the nearest `slots`), Conflict when its visit was cancelled,
    NotAllowed in a crisis.
    """
    _refuse_in_crisis(db, office, session)
    holds.serialise(db)
    ids = list(dict.fromkeys(hold_ids))
    done = {visit.id: visit for visit in _booked_already(db, session, ids)}
    kept = [_require_held(db, office, session, each, now) for each in ids if each not in done]
    group_id = next((visit.group_id for visit in done.values()), new_id())
    new = [_book_one(db, office, session, each, group_id, contact, now) for each in kept]
    if new:
        _announce(db, office, session, new, now)
    done |= {visit.id: visit for visit in new}
    return [done[each] for each in ids]


def _booked_already(db: Session, session: ChatSession, ids: Sequence[str]) -> list[Appointment]:
    query = select(Appointment).where(Appointment.id.in_(ids), Appointment.session_id == session.id)
    visits = list(db.scalars(query))
    if any(visit.status == AppointmentStatus.CANCELLED for visit in visits):
        raise Conflict("this visit was cancelled; choose a new time")
    return visits


def _require_held(db: Session, office: Office, session: ChatSession, hold_id: str, now: datetime) -> Hold:
    held = db.get(Hold, hold_id)
    if held is None or held.session_id != session.id:
        raise NotFound("this time is not kept for you any more; choose a new one")
    if held.expires_at <= now:
        slot = find_slot(office.profile, held.practitioner_id, held.service, held.modality, held.start_at)
        near = nearest_times(db, office, slot, session, now, ANYBODY)
        raise SlotTaken("this time could only be kept for a short while; please choose again", slots=near)
    return held


def _book_one(
    db: Session,
    office: Office,
    session: ChatSession,
    held: Hold,
    group_id: str,
    contact: Contact,
    now: datetime,
) -> Appointment:
    visit = Appointment(
        id=held.id,
        group_id=group_id,
        session_id=session.id,
        status=AppointmentStatus.BOOKED,
        language=session.language,
        created_at=now,
        changes=0,
        practitioner_id=held.practitioner_id,
        service=held.service,
        modality=held.modality,
        start_at=held.start_at,
        end_at=held.end_at,
    )
    visit.contact = contact.model_dump()
    db.add(visit)
    holds.book_held(db, held)
    office.note(db, now, f"visitor:{session.id}", "appointment.book", visit.id)
    telling.tell(db, office.profile, visit, telling.BOOKED, now)
    return visit


def _announce(
    db: Session, office: Office, session: ChatSession, visits: Sequence[Appointment], now: datetime
) -> None:
    views = [appointment_out(office, visit) for visit in visits]
    label = say("between_visits", session.language).join(view.label for view in views)
    text = say("booked", session.language, int(len(views) > 1), label=label)
    payload = {"appointments": [view.model_dump(mode="json") for view in views]}
    transcript.append(db, session, Author.BOT, Kind.BOOKED, text, now=now, payload=payload)
    session.booked = True


def book_slot(
    db: Session,
    office: Office,
    session: ChatSession,
    slot_id: str,
    contact: Contact,
    now: datetime,
    *,
    person: Person = ANYBODY,
    address: str | None = None,
) -> list[Appointment]:
    """Hold and book in one step; asking again gives the same appointment. Raises as `hold` and `book`."""
    slot = read_slot_id(office.profile, slot_id)
    query = select(Appointment).where(
        Appointment.session_id == session.id,
        Appointment.status == AppointmentStatus.BOOKED,
        Appointment.start_at == slot.start,
    )
    if again := [visit for visit in db.scalars(query) if holds.is_same(visit, slot)]:
        return again
    held = hold(db, office, session, slot_id, now, person=person, address=address)
    return book(db, office, session, [held.id], contact, now)


def find_appointment(db: Session, appointment_id: str) -> Appointment:
    """The appointment of that id. Raises NotFound."""
    visit = db.get(Appointment, appointment_id)
    if visit is None:
        raise NotFound("there is no such visit")
    return visit


def cancel(db: Session, office: Office, appointment_id: str, now: datetime, actor: str) -> Appointment:
    """Call a visit off and free its time; again is no error. Raises NotFound, Conflict once it began."""
    holds.serialise(db)
    visit = find_appointment(db, appointment_id)
    if visit.status == AppointmentStatus.CANCELLED:
        return visit
    if visit.status != AppointmentStatus.BOOKED or visit.start_at <= now:
        raise Conflict("this visit has begun or is over; it cannot be cancelled any more")
    visit.status = AppointmentStatus.CANCELLED
    visit.cancelled_at = now
    visit.changes += 1
    holds.free(db, visit)
    office.note(db, now, actor, "appointment.cancel", visit.id)
    telling.tell(db, office.profile, visit, telling.CANCELLED, now)
    _tell_chat(db, office, visit, now)
    return visit


def _tell_chat(db: Session, office: Office, visit: Appointment, now: datetime) -> None:
    session = db.get(ChatSession, visit.session_id) if visit.session_id else None
    if session is None or session.erased_at is not None:
        return
    label = appointment_out(office, visit).label
    text = say("cancelled", session.language, label=label)
    transcript.append(db, session, Author.BOT, Kind.TEXT, text, now=now)
    others = select(Appointment.id).where(
        Appointment.session_id == session.id, Appointment.status == AppointmentStatus.BOOKED
    )
    session.booked = db.scalar(others.limit(1)) is not None


def appointments_on(db: Session, day: date, zone: ZoneInfo) -> list[Appointment]:
    """The visits that begin on a local day, cancelled ones too, in order of start."""
    start, end = calendar.day_bounds(day, zone)
    query = select(Appointment).where(Appointment.start_at >= start, Appointment.start_at < end)
    return list(db.scalars(query.order_by(Appointment.start_at, Appointment.practitioner_id)))
