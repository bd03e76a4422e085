"""The client of the api: shapes, conflicts, deadlines, and errors that carry no content."""

from datetime import datetime, timedelta, timezone

import httpx
import pytest

from actions.practice_api import (
    LONGEST_CALL_SECONDS,
    AnswerLost,
    PracticeApi,
    PracticeApiError,
    SlotTaken,
    TurnClosed,
    TurnRef,
)
from tests.actions.fake_practice import FakePractice

# Made once for the file, so it must last as long as a slow run of all tests.
TURN = TurnRef("session-0001", "turn-1", seconds=3600)


async def test_availability_tells_whether_the_times_match(desk: PracticeApi) -> None:
    day = {"start": "2026-03-03T00:00:00", "end": "2026-03-04T00:00:00"}
    slots, exact = await desk.availability(TURN, {"service": "therapy", "windows": [day], "limit": 2})
    assert exact
    assert [item["slot_id"] for item in slots] == ["therapy-2026-03-03T10:00-0", "therapy-2026-03-03T16:30-0"]


async def test_a_taken_slot_brings_the_nearest(desk: PracticeApi, practice: FakePractice) -> None:
    practice.taken.add("therapy-2026-03-03T10:00-0")
    with pytest.raises(SlotTaken) as taken:
        await desk.hold(TURN, "therapy-2026-03-03T10:00-0", {})
    assert len(taken.value.slots) == 3


async def test_a_closed_turn_is_told_apart_from_other_conflicts(desk: PracticeApi, practice: FakePractice) -> None:
    practice.turn_closed = True
    with pytest.raises(TurnClosed):
        await desk.request_handoff(TURN, "visitor_request")


async def test_a_turn_whose_time_is_up_calls_nobody(desk: PracticeApi, practice: FakePractice) -> None:
    with pytest.raises(TurnClosed):
        await desk.request_handoff(TurnRef("session-0001", "turn-1", seconds=0), "visitor_request")
    assert practice.calls == []


async def test_the_practice_is_asked_once_a_minute(desk: PracticeApi, practice: FakePractice) -> None:
    assert await desk.practice(TURN) == await desk.practice(TURN)
    assert len(practice.asked("practice")) == 1


@pytest.mark.parametrize(
    "answer",
    [
        httpx.Response(503, text="a visitor's words"),
        httpx.Response(200, text="a visitor's words"),
        httpx.Response(200, json=["a visitor's words"]),
        httpx.Response(409, json={"error": "HandoffClosed", "detail": "a visitor's words"}),
    ],
)
async def test_an_answer_that_is_no_answer_is_an_error_without_content(answer: httpx.Response) -> None:
    transport = httpx.MockTransport(lambda request: answer)
    async with httpx.AsyncClient(transport=transport, base_url="http://api") as client:
        with pytest.raises(PracticeApiError) as error:
            await PracticeApi(client).request_handoff(TURN, "safety")
    assert "words" not in str(error.value)


async def test_an_api_that_does_not_answer_is_an_error() -> None:
    def refuse(request: httpx.Request) -> httpx.Response:
        raise httpx.ConnectError("no")

    async with httpx.AsyncClient(transport=httpx.MockTransport(refuse), base_url="http://api") as client:
        with pytest.raises(PracticeApiError):
            await PracticeApi(client).practice(TURN)


@pytest.mark.parametrize(
    "failure", [httpx.ReadError("died"), httpx.ReadTimeout("silent"), httpx.ConnectError("no")]
)
async def test_whether_a_call_without_an_answer_was_done_is_not_claimed_either_way(failure: Exception) -> None:
    def die(request: httpx.Request) -> httpx.Response:
        raise failure

    async with httpx.AsyncClient(transport=httpx.MockTransport(die), base_url="http://api") as client:
        with pytest.raises(AnswerLost):
            await PracticeApi(client).book(TURN, ["hold-1"], {})


def test_the_time_left_comes_from_the_apis_own_clocks() -> None:
    now = datetime(2026, 3, 2, 17, tzinfo=timezone.utc)
    metadata = {"turn_id": "t", "now": now.isoformat(), "deadline_at": (now + timedelta(seconds=3)).isoformat()}
    assert 2.5 < TurnRef.from_metadata("s", metadata).seconds_left <= 3
    late = {**metadata, "deadline_at": (now - timedelta(seconds=1)).isoformat()}
    assert TurnRef.from_metadata("s", late).seconds_left == 0


@pytest.mark.parametrize("metadata", [{}, {"now": "soon", "deadline_at": "late"}, {"now": None, "deadline_at": 3}])
def test_metadata_without_a_deadline_leaves_the_longest_call(metadata: dict[str, object]) -> None:
    assert TurnRef.from_metadata("s", metadata).seconds == LONGEST_CALL_SECONDS
