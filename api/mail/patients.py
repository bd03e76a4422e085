"""Mail to patients: that a visit was booked, moved or cancelled, or comes up; neutral words, a link, an .ics file."""

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from api.contact import show_phone
from api.gateways.mail import Letter
from api.gateways.notifier import ToSend
from api.mail.words import say
from api.practice import Profile
from api.scheduling import labels, telling
from api.scheduling.calendar_file import Invitation, Method, calendar_file
from api.scheduling.models import Appointment
from api.scheduling.office import Office
from api.vocabulary import AppointmentStatus

KINDS = {
    telling.BOOKED: "booked",
    telling.MOVED: "moved",
    telling.CANCELLED: "cancelled",
    telling.REMINDER: "reminder",
    telling.LINK: "link",
}
WITHOUT_FILE = (telling.REMINDER, telling.LINK)


def address_for(db: Session, profile: Profile, notice: ToSend) -> str | None:
    """The address a patient gave for mail about this notice; None when there is no mail to send."""
    if not profile.mail.to_patients or notice.topic not in KINDS:
        return None
    visit = db.get(Appointment, notice.payload["appointment_id"])
    return _address(visit) if visit is not None and _is_wanted(visit, notice.topic, notice) else None


def _address(visit: Appointment) -> str | None:
    address: str | None = (visit.contact or {}).get("email")
    return address


def _is_wanted(visit: Appointment, about: str, notice: ToSend) -> bool:
    """A reminder is of use for a visit that stands as it was when the reminder was queued."""
    if about != telling.REMINDER:
        return True
    unchanged = visit.changes == notice.payload["changes"] and visit.status == AppointmentStatus.BOOKED
    return unchanged and visit.reminders_stopped_at is None


def letter(db: Session, office: Office, notice: ToSend, sender: str, now: datetime) -> Letter | None:
    """The letter of one delivery; None when the visit is gone or over."""
    told, about = notice.payload, notice.payload["about"]
    visit = db.get(Appointment, told["appointment_id"])
    if visit is None or not _is_wanted(visit, about, notice):
        return None
    start, end, address = (
        datetime.fromisoformat(told["start"]),
        datetime.fromisoformat(told["end"]),
        _address(visit),
    )
    if address is None or end <= now or (about == telling.REMINDER and start <= now):
        return None
    method: Method = "CANCEL" if about == telling.CANCELLED else "REQUEST"
    invitation = Invitation(
        appointment_id=visit.id,
        changes=told["changes"],
        start=start,
        end=end,
        modality=told["modality"],
        language=visit.language,
        url=office.manage_url(visit.id),
        made_at=datetime.fromisoformat(told["at"]),
        siblings=_siblings(db, visit),
        between=(sender, address),
    )
    file = None if about in WITHOUT_FILE else calendar_file(office.profile, invitation, method)
    text = _text(office, invitation, KINDS[about])
    subject = say(f"subject_{KINDS[about]}", visit.language)
    return Letter(notice.id, address, subject, text, now, calendar=file, method=method)


def _siblings(db: Session, visit: Appointment) -> tuple[str, ...]:
    query = select(Appointment.id).where(Appointment.group_id == visit.group_id, Appointment.id != visit.id)
    return tuple(sorted(db.scalars(query)))


def _text(office: Office, visit: Invitation, kind: str) -> str:
    profile, language = office.profile, visit.language
    minutes = int((visit.end - visit.start).total_seconds()) // 60
    zone = profile.tz.rpartition("/")[2].replace("_", " ")
    when = labels.when(profile, visit.start, language)
    time = labels.say("page_time", language, when=when, zone=zone, minutes=minutes)
    lines = [say(f"text_{kind}", language, time=time), say(f"link_{kind}", language, link=visit.url)]
    if profile.mail.names_practice:
        lines.append(say("practice", language, practice=profile.name, phone=show_phone(profile.phone)))
    return "\n\n".join([*lines, say("foot", language)]) + "\n"
