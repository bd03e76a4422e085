"""The pages of alerts: the list with its times, the banner, and the forms for outcome and verdict."""

from typing import Annotated

from fastapi import APIRouter, Depends, Form, Request, Response
from fastapi.responses import HTMLResponse

from api.console import alert_pages, roles
from api.console.access import COOKIE, Acting, SignedIn, Visit
from api.console.rendering import PageRoute, render, see_other
from api.dependencies import FrontdeskDep, in_thread
from api.errors import NotAllowed
from api.safety.models import AlertOutcome, Judgement

router = APIRouter(prefix="/staff", include_in_schema=False, route_class=PageRoute)


async def judging(visit: Acting) -> Visit:
    """One who may read what an alert rests on. Raises NotAllowed."""
    if not roles.reads_story(visit.role):
        raise NotAllowed("clinicians and administrators judge alerts, because they may read the whole chat")
    return visit


Judging = Annotated[Visit, Depends(judging)]


@router.get("/alerts", response_class=HTMLResponse)
async def alerts(request: Request, frontdesk: FrontdeskDep, visit: SignedIn) -> HTMLResponse:
    """Alerts, their times, who is on call."""
    shown = await in_thread(alert_pages.shown, frontdesk, request.cookies.get(COOKIE, ""))
    return render(request, "alerts.html", frontdesk, visit, shown=shown, alarms=shown.alarms)


@router.get("/alarms", response_class=HTMLResponse)
async def alarms(request: Request, frontdesk: FrontdeskDep, visit: SignedIn) -> HTMLResponse:
    """The banner alone, for the refresh of every page."""
    found = await in_thread(alert_pages.alarms, frontdesk)
    return render(request, "alarms.html", frontdesk, visit, alarms=found)


@router.post("/alerts/{alert_id}/outcome")
async def record_outcome(
    frontdesk: FrontdeskDep, visit: Acting, alert_id: str, outcome: Annotated[AlertOutcome, Form()]
) -> Response:
    """What came of an alert; then its chat again."""
    session_id = await in_thread(alert_pages.record_outcome, frontdesk, visit, alert_id, outcome)
    return see_other(f"/staff/chats/{session_id}#alert-{alert_id}")


@router.post("/alerts/{alert_id}/verdict")
async def give_verdict(
    frontdesk: FrontdeskDep,
    visit: Judging,
    alert_id: str,
    verdict: Annotated[Judgement, Form()],
    note: Annotated[str, Form(max_length=20_000)] = "",
) -> Response:
    """Whether an alert was right; then its chat again."""
    session_id = await in_thread(alert_pages.give_verdict, frontdesk, visit, alert_id, verdict, note)
    return see_other(f"/staff/chats/{session_id}#alert-{alert_id}")
