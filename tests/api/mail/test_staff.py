"""What staff get: a link that opens for those who are signed in, and no content at all."""

import pytest

from api.handoff import service as handoff
from api.outbox import OutboxEntry
from api.safety import alerts
from api.safety.models import Alert
from api.transcript import service as transcript
from api.vocabulary import HandoffReason, Tier
from tests.api.mail.conftest import SECRET, act, book, later, open_post

CONTENT = (
    "Rosa",
    "Lane",
    "rosa@example.com",
    "520-555",
    "panic",
    "crisis",
    "urgent",
    "herap",
    "visitor_request",
    "die",
)


async def ask_for_person(house, visitor, tier=Tier.NONE):
    with house.database.writing() as db:
        session = transcript.find(db, visitor.session_id)
        handoff.request(db, session, HandoffReason.VISITOR_REQUEST, house.clock.now(), tier=tier)


def to_staff(server):
    return [message for message in server.got if message["To"] == "desk@practice.example.org"]


async def test_each_kind_of_news_is_a_link_and_nothing_else(post, server):
    visitor = await post.visitor()
    await visitor.says("I have panic attacks, my name is Rosa Lane")
    await ask_for_person(post, visitor)
    visit = await book(post, visitor)
    await act(post, visit, action="move", slot_id="joel_marquez~therapy~video~20260304T210000Z")
    await act(post, visit, action="cancel")
    await post.deliver()
    mails = to_staff(server)
    assert [mail.get_content().split(":")[0] for mail in mails] == [
        "A chat waits for a person",
        "A visit was booked",
        "A visit was moved",
        "A visit was cancelled",
    ]
    assert f"https://desk.example.org/staff/chats/{visitor.session_id}" in mails[0].get_content()
    assert f"https://desk.example.org/staff/visits/{visit['id']}" in mails[1].get_content()
    for mail in mails:
        assert mail["Subject"] == "Something waits at the front desk"
        assert [word for word in CONTENT if word in mail.as_string().replace(visitor.session_id, "")] == []
        assert [part.get_content_type() for part in mail.walk()] == ["text/plain"]


async def test_an_alert_asks_to_look_now_again_until_somebody_has(post, server):
    visitor = await post.visitor()
    await visitor.says("i want to die")
    await post.deliver()
    (alert,) = [mail for mail in to_staff(server) if mail["Subject"] == "Please look at the front desk now"]
    assert "Please look at this chat now: https://desk.example.org/staff/chats/" in alert.get_content()
    assert "die" not in alert.get_content()
    later(post, minutes=16)
    await post.deliver()
    assert server.subjects.count("Please look at the front desk now") == 2
    with post.database.writing() as db:
        alerts.acknowledge(db, db.query(Alert).one().id, "somebody", post.clock.now())
    later(post, minutes=16)
    await post.deliver()
    assert server.subjects.count("Please look at the front desk now") == 2


async def test_an_alert_that_was_answered_while_the_mail_server_was_down_does_not_leave(post, server):
    server.stop()
    await (await post.visitor()).says("i want to die")
    await post.deliver()
    with post.database.writing() as db:
        alerts.acknowledge(db, db.query(Alert).one().id, "somebody", post.clock.now())
    server.start()
    later(post, minutes=10)
    await post.deliver()
    assert "Please look at the front desk now" not in server.subjects


async def test_an_alert_waits_behind_no_other_news(post, server):
    visitor = await post.visitor()
    server.answers["Something waits at the front desk"] = "451 later"
    await book(post, visitor)
    await post.deliver()
    await visitor.says("i want to die")
    await post.deliver()
    assert server.subjects.count("Please look at the front desk now") == 1
    assert "Something waits at the front desk" not in server.subjects


async def test_every_address_of_staff_gets_one(tmp_path, server):
    async with open_post(tmp_path, server, mail_staff="a@practice.example.org, b@practice.example.org") as house:
        await ask_for_person(house, await house.visitor())
        await house.deliver()
    assert sorted(mail["To"] for mail in server.got) == ["a@practice.example.org", "b@practice.example.org"]


async def test_the_webhook_tells_kind_and_link_and_works_without_mail(tmp_path, server, receiver):
    hook = {"webhook": "http", "webhook_url": receiver.url, "webhook_secret": SECRET}
    async with open_post(tmp_path, server, mail="off", **hook) as house:
        visitor = await house.visitor()
        await ask_for_person(house, visitor)
        visit = await book(house, visitor)
        await house.deliver()
    assert [(event["event"], event["link"]) for event in receiver.events] == [
        ("handoff_requested", f"https://desk.example.org/staff/chats/{visitor.session_id}"),
        ("appointment_booked", f"https://desk.example.org/staff/visits/{visit['id']}"),
    ]
    assert set(receiver.events[0]) == {"id", "event", "at", "link"}
    assert server.got == []


async def test_without_a_channel_nothing_is_sent_anywhere(tmp_path, server):
    async with open_post(tmp_path, server, mail="off") as house:
        visitor = await house.visitor()
        await ask_for_person(house, visitor)
        await book(house, visitor)
        await house.deliver()
        assert {entry.topic for entry in house.rows(OutboxEntry)} <= {
            "handoff_requested",
            "appointment_booked",
        }
    assert server.got == []


@pytest.mark.parametrize("changes", [{"mail": "console"}, {"mail": "off", "webhook": "console"}])
async def test_the_console_twins_take_everything_and_say_nothing_of_it(tmp_path, server, changes, capsys):
    async with open_post(tmp_path, server, **changes) as house:
        await book(house, await house.visitor())
        assert await house.deliver() >= 2
    assert server.got == []
    said = capsys.readouterr()
    assert "rosa" not in (said.out + said.err).lower()
