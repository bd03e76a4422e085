"""`POST /internal/visits`: shows the links of a visit in the chat that may have them, or mails them."""

from datetime import datetime

from fastapi import APIRouter, Depends
from pydantic import BaseModel, Field
from sqlalchemy.orm import Session
from starlette.requests import Request

from api.contact import read_ways
from api.dependencies import Frontdesk, FrontdeskDep, in_thread, require_service_token
from api.errors import BadInput
from api.scheduling import changes, telling
from api.scheduling.labels import say
from api.scheduling.models import Appointment
from api.scheduling.office import Office
from api.scheduling.proof import Given, ProofTries, visits_of
from api.scheduling.schemas import TurnIn
from api.scheduling.views import appointment_out
from api.scheduling.wiring import OfficeDep
from api.transcript import service as transcript
from api.transcript.models import ChatSession
from api.vocabulary import Author, Kind

router = APIRouter(prefix="/internal", tags=["internal"], dependencies=[Depends(require_service_token)])


class VisitsIn(TurnIn):
    """POST /internal/visits; without details only what this chat booked is looked for."""

    # What was written: the name that was given at booking must stand in it.
    words: str | None = Field(None, max_length=200)
    phone: str | None = Field(None, max_length=60)
    email: str | None = Field(None, max_length=320)


class VisitsOut(BaseModel):
    """How many visits the api showed in the chat; `mailed` when a link may be on its way, found or not."""

    shown: int
    mailed: bool = False


@router.post("/visits")
async def post_visits(request: Request, frontdesk: FrontdeskDep, office: OfficeDep, body: VisitsIn) -> VisitsOut:
    """Show the visits of this chat, else those of the contact detail that is given. Raises TooMany, BadInput."""
    tries: ProofTries = request.app.state.proof_tries
    async with frontdesk.internal_limiter:
        return await in_thread(_look, frontdesk, office, body, tries)


def _look(frontdesk: Frontdesk, office: Office, body: VisitsIn, tries: ProofTries) -> VisitsOut:
    now = frontdesk.clock.now()
    with frontdesk.database.writing() as db:
        transcript.require_open_turn(db, body.session_id, body.turn_id, now)
        session = transcript.find(db, body.session_id)
        given = _read(body)
        if given is None:
            return VisitsOut(shown=_show(db, office, session, changes.of_chat(db, session.id, now), now))
        tries.count(session.id, office.hash_address(given.detail))
        found = visits_of(db, given, now)
        if given.email and frontdesk.settings.mail != "off" and office.profile.mail.to_patients:
            return _mail(db, office, [each for each in found if _has_email(each)], now)
        return VisitsOut(shown=_show(db, office, session, found, now))


def _read(body: VisitsIn) -> Given | None:
    if not (body.phone or body.email):
        return None
    try:
        phone, email = read_ways(body.phone, body.email)
    except BadInput:
        return Given()
    return Given(body.words, phone, email)


def _has_email(visit: Appointment) -> bool:
    return bool((visit.contact or {}).get("email"))


def _mail(db: Session, office: Office, found: list[Appointment], now: datetime) -> VisitsOut:
    # The address proves itself: only who reads its mail gets the link, and the answer is the same when none is found.
    for visit in found:
        telling.tell_link(db, visit, now)
        office.note(db, now, "chat", "appointment.mail_link", visit.id)
    return VisitsOut(shown=0, mailed=True)


def _show(db: Session, office: Office, session: ChatSession, found: list[Appointment], now: datetime) -> int:
    if not found:
        return 0
    views = [appointment_out(office, visit) for visit in found]
    label = say("between_visits", session.language).join(view.label for view in views)
    payload = {"appointments": [view.model_dump(mode="json") for view in views]}
    text = say("shown", session.language, label=label)
    transcript.append(db, session, Author.BOT, Kind.BOOKED, text, now=now, payload=payload)
    for visit in found:
        office.note(db, now, f"visitor:{session.id}", "appointment.show_link", visit.id)
    return len(found)
