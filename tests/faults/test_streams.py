"""The visitor's stream and unsent words across a death of the api, through the real house."""

import asyncio
import contextlib
import json
import uuid

import httpx
import pytest

from api.launch import up
from tests.faults.points import arm
from tests.faults.visitor import ANSWERED_WITHIN

pytestmark = pytest.mark.asyncio(loop_scope="session")


class Tab:
    """One page that follows the chat: resumes after what it has, again and again, as the widget does."""

    def __init__(self, guest, after=0):
        self.guest, self.seen, self.after = guest, [], after
        self.task = asyncio.create_task(self._follow())

    async def _follow(self):
        while True:
            with contextlib.suppress(httpx.HTTPError):
                await self._read()
            await asyncio.sleep(0.05)

    async def _read(self):
        last = self.seen[-1] if self.seen else self.after
        headers = {"Authorization": f"Bearer {self.guest.token}", "Last-Event-ID": str(last)}
        async with (
            httpx.AsyncClient(base_url=self.guest.house.base_url, trust_env=False) as http,
            http.stream("GET", "/api/chat/stream", headers=headers) as stream,
        ):
            async for line in stream.aiter_lines():
                if line.startswith("data: "):
                    self.seen.append(json.loads(line[6:])["seq"])

    async def until(self, seq):
        async with asyncio.timeout(ANSWERED_WITHIN):
            while not self.seen or self.seen[-1] < seq:
                await asyncio.sleep(0.02)

    async def close(self):
        self.task.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await self.task


async def is_back(house):
    assert await up.answers(f"{house.base_url}/healthz", 30.0)


async def test_two_tabs_go_on_after_the_api_died_without_a_gap_and_a_reloaded_page_reads_all(house, arrive):
    guest = await arrive()
    await guest.say("hi there")
    before = (await guest.lines())[-1]["seq"]
    tabs = [Tab(guest), Tab(guest, after=before)]
    await tabs[0].until(before)
    arm(house.folder, "api.after_bot", guest.session_id, "die")
    with pytest.raises(httpx.HTTPError):
        await guest.say("i keep having panic attacks at work")
    await is_back(house)
    await guest.until_said({"text"}, ANSWERED_WITHIN)
    await guest.say("what does a visit cost?")
    last = (await guest.lines())[-1]["seq"]
    for tab in tabs:
        await tab.until(last)
    assert tabs[0].seen == list(range(1, last + 1))
    assert tabs[1].seen == list(range(before + 1, last + 1))
    reloaded = Tab(guest)
    await reloaded.until(last)
    assert reloaded.seen == list(range(1, last + 1))
    for tab in (*tabs, reloaded):
        await tab.close()
    await guest.check_truth()


@pytest.mark.parametrize("point", ["api.before_bot", "api.after_bot", "api.after_storing"])
async def test_words_whose_answer_got_lost_are_sent_again_and_have_one_effect(house, arrive, point):
    guest = await arrive()
    body = {"text": "i keep having panic attacks at work", "client_message_id": uuid.uuid4().hex}
    arm(house.folder, point, guest.session_id, "die")
    with pytest.raises(httpx.HTTPError):
        await guest.post(body)
    await is_back(house)
    for _ in range(2):
        status, _ = await guest.post(body)
        assert status == 200
    guest.sent.append(body["text"])
    await guest.until_said({"text"}, ANSWERED_WITHIN)
    lines = await guest.check_truth()
    assert [line["author"] for line in lines].count("visitor") == 1
    assert guest.handoffs() == []
