"""The fake practice and a client to it over ASGI."""

from __future__ import annotations

from collections.abc import AsyncIterator

import httpx
import pytest

from actions.practice_api import PracticeApi
from tests.actions.chat import Chat
from tests.actions.fake_practice import TOKEN, FakePractice


@pytest.fixture
def practice() -> FakePractice:
    return FakePractice()


@pytest.fixture
async def desk(practice: FakePractice) -> AsyncIterator[PracticeApi]:
    transport = httpx.ASGITransport(app=practice.app())
    headers = {"X-Frontdesk-Token": TOKEN}
    client = httpx.AsyncClient(transport=transport, base_url="http://api", headers=headers)
    yield PracticeApi(client)
    await client.aclose()


@pytest.fixture
def chat(desk: PracticeApi) -> Chat:
    return Chat(desk)
