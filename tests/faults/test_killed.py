"""Each process killed at each named point of a turn, through the real house: answered, once, and the truth."""

import asyncio
import time

import httpx
import pytest

from api.launch import up
from tests.faults.points import arm
from tests.faults.visitor import ANSWERED_WITHIN, SAID, STEPS, all_at, guests_at, rows

pytestmark = pytest.mark.asyncio(loop_scope="session")
BOT_BACK_WITHIN = 60.0


def kill(house, name):
    house.supervisor.processes[name].kill()


async def is_back(house, name):
    """Wait until the supervisor has started a process again and it answers."""
    tokens = {"X-Frontdesk-Token": house.values["FRONTDESK_BOT_TOKEN"]}
    url = {
        "api": f"{house.base_url}/healthz",
        "actions": f"{house.values['FRONTDESK_ACTIONS_URL']}/health",
        "bot": f"{house.values['FRONTDESK_BOT_URL']}/webhooks/frontdesk/ready",
    }[name]
    assert await up.answers(url, BOT_BACK_WITHIN, tokens)


async def check_done(guest, step, handoffs):
    """The step was done once, and said once."""
    lines = await guest.check_truth()
    own = max(line["seq"] for line in lines if line["author"] == "visitor")
    after = [line["kind"] for line in lines if line["seq"] > own and line["kind"] in SAID[step]]
    assert len(after) == 1, lines[own - 1 :]
    assert guest.handoffs() == handoffs
    assert guest.told() == len(handoffs)
    holds = rows(guest.house, "SELECT count(*) FROM hold WHERE session_id = ?", guest.session_id)[0][0]
    booked = rows(guest.house, "SELECT count(*) FROM appointment WHERE session_id = ?", guest.session_id)[0][0]
    assert (holds, booked) == {"holds": (1, 0), "appointments": (0, 1)}.get(step, (0, 0))


API_POINTS = [
    [
        ("availability", "api.before_bot"),
        ("availability", "api.after_bot"),
        ("availability", "api.before_availability"),
        ("availability", "api.after_availability"),
        ("holds", "api.before_holds"),
        ("holds", "api.after_holds"),
    ],
    [
        ("appointments", "api.before_appointments"),
        ("appointments", "api.after_appointments"),
        ("handoffs", "api.before_handoffs"),
        ("handoffs", "api.after_handoffs"),
        ("availability", "api.after_bot"),
    ],
]


@pytest.mark.parametrize("points", API_POINTS, ids=["before and at a time", "booking and a person"])
async def test_the_api_killed_in_mid_turn_answers_every_visitor_once_when_it_is_back(
    house, arrive, measured, points
):
    steps, names = zip(*points)
    guests = await guests_at(arrive, steps)
    tasks = await all_at(house, guests, steps, names)
    killed_at = time.monotonic()
    kill(house, "api")
    await asyncio.gather(*tasks, return_exceptions=True)
    await is_back(house, "api")
    back_at = time.monotonic()
    for guest, step, name in zip(guests, steps, names):
        await guest.until_said(SAID[step], ANSWERED_WITHIN)
        measured[f"api killed at {name} ({step}), after its return"] = time.monotonic() - back_at
    measured["api killed: down for"] = back_at - killed_at
    for guest, step in zip(guests, steps):
        await check_done(guest, step, ["visitor_request"] if step == "handoffs" else [])


async def test_the_api_killed_between_storing_and_telling_has_the_answer_for_whoever_comes_back(
    house, arrive, measured
):
    [guest] = await guests_at(arrive, ["availability"])
    arm(house.folder, "api.after_storing", guest.session_id, "die")
    with pytest.raises(httpx.HTTPError):
        await guest.take("availability")
    await is_back(house, "api")
    back_at = time.monotonic()
    await guest.until_said({"times"}, ANSWERED_WITHIN)
    measured["api killed at api.after_storing, after its return"] = time.monotonic() - back_at
    await check_done(guest, "availability", [])


ACTIONS_POINTS = [(step, f"actions.{when}_{step}") for step in STEPS for when in ("before", "after")]


@pytest.mark.parametrize("points", [ACTIONS_POINTS[:4], ACTIONS_POINTS[4:]], ids=["times", "booking and a person"])
async def test_actions_killed_in_mid_turn_leave_the_truth_and_one_person_told(house, arrive, measured, points):
    steps, names = zip(*points)
    guests = await guests_at(arrive, steps)
    tasks = await all_at(house, guests, steps, names)
    killed_at = time.monotonic()
    kill(house, "actions")
    answers = []
    for task, name in zip(tasks, names):
        answers.append(await task)
        measured[f"actions killed at {name}"] = time.monotonic() - killed_at
    assert time.monotonic() - killed_at < ANSWERED_WITHIN
    for guest, answer, name in zip(guests, answers, names):
        lines = await guest.check_truth()
        assert "988" in lines[-1]["text"]
        assert len(guest.handoffs()) == guest.told() == 1
        booked = [line for line in answer["messages"] if line["kind"] == "booked"]
        assert bool(booked) == (name == "actions.after_appointments")
    await is_back(house, "actions")
    again = await guests[0].say("what does a visit cost?")
    assert "988" not in again["messages"][0]["text"], "service resumes by itself"


BOT_POINTS = [
    ("availability", "bot.before_actions"),
    ("holds", "bot.after_actions"),
    ("appointments", "bot.after_saving"),
    ("handoffs", "bot.after_saving"),
    ("appointments", "actions.after_appointments"),
    ("availability", "api.before_availability"),
]
CROWD = 20


async def test_the_bot_killed_with_a_crowd_in_flight_answers_all_when_it_is_warm_and_fetches_nobody(
    house, arrive, measured
):
    steps, names = zip(*BOT_POINTS)
    guests = await guests_at(arrive, steps)
    crowd = [await arrive() for _ in range(CROWD)]
    tasks = await all_at(house, guests, steps, names)
    talking = [asyncio.create_task(each.say("i keep having panic attacks at work")) for each in crowd]
    await asyncio.sleep(0.2)
    killed_at = time.monotonic()
    kill(house, "bot")
    answers = await asyncio.gather(*tasks, *talking)
    measured["bot killed, 26 in flight: asked for a moment"] = time.monotonic() - killed_at
    assert time.monotonic() - killed_at < ANSWERED_WITHIN
    assert all("One moment" in answer["messages"][-1]["text"] for answer in answers)
    await is_back(house, "bot")
    back_at = time.monotonic()
    for guest, step in zip(guests, steps):
        await guest.until_said(SAID[step], ANSWERED_WITHIN)
    for guest in crowd:
        while not (await guest.after_own())[-1]["quick_replies"]:
            await asyncio.sleep(0.05)
            assert time.monotonic() - back_at < ANSWERED_WITHIN
    measured["bot killed, 26 in flight: all answered after its return"] = time.monotonic() - back_at
    measured["bot killed: down for"] = back_at - killed_at
    for guest, step in zip(guests, steps):
        await check_done(guest, step, ["visitor_request"] if step == "handoffs" else [])
    for guest in crowd:
        await guest.check_truth()
        assert (guest.handoffs(), guest.told()) == ([], 0)
