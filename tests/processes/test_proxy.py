"""The api as `up` starts it behind a proxy: whose word for a visitor's address counts."""

from contextlib import asynccontextmanager

import httpx
import pytest

from api.launch import store, up
from api.launch.processes import Supervisor
from tests.journeys import house as houses

CHATS_AN_HOUR = 20


@asynccontextmanager
async def _served(monkeypatch, **environment):
    with houses.temporary_folder() as folder:
        for name, value in environment.items():
            monkeypatch.setenv(f"FRONTDESK_{name.upper()}", value)
        options = up.Options(port=up.free_port(), behind_proxy="trusted_proxies" in environment)
        values = up.environment(options)
        store.prepare(values, houses.CONSOLE)
        supervisor = Supervisor(folder / "logs")
        supervisor.start(up.programs(values)["api"])
        assert await up.answers(f"{values['FRONTDESK_API_URL']}/healthz", 60)
        async with httpx.AsyncClient(base_url=values["FRONTDESK_API_URL"]) as client:
            yield client
        supervisor.stop()
        await supervisor.wait()


async def _open_chats(client):
    """One chat more than an address may open, each said to come from an address of its own."""
    answers = []
    for number in range(CHATS_AN_HOUR + 1):
        said = {"X-Forwarded-For": f"198.51.100.{number}", "X-Forwarded-Proto": "https"}
        answers.append(await client.post("/api/chat/sessions", json={}, headers=said))
    return [answer.status_code for answer in answers]


@pytest.mark.parametrize(
    ("environment", "last"),
    [
        ({"trusted_proxies": "127.0.0.1", "base_url": "https://chat.practice.example"}, 201),
        ({"trusted_proxies": "10.0.0.5", "base_url": "https://chat.practice.example"}, 429),
        ({}, 429),
    ],
    ids=["a trusted proxy", "somebody else", "no proxy"],
)
async def test_a_visitors_address_is_what_a_trusted_proxy_says_and_nobody_else(monkeypatch, environment, last):
    async with _served(monkeypatch, **environment) as client:
        assert await _open_chats(client) == [201] * CHATS_AN_HOUR + [last]
        told = (await client.get("/")).headers.get("strict-transport-security")
        assert (told is not None) == bool(environment)
