"""A whole api on a real database file, with a fake bot, ears and notifier, and a visitor who talks to it."""

import asyncio
import itertools
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx
import pytest
from fastapi import FastAPI
from sqlalchemy.orm import Session

from api.clock import FixedClock
from api.database import Base, Database
from api.safety.service import state_of
from api.settings import Settings
from tests import databases
from tests.factories import OPEN_AT, make_settings
from tests.fakes import FakeBot, FakeEars, FakeNotifier


@dataclass
class Visitor:
    """Somebody with a chat: sends, presses, reads."""

    client: httpx.AsyncClient
    session_id: str
    token: str
    notice_version: str
    numbers: Any = field(default_factory=itertools.count)

    @property
    def headers(self) -> dict[str, str]:
        return {"Authorization": f"Bearer {self.token}"}

    async def post(self, path: str, body: Any) -> httpx.Response:
        return await self.client.post(f"/api/chat/{path}", json=body, headers=self.headers)

    async def accept(self) -> httpx.Response:
        return await self.post("consent", {"accepted": True, "notice_version": self.notice_version})

    async def send(self, text: str, **more: Any) -> httpx.Response:
        name = more.pop("client_message_id", f"m{next(self.numbers)}")
        return await self.post("messages", {"text": text, "client_message_id": name, **more})

    async def says(self, text: str) -> dict[str, Any]:
        """Send a text that must be accepted; the answer."""
        answer = await self.send(text)
        assert answer.status_code == 200, answer.text
        return answer.json()

    async def press(self, seq: int, index: int) -> httpx.Response:
        name = f"c{next(self.numbers)}"
        choice = {"seq": seq, "index": index}
        return await self.post("messages", {"choice": choice, "client_message_id": name})

    async def presses(self, message: dict[str, Any], label: str) -> dict[str, Any]:
        """Press a reply of a message by its label; the answer."""
        offers = {offer["label"]: offer["index"] for offer in message["quick_replies"]}
        answer = await self.press(message["seq"], offers[label])
        assert answer.status_code == 200, answer.text
        return answer.json()

    async def page(self, after: int = 0) -> dict[str, Any]:
        answer = await self.client.get(f"/api/chat/messages?after={after}", headers=self.headers)
        assert answer.status_code == 200, answer.text
        return answer.json()

    async def texts(self) -> list[str]:
        return [message["text"] for message in (await self.page())["messages"]]


@dataclass
class House:
    """The running api and everything around it."""

    app: FastAPI
    client: httpx.AsyncClient
    settings: Settings
    clock: FixedClock
    bot: FakeBot
    ears: FakeEars
    notifier: FakeNotifier

    @property
    def database(self) -> Database:
        return self.app.state.frontdesk.database

    @property
    def chat(self) -> Any:
        return self.app.state.chat

    def read(self, question: Callable[[Session], Any]) -> Any:
        with self.database.reading() as db:
            return question(db)

    def rows(self, model: Any) -> list[Any]:
        return self.read(lambda db: list(db.query(model).all()))

    def state(self, visitor: Visitor) -> Any:
        return self.read(lambda db: state_of(db, visitor.session_id))

    async def newcomer(self, language: str = "en") -> Visitor:
        """A visitor who has opened a chat and not yet answered the notice."""
        answer = await self.client.post("/api/chat/sessions", json={"language": language})
        assert answer.status_code == 201, answer.text
        body = answer.json()
        return Visitor(self.client, body["session_id"], body["token"], body["notice"]["version"])

    async def visitor(self, language: str = "en") -> Visitor:
        """A visitor who has accepted the notice."""
        visitor = await self.newcomer(language)
        assert (await visitor.accept()).status_code == 200
        return visitor

    async def deliver(self) -> int:
        return await self.app.state.dispatcher.deliver_due()


@asynccontextmanager
async def open_house(folder: Path, **changes: Any) -> AsyncIterator[House]:
    """Start an api; `clock`, `bot`, `ears`, `notifier` replace the defaults, the rest are settings.

    A notifier that is given as None is the real one.
    """
    # Imported here: a room whose routes do not load must not keep the tests of the others from running.
    from api.main import create_app

    parts = {
        "clock": changes.pop("clock", None) or FixedClock(OPEN_AT),
        "bot": changes.pop("bot", None) or FakeBot(),
        "ears": changes.pop("ears", None) or FakeEars(),
        "notifier": changes.pop("notifier") if "notifier" in changes else FakeNotifier(),
    }
    waits_for_bot = changes.pop("waits_for_bot", True)
    settings = make_settings(folder, **changes)
    app = create_app(settings, **parts)
    Base.metadata.create_all(app.state.frontdesk.database.engine)
    transport = httpx.ASGITransport(app, raise_app_exceptions=False, client=("198.51.100.7", 1))
    async with AsyncExitStack() as stack:
        await stack.enter_async_context(app.router.lifespan_context(app))
        client = await stack.enter_async_context(
            httpx.AsyncClient(transport=transport, base_url="http://desk.test")
        )
        house = House(app=app, client=client, settings=settings, **parts)
        if waits_for_bot:
            await until(lambda: house.chat.warm_up.is_over)
        yield house


async def until(happens: Callable[[], bool]) -> None:
    """Let other tasks run until something has happened; fails after two seconds."""
    async with asyncio.timeout(2):
        while not happens():
            await asyncio.sleep(0.001)


# What a test asks for when it touches the store; each such test runs on both databases.
TOUCHES_STORE = frozenset({"house", "visitor", "database", "db", "desk", "stranger", "calendar", "web"})
STARTS_HOUSES = ("open_house", "make_settings", "url_for", "empty_url_for")


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Run every test that touches the store on SQLite and on PostgreSQL."""
    asked = TOUCHES_STORE & set(metafunc.fixturenames)
    starts = "tmp_path" in metafunc.fixturenames and any(
        name in metafunc.function.__code__.co_names for name in STARTS_HOUSES
    )
    if asked or starts:
        metafunc.parametrize("store", databases.KINDS, indirect=True)


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[databases.Postgres]:
    """One real PostgreSQL for all tests."""
    with databases.postgres() as url:
        server = databases.Postgres(url)
        yield server
        server.close()


@pytest.fixture(scope="session")
def postgres_url(postgres_server: databases.Postgres) -> str:
    """The address of that server, for tests that make databases of their own there."""
    return postgres_server.url


@pytest.fixture(autouse=True)
def store(request: pytest.FixtureRequest) -> Iterator[str]:
    """The kind of database this test runs on; before every other fixture, so that all of them get it."""
    kind: str = getattr(request, "param", "sqlite")
    of_kind = request.getfixturevalue("postgres_server") if kind == "postgresql" else databases.Sqlite()
    with databases.using(of_kind):
        yield kind


@pytest.fixture
def database(tmp_path: Path) -> Iterator[Database]:
    database = Database(databases.url_for(tmp_path))
    Base.metadata.create_all(database.engine)
    yield database
    database.close()


@pytest.fixture
async def house(tmp_path: Path) -> AsyncIterator[House]:
    """An api whose bot is warm, on a Monday morning."""
    async with open_house(tmp_path) as opened:
        yield opened


@pytest.fixture
async def visitor(house: House) -> Visitor:
    """A visitor who has accepted the notice."""
    return await house.visitor()
