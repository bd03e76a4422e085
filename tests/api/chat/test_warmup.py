"""Waiting for a starting bot: asked again and again, for so long, and then work goes on."""

import asyncio

from api.chat import warmup
from api.chat.warmup import WarmUp
from tests.api.conftest import until


class SlowBot:
    """Answers "ready" at the third asking."""

    asked = 0

    async def is_ready(self):
        self.asked += 1
        return self.asked == 3


async def test_the_bot_is_asked_until_it_is_ready(monkeypatch):
    monkeypatch.setattr(warmup, "POLL_SECONDS", 0.001)
    bot, after = SlowBot(), asyncio.Event()

    async def then():
        after.set()

    waiting = WarmUp(bot, 5, then)
    waiting.start()
    async with asyncio.timeout(2):
        await after.wait()
    assert bot.asked == 3
    assert waiting.is_over


async def test_a_failure_afterwards_ends_the_waiting_all_the_same():
    async def then():
        raise RuntimeError("disk full")

    waiting = WarmUp(SlowBot(), 0, then)
    waiting.start()
    await until(lambda: waiting.is_over)
    await waiting.stop()


async def test_waiting_that_never_began_can_be_stopped():
    async def then():
        raise AssertionError("nothing was started")

    waiting = WarmUp(SlowBot(), 0, then)
    await waiting.stop()
    assert not waiting.is_over
