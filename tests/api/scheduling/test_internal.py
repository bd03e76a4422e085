"""What the action server gets, and only inside an open turn."""

from datetime import timedelta

import pytest

from api.scheduling.models import Appointment, Hold
from api.transcript import service as transcript
from api.transcript.models import Message, Turn

JOEL_TUESDAY_TEN = "joel_marquez~therapy~video~20260303T170000Z"
CONTACT = {"name": "Rosa Lane", "email": "rosa@example.org", "leave_message": False, "text_consent": False}
TUESDAY_AFTER_FOUR = {"start": "2026-03-03T16:00", "end": "2026-03-03T24:00"}


async def test_the_practice_says_what_it_offers(web):
    headers = {"X-Frontdesk-Token": "the token of the action server, in tests"}
    body = (await web.client.get("/internal/practice", headers=headers)).json()
    assert body["services"][0] == {"id": "therapy", "route": "therapy", "minutes": 60}
    assert (body["tz"], body["states"]) == ("America/Phoenix", ["AZ"])
    assert body["fields"]["es"]["states_text"] == "Arizona"
    assert body["fields"]["en"].keys() == body["fields"]["es"].keys()


@pytest.mark.parametrize("window_end", ["2026-03-03T24:00", "2026-03-04T00:00:00", "2026-03-04T07:00:00Z"])
async def test_times_in_the_windows_are_found(web, window_end):
    window = TUESDAY_AFTER_FOUR | {"end": window_end}
    answer = await web.internal("availability", service="therapy", windows=[window], modality="video")
    body = answer.json()
    assert body["exact"]
    assert [slot["label"] for slot in body["slots"]] == [
        "Tue 3 Mar, 4:00 pm, video, with Joel Márquez, LCSW",
        "Tue 3 Mar, 4:30 pm, video, with Joel Márquez, LCSW",
        "Tue 3 Mar, 5:00 pm, video, with Joel Márquez, LCSW",
    ]


async def test_six_times_are_offered_when_any_will_do(web):
    answer = await web.internal("availability", service="therapy", windows=[], state="AZ", age_group="teen_13_17")
    assert len(answer.json()["slots"]) == 6


async def test_a_child_is_offered_only_who_sees_children(web):
    answer = await web.internal("availability", service="therapy", age_group="child_6_12")
    assert {slot["practitioner"]["id"] for slot in answer.json()["slots"]} == {"priya_raman"}


@pytest.mark.parametrize(
    ("change", "status"),
    [
        ({"service": "yoga"}, 404),
        ({"windows": [{"start": "2026-02-30T10:00", "end": "2026-03-03T12:00"}]}, 422),
        ({"windows": [{"start": "9999-12-31T10:00", "end": "9999-12-31T24:00"}]}, 422),
        ({"windows": [{"start": "0001-01-01T00:00Z", "end": "2026-03-03T12:00"}]}, 400),
        ({"windows": [{"start": "2026-03-03T12:00", "end": "2026-03-03T12:00"}]}, 400),
        ({"limit": 100}, 422),
    ],
)
async def test_a_question_that_cannot_be_meant_is_refused(web, change, status):
    assert (await web.internal("availability", **{"service": "therapy"} | change)).status_code == status


async def test_a_time_is_held_and_booked_and_the_chat_is_told(web):
    held = (await web.internal("holds", slot_id=JOEL_TUESDAY_TEN)).json()
    assert held["expires_at"] == "2026-03-02T17:10:00Z"
    assert held["slot"]["slot_id"] == JOEL_TUESDAY_TEN
    answer = await web.internal("appointments", hold_id=held["hold_id"], contact=CONTACT)
    (visit,) = answer.json()["appointments"]
    assert (visit["id"], visit["start"]) == (held["hold_id"], "2026-03-03T17:00:00Z")
    assert [message.kind for message in web.rows(Message)] == ["booked"]


async def test_a_taken_time_names_three_others(web):
    web.calendar.writing(_hold_for_another, web)
    answer = await web.internal("holds", slot_id=JOEL_TUESDAY_TEN, state="AZ", age_group="adult_18_64")
    assert (answer.status_code, answer.json()["error"]) == (409, "SlotTaken")
    assert len(answer.json()["slots"]) == 3


def _hold_for_another(db, office, web):
    from api.scheduling import service

    session, _ = transcript.open_session(db, language="en", now=web.clock.now())
    service.hold(db, office, session, JOEL_TUESDAY_TEN, web.clock.now())


async def test_a_hold_that_ran_out_is_not_booked_and_other_times_are_named(web):
    held = (await web.internal("holds", slot_id=JOEL_TUESDAY_TEN)).json()
    web.clock.instant += timedelta(minutes=10)
    answer = await web.internal("appointments", hold_id=held["hold_id"], contact=CONTACT)
    assert (answer.status_code, answer.json()["error"]) == (409, "SlotTaken")
    assert len(answer.json()["slots"]) == 3
    assert web.rows(Appointment) == []


CALLS = [
    ("availability", {"service": "therapy"}),
    ("holds", {"slot_id": JOEL_TUESDAY_TEN}),
    ("appointments", {"hold_id": "f" * 32, "contact": CONTACT}),
]


@pytest.mark.parametrize(("path", "body"), CALLS)
async def test_a_turn_that_is_over_can_do_nothing(web, path, body):
    with web.calendar.database.writing() as db:
        transcript.close_turn(db, web.turn_id, web.clock.now(), "given_up")
    answer = await web.internal(path, **body)
    assert (answer.status_code, answer.json()["error"]) == (409, "TurnClosed")
    assert web.rows(Hold) == []


@pytest.mark.parametrize(("path", "body"), CALLS)
async def test_the_turn_of_another_chat_can_do_nothing(web, path, body):
    web.session_id = web.calendar.visitor().id
    assert (await web.internal(path, **body)).json()["error"] == "TurnClosed"


@pytest.mark.parametrize(("path", "body"), CALLS)
@pytest.mark.parametrize("token", [None, "", "wrong"])
async def test_only_the_action_server_is_let_in(web, path, body, token):
    headers = {} if token is None else {"X-Frontdesk-Token": token}
    marks = {"session_id": web.session_id, "turn_id": web.turn_id}
    answer = await web.client.post(f"/internal/{path}", json=marks | body, headers=headers)
    assert answer.status_code == 401
    assert len(web.rows(Turn)) == 1


@pytest.mark.parametrize("body", [{"contact": CONTACT}, {"hold_id": "f", "hold_ids": ["f"], "contact": CONTACT}])
async def test_a_booking_names_one_hold_or_several(web, body):
    assert (await web.internal("appointments", **body)).status_code == 422
