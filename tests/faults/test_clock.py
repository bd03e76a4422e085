"""The clock is set back in mid-chat: numbers, order, deadlines, times that are kept, notices and sign-ins hold."""

from datetime import timedelta

import pytest

from api.handoff.models import Handoff
from api.scheduling.models import Appointment, Hold
from api.staff import service as staff
from api.vocabulary import Role
from tests.api.conftest import open_house
from tests.api.console.conftest import PASSWORD, Desk
from tests.factories import SERVICE_TOKEN
from tests.fakes import says

HOUR = timedelta(hours=1)
SERVICE = {"X-Frontdesk-Token": SERVICE_TOKEN}
CONTACT = {"name": "Rosa Field", "phone": "520-555-0114", "leave_message": True, "text_consent": False}


@pytest.fixture
async def house(tmp_path):
    async with open_house(tmp_path) as opened:
        yield opened


def set_back(house):
    house.clock.instant -= HOUR


def in_turn(house, *steps):
    """What the actions do in the next turn: `steps` are set-backs and calls of `/internal`; their answers."""
    answers = []

    async def act(turn):
        house.bot.before = None
        marks = {"session_id": turn.session_id, "turn_id": turn.metadata["turn_id"]}
        for step in steps:
            if step is set_back:
                set_back(house)
                continue
            path, body = step
            body = body(answers) if callable(body) else body
            answer = await house.client.post(f"/internal/{path}", json=marks | body, headers=SERVICE)
            assert answer.status_code == 200, answer.text
            answers.append(answer.json())

    house.bot.before = act
    return answers


WANTED = ("availability", {"service": "therapy", "windows": [], "state": "AZ", "age_group": "adult_18_64"})
HELD = (
    "holds",
    lambda answers: {"slot_id": answers[0]["slots"][0]["slot_id"], "state": "AZ", "age_group": "adult_18_64"},
)


async def test_messages_keep_their_numbers_and_their_order(house):
    visitor = await house.visitor()
    await visitor.says("one")
    set_back(house)
    await visitor.says("two")
    assert (await visitor.texts())[-4:] == ["one", "heard: one", "two", "heard: two"]
    lines = (await visitor.page())["messages"]
    assert [line["seq"] for line in lines] == list(range(1, len(lines) + 1))
    assert [line["seq"] for line in (await visitor.page(after=lines[-3]["seq"]))["messages"]] == [5, 6]


async def test_a_turn_goes_on_and_what_it_does_is_done(house):
    visitor = await house.visitor()
    answers = in_turn(house, WANTED, set_back, HELD)
    assert (await visitor.says("tuesday"))["messages"][0]["text"] == "heard: tuesday"
    assert answers[1]["hold_id"] == house.rows(Hold)[0].id


async def test_a_time_that_is_kept_stays_kept_and_is_booked_once(house):
    visitor, other = await house.visitor(), await house.visitor()
    answers = in_turn(house, WANTED, HELD)
    await visitor.says("tuesday")
    found, held = answers
    set_back(house)
    theirs = in_turn(house, WANTED)
    await other.says("tuesday")
    assert found["slots"][0]["slot_id"] not in [slot["slot_id"] for slot in theirs[0]["slots"]]
    in_turn(house, ("appointments", {"hold_ids": [held["hold_id"]], "contact": CONTACT}))
    await visitor.says("yes")
    assert [visit.id for visit in house.rows(Appointment)] == [held["hold_id"]]


async def test_a_turn_that_was_given_up_stays_closed(tmp_path):
    async with open_house(tmp_path, bot_timeout_seconds=0.05) as house:
        visitor = await house.visitor()
        house.bot.hold()
        await visitor.says("hello")
        set_back(house)
        marks = {"session_id": visitor.session_id, "turn_id": house.bot.turns[0].metadata["turn_id"]}
        late = await house.client.post(
            "/internal/handoffs", json=marks | {"reason": "visitor_request"}, headers=SERVICE
        )
        assert (late.status_code, late.json()["error"]) == (409, "TurnClosed")


async def test_staff_are_told_at_once_and_once_of_what_was_asked_before_the_clock_went_back(house):
    visitor = await house.visitor()
    in_turn(house, ("handoffs", {"reason": "visitor_request"}))
    await visitor.says("a person please")
    set_back(house)
    for _ in range(3):
        await house.deliver()
    assert [topic for topic, _ in house.notifier.delivered] == ["handoff_requested"]
    assert len(house.rows(Handoff)) == 1


async def test_a_member_of_staff_stays_signed_in_and_sees_who_waits(house):
    with house.database.writing() as db:
        staff.add(db, "clinician@example.org", "Mara", Role.CLINICIAN, house.clock.now(), PASSWORD)
    desk, visitor = Desk(house), await house.visitor()
    assert (await desk.sign_in(Role.CLINICIAN)).status_code == 303
    house.bot.answer = lambda turn: says("ok")
    in_turn(house, ("handoffs", {"reason": "visitor_request"}))
    await visitor.says("a person please")
    set_back(house)
    inbox = await desk.get("/staff/")
    assert inbox.status_code == 200
    assert visitor.session_id in inbox.text
    assert (await desk.press(visitor.session_id, "take-over")).status_code == 303
    assert (await visitor.page())["messages"][-1]["kind"] == "marker"
    await desk.client.aclose()
