"""Erasing: what may go goes, what must stay stays, and nothing is written afterwards."""

import asyncio
from datetime import timedelta

from api.audit import AuditEvent
from api.errors import BotUnavailable
from api.handoff.models import Handoff
from api.intake.models import Intake
from api.safety.models import Alert
from api.scheduling.models import Appointment
from api.transcript.models import Message, Turn
from tests.factories import OPEN_AT
from tests.fakes import says


async def erase(house, visitor):
    return await house.client.delete("/api/chat/session", headers=visitor.headers)


async def test_erasing_removes_messages_facts_and_the_bots_memory(house, visitor):
    house.bot.answer = lambda turn: says("ok", facts={"severity": "mild"})
    await visitor.says("my secret")
    assert (await erase(house, visitor)).status_code == 204
    assert house.rows(Message) == []
    assert house.rows(Intake) == []
    assert house.rows(Turn) == []
    await house.deliver()
    assert house.bot.erased == [visitor.session_id]


async def test_after_erasing_the_token_opens_nothing(house, visitor):
    await erase(house, visitor)
    assert (await visitor.send("hello")).status_code == 401
    assert (await visitor.accept()).status_code == 401
    assert (await erase(house, visitor)).status_code == 401


async def test_the_safety_trail_alerts_and_appointments_stay(house, visitor):
    with house.database.writing() as db:
        db.add(
            Appointment(
                id="v" * 32,
                group_id="g" * 32,
                session_id=visitor.session_id,
                practitioner_id="p",
                service="therapy",
                modality="video",
                start_at=OPEN_AT,
                end_at=OPEN_AT + timedelta(hours=1),
                created_at=OPEN_AT,
            )
        )
    await visitor.says("panic at work")
    await visitor.says("i want to die")
    await visitor.says("no")
    await erase(house, visitor)
    kept = [(message.author, message.text) for message in house.rows(Message)]
    assert ("visitor", "i want to die") in kept
    assert ("visitor", "no") in kept
    assert ("visitor", "panic at work") not in kept
    assert len(house.rows(Alert)) == 1
    assert len(house.rows(Appointment)) == 1


async def test_a_bot_that_is_down_is_made_to_forget_later(house, visitor):
    house.bot.failure = BotUnavailable("down")
    await erase(house, visitor)
    await house.deliver()
    assert house.bot.erased == []
    house.bot.failure = None
    house.clock.instant += timedelta(seconds=10)
    await house.deliver()
    assert house.bot.erased == [visitor.session_id]


async def test_erasing_waits_for_the_turn_so_that_nothing_is_written_after_it(house, visitor):
    held = house.bot.hold()
    sending = asyncio.create_task(visitor.send("hello"))
    await house.bot.asked.wait()
    erasing = asyncio.create_task(erase(house, visitor))
    await asyncio.sleep(0.02)
    assert not erasing.done()
    held.set()
    assert (await erasing).status_code == 204
    await sending
    assert house.rows(Message) == []


async def test_a_call_back_number_goes_unless_it_is_for_safety(house):
    calm, worried = await house.visitor(), await house.visitor()
    await calm.says("hello")
    await worried.says("scared of my boyfriend")
    await worried.says("520-555-0134")
    from api.handoff import service as handoff
    from api.transcript.models import ChatSession
    from api.vocabulary import HandoffReason

    with house.database.writing() as db:
        session = db.get(ChatSession, calm.session_id)
        number = {"phone": "+15205550199", "email": None, "leave_message": False}
        handoff.request(db, session, HandoffReason.VISITOR_REQUEST, OPEN_AT, callback=number)
    await erase(house, calm)
    await erase(house, worried)
    callbacks = {row.session_id: row.callback for row in house.rows(Handoff)}
    assert callbacks[calm.session_id] is None
    assert callbacks[worried.session_id]["phone"] == "+15205550134"


async def test_erasing_is_on_the_record_with_ids_only(house, visitor):
    await erase(house, visitor)
    [entry] = house.rows(AuditEvent)
    assert (entry.action, entry.subject) == ("session.erase", f"session:{visitor.session_id}")
