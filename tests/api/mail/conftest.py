"""A whole api on either database whose mail leaves over a real SMTP server, and a clock that can be moved."""

from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
import yaml

from api.clock import FixedClock
from api.settings import ROOT
from tests import databases
from tests.api.conftest import House, Visitor, open_house
from tests.factories import OPEN_AT
from tests.post_office import MailServer, Receiver

STAFF = "desk@practice.example.org"
SECRET = "q8Zr2Kx9vT4mW7sN1bH5yC3dF6gJ0pLa"
TUESDAY_TEN = "joel_marquez~therapy~video~20260303T170000Z"


@pytest.fixture
def server() -> Iterator[MailServer]:
    server = MailServer().start()
    yield server
    server.stop()


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    receiver = Receiver()
    yield receiver
    receiver.stop()


def profile_file(folder: Path, **changes: Any) -> str:
    """The example practice with other keys, as a file."""
    profile = yaml.safe_load((ROOT / "data/practices/tucson_integrative.yml").read_text("utf-8"))
    path = folder / "practice.yml"
    path.write_text(yaml.safe_dump(profile | changes, allow_unicode=True), "utf-8")
    return str(path)


@asynccontextmanager
async def open_post(folder: Path, server: MailServer, **changes: Any) -> AsyncIterator[House]:
    """An api that mails through `server`; its notifier is the real one."""
    settings: dict[str, Any] = {
        "mail": "smtp",
        "mail_host": "127.0.0.1",
        "mail_port": server.port,
        "mail_tls": "none",
        "mail_from": "frontdesk@practice.example.org",
        "mail_staff": STAFF,
        "base_url": "https://desk.example.org",
    }
    async with open_house(folder, notifier=None, clock=FixedClock(OPEN_AT), **settings | changes) as house:
        # The tests say when something leaves.
        await house.app.state.dispatcher.stop()
        yield house


@pytest.fixture(params=databases.KINDS)
def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """The address of an empty database of either kind."""
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path}/frontdesk.db"
    server: databases.Postgres = request.getfixturevalue("postgres_server")
    return server.empty_url_for(tmp_path)


@pytest.fixture
async def post(tmp_path: Path, server: MailServer) -> AsyncIterator[House]:
    async with open_post(tmp_path, server) as house:
        yield house


async def book(house: House, visitor: Visitor, slot_id: str = TUESDAY_TEN, **change: Any) -> dict[str, Any]:
    """Book a visit by the page, with a mail address."""
    body = {"slot_id": slot_id, "name": "Rosa Lane", "email": "rosa@example.com"} | change
    answer = await house.client.post("/api/appointments", json=body, headers=visitor.headers)
    assert answer.status_code == 200, answer.text
    visit: dict[str, Any] = answer.json()["appointments"][0]
    return visit


async def act(house: House, visit: dict[str, Any], **wish: str) -> Any:
    """Press a button on the page of a visit."""
    path = visit["manage_url"].replace("https://desk.example.org", "")
    return await house.client.post(path, data=wish)


def later(house: House, **gap: float) -> None:
    house.clock.instant += timedelta(**gap)
