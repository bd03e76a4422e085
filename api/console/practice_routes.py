"""The page for administrators: is the program paused, is the safety wording signed; one button."""

from typing import Annotated, Literal

from fastapi import APIRouter, Depends, Request, Response
from fastapi.responses import HTMLResponse
from sqlalchemy.exc import SQLAlchemyError

from api import signing_off
from api.chat import pausing
from api.chat.service import Chat
from api.console import roles
from api.console.access import Genuine, SignedIn, Visit
from api.console.rendering import PageRoute, render, say, see_other
from api.dependencies import FrontdeskDep, in_thread
from api.errors import NotAllowed

router = APIRouter(prefix="/staff/practice", include_in_schema=False, route_class=PageRoute)
CHANGES = {"pause": pausing.pause, "resume": pausing.resume}


def _require_administrator(visit: Visit) -> Visit:
    if not roles.administers(visit.role):
        raise NotAllowed("this page is for administrators")
    return visit


async def administrator(visit: SignedIn) -> Visit:
    """A signed-in administrator. Raises NotAllowed."""
    return _require_administrator(visit)


async def acting_administrator(visit: Genuine) -> Visit:
    """An administrator whose form is ours. Raises NotAllowed."""
    return _require_administrator(visit)


@router.get("", response_class=HTMLResponse)
async def practice_page(
    request: Request, frontdesk: FrontdeskDep, visit: Annotated[Visit, Depends(administrator)]
) -> HTMLResponse:
    """Paused or not, signed or not."""
    signature = signing_off.read(frontdesk.settings.var)
    return render(request, "practice.html", frontdesk, visit, signature=signature)


@router.post("/{change}")
async def change_pause(
    request: Request,
    frontdesk: FrontdeskDep,
    visit: Annotated[Visit, Depends(acting_administrator)],
    change: Literal["pause", "resume"],
) -> Response:
    """Pause the program or let it go on; pressed twice it changes nothing."""
    chat: Chat = request.app.state.chat
    try:
        await in_thread(CHANGES[change], frontdesk, chat.wording, f"staff:{visit.id}")
    except SQLAlchemyError:
        signature = signing_off.read(frontdesk.settings.var)
        context = {"signature": signature, "problem": say("not_told")}
        return render(request, "practice.html", frontdesk, visit, status=503, **context)
    return see_other("/staff/practice")
