"""The pages of one's own account and, for administrators, of the people who work here."""

from collections.abc import Callable
from typing import Annotated, Any

from fastapi import APIRouter, Form, Request, Response
from fastapi.responses import HTMLResponse

from api.console import account, browsers, door
from api.console.access import COOKIE, Administering, Genuine, SignedIn, Visit
from api.console.browsers import Browser
from api.console.rendering import PageRoute, render, say, see_other
from api.dependencies import Frontdesk, FrontdeskDep, in_thread
from api.errors import FrontdeskError, NotAllowed
from api.vocabulary import Role

router = APIRouter(prefix="/staff", include_in_schema=False, route_class=PageRoute)
ACCOUNT, PEOPLE, SET_UP = "/staff/account", "/staff/people", "/staff/account/app"
Password = Annotated[str, Form(max_length=200)]


@router.get("/account", response_class=HTMLResponse)
async def own_account(request: Request, frontdesk: FrontdeskDep, visit: SignedIn) -> HTMLResponse:
    """Where one is signed in, password, app, recovery codes."""
    return await _account(request, frontdesk, visit)


async def _account(
    request: Request, frontdesk: Frontdesk, visit: Visit, refusal: FrontdeskError | None = None
) -> HTMLResponse:
    shown = await in_thread(account.account, frontdesk, visit, request.cookies.get(COOKIE, ""))
    context: dict[str, Any] = {"account": shown, "required": frontdesk.settings.requires_second_factor}
    context["problem"] = refusal.detail if refusal else None
    return render(request, "account.html", frontdesk, visit, status=refusal.status if refusal else 200, **context)


async def _do(
    request: Request,
    frontdesk: Frontdesk,
    visit: Visit,
    work: Callable[..., None],
    *args: Any,
    then: str = ACCOUNT,
) -> Response:
    """One unit of work on one's own account; a refusal stands on the page."""
    try:
        await in_thread(work, frontdesk, visit, *args)
    except FrontdeskError as refusal:
        return await _account(request, frontdesk, visit, refusal)
    return see_other(then)


@router.post("/account/sign-ins/{sign_in_id}/end")
async def end_one(request: Request, frontdesk: FrontdeskDep, visit: Genuine, sign_in_id: str) -> Response:
    """Sign out another browser of one's own."""
    return await _do(request, frontdesk, visit, account.end_sign_in, visit.id, sign_in_id)


@router.post("/account/sign-out-elsewhere")
async def end_others(request: Request, frontdesk: FrontdeskDep, visit: Genuine) -> Response:
    """Sign out everywhere but here."""
    return await _do(request, frontdesk, visit, account.end_others)


def _refuse_guessing(request: Request, frontdesk: Frontdesk, visit: Visit) -> None:
    # Somebody at a browser left open must not try passwords here either.
    allowed = browsers.tries_of(request).allow_code(Browser.of(request).address, f"account:{visit.id}")
    browsers.require_calm(request, allowed, say("too_many_tries"))


@router.post("/account/password")
async def change_password(
    request: Request, frontdesk: FrontdeskDep, visit: Genuine, present: Password, password: Password
) -> Response:
    """A new password."""
    _refuse_guessing(request, frontdesk, visit)
    return await _do(request, frontdesk, visit, account.change_password, present, password)


@router.post("/account/app")
async def begin_set_up(request: Request, frontdesk: FrontdeskDep, visit: Genuine, present: Password) -> Response:
    """A new authenticator app."""
    _refuse_guessing(request, frontdesk, visit)
    return await _do(request, frontdesk, visit, account.begin_set_up, present, then=SET_UP)


@router.get("/account/app", response_class=HTMLResponse)
async def set_up_form(request: Request, frontdesk: FrontdeskDep, visit: SignedIn) -> HTMLResponse:
    """What to put into the app."""
    return await _set_up(request, frontdesk, visit)


async def _set_up(
    request: Request, frontdesk: Frontdesk, visit: Visit, problem: str | None = None
) -> HTMLResponse:
    found = await in_thread(account.set_up, frontdesk, visit)
    context = {"secret": door.in_fours(found.secret), "qr": door.qr(found.app_address), "problem": problem}
    context |= {"action": f"{SET_UP}/confirm", "csrf_token": visit.csrf_token}
    return render(request, "set_up_app.html", frontdesk, visit, status=403 if problem else 200, **context)


@router.post("/account/app/confirm")
async def confirm_set_up(request: Request, frontdesk: FrontdeskDep, visit: Genuine, code: door.Code) -> Response:
    """The first code of the new app; then the recovery codes, once."""
    codes = await in_thread(account.confirm_set_up, frontdesk, visit, code)
    if codes is None:
        return await _set_up(request, frontdesk, visit, say("wrong_code"))
    return _show_codes(request, frontdesk, visit, codes)


def _show_codes(request: Request, frontdesk: Frontdesk, visit: Visit, codes: list[str]) -> HTMLResponse:
    return render(request, "recovery_codes.html", frontdesk, visit, codes=codes, onward=ACCOUNT)


@router.post("/account/app/remove")
async def remove_app(request: Request, frontdesk: FrontdeskDep, visit: Genuine, present: Password) -> Response:
    """No app any more, where the practice allows it."""
    _refuse_guessing(request, frontdesk, visit)
    return await _do(request, frontdesk, visit, account.remove_second_factor, present)


@router.post("/account/recovery-codes")
async def new_codes(request: Request, frontdesk: FrontdeskDep, visit: Genuine, present: Password) -> Response:
    """Ten fresh recovery codes."""
    _refuse_guessing(request, frontdesk, visit)
    try:
        codes = await in_thread(account.new_codes, frontdesk, visit, present)
    except NotAllowed as refusal:
        return await _account(request, frontdesk, visit, refusal)
    return _show_codes(request, frontdesk, visit, codes)


# ---- people, for administrators


@router.get("/people", response_class=HTMLResponse)
async def people(request: Request, frontdesk: FrontdeskDep, visit: SignedIn) -> HTMLResponse:
    """Everybody who works here. Raises NotAllowed."""
    if not visit.administers:
        raise NotAllowed("this page is for administrators")
    return await _people(request, frontdesk, visit)


async def _people(
    request: Request, frontdesk: Frontdesk, visit: Visit, refusal: FrontdeskError | None = None
) -> HTMLResponse:
    shown = await in_thread(account.people, frontdesk)
    context = {"people": shown, "roles": list(Role), "problem": refusal.detail if refusal else None}
    return render(request, "people.html", frontdesk, visit, status=refusal.status if refusal else 200, **context)


async def _change(
    request: Request, frontdesk: Frontdesk, visit: Visit, work: Callable[..., None], *args: Any
) -> Response:
    try:
        await in_thread(work, frontdesk, visit, *args)
    except FrontdeskError as refusal:
        return await _people(request, frontdesk, visit, refusal)
    return see_other(PEOPLE)


@router.post("/people/{member_id}/role")
async def change_role(
    request: Request,
    frontdesk: FrontdeskDep,
    visit: Administering,
    member_id: str,
    role: Annotated[str, Form(max_length=16)],
) -> Response:
    """Give somebody another role."""
    return await _change(request, frontdesk, visit, account.change_role, member_id, role)


@router.post("/people/{member_id}/sign-out")
async def end_everywhere(
    request: Request, frontdesk: FrontdeskDep, visit: Administering, member_id: str
) -> Response:
    """Sign somebody out everywhere."""
    return await _change(request, frontdesk, visit, account.end_everywhere, member_id)


@router.post("/people/{member_id}/sign-ins/{sign_in_id}/end")
async def end_one_of(
    request: Request, frontdesk: FrontdeskDep, visit: Administering, member_id: str, sign_in_id: str
) -> Response:
    """Sign out one browser of somebody."""
    return await _change(request, frontdesk, visit, account.end_sign_in, member_id, sign_in_id)


@router.post("/people/{member_id}/shut-out")
async def shut_out(request: Request, frontdesk: FrontdeskDep, visit: Administering, member_id: str) -> Response:
    """Let somebody in no more."""
    return await _change(request, frontdesk, visit, account.let_in, member_id, False)


@router.post("/people/{member_id}/let-in")
async def let_in(request: Request, frontdesk: FrontdeskDep, visit: Administering, member_id: str) -> Response:
    """Let somebody in again."""
    return await _change(request, frontdesk, visit, account.let_in, member_id, True)
