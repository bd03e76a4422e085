"""A small practice, a calendar on a real database file, and visitors."""

from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
import pytest
from fastapi import FastAPI, Request
from fastapi.responses import JSONResponse
from pydantic import SecretStr
from sqlalchemy.orm import Session

from api.clock import FixedClock
from api.crypto import Keyring, install_keyring
from api.database import Database
from api.dependencies import Frontdesk
from api.errors import FrontdeskError
from api.gateways.bot import HttpBot
from api.practice import Profile, load
from api.scheduling import room, wiring
from api.scheduling.office import Office
from api.scheduling.schemas import Contact
from api.settings import Settings
from api.transcript import service as transcript
from api.transcript.models import ChatSession

# Monday 2 March 2026, 10:00 in Phoenix.
NOW = datetime(2026, 3, 2, 17, 0, tzinfo=UTC)
ALL_DAY = [{"start": "09:00", "end": "17:00"}]
WORKDAYS = {day: ALL_DAY for day in ("monday", "tuesday", "wednesday", "thursday", "friday")}


def person(**changes: Any) -> dict[str, Any]:
    """A practitioner of the profile, therapist unless told otherwise."""
    basic = {
        "id": "ana",
        "name": "Ana Vega",
        "credentials": "LCSW",
        "services": ["therapy"],
        "states": ["AZ"],
        "languages": ["en"],
        "ages": ["adult_18_64"],
        "modalities": ["video"],
        "hours": WORKDAYS,
    }
    return basic | changes


def profile_with(**changes: Any) -> Profile:
    """A practice with one therapist unless told otherwise."""
    basic = {
        "id": "small",
        "name": "Small Practice",
        "phone": "+15205550100",
        "address": "1 Sample Street, Tucson, AZ",
        "tz": "America/Phoenix",
        "states": ["AZ"],
        "ages": ["adult_18_64"],
        "hours": WORKDAYS,
        "services": [
            {"id": "therapy", "route": "therapy", "name": {"en": "T", "es": "T"}, "minutes": 60},
            {
                "id": "medicine",
                "route": "medication_management",
                "name": {"en": "M", "es": "M"},
                "minutes": 45,
            },
        ],
        "practitioners": [person()],
    }
    return Profile.model_validate(basic | changes)


@dataclass
class Calendar:
    """A practice on one database, at one instant, with visitors."""

    database: Database
    office: Office
    now: datetime = NOW

    def visitor(self, language: str = "en") -> ChatSession:
        """A new chat."""
        with self.database.writing() as db:
            return transcript.open_session(db, language=language, now=self.now)[0]

    def writing(self, work: Callable[..., Any], *args: Any, **named: Any) -> Any:
        """Run a service function in a unit of work of its own; a chat among the arguments is read anew."""
        with self.database.writing() as db:
            return work(db, self.office, *(_attached(db, each) for each in args), **named)

    def rows(self, model: type) -> list[Any]:
        """All rows of a table."""
        with self.database.reading() as db:
            return list(db.query(model))


def _attached(db: Session, value: Any) -> Any:
    return transcript.find(db, value.id) if isinstance(value, ChatSession) else value


@pytest.fixture(autouse=True)
def keys() -> None:
    install_keyring(Keyring.parse(Keyring.generate()))


@pytest.fixture
def make_office() -> Callable[..., Office]:
    def make(profile: Profile | None = None, in_crisis: bool = False) -> Office:
        return Office(
            profile=profile or profile_with(),
            base_url="http://practice.test",
            signing_secret="a signing key for tests only, long enough",
            audit_key=b"an audit key for tests",
            in_crisis=lambda db, session_id: in_crisis,
        )

    return make


@pytest.fixture
def make_profile() -> Callable[..., Profile]:
    return profile_with


@pytest.fixture
def make_person() -> Callable[..., dict[str, Any]]:
    return person


@pytest.fixture
def calendar(database: Database, make_office: Callable[..., Office]) -> Calendar:
    return Calendar(database, make_office())


@pytest.fixture
def contact() -> Contact:
    return Contact(name="Rosa Lane", phone="+15205550142", email=None, leave_message=True, text_consent=False)


@dataclass
class Web:
    """The room behind HTTP, with one visitor's token and an open turn."""

    client: httpx.AsyncClient
    calendar: Calendar
    clock: FixedClock
    crisis: set[str]
    session_id: str
    token: str
    turn_id: str

    async def post(self, path: str, body: dict[str, Any]) -> httpx.Response:
        """A call of the page, with the chat's token."""
        return await self.client.post(path, json=body, headers={"Authorization": f"Bearer {self.token}"})

    async def internal(self, path: str, **body: Any) -> httpx.Response:
        """A call of the action server, in the open turn."""
        marks = {"session_id": self.session_id, "turn_id": self.turn_id}
        return await self.client.post(f"/internal/{path}", json=marks | body, headers=SERVICE)

    def rows(self, model: type) -> list[Any]:
        """All rows of a table."""
        return self.calendar.rows(model)


SERVICE_TOKEN = "the token of the action server, in tests"
SERVICE = {"X-Frontdesk-Token": SERVICE_TOKEN}


@pytest.fixture
async def web(database: Database) -> AsyncIterator[Web]:
    clock, profile, crisis = FixedClock(NOW), load("tucson_integrative"), set[str]()
    settings = Settings(
        environment="test",
        signing_secret=SecretStr("a signing key for tests only"),
        service_token=SecretStr(SERVICE_TOKEN),
        audit_key=SecretStr("an audit key for tests"),
        base_url="http://practice.test",
    )
    app = FastAPI()
    app.state.frontdesk = Frontdesk(settings, database, clock, profile, HttpBot("http://127.0.0.1:9", ""))

    @app.exception_handler(FrontdeskError)
    async def answer(request: Request, error: FrontdeskError) -> JSONResponse:
        return JSONResponse(error.body(), error.status)

    room.install(app, lambda db, session_id: session_id in crisis)
    with database.writing() as db:
        session, token = transcript.open_session(db, language="en", now=NOW)
        turn = transcript.open_turn(db, session, [], NOW, NOW + timedelta(hours=1))
    office = wiring.office_of(app.state.frontdesk, lambda db, session_id: session_id in crisis)
    calendar = Calendar(database, office)
    transport = httpx.ASGITransport(app)
    async with httpx.AsyncClient(transport=transport, base_url="http://practice.test") as client:
        yield Web(client, calendar, clock, crisis, session.id, token, turn.id)
    await app.state.frontdesk.bot.close()
