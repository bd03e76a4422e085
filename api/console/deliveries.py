"""What could not be delivered, for staff to see and try again; and the address of one visit in a mail."""

from dataclasses import dataclass
from datetime import datetime

from fastapi import APIRouter, Request, Response
from fastapi.responses import HTMLResponse
from sqlalchemy.orm import Session

from api import outbox
from api.console.access import Genuine, SignedIn, Visit
from api.console.pages import note
from api.console.rendering import PageRoute, render, see_other
from api.dependencies import Frontdesk, FrontdeskDep, in_thread
from api.errors import NotAllowed, NotFound
from api.scheduling import service as scheduling
from api.scheduling.slots import to_wall

router = APIRouter(prefix="/staff", include_in_schema=False, route_class=PageRoute)

PAGE = "/staff/deliveries"
NAMED = ("mail_patient", "mail_staff", "webhook")


@dataclass(frozen=True)
class Failed:
    """One delivery that was given up: `kind` says by which channel, `link` is what it was about."""

    id: str
    kind: str
    failed_at: datetime
    error: str
    link: str | None


def read_failed(db: Session) -> list[Failed]:
    """What was given up, newest first."""
    return [
        Failed(
            entry.id,
            entry.topic if entry.topic in NAMED else "other",
            entry.failed_at or entry.created_at,
            entry.last_error or "",
            _link(entry.payload),
        )
        for entry in outbox.failed(db)
    ]


def _link(payload: dict[str, str]) -> str | None:
    if "appointment_id" in payload:
        return f"/staff/visits/{payload['appointment_id']}"
    return f"/staff/chats/{payload['session_id']}" if "session_id" in payload else None


@router.get("/deliveries", response_class=HTMLResponse)
async def deliveries(request: Request, frontdesk: FrontdeskDep, visit: SignedIn) -> HTMLResponse:
    """The list."""
    return render(request, "deliveries.html", frontdesk, visit, rows=await in_thread(_read, frontdesk))


@router.get("/deliveries/notice", response_class=HTMLResponse)
async def notice(request: Request, frontdesk: FrontdeskDep, visit: SignedIn) -> HTMLResponse:
    """One line for the inbox while something was given up; empty otherwise."""
    return render(request, "deliveries_notice.html", frontdesk, visit, rows=await in_thread(_read, frontdesk))


def _read(frontdesk: Frontdesk) -> list[Failed]:
    with frontdesk.database.reading() as db:
        return read_failed(db)


@router.post("/deliveries/{entry_id}/retry")
async def retry(frontdesk: FrontdeskDep, visit: Genuine, entry_id: str) -> Response:
    """Try one of them again."""
    if not visit.may_act:
        raise NotAllowed("your role can look, but not change anything")
    await in_thread(_retry, frontdesk, visit, entry_id)
    return see_other(PAGE)


def _retry(frontdesk: Frontdesk, visit: Visit, entry_id: str) -> None:
    with frontdesk.database.writing() as db:
        if outbox.retry(db, entry_id, frontdesk.clock.now()):
            note(db, frontdesk, visit.id, "delivery.retry", f"outbox:{entry_id}")


@router.get("/visits/{appointment_id}")
async def one_visit(frontdesk: FrontdeskDep, visit: SignedIn, appointment_id: str) -> Response:
    """The day on which a visit is: where the link of a mail to staff leads."""
    try:
        day = await in_thread(_day_of, frontdesk, appointment_id)
    except NotFound:
        return see_other("/staff/appointments")
    return see_other(f"/staff/appointments?day={day}")


def _day_of(frontdesk: Frontdesk, appointment_id: str) -> str:
    with frontdesk.database.reading() as db:
        visit = scheduling.find_appointment(db, appointment_id)
        return to_wall(visit.start_at, frontdesk.profile.zone).date().isoformat()
