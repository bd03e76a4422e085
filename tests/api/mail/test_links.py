"""With mail set up, a mail address proves itself: the link goes to the mailbox, and the chat learns nothing."""

import pytest

from api.outbox import OutboxEntry
from api.transcript import service as transcript
from tests.api.mail.conftest import book
from tests.factories import SERVICE_TOKEN


async def look(house, **details):
    visitor = await house.visitor()
    with house.database.writing() as db:
        session = transcript.find(db, visitor.session_id)
        now = house.clock.now()
        turn = transcript.open_turn(db, session, [], now, now.replace(hour=now.hour + 1)).id
    body = {"session_id": visitor.session_id, "turn_id": turn} | details
    answer = await house.client.post("/internal/visits", json=body, headers={"X-Frontdesk-Token": SERVICE_TOKEN})
    return answer.json(), await visitor.texts()


async def test_the_link_goes_to_the_mailbox_and_staff_hear_nothing_of_it(post, server):
    visit = await book(post, await post.visitor())
    await post.deliver()
    server.got.clear()
    answer, texts = await look(post, email="rosa@example.com")
    assert answer == {"shown": 0, "mailed": True}
    assert not any("10:00" in text for text in texts)
    await post.deliver()
    (mail,) = server.got
    assert (mail["To"], mail["Subject"]) == ("rosa@example.com", "The link to your appointment")
    assert visit["manage_url"] in mail.get_content()


@pytest.mark.parametrize("email", ["rosa@example.com", "nobody@example.com"])
async def test_the_answer_is_the_same_whether_there_is_a_visit_or_not(post, email):
    await book(post, await post.visitor())
    answer, texts = await look(post, email=email)
    assert answer == {"shown": 0, "mailed": True}
    assert len(texts) == 2, "the notice and the welcome"
    wanted = 1 if email.startswith("rosa") else 0
    assert [entry.topic for entry in post.rows(OutboxEntry)].count("appointment_link") == wanted


async def test_number_and_name_still_show_it_in_the_chat(post):
    await book(post, await post.visitor(), phone="520-555-0142")
    answer, texts = await look(post, phone="520-555-0142", words="cancel it, Rosa Lane")
    assert answer == {"shown": 1, "mailed": False}
    assert "10:00 am" in texts[-1]
