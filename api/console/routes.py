"""The staff pages: sign-in, inbox, conversation, appointments; plain forms without scripts, HTMX refreshes."""

from datetime import date, timedelta
from typing import Annotated, Any

from fastapi import APIRouter, Depends, FastAPI, Form, Query, Request, Response
from fastapi.responses import HTMLResponse

from api.console import actions, pages, practice_routes
from api.console.access import COOKIE, Acting, Genuine, SignedIn, Visit, refuse_foreign_origin
from api.console.rendering import STATIC, LastingFiles, PageRoute, render, say, see_other, stamp
from api.console.tries import SignInTries
from api.dependencies import Frontdesk, FrontdeskDep, in_thread
from api.errors import NotAllowed, TooMany
from api.staff import service as staff

router = APIRouter(prefix="/staff", include_in_schema=False, route_class=PageRoute)

FIRST_DAY, LAST_DAY = date(2000, 1, 1), date(2200, 1, 1)


def mount(app: FastAPI) -> None:
    """Add the pages and their static files."""
    app.state.sign_in_tries = SignInTries()
    app.include_router(router)
    app.include_router(practice_routes.router)
    app.mount(f"/console/{stamp()}", LastingFiles(directory=STATIC), name="console")


@router.get("/sign-in", response_class=HTMLResponse)
async def sign_in_form(request: Request, frontdesk: FrontdeskDep) -> HTMLResponse:
    """The sign-in form."""
    return render(request, "sign_in.html", frontdesk, None, wrong=None, email="")


@router.post("/sign-in", dependencies=[Depends(refuse_foreign_origin)])
async def sign_in(
    request: Request,
    frontdesk: FrontdeskDep,
    email: Annotated[str, Form(max_length=254)],
    password: Annotated[str, Form(max_length=200)],
) -> Response:
    """Check the password and set the cookie."""
    try:
        _require_calm(request, email)
        token = await in_thread(pages.sign_in, frontdesk, email, password)
    except (NotAllowed, TooMany) as error:
        context = {"wrong": error.detail, "email": email}
        return render(request, "sign_in.html", frontdesk, None, status=error.status, **context)
    answer = see_other("/staff/")
    answer.set_cookie(
        COOKIE,
        token,
        httponly=True,
        samesite="strict",
        secure=frontdesk.settings.base_url.startswith("https"),
        max_age=staff.SIGN_IN_HOURS * 3600,
        path="/staff",
    )
    return answer


def _require_calm(request: Request, email: str) -> None:
    tries: SignInTries = request.app.state.sign_in_tries
    if not tries.allow(request.client.host if request.client else "unknown", email):
        raise TooMany(say("too_many_tries"))


@router.post("/sign-out")
async def sign_out(request: Request, frontdesk: FrontdeskDep, visit: Genuine) -> Response:
    """End the sign-in."""
    await in_thread(pages.sign_out, frontdesk, visit, request.cookies.get(COOKIE, ""))
    answer = see_other("/staff/sign-in")
    answer.delete_cookie(COOKIE, path="/staff")
    return answer


@router.get("/", response_class=HTMLResponse)
async def inbox(request: Request, frontdesk: FrontdeskDep, visit: SignedIn) -> HTMLResponse:
    """Who waits, riskiest first."""
    rows = await in_thread(pages.inbox, frontdesk, visit, request.cookies.get(COOKIE, ""))
    return render(request, "inbox.html", frontdesk, visit, rows=rows)


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
    context = {"chat": chat, "problem": problem, "draft": draft, "outcomes": actions.OUTCOMES}
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
