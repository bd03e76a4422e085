"""The staff pages: inbox, conversation, appointments; plain forms without scripts, HTMX refreshes."""

from datetime import date, timedelta
from typing import Annotated, Any

from fastapi import APIRouter, FastAPI, Form, Query, Request, Response
from fastapi.responses import HTMLResponse

from api.console import (
    account_routes,
    actions,
    alert_pages,
    alert_routes,
    deliveries,
    door,
    pages,
    practice_routes,
    roles,
)
from api.console.access import COOKIE, Acting, SignedIn, Visit
from api.console.rendering import STATIC, LastingFiles, PageRoute, render, see_other, stamp
from api.console.tries import SignInTries
from api.dependencies import Frontdesk, FrontdeskDep, in_thread

router = APIRouter(prefix="/staff", include_in_schema=False, route_class=PageRoute)

FIRST_DAY, LAST_DAY = date(2000, 1, 1), date(2200, 1, 1)


def mount(app: FastAPI) -> None:
    """Add the pages and their static files."""
    app.state.sign_in_tries = SignInTries()
    rooms = (door, account_routes, alert_routes, deliveries, practice_routes)
    for pages_of in (router, *(room.router for room in rooms)):
        app.include_router(pages_of)
    app.mount(f"/console/{stamp()}", LastingFiles(directory=STATIC), name="console")


@router.get("/", response_class=HTMLResponse)
async def inbox(request: Request, frontdesk: FrontdeskDep, visit: SignedIn) -> HTMLResponse:
    """Who waits, riskiest first."""
    rows = await in_thread(pages.inbox, frontdesk, visit, request.cookies.get(COOKIE, ""))
    alarms = await in_thread(alert_pages.alarms, frontdesk)
    return render(request, "inbox.html", frontdesk, visit, rows=rows, alarms=alarms)


@router.get("/inbox", response_class=HTMLResponse)
async def inbox_rows(request: Request, frontdesk: FrontdeskDep, visit: SignedIn) -> HTMLResponse:
    """The rows alone, for the page's refresh."""
    rows = await in_thread(pages.inbox, frontdesk, visit, None)
    return render(request, "inbox_rows.html", frontdesk, visit, rows=rows)


@router.get("/chats/{session_id}", response_class=HTMLResponse)
async def conversation(
    request: Request, frontdesk: FrontdeskDep, visit: SignedIn, session_id: str
) -> HTMLResponse:
    """One chat: transcript, summary, what can be done."""
    return await _conversation(request, frontdesk, visit, session_id)


async def _conversation(
    request: Request,
    frontdesk: Frontdesk,
    visit: Visit,
    session_id: str,
    problem: str | None = None,
    draft: str = "",
) -> HTMLResponse:
    chat = await in_thread(pages.conversation, frontdesk, visit, session_id, request.cookies.get(COOKIE, ""))
    judges = roles.reads_story(visit.role)
    shown = {"chat": chat, "problem": problem, "draft": draft, "judges": judges}
    context = {**shown, "outcomes": actions.OUTCOMES}
    return render(request, "conversation.html", frontdesk, visit, status=409 if problem else 200, **context)


@router.get("/chats/{session_id}/messages", response_class=HTMLResponse)
async def new_messages(
    request: Request,
    frontdesk: FrontdeskDep,
    visit: SignedIn,
    session_id: str,
    after: Annotated[int, Query(ge=0, le=2**31)] = 0,
) -> HTMLResponse:
    """Messages above `after`, and the marker that asks for the next ones."""
    news = await in_thread(pages.news, frontdesk, visit, session_id, after)
    context: dict[str, Any] = {
        "messages": news.messages,
        "last": news.last,
        "state": news.state,
        "session_id": session_id,
    }
    return render(request, "messages.html", frontdesk, visit, **context)


@router.post("/chats/{session_id}/{action}")
async def act(
    request: Request,
    frontdesk: FrontdeskDep,
    visit: Acting,
    session_id: str,
    action: actions.Name,
    text: Annotated[str, Form(max_length=20_000)] = "",
    outcome: Annotated[str, Form(max_length=32)] = "",
) -> Response:
    """Take over, reply, hand back, close, acknowledge: then the page again, with the reason if refused."""
    problem = await in_thread(actions.perform, frontdesk, visit, session_id, action, text, outcome)
    if problem is None:
        return see_other(f"/staff/chats/{session_id}")
    return await _conversation(request, frontdesk, visit, session_id, problem, draft=text)


@router.get("/appointments", response_class=HTMLResponse)
async def appointments(
    request: Request,
    frontdesk: FrontdeskDep,
    visit: SignedIn,
    day: Annotated[date | None, Query(ge=FIRST_DAY, le=LAST_DAY)] = None,
) -> HTMLResponse:
    """One day of visits."""
    today = frontdesk.clock.now().astimezone(frontdesk.profile.zone).date()
    shown = day or today
    rows = await in_thread(pages.appointments, frontdesk, visit, shown)
    days: dict[str, Any] = {
        "day": shown,
        "today": today,
        "before": shown - timedelta(days=1),
        "next": shown + timedelta(days=1),
    }
    return render(request, "appointments.html", frontdesk, visit, rows=rows, **days)
