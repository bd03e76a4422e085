"""The call by which the action server fetches a person: docs/protocols.md §3."""

from fastapi import APIRouter, Depends

from api.contact import read_ways
from api.dependencies import Frontdesk, FrontdeskDep, in_thread, require_service_token
from api.handoff import service
from api.handoff.schemas import CallbackIn, HandoffIn, HandoffOut
from api.transcript import service as transcript

router = APIRouter(prefix="/internal", tags=["internal"], dependencies=[Depends(require_service_token)])


@router.post("/handoffs")
async def post_handoff(frontdesk: FrontdeskDep, body: HandoffIn) -> HandoffOut:
    """Fetch a person into this chat, or add a call-back to the handoff that is open."""
    async with frontdesk.internal_limiter:
        return await in_thread(_request, frontdesk, body)


def _request(frontdesk: Frontdesk, body: HandoffIn) -> HandoffOut:
    now = frontdesk.clock.now()
    callback = _read_callback(body.callback) if body.callback else None
    with frontdesk.database.writing() as db:
        transcript.require_open_turn(db, body.session_id, body.turn_id, now)
        session = transcript.find(db, body.session_id)
        tier = service.highest_tier(db, session)
        handoff = service.request(db, session, body.reason, now, tier=tier, callback=callback)
    there = service.opening(frontdesk.profile, now)
    return HandoffOut(
        handoff_id=handoff.id, open_now=there.open_now, opens_at=there.opens_at, minutes=there.minutes
    )


def _read_callback(given: CallbackIn) -> dict[str, str | bool | None]:
    phone, email = read_ways(given.phone, given.email)
    return {"phone": phone, "email": email, "leave_message": given.leave_message}
