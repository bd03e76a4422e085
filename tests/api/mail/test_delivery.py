"""Each mail leaves once and in order: after an hour without a mail server, with several processes, after a death."""

import asyncio
from collections import Counter
from datetime import timedelta

import pytest

from api import outbox
from api.database import Database
from api.delivery import Dispatcher
from api.outbox import OutboxEntry
from tests.api.mail.conftest import act, book, later, open_post

TIMES = [f"joel_marquez~therapy~video~202603{day:02d}T{hour}0000Z" for day in (4, 9, 10) for hour in (18, 19, 20)]
SUBJECTS = {
    "Your appointment is booked": "booked",
    "Your appointment has a new time": "moved",
    "Your appointment is cancelled": "cancelled",
}


def told(server, address):
    return [SUBJECTS[mail["Subject"]] for mail in server.got if mail["To"] == address]


async def busy_hour(house, people=4):
    """Several patients book, move twice and cancel while nothing can leave; the dispatcher tries every minute."""
    addresses = [f"p{n}@example.com" for n in range(people)]
    visits = [
        await book(house, await house.visitor(), TIMES[2 * n], email=address)
        for n, address in enumerate(addresses)
    ]
    for minute in range(60):
        if minute in (10, 20):
            for n, visit in enumerate(visits):
                slot = TIMES[2 * n + 1] if minute == 10 else TIMES[2 * n]
                assert (await act(house, visit, action="move", slot_id=slot)).status_code == 200
        if minute == 40:
            for visit in visits:
                assert (await act(house, visit, action="cancel")).status_code == 200
        await house.deliver()
        later(house, minutes=1)
    return addresses


async def test_after_an_hour_without_a_mail_server_every_mail_leaves_once_and_in_order(
    tmp_path, server, database_url
):
    async with open_post(tmp_path, server, database_url=database_url) as house:
        server.stop()
        addresses = await busy_hour(house)
        assert server.got == []
        server.start()
        later(house, minutes=6)
        await house.deliver()
        for _ in range(3):
            later(house, hours=2)
            await house.deliver()
        for address in addresses:
            assert told(server, address) == ["booked", "moved", "moved", "cancelled"]
        ids = Counter(mail["Message-ID"] for mail in server.got)
        assert set(ids.values()) == {1}
        assert len(server.got) == 2 * 4 * len(addresses), "patients and staff"
        assert all(entry.delivered_at for entry in house.rows(OutboxEntry))


async def test_several_processes_on_one_database_deliver_each_mail_once(tmp_path, server, database_url):
    async with open_post(tmp_path, server, database_url=database_url) as house:
        server.stop()
        addresses = await busy_hour(house, people=3)
        server.start()
        later(house, minutes=6)
        deliver = house.app.state.dispatcher._deliver
        stores = [Database(database_url) for _ in range(4)]
        others = [Dispatcher(each, house.clock, deliver) for each in stores]
        counts = await asyncio.gather(*(each.deliver_due() for each in others))
        for each in stores:
            each.close()
        while await house.deliver():
            pass
        assert sum(counts) >= len(addresses)
        for address in addresses:
            assert told(server, address) == ["booked", "moved", "moved", "cancelled"]
        assert set(Counter(mail["Message-ID"] for mail in server.got).values()) == {1}


async def test_a_refused_mail_ends_where_staff_can_see_it_and_holds_up_nothing(tmp_path, server, database_url):
    async with open_post(tmp_path, server, database_url=database_url) as house:
        server.answers["rosa@example.com"] = "550 no such mailbox"
        visit = await book(house, await house.visitor())
        await house.deliver()
        with house.database.reading() as db:
            (failed,) = outbox.failed(db)
        assert (failed.topic, failed.last_error, failed.attempts) == ("mail_patient", "Undeliverable 550", 1)
        assert failed.payload["appointment_id"] == visit["id"]
        server.answers.clear()
        await act(house, visit, action="cancel")
        await house.deliver()
        assert told(server, "rosa@example.com") == ["cancelled"]
        with house.database.writing() as db:
            assert outbox.retry(db, failed.id, house.clock.now())
        await house.deliver()
        assert told(server, "rosa@example.com") == ["cancelled", "booked"]


async def test_what_cannot_leave_for_three_days_is_given_up(post, server):
    server.answers["rosa@example.com"] = "451 later"
    await book(post, await post.visitor(), TIMES[8])
    await post.deliver()
    later(post, days=2, hours=23)
    await post.deliver()
    with post.database.reading() as db:
        assert outbox.failed(db) == []
    later(post, hours=2)
    await post.deliver()
    with post.database.reading() as db:
        assert [entry.last_error for entry in outbox.failed(db)] == ["SMTPRecipientsRefused"]


async def test_a_mail_whose_process_died_is_sent_again_under_the_same_message_id(post, server):
    """Between the server's 250 and our commit nothing can be known: one duplicate, and it can be recognised."""
    await book(post, await post.visitor())
    original = Dispatcher._note

    async def die(self, notice):
        await self._deliver(notice)
        if notice.topic == "mail_patient":
            raise asyncio.CancelledError
        await asyncio.to_thread(original, self, notice, None)
        return 1

    dispatcher = post.app.state.dispatcher
    dispatcher._attempt = die.__get__(dispatcher)
    with pytest.raises(asyncio.CancelledError):
        await dispatcher.deliver_due()
    del dispatcher._attempt
    await post.deliver()
    assert len(told_all(server)) == 1, "still claimed"
    later(post, minutes=5)
    await post.deliver()
    first, again = told_all(server)
    assert first["Message-ID"] == again["Message-ID"]


def told_all(server):
    return [mail for mail in server.got if mail["To"] == "rosa@example.com"]


async def test_a_claim_belongs_to_one_process_until_its_lease_ends(post):
    await book(post, await post.visitor())
    now = post.clock.now()
    with post.database.writing() as db:
        (mine,) = outbox.claim(db, now, 1)
        assert mine.id not in {each.id for each in outbox.claim(db, now, 9)}
    with post.database.writing() as db:
        theirs = {each.id: each for each in outbox.claim(db, now + outbox.LEASE, 9)}[mine.id]
        outbox.close_delivered(db, mine, now)
        assert db.get_one(OutboxEntry, mine.id).delivered_at is None, "the one who lost the claim cannot close it"
        outbox.close_delivered(db, theirs, now)
        assert db.get_one(OutboxEntry, mine.id).delivered_at == now


async def test_splitting_a_notice_again_queues_nothing_twice(post):
    await book(post, await post.visitor())
    entry = next(entry for entry in post.rows(OutboxEntry) if entry.topic == "appointment_booked")
    notice = outbox.Notice(entry.id, entry.topic, entry.payload, entry.created_at, 1)
    for _ in range(3):
        await post.app.state.notifier.deliver(notice)
    assert Counter(each.topic for each in post.rows(OutboxEntry)) == {
        "appointment_booked": 1,
        "mail_patient": 1,
        "mail_staff": 1,
    }


async def test_stopping_waits_for_the_letter_under_way(post, server):
    arrived, go_on = asyncio.Event(), asyncio.Event()
    mailer = post.app.state.notifier._channels.mailer
    send = mailer.send

    async def slowly(letter):
        arrived.set()
        await go_on.wait()
        await send(letter)

    object.__setattr__(mailer, "send", slowly)
    await book(post, await post.visitor())
    dispatcher = post.app.state.dispatcher
    dispatcher.start()
    await arrived.wait()
    stopping = asyncio.create_task(dispatcher.stop())
    await asyncio.sleep(0)
    go_on.set()
    await stopping
    sent = {mail["Message-ID"] for mail in server.got}
    left = [entry for entry in post.rows(OutboxEntry) if entry.delivered_at is None]
    assert all(entry.claimed_until is None for entry in left)
    await post.deliver()
    assert len(server.got) == len({mail["Message-ID"] for mail in server.got}) == 2
    assert sent <= {mail["Message-ID"] for mail in server.got}


def test_ids_of_one_instant_keep_their_order():
    made = [outbox._ordered_id() for _ in range(2000)]
    assert made == sorted(made)
    assert len(set(made)) == 2000
    assert {len(each) for each in made} == {32}


def test_an_hour_of_waiting_makes_less_than_twenty_tries():
    waited, tries = timedelta(0), 0
    while waited < timedelta(hours=1):
        tries += 1
        waited += outbox.retry_delay(tries)
    assert tries < 20
