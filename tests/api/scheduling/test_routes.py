"""What a browser gets: free times, a booking, and clear refusals with nothing half done."""

from datetime import timedelta

import pytest

from api.scheduling.models import Appointment, Hold, Occupancy
from api.transcript import service as transcript
from api.transcript.models import Message

JOEL_TUESDAY_TEN = "joel_marquez~therapy~video~20260303T170000Z"
DETAILS = {"name": "Rosa Lane", "phone": "(520) 555-0142", "leave_message": True}


async def availability(web, **query):
    return await web.client.get("/api/availability", params={"service": "therapy"} | query)


async def test_free_times_come_in_order_with_everything_a_page_needs(web):
    answer = await availability(web)
    assert answer.status_code == 200
    body = answer.json()
    assert body["tz"] == "America/Phoenix"
    assert body["slots"][0] == {
        "slot_id": "joel_marquez~therapy~in_person~20260302T210000Z",
        "start": "2026-03-02T21:00:00Z",
        "end": "2026-03-02T22:00:00Z",
        "service": "therapy",
        "practitioner": {"id": "joel_marquez", "name": "Joel Márquez", "credentials": "LCSW"},
        "modality": "in_person",
        "label": "Mon 2 Mar, 2:00 pm, in person, with Joel Márquez, LCSW",
    }
    starts = [slot["start"] for slot in body["slots"]]
    assert starts == sorted(starts)
    assert len(starts) == 100


async def test_dates_and_local_times_bound_the_answer(web):
    answer = await availability(web, **{"from": "2026-03-03T16:00", "to": "2026-03-03"})
    assert {slot["start"] for slot in answer.json()["slots"]} == {
        "2026-03-03T23:00:00Z",
        "2026-03-03T23:30:00Z",
        "2026-03-04T00:00:00Z",
    }


async def test_an_instant_with_its_zone_means_the_same(web):
    local = await availability(web, **{"from": "2026-03-03T16:00", "limit": "3"})
    instant = await availability(web, **{"from": "2026-03-03T23:00Z", "limit": "3"})
    assert local.json() == instant.json()


async def test_spanish_asks_for_spanish_speakers_and_labels_in_spanish(web):
    slots = (await availability(web, language="es", **{"to": "2026-03-03"})).json()["slots"]
    assert {slot["practitioner"]["id"] for slot in slots} == {"joel_marquez"}
    assert slots[0]["label"] == "lun 2 mar, 2:00 p. m., en persona, con Joel Márquez, LCSW"


@pytest.mark.parametrize(
    ("query", "status"),
    [
        ({"service": "yoga"}, 404),
        ({"from": "2026-02-30"}, 400),
        ({"from": "tomorrow"}, 400),
        ({"to": "9999-12-31"}, 400),
        ({"from": "0001-01-01T00:00+14:00"}, 400),
        ({"from": "2026-03-05", "to": "2026-03-04T10:00"}, 400),
        ({"modality": "fax"}, 422),
        ({"limit": "0"}, 422),
        ({"from": "x" * 41}, 422),
    ],
)
async def test_a_question_that_cannot_be_meant_is_refused(web, query, status):
    assert (await availability(web, **query)).status_code == status


async def test_a_free_slot_is_booked_and_the_link_to_it_opens(web):
    answer = await web.post("/api/appointments", {"slot_id": JOEL_TUESDAY_TEN} | DETAILS)
    assert answer.status_code == 200
    (visit,) = answer.json()["appointments"]
    assert visit["label"] == "Tue 3 Mar, 10:00 am, video, with Joel Márquez, LCSW"
    assert (await web.client.get(visit["manage_url"])).status_code == 200
    (row,) = web.rows(Appointment)
    assert row.contact == {
        "name": "Rosa Lane",
        "phone": "+15205550142",
        "email": None,
        "leave_message": True,
        "text_consent": False,
    }


async def test_a_hold_made_in_the_chat_is_booked_by_the_page_twice_with_one_effect(web):
    held = (await web.internal("holds", slot_id=JOEL_TUESDAY_TEN)).json()
    answers = [await web.post("/api/appointments", {"hold_id": held["hold_id"]} | DETAILS) for _ in range(2)]
    assert answers[0].json() == answers[1].json()
    assert len(web.rows(Appointment)) == 1
    assert len(web.rows(Message)) == 1


async def test_two_holds_are_booked_as_one_group(web):
    first = (await web.internal("holds", slot_id=JOEL_TUESDAY_TEN)).json()["hold_id"]
    second = "mara_ellison~medication_management~video~20260303T200000Z"
    second = (await web.internal("holds", slot_id=second)).json()["hold_id"]
    answer = await web.post("/api/appointments", {"hold_ids": [first, second]} | DETAILS)
    assert len({visit["group_id"] for visit in answer.json()["appointments"]}) == 1


async def test_a_taken_slot_names_three_others_and_keeps_nothing(web):
    await web.post("/api/appointments", {"slot_id": JOEL_TUESDAY_TEN} | DETAILS)
    with web.calendar.database.writing() as db:
        _, web.token = transcript.open_session(db, language="es", now=web.clock.now())
    answer = await web.post("/api/appointments", {"slot_id": JOEL_TUESDAY_TEN} | DETAILS)
    assert (answer.status_code, answer.json()["error"]) == (409, "SlotTaken")
    assert [slot["label"][:3] for slot in answer.json()["slots"]] == ["mar", "mar", "mar"]
    assert len(web.rows(Appointment)) == 1
    assert web.rows(Hold) == []


@pytest.mark.parametrize("token", ["", "forged", "\t"])
async def test_without_the_token_of_a_chat_nothing_is_booked(web, token):
    web.token = token
    answer = await web.post("/api/appointments", {"slot_id": JOEL_TUESDAY_TEN} | DETAILS)
    assert (answer.status_code, answer.json()["error"]) == (401, "SignInRequired")
    assert web.rows(Appointment) == []


async def test_the_hold_of_another_chat_cannot_be_booked(web):
    held = (await web.internal("holds", slot_id=JOEL_TUESDAY_TEN)).json()["hold_id"]
    with web.calendar.database.writing() as db:
        _, web.token = transcript.open_session(db, language="en", now=web.clock.now())
    assert (await web.post("/api/appointments", {"hold_id": held} | DETAILS)).status_code == 404
    assert web.rows(Appointment) == []


async def test_a_chat_in_crisis_books_nothing(web):
    web.crisis.add(web.session_id)
    answer = await web.post("/api/appointments", {"slot_id": JOEL_TUESDAY_TEN} | DETAILS)
    assert (answer.status_code, answer.json()["error"]) == (403, "NotAllowed")
    assert web.rows(Appointment) == web.rows(Hold) == []


@pytest.mark.parametrize(
    ("change", "status"),
    [
        ({"slot_id": "joel_marquez~therapy~video~20260230T170000Z"}, 400),
        ({"slot_id": "joel_marquez~therapy~video~20260303T130000Z"}, 404),
        ({"slot_id": "joel_marquez~therapy~video~20260301T170000Z"}, 409),
        ({"slot_id": "\x00"}, 400),
        ({"slot_id": "x" * 201}, 422),
        ({"slot_id": None}, 422),
        ({"hold_id": "f" * 32}, 422),
        ({"slot_id": None, "hold_ids": []}, 422),
        ({"slot_id": None, "hold_id": "a b"}, 422),
        ({"slot_id": None, "hold_id": "f" * 32}, 404),
        ({"state": "NM"}, 403),
        ({"age_group": "child_0_5"}, 403),
        ({"name": ""}, 400),
        ({"name": "x" * 81}, 400),
        ({"name": "Ro\u202esa"}, 400),
        ({"phone": "555"}, 400),
        ({"phone": None}, 400),
        ({"phone": None, "email": "rosa@"}, 400),
    ],
)
async def test_a_booking_that_cannot_be_is_refused_and_nothing_is_half_done(web, change, status):
    answer = await web.post("/api/appointments", {"slot_id": JOEL_TUESDAY_TEN} | DETAILS | change)
    assert answer.status_code == status
    for model in (Appointment, Hold, Occupancy, Message):
        assert web.rows(model) == []


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"name": " "}, "name"),
        ({"phone": "1"}, "phone"),
        ({"phone": "", "email": "x"}, "email"),
        ({"phone": " "}, "contact"),
    ],
)
async def test_a_refused_detail_is_named(web, change, field):
    answer = await web.post("/api/appointments", {"slot_id": JOEL_TUESDAY_TEN} | DETAILS | change)
    assert (answer.status_code, answer.json()["field"]) == (400, field)


async def test_consent_to_texts_needs_a_phone(web):
    body = {"slot_id": JOEL_TUESDAY_TEN, "name": "Rosa", "email": "Rosa@Example.org", "text_consent": True}
    assert (await web.post("/api/appointments", body)).status_code == 200
    (row,) = web.rows(Appointment)
    assert (row.contact["email"], row.contact["text_consent"]) == ("Rosa@example.org", False)


async def test_an_expired_token_books_nothing(web):
    web.clock.instant += timedelta(days=8)
    slot_id = "joel_marquez~therapy~video~20260316T170000Z"
    assert (await web.post("/api/appointments", {"slot_id": slot_id} | DETAILS)).status_code == 401
