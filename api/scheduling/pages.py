"""The calls behind a visit's signed link: see, move, cancel, confirm, stop reminders, download; GET changes nothing."""

import json
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Query, Request, Response
from fastapi.responses import JSONResponse

from api.dependencies import Frontdesk, FrontdeskDep, in_thread
from api.errors import BadInput, Conflict, NotAllowed, NotFound, SlotTaken
from api.scheduling import changes, service
from api.scheduling.calendar_file import Invitation, calendar_file
from api.scheduling.links import find_by_link
from api.scheduling.models import Appointment
from api.scheduling.office import Office
from api.scheduling.page import Shown, failure_page, headers, times_page, visit_page
from api.scheduling.slots import Slot
from api.scheduling.views import appointment_out, slot_out
from api.scheduling.wiring import OfficeDep

router = APIRouter(tags=["visit"])

ACTIONS = ("cancel", "confirm", "move", "stop_reminders")
NOTES = {"move": "page_moved", "stop_reminders": "page_reminders_stopped"}
ACTOR = "link"
View = Literal["visit", "times", "calendar"]


@router.get("/a/{signed}")
async def get_visit(
    request: Request,
    frontdesk: FrontdeskDep,
    office: OfficeDep,
    signed: str,
    show: View = "visit",
    page: Annotated[int, Query(ge=0, le=100)] = 0,
) -> Response:
    """Show a visit to whoever holds its link, the times it could be moved to, or its calendar file."""
    try:
        if show == "times":
            return await _show_times(request, frontdesk, office, signed, page)
        shown = await in_thread(_find, frontdesk, office, signed)
    except NotFound:
        return _failure(request, office)
    if show == "calendar":
        return _calendar(office, shown)
    return _success(request, office, shown)


async def _show_times(
    request: Request, frontdesk: Frontdesk, office: Office, signed: str, page: int, taken: SlotTaken | None = None
) -> Response:
    shown, slots = await in_thread(_find_times, frontdesk, office, signed)
    if not shown.is_upcoming:
        return visit_page(office, shown, "page_too_late", Conflict.status)
    if _wants_json(request):
        each = [slot_out(office.profile, slot, shown.visit.language).model_dump(mode="json") for slot in slots]
        return JSONResponse({"slots": each, "tz": office.profile.tz}, headers=headers())
    status, note = (taken.status, "page_taken") if taken else (200, None)
    return times_page(office, shown.visit, slots, page, note, status)


@router.post("/a/{signed}")
async def post_visit(request: Request, frontdesk: FrontdeskDep, office: OfficeDep, signed: str) -> Response:
    """Change a visit: `action` = cancel, confirm, move (with `slot_id`) or stop_reminders, as a form or as JSON."""
    _refuse_other_sites(request)
    action, slot_id = await _read_wish(request)
    try:
        shown = await in_thread(_change, frontdesk, office, signed, action, slot_id)
    except NotFound:
        return _failure(request, office)
    except Conflict as conflict:
        return await _explain(request, frontdesk, office, signed, conflict)
    return _success(request, office, shown, NOTES.get(action))


async def _explain(
    request: Request, frontdesk: Frontdesk, office: Office, signed: str, conflict: Conflict
) -> Response:
    if _wants_json(request):
        raise conflict
    if isinstance(conflict, SlotTaken):
        return await _show_times(request, frontdesk, office, signed, 0, conflict)
    shown = await in_thread(_find, frontdesk, office, signed)
    return visit_page(office, shown, "page_too_late", conflict.status)


def _find(frontdesk: Frontdesk, office: Office, signed: str) -> Shown:
    now = frontdesk.clock.now()
    with frontdesk.database.reading() as db:
        visit = find_by_link(db, office, signed, now)
        return Shown(visit, now, changes.siblings(db, visit))


def _find_times(frontdesk: Frontdesk, office: Office, signed: str) -> tuple[Shown, list[Slot]]:
    now = frontdesk.clock.now()
    with frontdesk.database.reading() as db:
        visit = find_by_link(db, office, signed, now)
        return Shown(visit, now), changes.times_to_move(db, office, visit, now)


def _change(frontdesk: Frontdesk, office: Office, signed: str, action: str, slot_id: str) -> Shown:
    now = frontdesk.clock.now()
    with frontdesk.database.writing() as db:
        appointment_id = find_by_link(db, office, signed, now).id
        if action == "move":
            visit = changes.move(db, office, appointment_id, slot_id, now, ACTOR)
        elif action == "cancel":
            visit = service.cancel(db, office, appointment_id, now, ACTOR)
        elif action == "confirm":
            visit = changes.confirm(db, office, appointment_id, now, ACTOR)
        else:
            visit = changes.stop_reminders(db, office, appointment_id, now, ACTOR)
        return Shown(visit, now, changes.siblings(db, visit))


def _refuse_other_sites(request: Request) -> None:
    # The link is the key, so a page elsewhere could only press a button it has the key to; it still may not.
    if request.headers.get("sec-fetch-site") in ("cross-site", "same-site"):
        raise NotAllowed("please use the buttons on the page of the visit")


def _wants_json(request: Request) -> bool:
    return "application/json" in request.headers.get("accept", "")


def _success(request: Request, office: Office, shown: Shown, note: str | None = None) -> Response:
    if _wants_json(request):
        return JSONResponse(appointment_out(office, shown.visit).model_dump(mode="json"), headers=headers())
    return visit_page(office, shown, note)


def _calendar(office: Office, shown: Shown) -> Response:
    file = calendar_file(office.profile, invitation(office, shown), "PUBLISH")
    disposition = {"Content-Disposition": 'attachment; filename="appointment.ics"'}
    return Response(file, media_type="text/calendar; charset=utf-8", headers=headers() | disposition)


def invitation(office: Office, shown: Shown) -> Invitation:
    """What a calendar is told of a visit as it stands."""
    visit: Appointment = shown.visit
    return Invitation(
        appointment_id=visit.id,
        changes=visit.changes,
        start=visit.start_at,
        end=visit.end_at,
        modality=visit.modality,
        language=visit.language,
        url=office.manage_url(visit.id),
        made_at=shown.now,
        siblings=tuple(other.id for other in shown.siblings),
    )


def _failure(request: Request, office: Office) -> Response:
    if _wants_json(request):
        raise NotFound("this link does not work; please call the practice")
    language = "es" if request.headers.get("accept-language", "").lower().startswith("es") else "en"
    return failure_page(office, language)


async def _read_wish(request: Request) -> tuple[str, str]:
    fields = await _read_fields(request)
    action, slot_id = fields.get("action"), fields.get("slot_id")
    if action not in ACTIONS:
        raise BadInput(f"the actions here are {', '.join(ACTIONS)}", field="action")
    if action == "move" and (not isinstance(slot_id, str) or len(slot_id) > 200):
        raise BadInput("choose one of the times on offer", field="slot_id")
    return str(action), str(slot_id)


async def _read_fields(request: Request) -> dict[str, Any]:
    if "json" not in request.headers.get("content-type", ""):
        async with request.form(max_files=0, max_fields=5) as form:
            return dict(form)
    try:
        body = await request.json()
    except (json.JSONDecodeError, UnicodeDecodeError):
        return {}
    return body if isinstance(body, dict) else {}
