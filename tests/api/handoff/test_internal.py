"""How the action server fetches a person."""

from datetime import timedelta

import pytest

from api.handoff.models import Handoff
from api.transcript import service as transcript
from api.vocabulary import Author, Kind, Tier
from tests.factories import CLOSED_AT, OPEN_AT, SERVICE_TOKEN

HEADERS = {"X-Frontdesk-Token": SERVICE_TOKEN}


def open_turn(house, visitor):
    with house.database.writing() as db:
        session, now = transcript.find(db, visitor.session_id), house.clock.now()
        return transcript.open_turn(db, session, [], now, now + timedelta(seconds=5)).id


async def fetch(house, visitor, **body):
    marks = {"session_id": visitor.session_id, "turn_id": open_turn(house, visitor)}
    asked = marks | {"reason": "visitor_request"} | body
    return await house.client.post("/internal/handoffs", json=asked, headers=HEADERS)


async def test_while_open_the_usual_wait_is_told(house, visitor):
    answer = (await fetch(house, visitor)).json()
    (handoff,) = house.rows(Handoff)
    assert answer == {"handoff_id": handoff.id, "open_now": True, "opens_at": None, "minutes": 10}


async def test_while_closed_the_next_opening_is_told(house, visitor):
    house.clock.instant = CLOSED_AT
    answer = (await fetch(house, visitor)).json()
    assert (answer["open_now"], answer["opens_at"]) == (False, "2026-03-02T15:00:00Z")
    house.clock.instant = OPEN_AT


async def test_a_second_call_adds_the_call_back_to_the_same_handoff(house, visitor):
    first = (await fetch(house, visitor)).json()
    callback = {"phone": "520 555 0142", "leave_message": True}
    again = (await fetch(house, visitor, callback=callback)).json()
    assert again["handoff_id"] == first["handoff_id"]
    (handoff,) = house.rows(Handoff)
    assert handoff.callback == {"phone": "+15205550142", "email": None, "leave_message": True}


async def test_the_risk_of_the_chat_goes_with_the_request(house, visitor):
    with house.database.writing() as db:
        session = transcript.find(db, visitor.session_id)
        transcript.append(db, session, Author.VISITOR, Kind.TEXT, "…", now=house.clock.now(), tier=Tier.URGENT)
    await fetch(house, visitor)
    assert house.rows(Handoff)[0].tier == "urgent"


@pytest.mark.parametrize(
    ("body", "status"),
    [
        ({"callback": {"phone": "12"}}, 400),
        ({"callback": {}}, 400),
        ({"callback": {"email": "x"}}, 400),
        ({"reason": "boredom"}, 422),
        ({"turn_id": "f" * 32}, 409),
        ({"session_id": "\x00"}, 422),
    ],
)
async def test_a_request_that_cannot_be_is_refused_and_nothing_is_kept(house, visitor, body, status):
    assert (await fetch(house, visitor, **body)).status_code == status
    assert house.rows(Handoff) == []


@pytest.mark.parametrize("token", ["", "wrong"])
async def test_only_the_action_server_may_fetch(house, visitor, token):
    body = {"session_id": visitor.session_id, "turn_id": "x", "reason": "safety"}
    answer = await house.client.post("/internal/handoffs", json=body, headers={"X-Frontdesk-Token": token})
    assert answer.status_code == 401
