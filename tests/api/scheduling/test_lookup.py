"""The links of booked visits: for the chat that booked them, and for who knows what was given at booking."""

from datetime import timedelta

import pytest

from api.audit import AuditEvent
from api.scheduling import proof
from api.scheduling.proof import Given
from api.transcript import service as transcript

JOEL_TUESDAY_TEN = "joel_marquez~therapy~video~20260303T170000Z"


@pytest.fixture
async def visit(web):
    """A visit that the chat of `web` booked."""
    body = {"slot_id": JOEL_TUESDAY_TEN, "name": "Rosa Lané", "phone": "5205550142", "email": "rosa@example.com"}
    return (await web.post("/api/appointments", body)).json()["appointments"][0]


@pytest.fixture
async def stranger(web, visit):
    """Another chat, with an open turn; `web` speaks for it from now on."""
    with web.calendar.database.writing() as db:
        session, web.token = transcript.open_session(db, language="en", now=web.clock.now())
        web.turn_id = transcript.open_turn(
            db, session, [], web.clock.now(), web.clock.now() + timedelta(hours=9)
        ).id
    web.session_id = session.id
    return web


def said(web):
    with web.calendar.database.reading() as db:
        return transcript.messages_after(db, web.session_id)


async def test_the_chat_that_booked_sees_its_visit_without_more_proof(web, visit):
    answer = await web.internal("visits")
    assert answer.json() == {"shown": 1, "mailed": False}
    shown = said(web)[-1]
    assert (shown.author, shown.kind) == ("bot", "booked")
    assert shown.extra["payload"]["appointments"][0]["manage_url"] == visit["manage_url"]
    assert web.rows(AuditEvent)[-1].action == "appointment.show_link"


async def test_a_visit_that_was_called_off_or_is_over_is_not_shown(web, visit):
    await web.client.post(visit["manage_url"], data={"action": "cancel"})
    assert (await web.internal("visits")).json()["shown"] == 0


@pytest.mark.parametrize(
    ("details", "shown"),
    [
        ({}, 0),
        ({"email": "ROSA@example.com "}, 1),
        ({"email": "other@example.com"}, 0),
        ({"phone": "(520) 555-0142", "words": "rosa lane"}, 1),
        ({"phone": "5205550142", "words": "Please cancel, LANÉ, Rosa. 520-555-0142"}, 1),
        ({"phone": "5205550142", "words": "please cancel, Rosalane"}, 0),
        ({"phone": "520-555-0142"}, 0),
        ({"phone": "520-555-0142", "words": "Rosa"}, 0),
        ({"phone": "520-555-0143", "words": "Rosa Lané"}, 0),
        ({"words": "Rosa Lané"}, 0),
        ({"phone": "not a number", "words": "Rosa Lané"}, 0),
        ({"email": "not an address"}, 0),
    ],
)
async def test_another_chat_sees_it_with_the_mail_address_or_with_number_and_name(stranger, details, shown):
    answer = await stranger.internal("visits", **details)
    assert (answer.status_code, answer.json()) == (200, {"shown": shown, "mailed": False})
    assert len(said(stranger)) == shown


async def test_after_five_tries_a_chat_gets_no_answer_even_with_the_right_detail(stranger):
    for n in range(5):
        assert (await stranger.internal("visits", email=f"x{n}@example.com")).status_code == 200
    answer = await stranger.internal("visits", email="rosa@example.com")
    assert (answer.status_code, answer.json()["error"]) == (429, "TooMany")
    assert said(stranger) == []


async def test_one_detail_cannot_be_tried_from_many_chats(web, visit, stranger):
    for _ in range(10):
        with stranger.calendar.database.writing() as db:
            session, _ = transcript.open_session(db, language="en", now=stranger.clock.now())
            until = stranger.clock.now() + timedelta(hours=1)
            stranger.turn_id = transcript.open_turn(db, session, [], stranger.clock.now(), until).id
        stranger.session_id = session.id
        last = await stranger.internal("visits", phone="520-555-0142", words="Guess")
    assert last.status_code == 200
    assert (await stranger.internal("visits", phone="520-555-0142", words="Rosa Lané")).status_code == 429


async def test_a_turn_that_is_over_shows_nothing(stranger):
    with stranger.calendar.database.writing() as db:
        transcript.close_turn(db, stranger.turn_id, stranger.clock.now(), "given_up")
    assert (await stranger.internal("visits", email="rosa@example.com")).status_code == 409
    assert said(stranger) == []


async def test_every_visit_is_compared_in_full_whether_one_matched_or_not(web, visit, monkeypatch):
    for hour in (18, 19, 20):
        body = {"slot_id": JOEL_TUESDAY_TEN.replace("17", f"{hour}"), "name": "B", "email": f"b{hour}@example.com"}
        await web.post("/api/appointments", body)
    compared = []
    same = proof._same
    monkeypatch.setattr(proof, "_same", lambda kept, given: compared.append(kept) or same(kept, given))
    counts = []
    for email in ("rosa@example.com", "nobody@example.com"):
        compared.clear()
        with web.calendar.database.reading() as db:
            proof.visits_of(db, Given(email=email), web.clock.now())
        counts.append(len(compared))
    assert counts == [8, 8]
