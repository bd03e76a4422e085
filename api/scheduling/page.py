"""Draws the page of a visit: neutral, small, without scripts, and nothing fetched from anywhere."""

import base64
import hashlib
from datetime import datetime
from functools import cache, partial
from pathlib import Path
from typing import Any

from fastapi.responses import HTMLResponse
from jinja2 import Environment, FileSystemLoader, StrictUndefined, Template
from markupsafe import Markup

from api.contact import show_phone
from api.errors import NotFound
from api.scheduling.labels import say, when
from api.scheduling.models import Appointment
from api.scheduling.office import Office
from api.vocabulary import AppointmentStatus

FOLDER = Path(__file__).parent / "templates"


@cache
def _template() -> Template:
    environment = Environment(loader=FileSystemLoader(FOLDER), autoescape=True, undefined=StrictUndefined)
    return environment.get_template("visit.html")


@cache
def _style() -> str:
    return (FOLDER / "visit.css").read_text(encoding="utf-8")


def visit_page(
    office: Office, visit: Appointment, now: datetime, note: str | None = None, status: int = 200
) -> HTMLResponse:
    """The page of a visit in the language it was booked in; `note` is a key of the wording."""
    booked = visit.status == AppointmentStatus.BOOKED
    upcoming = booked and visit.start_at > now
    standing = "page_booked" if upcoming else "page_past" if booked else "page_cancelled"
    facts = [] if visit.status == AppointmentStatus.CANCELLED else _facts(office, visit)
    return _page(office, visit.language, "page_title", note or standing, status, facts, may_cancel=upcoming)


def failure_page(office: Office, language: str) -> HTMLResponse:
    """The page for a link that opens nothing."""
    return _page(office, language, "page_unknown_title", "page_unknown", NotFound.status, [], may_cancel=False)


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


def _page(
    office: Office,
    language: str,
    title: str,
    note: str,
    status: int,
    facts: list[tuple[str, str]],
    *,
    may_cancel: bool,
) -> HTMLResponse:
    words = partial(say, language=language)
    values: dict[str, Any] = {
        "language": language,
        "title": words(title),
        "note": words(note),
        "style": Markup(_style()),  # noqa: S704 (our own file, nothing typed by anybody)
        "facts": facts,
        "may_cancel": may_cancel,
        "say": words,
        "phone": office.profile.phone,
        "phone_shown": show_phone(office.profile.phone),
    }
    return HTMLResponse(_template().render(values), status_code=status, headers=_headers())


def _headers() -> dict[str, str]:
    digest = base64.b64encode(hashlib.sha256(_style().encode()).digest()).decode()
    policy = f"default-src 'none'; style-src 'sha256-{digest}'; form-action 'self'; frame-ancestors 'none'"
    return {
        "Content-Security-Policy": f"{policy}; base-uri 'none'",
        "Cache-Control": "no-store",
        "Referrer-Policy": "no-referrer",
        "X-Content-Type-Options": "nosniff",
    }
