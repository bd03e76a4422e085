"""The way to staff is down or hangs: no turn waits for it, the notice stays and leaves once."""

import asyncio
import time

import pytest

from api import delivery, outbox
from api.outbox import OutboxEntry
from tests.api.conftest import open_house
from tests.fakes import FakeNotifier


class HangingNotifier(FakeNotifier):
    """A mail server that takes the connection and then says nothing."""

    def __init__(self):
        super().__init__()
        self.back = asyncio.Event()

    async def deliver(self, notice):
        await self.back.wait()
        await super().deliver(notice)


def notices(house):
    return [entry for entry in house.rows(OutboxEntry) if entry.topic == "handoff_requested"]


async def fetches_a_person(house, visitor):
    house.bot.failure = RuntimeError("down")
    started = time.monotonic()
    assert "988" in (await visitor.says("hello"))["messages"][0]["text"]
    return time.monotonic() - started


@pytest.fixture
async def house(tmp_path, monkeypatch):
    monkeypatch.setattr(delivery, "POLL_SECONDS", 0.01)
    async with open_house(tmp_path, notifier=HangingNotifier()) as opened:
        yield opened


async def test_no_turn_waits_for_a_channel_that_hangs_and_the_notice_leaves_once(house, measured):
    visitor = await house.visitor()
    measured["mail server hangs"] = seconds = await fetches_a_person(house, visitor)
    house.bot.failure = None
    assert (await visitor.says("and now?"))["messages"][0]["text"] == "heard: and now?"
    assert seconds < 1.0
    assert [entry.delivered_at for entry in notices(house)] == [None]
    house.notifier.back.set()
    async with asyncio.timeout(5):
        while notices(house)[0].delivered_at is None:
            await asyncio.sleep(0.01)
    assert [topic for topic, _ in house.notifier.delivered] == ["handoff_requested"]


async def test_a_channel_that_is_down_leaves_the_notice_for_later(house, measured):
    house.notifier.back.set()
    house.notifier.failure = ConnectionError("no mail server")
    visitor = await house.visitor()
    measured["mail server down"] = await fetches_a_person(house, visitor)
    async with asyncio.timeout(5):
        while not notices(house)[0].last_error:
            await asyncio.sleep(0.01)
    [entry] = notices(house)
    assert (entry.delivered_at, entry.last_error) == (None, "ConnectionError")
    house.notifier.failure = None
    house.clock.instant += outbox.retry_delay(entry.attempts)
    async with asyncio.timeout(5):
        while notices(house)[0].delivered_at is None:
            await asyncio.sleep(0.01)
    assert len(house.notifier.delivered) == 1
