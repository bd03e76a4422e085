"""Lanes: order within a chat, nothing left behind, nothing kept."""

import asyncio

import pytest

from api.chat.lanes import Lanes
from tests.api.conftest import until


async def test_a_message_that_arrives_at_the_very_end_of_the_work_is_still_seen():
    lanes, seen, waiting = Lanes(), [], ["first"]

    async def work(lane):
        seen.extend(waiting)
        waiting.clear()
        if "second" not in seen:
            waiting.append("second")
            lane.run(work)

    with lanes.of("a") as lane:
        lane.run(work)
        await lane.quiet()
    assert seen == ["first", "second"]
    assert len(lanes) == 0


async def test_who_waits_for_a_number_is_told_when_it_is_answered_and_not_later():
    lanes, going = Lanes(), asyncio.Event()

    async def work(lane):
        lane.answered(3)
        await going.wait()

    with lanes.of("a") as lane:
        lane.run(work)
        await lane.wait_for(3)
        assert not lane.is_idle
        later = asyncio.create_task(lane.wait_for(4))
        going.set()
        await later
        assert lane.is_idle


async def test_a_failure_reaches_everybody_it_concerns_and_the_next_work_starts_clean():
    lanes = Lanes()

    async def fail(lane):
        lane.answered(1)
        raise RuntimeError("disk full")

    async def work(lane):
        lane.answered(2)

    with lanes.of("a") as lane:
        lane.run(fail)
        await lane.wait_for(1)
        with pytest.raises(RuntimeError, match="disk full"):
            await lane.wait_for(2)
        lane.run(work)
        await lane.wait_for(2)


async def test_a_lane_is_forgotten_when_its_work_ends_without_anybody_on_it():
    lanes, going = Lanes(), asyncio.Event()

    async def work(lane):
        await going.wait()

    with lanes.of("a") as lane:
        lane.run(work)
    assert len(lanes) == 1
    going.set()
    await until(lambda: len(lanes) == 0)


async def test_two_on_one_lane_share_it():
    lanes = Lanes()
    with lanes.of("a") as one:
        with lanes.of("a") as two:
            assert one is two
        assert len(lanes) == 1
    assert len(lanes) == 0


async def test_stopping_cancels_the_work():
    lanes, cancelled = Lanes(), []

    async def work(lane):
        try:
            await asyncio.Event().wait()
        except asyncio.CancelledError:
            cancelled.append(True)
            raise

    with lanes.of("a") as lane:
        lane.run(work)
        await asyncio.sleep(0)
        await lanes.stop()
    with lanes.of("b"):
        await lanes.stop()
    assert cancelled == [True]
