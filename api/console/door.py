"""The pages of signing in: password, then what the sign-in still needs, then the inbox."""

from typing import Annotated, Any

import segno
from fastapi import APIRouter, Depends, Form, Request, Response
from fastapi.responses import HTMLResponse
from markupsafe import Markup

from api import security
from api.console import browsers, entry
from api.console.access import COOKIE, Genuine, refuse_foreign_origin
from api.console.browsers import Browser
from api.console.entry import AtDoor, Entered
from api.console.rendering import PageRoute, render, say, see_other
from api.dependencies import Frontdesk, FrontdeskDep, in_thread
from api.errors import BadInput, NotAllowed, TooMany
from api.vocabulary import Stage

router = APIRouter(prefix="/staff", include_in_schema=False, route_class=PageRoute)
INBOX = "/staff/"
Code = Annotated[str, Form(max_length=60)]
Password = Annotated[str, Form(max_length=200)]


@router.get("/sign-in", response_class=HTMLResponse)
async def sign_in_form(request: Request, frontdesk: FrontdeskDep) -> HTMLResponse:
    """The sign-in form."""
    return render(request, "sign_in.html", frontdesk, None, wrong=None, email="")


@router.post("/sign-in", dependencies=[Depends(refuse_foreign_origin)])
async def sign_in(
    request: Request, frontdesk: FrontdeskDep, email: Annotated[str, Form(max_length=254)], password: Password
) -> Response:
    """Check the password; the next step, or the inbox."""
    browser = Browser.of(request)
    try:
        allowed = browsers.tries_of(request).allow(browser.address, email, browser.known_as(frontdesk, email))
        browsers.require_calm(request, allowed, say("too_many_tries"))
        entered = await in_thread(entry.enter, frontdesk, email, password, browser)
    except (NotAllowed, TooMany) as error:
        context = {"wrong": error.detail, "email": email}
        return render(request, "sign_in.html", frontdesk, None, status=error.status, **context)
    return _let_in(frontdesk, entered, see_other(_next(entered)))


def _next(entered: Entered) -> str:
    return INBOX if entered.stage == Stage.OPEN else f"/staff/sign-in/{entered.stage}"


def _let_in(frontdesk: Frontdesk, entered: Entered, answer: Response) -> Response:
    browsers.keep_token(answer, frontdesk, entered.token)
    if entered.stage == Stage.OPEN:
        browsers.remember(answer, frontdesk, entered.email)
    return answer


@router.post("/sign-out")
async def sign_out(request: Request, frontdesk: FrontdeskDep, visit: Genuine) -> Response:
    """End the sign-in."""
    await in_thread(entry.leave, frontdesk, visit.id, request.cookies.get(COOKIE, ""))
    answer = see_other("/staff/sign-in")
    answer.delete_cookie(COOKIE, path="/staff")
    return answer


# ---- between the password and the inbox


def qr(address: str) -> Markup:
    """A QR code as an inline drawing; it carries no style, which the pages' policy would refuse."""
    drawing = segno.make(address, error="m").svg_inline(scale=4, border=4, light="#fff", svgclass="qr")
    return Markup(drawing)  # noqa: S704 (made here from squares; the address is not in it as text)


async def _step(request: Request, frontdesk: Frontdesk, stage: Stage, problem: str | None = None) -> HTMLResponse:
    door = await in_thread(entry.at_door, frontdesk, request.cookies.get(COOKIE, ""), stage)
    context: dict[str, Any] = {"door": door, "problem": problem, "qr": qr(door.app_address) if door.secret else ""}
    name = {Stage.CODE: "code.html", Stage.ENROL: "set_up_app.html", Stage.RENEW: "own_password.html"}[stage]
    context |= {
        "action": f"/staff/sign-in/{stage}",
        "csrf_token": door.csrf_token,
        "secret": in_fours(door.secret),
    }
    return render(request, name, frontdesk, None, status=403 if problem else 200, **context)


def in_fours(secret: str) -> str:
    """A secret as people read and type it."""
    return " ".join(secret[place : place + 4] for place in range(0, len(secret), 4))


async def _admit(request: Request, frontdesk: Frontdesk, stage: Stage, csrf_token: str) -> AtDoor:
    """Who sends a step's form, if the form is ours. Raises SignInRequired, NotAllowed."""
    door = await in_thread(entry.at_door, frontdesk, request.cookies.get(COOKIE, ""), stage)
    if not security.same(csrf_token, door.csrf_token):
        raise NotAllowed("this form is too old; sign in again")
    return door


@router.get("/sign-in/code", response_class=HTMLResponse)
async def code_form(request: Request, frontdesk: FrontdeskDep) -> HTMLResponse:
    """Asks for the code of the app."""
    return await _step(request, frontdesk, Stage.CODE)


@router.post("/sign-in/code")
async def give_code(
    request: Request, frontdesk: FrontdeskDep, code: Code, csrf_token: Annotated[str, Form()] = ""
) -> Response:
    """Check the code of the app, or a recovery code."""
    door = await _admit(request, frontdesk, Stage.CODE, csrf_token)
    if not _may_try_code(request, frontdesk, door):
        await in_thread(entry.note_failure, frontdesk, door.member_id, "sign_in.throttled")
        return await _step(request, frontdesk, Stage.CODE, say("too_many_tries"))
    entered = await in_thread(entry.give_code, frontdesk, request.cookies.get(COOKIE, ""), code)
    if entered is None:
        return await _step(request, frontdesk, Stage.CODE, say("wrong_code"))
    return _let_in(frontdesk, entered, see_other(_next(entered)))


def _may_try_code(request: Request, frontdesk: Frontdesk, door: AtDoor) -> bool:
    browser = Browser.of(request)
    device = browser.known_as(frontdesk, door.email)
    return browsers.tries_of(request).allow_code(browser.address, door.member_id, device)


@router.get("/sign-in/enrol", response_class=HTMLResponse)
async def enrol_form(request: Request, frontdesk: FrontdeskDep) -> HTMLResponse:
    """Shows what to put into the app."""
    return await _step(request, frontdesk, Stage.ENROL)


@router.post("/sign-in/enrol")
async def enrol(
    request: Request, frontdesk: FrontdeskDep, code: Code, csrf_token: Annotated[str, Form()] = ""
) -> Response:
    """Check the app's first code; then the recovery codes, once."""
    await _admit(request, frontdesk, Stage.ENROL, csrf_token)
    entered = await in_thread(entry.enrol, frontdesk, request.cookies.get(COOKIE, ""), code)
    if entered is None:
        return await _step(request, frontdesk, Stage.ENROL, say("wrong_code"))
    page = render(request, "recovery_codes.html", frontdesk, None, codes=entered.codes, onward=_next(entered))
    return _let_in(frontdesk, entered, page)


@router.get("/sign-in/renew", response_class=HTMLResponse)
async def password_form(request: Request, frontdesk: FrontdeskDep) -> HTMLResponse:
    """Asks for a password of one's own."""
    return await _step(request, frontdesk, Stage.RENEW)


@router.post("/sign-in/renew")
async def choose_password(
    request: Request, frontdesk: FrontdeskDep, password: Password, csrf_token: Annotated[str, Form()] = ""
) -> Response:
    """Take the new password."""
    await _admit(request, frontdesk, Stage.RENEW, csrf_token)
    try:
        entered = await in_thread(entry.choose_password, frontdesk, request.cookies.get(COOKIE, ""), password)
    except BadInput as refusal:
        return await _step(request, frontdesk, Stage.RENEW, refusal.detail)
    return _let_in(frontdesk, entered, see_other(_next(entered)))
