"""What a patient may do with a booked visit: move it, confirm it, stop its reminders; all or nothing."""

from datetime import datetime
from functools import partial

from sqlalchemy import select
from sqlalchemy.orm import Session

from api.errors import BadInput, Conflict, SlotTaken
from api.scheduling import calendar, choice, holds, service, telling
from api.scheduling.labels import say
from api.scheduling.models import Appointment
from api.scheduling.offers import NEAREST
from api.scheduling.office import Office
from api.scheduling.slots import Slot, Wanted, read_slot_id
from api.scheduling.views import appointment_out, slot_out
from api.transcript import service as transcript
from api.transcript.models import ChatSession
from api.vocabulary import AppointmentStatus, Author, Kind, Modality


def require_upcoming(visit: Appointment, now: datetime) -> None:
    """Raises Conflict for a visit that is called off, has begun or is over."""
    if visit.status != AppointmentStatus.BOOKED or visit.start_at <= now:
        raise Conflict("this visit is called off, has begun or is over; it cannot be changed any more")


def times_to_move(db: Session, office: Office, visit: Appointment, now: datetime) -> list[Slot]:
    """Every other time, in order, to which a visit can be moved: same kind, practitioner and way to meet."""
    earliest, latest = calendar.bookable_range(office.profile, now)
    wanted = Wanted(visit.service, modality=Modality(visit.modality), practitioner=visit.practitioner_id)
    taken = holds.taken_by_others(db, now, visit)
    slots = calendar.free_slots(office.profile, wanted, taken, earliest, latest)
    return [slot for slot in slots if slot.start != visit.start_at]


def move(db: Session, office: Office, appointment_id: str, slot_id: str, now: datetime, actor: str) -> Appointment:
    """Give a visit another time: the old one is freed and the new one taken together, or nothing changes.

    Moving to where it stands already is no error. Raises NotFound, Conflict once it began, BadInput for a time
    of another kind, SlotTaken with the nearest `slots`.
    """
    holds.serialise(db)
    visit = service.find_appointment(db, appointment_id)
    require_upcoming(visit, now)
    slot = read_slot_id(office.profile, slot_id)
    if (slot.practitioner.id, slot.service.id, slot.modality) != _kind(visit):
        raise BadInput("a visit can only be moved to another time of the same kind", field="slot_id")
    if slot.start == visit.start_at:
        return visit
    holds.sweep(db, now)
    free = times_to_move(db, office, visit, now)
    near = partial(_near, office, free, slot, visit)
    if slot not in free:
        raise SlotTaken("this time is taken, has passed or is too soon", slots=near())
    try:
        holds.swap(db, visit, slot)
    except SlotTaken as taken:
        raise SlotTaken(taken.detail, slots=near()) from None
    _note_move(db, office, visit, slot, now, actor)
    return visit


def _kind(visit: Appointment) -> tuple[str, str, str]:
    return visit.practitioner_id, visit.service, visit.modality


def _near(office: Office, free: list[Slot], slot: Slot, visit: Appointment) -> list[dict[str, object]]:
    others = [each for each in free if each != slot]
    near = choice.nearest(others, slot.start, NEAREST)
    return [slot_out(office.profile, each, visit.language).model_dump(mode="json") for each in near]


def _note_move(db: Session, office: Office, visit: Appointment, slot: Slot, now: datetime, actor: str) -> None:
    visit.start_at, visit.end_at = slot.start, slot.end
    visit.changes += 1
    visit.confirmed_at = None
    office.note(db, now, actor, "appointment.move", visit.id)
    telling.tell(db, office.profile, visit, telling.MOVED, now)
    session = db.get(ChatSession, visit.session_id) if visit.session_id else None
    if session is not None and session.erased_at is None:
        text = say("moved", session.language, label=appointment_out(office, visit).label)
        transcript.append(db, session, Author.BOT, Kind.TEXT, text, now=now)


def confirm(db: Session, office: Office, appointment_id: str, now: datetime, actor: str) -> Appointment:
    """The patient says that he or she will come; again is no error. Raises NotFound, Conflict."""
    visit = service.find_appointment(db, appointment_id)
    require_upcoming(visit, now)
    if visit.confirmed_at is None:
        visit.confirmed_at = now
        office.note(db, now, actor, "appointment.confirm", visit.id)
    return visit


def stop_reminders(db: Session, office: Office, appointment_id: str, now: datetime, actor: str) -> Appointment:
    """No reminder of this visit and of those booked with it; again is no error. Raises NotFound."""
    visit = service.find_appointment(db, appointment_id)
    for each in [visit, *siblings(db, visit)]:
        if each.reminders_stopped_at is None:
            each.reminders_stopped_at = now
            office.note(db, now, actor, "appointment.stop_reminders", each.id)
    return visit


def siblings(db: Session, visit: Appointment) -> list[Appointment]:
    """The other booked visits of one booking (combined care has two), in order of start."""
    query = select(Appointment).where(
        Appointment.group_id == visit.group_id,
        Appointment.id != visit.id,
        Appointment.status == AppointmentStatus.BOOKED,
    )
    return list(db.scalars(query.order_by(Appointment.start_at)))


def of_chat(db: Session, session_id: str, now: datetime) -> list[Appointment]:
    """The visits still to come that were booked in a chat, in order of start."""
    query = select(Appointment).where(
        Appointment.session_id == session_id,
        Appointment.status == AppointmentStatus.BOOKED,
        Appointment.start_at > now,
    )
    return list(db.scalars(query.order_by(Appointment.start_at)))
