"""The page behind a visit's signed link: when, where, with whom, and a way to call it off."""

import json
from typing import Any

from fastapi import APIRouter, Request, Response
from fastapi.responses import JSONResponse

from api.dependencies import Frontdesk, FrontdeskDep, in_thread
from api.errors import BadInput, Conflict, NotFound
from api.scheduling import service
from api.scheduling.models import Appointment
from api.scheduling.office import Office
from api.scheduling.page import failure_page, visit_page
from api.scheduling.views import appointment_out
from api.scheduling.wiring import OfficeDep

router = APIRouter(tags=["visit"])


@router.get("/a/{signed}")
async def get_visit(request: Request, frontdesk: FrontdeskDep, office: OfficeDep, signed: str) -> Response:
    """Show a visit to whoever holds its link."""
    try:
        visit = await in_thread(_find, frontdesk, office, signed)
    except NotFound:
        return _failure(request, office)
    return _success(request, office, visit, frontdesk)


@router.post("/a/{signed}")
async def post_visit(request: Request, frontdesk: FrontdeskDep, office: OfficeDep, signed: str) -> Response:
    """Change a visit: `action=cancel`, as a form or as JSON. Cancelling again is no error."""
    if await _read_action(request) != "cancel":
        raise BadInput("the only action here is 'cancel'", field="action")
    try:
        visit = await in_thread(_cancel, frontdesk, office, signed)
    except NotFound:
        return _failure(request, office)
    except Conflict:
        if _wants_json(request):
            raise
        visit = await in_thread(_find, frontdesk, office, signed)
        return visit_page(office, visit, frontdesk.clock.now(), note="page_too_late", status=Conflict.status)
    return _success(request, office, visit, frontdesk)


def _find(frontdesk: Frontdesk, office: Office, signed: str) -> Appointment:
    with frontdesk.database.reading() as db:
        return service.find_appointment(db, _id_behind(office, signed))


def _cancel(frontdesk: Frontdesk, office: Office, signed: str) -> Appointment:
    with frontdesk.database.writing() as db:
        appointment_id = _id_behind(office, signed)
        return service.cancel(db, office, appointment_id, frontdesk.clock.now(), actor="link")


def _id_behind(office: Office, signed: str) -> str:
    appointment_id = office.appointment_behind(signed)
    if appointment_id is None:
        raise NotFound("this link does not work; please call the practice")
    return appointment_id


def _wants_json(request: Request) -> bool:
    return "application/json" in request.headers.get("accept", "")


def _success(request: Request, office: Office, visit: Appointment, frontdesk: Frontdesk) -> Response:
    if _wants_json(request):
        return JSONResponse(appointment_out(office, visit).model_dump(mode="json"))
    return visit_page(office, visit, frontdesk.clock.now())


def _failure(request: Request, office: Office) -> Response:
    if _wants_json(request):
        raise NotFound("this link does not work; please call the practice")
    language = "es" if request.headers.get("accept-language", "").lower().startswith("es") else "en"
    return failure_page(office, language)


async def _read_action(request: Request) -> Any:
    if "json" not in request.headers.get("content-type", ""):
        async with request.form(max_files=0, max_fields=5) as form:
            return form.get("action")
    try:
        body = await request.json()
    except (json.JSONDecodeError, UnicodeDecodeError):
        return None
    return body.get("action") if isinstance(body, dict) else None
