"""`/metrics`: counts for whoever watches over the installation, behind a token of their own."""

from typing import Annotated

from fastapi import APIRouter, FastAPI, Header, Request, Response
from prometheus_client import CONTENT_TYPE_LATEST

from api import outbox, security
from api.dependencies import Frontdesk, FrontdeskDep, in_thread
from api.errors import NotFound, SignInRequired
from api.measures import Measures
from api.transcript.publishing import Publisher
from api.vocabulary import HandoffReason, Tier

TIERS = frozenset(str(tier) for tier in Tier)
KINDS = {
    "turn": frozenset({"answered", "given_up", "dropped"}),
    "handoff": frozenset(str(reason) for reason in HandoffReason),
    "alert": TIERS,
    "alert_told": TIERS,
    "alert_acknowledged": TIERS,
}

router = APIRouter(include_in_schema=False)


def install(app: FastAPI, frontdesk: Frontdesk) -> None:
    """Begin to count, and add the page."""
    app.state.measures = Measures(KINDS)
    app.state.measures.watch(frontdesk.database.engine, frontdesk.database.factory)
    app.include_router(router)


@router.get("/metrics")
async def metrics(
    request: Request, frontdesk: FrontdeskDep, authorization: Annotated[str, Header()] = ""
) -> Response:
    """The counts. Raises NotFound while no token is set, SignInRequired without it."""
    token = frontdesk.settings.metrics_token.get_secret_value()
    if not token:
        raise NotFound("counts are off: set FRONTDESK_METRICS_TOKEN to have them")
    if not security.same(authorization, f"Bearer {token}"):
        raise SignInRequired("the counts need their token: 'Authorization: Bearer …'")
    measures: Measures = request.app.state.measures
    now = {**await in_thread(_waiting, frontdesk), **await _around(request, frontdesk)}
    return Response(measures.page(now), media_type=CONTENT_TYPE_LATEST)


def _waiting(frontdesk: Frontdesk) -> dict[str, float]:
    now = frontdesk.clock.now()
    with frontdesk.database.reading() as db:
        count, oldest = outbox.backlog(db, now)
    age = (now - oldest).total_seconds() if oldest else 0.0
    return {"outbox_waiting": count, "outbox_oldest_age_seconds": max(age, 0.0)}


async def _around(request: Request, frontdesk: Frontdesk) -> dict[str, float]:
    publisher: Publisher = request.app.state.publisher
    return {"bot_ready": float(await frontdesk.bot.is_ready()), "streams_open": publisher.total}
