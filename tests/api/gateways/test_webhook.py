"""The webhook tells a link and a kind, signed, over real HTTP."""

import hashlib
import hmac
import json
from datetime import UTC, datetime

import httpx
import pytest

from api.errors import GatewayError, Undeliverable
from api.gateways.webhook import ConsoleHook, Event, HttpHook
from tests.post_office import Receiver, free_port

NOW = datetime(2026, 3, 2, 17, tzinfo=UTC)
SECRET = "q8Zr2Kx9vT4mW7sN1bH5yC3dF6gJ0pLa"
EVENT = Event("e1", "handoff_requested", NOW.isoformat(), "http://practice.test/staff/chats/c1")


@pytest.fixture
def receiver():
    receiver = Receiver()
    yield receiver
    receiver.stop()


@pytest.fixture
async def real(receiver):
    hook = HttpHook(receiver.url, SECRET)
    yield hook
    await hook.close()


@pytest.fixture(params=["http", "console"])
def hook(request):
    return ConsoleHook() if request.param == "console" else request.getfixturevalue("real")


class TestEveryHook:
    async def test_takes_an_event(self, hook):
        assert await hook.tell(EVENT, NOW) is None

    async def test_takes_the_same_event_again(self, hook):
        for _ in range(2):
            assert await hook.tell(EVENT, NOW) is None


async def test_a_receiver_can_check_who_sent_it_when_and_that_it_is_whole(real, receiver):
    await real.tell(EVENT, NOW)
    ((headers, body),) = receiver.got
    assert json.loads(body) == {
        "id": "e1",
        "event": "handoff_requested",
        "at": NOW.isoformat(),
        "link": EVENT.link,
    }
    assert headers["x-frontdesk-id"] == "e1"
    timestamp = headers["x-frontdesk-timestamp"]
    assert int(timestamp) == int(NOW.timestamp())
    wanted = hmac.new(SECRET.encode(), f"{timestamp}.".encode() + body, hashlib.sha256).hexdigest()
    assert headers["x-frontdesk-signature"] == f"v1={wanted}"


@pytest.mark.parametrize(
    ("status", "for_good"),
    [
        (400, True),
        (401, True),
        (404, True),
        (410, True),
        (408, False),
        (429, False),
        (500, False),
        (503, False),
        (302, False),
    ],
)
async def test_a_refusal_for_good_is_told_apart_from_one_for_now(real, receiver, status, for_good):
    receiver.status = status
    with pytest.raises(GatewayError) as refused:
        await real.tell(EVENT, NOW)
    assert isinstance(refused.value, Undeliverable) == for_good
    assert len(receiver.got) == 1, "a redirect is not followed"


async def test_a_receiver_that_is_not_there_is_a_reason_to_try_later():
    hook = HttpHook(f"http://127.0.0.1:{free_port()}/", SECRET)
    with pytest.raises(httpx.ConnectError):
        await hook.tell(EVENT, NOW)
    await hook.close()
