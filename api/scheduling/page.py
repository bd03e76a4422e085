"""Draws the page of a visit: neutral, small, without scripts, and nothing fetched from anywhere."""

import base64
import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache, partial
from itertools import groupby
from pathlib import Path
from typing import Any

from fastapi.responses import HTMLResponse
from jinja2 import Environment, FileSystemLoader, StrictUndefined, Template
from markupsafe import Markup

from api.contact import show_phone
from api.errors import NotFound
from api.scheduling.labels import clock, day_of, say, when
from api.scheduling.models import Appointment
from api.scheduling.office import Office
from api.scheduling.slots import Slot, to_wall
from api.vocabulary import AppointmentStatus

FOLDER = Path(__file__).parent / "templates"
DAYS_A_PAGE = 3
Link = tuple[str, str]


@dataclass(frozen=True)
class Shown:
    """A visit with what its page needs: the moment, and the other visits of the same booking."""

    visit: Appointment
    now: datetime
    siblings: Sequence[Appointment] = ()

    @property
    def is_upcoming(self) -> bool:
        """Whether anything can be changed."""
        return self.visit.status == AppointmentStatus.BOOKED and self.visit.start_at > self.now


@cache
def _template() -> Template:
    environment = Environment(loader=FileSystemLoader(FOLDER), autoescape=True, undefined=StrictUndefined)
    return environment.get_template("visit.html")


@cache
def _style() -> str:
    return (FOLDER / "visit.css").read_text(encoding="utf-8")


def visit_page(office: Office, shown: Shown, note: str | None = None, status: int = 200) -> HTMLResponse:
    """The page of a visit in the language it was booked in; `note` is a key of the wording."""
    visit = shown.visit
    others = [
        (when(office.profile, other.start_at, visit.language), office.manage_url(other.id))
        for other in shown.siblings
    ]
    values = {
        "facts": [] if visit.status == AppointmentStatus.CANCELLED else _facts(office, visit),
        "may_change": shown.is_upcoming,
        "confirmed": visit.confirmed_at is not None,
        "may_stop_reminders": _gets_reminders(office, visit),
        "others": others,
    }
    return _page(office, visit.language, "page_title", note or _standing(shown), status, values)


def _standing(shown: Shown) -> str:
    if shown.visit.status != AppointmentStatus.BOOKED:
        return "page_cancelled"
    if not shown.is_upcoming:
        return "page_past"
    return "page_confirmed" if shown.visit.confirmed_at else "page_booked"


def _gets_reminders(office: Office, visit: Appointment) -> bool:
    wanted = office.profile.mail.reminder_hours is not None and office.profile.mail.to_patients
    return wanted and visit.reminders_stopped_at is None and bool((visit.contact or {}).get("email"))


def times_page(
    office: Office,
    visit: Appointment,
    slots: Sequence[Slot],
    page: int,
    note: str | None = None,
    status: int = 200,
) -> HTMLResponse:
    """Other times for a visit, a few days at once; `page` counts from 0."""
    profile, language = office.profile, visit.language
    by_day = [
        (day_of(day, language), [(slot.id, clock(profile, slot.start, language)) for slot in times])
        for day, times in groupby(slots, key=lambda slot: to_wall(slot.start, profile.zone).date())
    ]
    begin = page * DAYS_A_PAGE
    values = {
        "facts": _facts(office, visit)[:1],
        "days": by_day[begin : begin + DAYS_A_PAGE],
        "turning": _turning(page, begin + DAYS_A_PAGE < len(by_day), language),
    }
    said = note or ("page_move_note" if by_day else "page_no_times")
    return _page(office, language, "page_move_title", said, status, values)


def _turning(page: int, has_more: bool, language: str) -> list[Link]:
    earlier = [(say("page_earlier", language), f"?show=times&page={page - 1}")] if page else []
    later = [(say("page_later", language), f"?show=times&page={page + 1}")] if has_more else []
    return [*earlier, *later, (say("page_back", language), "?")]


def failure_page(office: Office, language: str) -> HTMLResponse:
    """The page for a link that opens nothing."""
    return _page(office, language, "page_unknown_title", "page_unknown", NotFound.status, {})


def _facts(office: Office, visit: Appointment) -> list[tuple[str, str]]:
    profile, language = office.profile, visit.language
    person = profile.practitioner(visit.practitioner_id)
    zone = profile.tz.rpartition("/")[2].replace("_", " ")
    minutes = int((visit.end_at - visit.start_at).total_seconds()) // 60
    time = say("page_time", language, when=when(profile, visit.start_at, language), zone=zone, minutes=minutes)
    place = say(f"page_place_{visit.modality}", language, address=profile.address)
    # The name without its credentials: a page left open should not tell what the visit is for.
    name = person.name if person else visit.practitioner_id
    keys = ("page_when", "page_where", "page_with")
    return list(zip((say(key, language) for key in keys), (time, place, name), strict=True))


def _page(office: Office, language: str, title: str, note: str, status: int, more: dict[str, Any]) -> HTMLResponse:
    words = partial(say, language=language)
    values: dict[str, Any] = {
        "language": language,
        "title": words(title),
        "note": words(note),
        "style": Markup(_style()),  # noqa: S704 (our own file, nothing typed by anybody)
        "facts": [],
        "may_change": False,
        "others": [],
        "days": [],
        "turning": [],
        "say": words,
        "phone": office.profile.phone,
        "phone_shown": show_phone(office.profile.phone),
    }
    return HTMLResponse(_template().render(values | more), status_code=status, headers=headers())


def headers() -> dict[str, str]:
    """What every answer about a visit carries: not kept, not framed, its address told to nobody."""
    digest = base64.b64encode(hashlib.sha256(_style().encode()).digest()).decode()
    policy = f"default-src 'none'; style-src 'sha256-{digest}'; form-action 'self'; frame-ancestors 'none'"
    return {
        "Content-Security-Policy": f"{policy}; base-uri 'none'",
        "Cache-Control": "no-store",
        "Referrer-Policy": "no-referrer",
        "X-Content-Type-Options": "nosniff",
        "X-Robots-Tag": "noindex",
    }
