"""Keeping a time for a visitor: one occupancy row a quarter hour, so that nobody else can have it.

The unique key of `occupancy` is what makes overlap impossible. On top of it calendar writes are taken one
at a time: SQLite does so by itself (BEGIN IMMEDIATE), PostgreSQL by an advisory lock, because two units of
work that sweep each other's expired rows could otherwise wait for each other.
"""

from collections.abc import Iterable
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, delete, func, or_, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from api.crypto import new_id
from api.errors import SlotTaken, TooMany
from api.scheduling.calendar import ANYONE, Taken
from api.scheduling.models import Appointment, Hold, Occupancy
from api.scheduling.slots import Slot, quarters_between
from api.vocabulary import AppointmentStatus

HOLDS_A_SESSION = 3
HOLDS_AN_ADDRESS = 10
CALENDAR_LOCK = 0x46524F4E
# An expired hold is remembered for a while, so that a late booking is told what it was about.
EXPIRED_KEPT = timedelta(days=1)


def serialise(db: Session) -> None:
    """Wait until no other unit of work writes to the calendar."""
    if db.get_bind().dialect.name == "postgresql":
        db.execute(select(func.pg_advisory_xact_lock(CALENDAR_LOCK)))


def sweep(db: Session, now: datetime) -> None:
    """Free the quarters of holds that have expired."""
    db.execute(delete(Occupancy).where(Occupancy.expires_at <= now))
    db.execute(delete(Hold).where(Hold.expires_at <= now - EXPIRED_KEPT))


def place(
    db: Session, slot: Slot, session_id: str, now: datetime, minutes: int, address_hash: str | None = None
) -> Hold:
    """Hold a slot for a chat; its older hold of the same service is let go, the same slot is extended.

    Raises SlotTaken (bare: the caller knows the nearest times) and TooMany over a limit.
    """
    serialise(db)
    sweep(db, now)
    mine = active_holds(db, now, Hold.session_id == session_id)
    until = now + timedelta(minutes=minutes)
    if again := next((hold for hold in mine if is_same(hold, slot)), None):
        return _extend(db, again, until)
    release(db, [hold for hold in mine if hold.service == slot.service.id], now)
    _refuse_over_limit(db, now, session_id, address_hash)
    return _insert(db, slot, session_id, until, address_hash)


def is_same(visit: Hold | Appointment, slot: Slot) -> bool:
    """True when a row is for this slot."""
    return (visit.practitioner_id, visit.service, visit.modality, visit.start_at) == (
        slot.practitioner.id,
        slot.service.id,
        slot.modality,
        slot.start,
    )


def active_holds(db: Session, now: datetime, *conditions: ColumnElement[bool]) -> list[Hold]:
    """The holds that have not expired, oldest first."""
    query = select(Hold).where(Hold.expires_at > now, *conditions)
    return list(db.scalars(query.order_by(Hold.expires_at)))


def release(db: Session, holds: Iterable[Hold], now: datetime) -> None:
    """Let holds go; their times are free at once."""
    for hold in holds:
        hold.expires_at = now
        db.execute(delete(Occupancy).where(Occupancy.holder_id == hold.id))


def _extend(db: Session, hold: Hold, until: datetime) -> Hold:
    hold.expires_at = until
    db.execute(update(Occupancy).where(Occupancy.holder_id == hold.id).values(expires_at=until))
    return hold


def _refuse_over_limit(db: Session, now: datetime, session_id: str, address_hash: str | None) -> None:
    if len(active_holds(db, now, Hold.session_id == session_id)) >= HOLDS_A_SESSION:
        raise TooMany("this chat already keeps several times; book or drop one of them first")
    if address_hash and len(active_holds(db, now, Hold.address_hash == address_hash)) >= HOLDS_AN_ADDRESS:
        raise TooMany("too many times are kept from this address; try again in a few minutes")


def _insert(db: Session, slot: Slot, session_id: str, until: datetime, address_hash: str | None) -> Hold:
    hold = Hold(
        id=new_id(),
        session_id=session_id,
        practitioner_id=slot.practitioner.id,
        service=slot.service.id,
        modality=slot.modality,
        start_at=slot.start,
        end_at=slot.end,
        expires_at=until,
        address_hash=address_hash,
    )
    try:
        with db.begin_nested():
            db.add(hold)
            db.add_all(_rows(slot, hold.id, hold.expires_at))
    except IntegrityError:
        raise SlotTaken("this time has just been taken") from None
    return hold


def _rows(slot: Slot, holder_id: str, expires_at: datetime | None) -> list[Occupancy]:
    return [
        Occupancy(
            practitioner_id=slot.practitioner.id,
            quarter_at=quarter,
            holder_id=holder_id,
            expires_at=expires_at,
        )
        for quarter in slot.quarters
    ]


def book_held(db: Session, hold: Hold) -> None:
    """Turn the quarters of a hold into an appointment's: from now on they do not expire."""
    db.execute(update(Occupancy).where(Occupancy.holder_id == hold.id).values(expires_at=None))
    db.delete(hold)


def free(db: Session, appointment: Appointment) -> None:
    """Give the quarters of an appointment back."""
    db.execute(delete(Occupancy).where(Occupancy.holder_id == appointment.id))


def swap(db: Session, appointment: Appointment, slot: Slot) -> None:
    """Take the quarters of a new time and give the old ones back. Raises SlotTaken, and then nothing has changed."""
    try:
        with db.begin_nested():
            free(db, appointment)
            db.add_all(_rows(slot, appointment.id, None))
    except IntegrityError:
        raise SlotTaken("this time has just been taken") from None


def taken_by_others(db: Session, now: datetime, visit: Appointment) -> Taken:
    """What is taken from now on when a visit's own time does not count.

    The patient's other visits count against every practitioner: nobody can be in two places.
    """
    query = select(Occupancy.practitioner_id, Occupancy.quarter_at).where(
        Occupancy.quarter_at >= now,
        or_(Occupancy.expires_at.is_(None), Occupancy.expires_at > now),
        Occupancy.holder_id != visit.id,
    )
    same_patient = Appointment.group_id == visit.group_id
    if visit.session_id is not None:
        same_patient = or_(same_patient, Appointment.session_id == visit.session_id)
    others = select(Appointment).where(
        same_patient,
        Appointment.id != visit.id,
        Appointment.status == AppointmentStatus.BOOKED,
        Appointment.end_at > now,
    )
    return {(person, quarter) for person, quarter in db.execute(query)} | {
        (ANYONE, quarter)
        for other in db.scalars(others)
        for quarter in quarters_between(other.start_at, other.end_at)
    }


def taken(db: Session, now: datetime, session_id: str | None, service: str) -> Taken:
    """What is taken from now on, as this chat sees it.

    Its own hold of the same service does not count, it would be let go. Its visits of another service count
    against every practitioner (`ANYONE`): nobody can be in two places.
    """
    query = select(Occupancy.practitioner_id, Occupancy.quarter_at).where(
        Occupancy.quarter_at >= now,
        or_(Occupancy.expires_at.is_(None), Occupancy.expires_at > now),
    )
    if session_id is None:
        return {(person, quarter) for person, quarter in db.execute(query)}
    mine = select(Hold.id).where(Hold.session_id == session_id)
    rows = db.execute(query.where(Occupancy.holder_id.not_in(mine)))
    return {(person, quarter) for person, quarter in rows} | _own_quarters(db, now, session_id, service)


def _own_quarters(db: Session, now: datetime, session_id: str, service: str) -> Taken:
    held = active_holds(db, now, Hold.session_id == session_id, Hold.service != service)
    booked = select(Appointment).where(
        Appointment.session_id == session_id,
        Appointment.status == AppointmentStatus.BOOKED,
        Appointment.end_at > now,
    )
    visits: list[Hold | Appointment] = [*held, *db.scalars(booked)]
    return {(ANYONE, quarter) for visit in visits for quarter in quarters_between(visit.start_at, visit.end_at)}
