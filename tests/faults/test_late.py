"""Slow or broken pieces, and staff who come in mid-turn, through the real house: nothing is done or said too late."""

import asyncio
import time

import httpx
import pytest

from tests.faults.points import arm
from tests.faults.visitor import ANSWERED_WITHIN, all_at, guests_at, rows
from tests.journeys.desk import Desk
from tests.journeys.house import STAFF_EMAIL, STAFF_PASSWORD

pytestmark = pytest.mark.asyncio(loop_scope="session")
LATE_SECONDS = 6.0


async def timed(work):
    started = time.monotonic()
    answer = await work
    return answer, time.monotonic() - started


def done(guest):
    """What stands in the database: holds, visits, handoffs by reason."""
    holds = rows(guest.house, "SELECT count(*) FROM hold WHERE session_id = ?", guest.session_id)[0][0]
    visits = rows(guest.house, "SELECT count(*) FROM appointment WHERE session_id = ?", guest.session_id)[0][0]
    return holds, visits, guest.handoffs()


# Where the turn is late, what it was about, and what stands afterwards: nothing that was not said.
GAVE_UP = ["bot_unavailable"]
LATE = [
    ("appointments", "bot.before_actions", (1, 0, GAVE_UP)),
    ("holds", "actions.before_holds", (0, 0, GAVE_UP)),
    ("holds", "api.before_holds", (0, 0, GAVE_UP)),
    ("appointments", "api.before_appointments", (1, 0, GAVE_UP)),
    ("handoffs", "api.before_handoffs", (0, 0, GAVE_UP)),
    # Booked in time, only the answer came late: it is said, because it has happened.
    ("appointments", "api.after_appointments", (0, 1, GAVE_UP)),
]


async def test_a_late_turn_is_given_up_in_time_and_its_late_actions_do_nothing_and_tell_nothing(
    house, arrive, measured
):
    steps, names, _ = zip(*LATE)
    guests = await guests_at(arrive, steps)
    for guest, name in zip(guests, names):
        arm(house.folder, name, guest.session_id, "delay", LATE_SECONDS)
    answers = await asyncio.gather(*(timed(guest.take(step)) for guest, step in zip(guests, steps)))
    for (answer, seconds), (step, name, _) in zip(answers, LATE):
        measured[f"late at {name} ({step})"] = seconds
        assert "988" in answer["messages"][-1]["text"]
        assert seconds < ANSWERED_WITHIN
    said = [len(await guest.lines()) for guest in guests]
    # Long enough for every late action to have happened.
    await asyncio.sleep(LATE_SECONDS - 4.0)
    for guest, before, (_, name, expected) in zip(guests, said, LATE):
        lines = await guest.check_truth()
        assert len(lines) == before, lines
        assert done(guest) == expected, name
        assert guest.told() == 1
    again = await guests[0].say("what does a visit cost?")
    assert "988" not in again["messages"][0]["text"], "service resumes by itself"


BROKEN = [
    ("availability", "api.before_bot"),
    ("availability", "bot.before_actions"),
    ("holds", "actions.before_holds"),
    ("handoffs", "actions.before_handoffs"),
]


async def test_a_piece_that_fails_leads_to_the_truth_and_one_person(house, arrive, measured):
    steps, names = zip(*BROKEN)
    guests = await guests_at(arrive, steps)
    for guest, name in zip(guests, names):
        arm(house.folder, name, guest.session_id, "fail")
    for guest, step, name in zip(guests, steps, names):
        answer, measured[f"failure at {name}"] = await timed(guest.take(step))
        assert "988" in answer["messages"][-1]["text"]
        await guest.check_truth()
        assert done(guest) == (0, 0, GAVE_UP)
        assert guest.told() == 1


async def test_staff_who_take_over_in_mid_turn_are_announced_and_the_turns_replies_are_dropped(
    house, arrive, measured
):
    steps = ("availability", "appointments")
    guests = await guests_at(arrive, steps)
    for guest in guests:
        await guest.say("can i talk to a person please")
    # The request for a person closed the form; the visitor goes on with the bot until somebody comes.
    tasks = await all_at(house, guests, ("handoffs", "handoffs"), ("api.after_bot", "api.after_bot"))
    before = [len(await guest.lines()) for guest in guests]
    with httpx.Client(base_url=house.base_url, follow_redirects=True) as http:
        desk = Desk(http, STAFF_EMAIL, STAFF_PASSWORD)
        for guest in guests:
            await asyncio.to_thread(desk.take_over, guest.session_id)
        for trace in (house.folder / "faults").glob("api.after_bot.*-reached"):
            trace.unlink()
        await asyncio.gather(*tasks)
        for guest, count in zip(guests, before):
            lines = await guest.check_truth()
            assert [line["payload"]["marker"] for line in lines[count:]] == ["staff_joined"]
            assert rows(house, "SELECT outcome FROM turn WHERE session_id = ?", guest.session_id)[-1] == (
                "dropped",
            )
            assert guest.told() == 1
        answer, measured["staff took over in mid-turn, next message"] = await timed(guests[0].say("hello?"))
        assert (answer["mode"], answer["messages"]) == ("staff", [])
        await asyncio.to_thread(desk.hand_back, guests[0].session_id)
    assert (await guests[0].say("what does a visit cost?"))["messages"]
