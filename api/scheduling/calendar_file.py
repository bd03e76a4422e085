"""A visit as a calendar file (RFC 5545, 5546): neutral words, a stable UID, a SEQUENCE that grows."""

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from icalendar import Calendar, Event, vCalAddress, vText

from api.practice import Profile
from api.scheduling.labels import say

Method = Literal["REQUEST", "CANCEL", "PUBLISH"]
PRODUCT = "-//Frontdesk//Frontdesk//EN"
UID_DOMAIN = "frontdesk"


@dataclass(frozen=True)
class Invitation:
    """What a calendar is told of a visit; `between` is (organiser, attendee) when it goes by mail."""

    appointment_id: str
    changes: int
    start: datetime
    end: datetime
    modality: str
    language: str
    url: str
    made_at: datetime
    siblings: tuple[str, ...] = ()
    between: tuple[str, str] | None = None


def uid(appointment_id: str) -> str:
    """The visit's name in every calendar, the same for as long as it lives."""
    return f"{appointment_id}@{UID_DOMAIN}"


def calendar_file(profile: Profile, visit: Invitation, method: Method) -> bytes:
    """The file. Times stand on the practice's clock with its zone and changes of daylight saving."""
    calendar = Calendar()
    calendar.add("prodid", PRODUCT)
    calendar.add("version", "2.0")
    calendar.add("method", method)
    calendar.add_component(_event(profile, visit, method))
    calendar.add_missing_timezones()
    return bytes(calendar.to_ical())


def _event(profile: Profile, visit: Invitation, method: Method) -> Event:
    event = Event()
    event.add("uid", uid(visit.appointment_id))
    event.add("sequence", visit.changes)
    event.add("dtstamp", visit.made_at)
    event.add("dtstart", _on_wall(visit.start, profile))
    event.add("dtend", _on_wall(visit.end, profile))
    event.add("summary", say("calendar_title", visit.language))
    event.add("status", "CANCELLED" if method == "CANCEL" else "CONFIRMED")
    event.add("class", "PRIVATE")
    event.add("url", visit.url)
    event.add("description", say("calendar_text", visit.language, link=visit.url))
    if profile.mail.names_practice:
        event.add("location", say(f"page_place_{visit.modality}", visit.language, address=profile.address))
    for sibling in visit.siblings:
        event.add("related-to", uid(sibling), parameters={"RELTYPE": "SIBLING"})
    if visit.between is not None:
        _add_people(event, *visit.between)
    return event


def _on_wall(instant: datetime, profile: Profile) -> datetime:
    # The hour that the clocks repeat has one name for two instants: its second one stands in UTC.
    local = instant.astimezone(profile.zone)
    return instant if local.fold else local


def _add_people(event: Event, organiser: str, attendee: str) -> None:
    event.add("organizer", vCalAddress(f"mailto:{organiser}"))
    patient = vCalAddress(f"mailto:{attendee}")
    patient.params["PARTSTAT"] = vText("ACCEPTED")
    patient.params["RSVP"] = vText("FALSE")
    event.add("attendee", patient)
