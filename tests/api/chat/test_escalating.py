"""What a whole api does while nobody answers an alert: whom it tells, what the visitor hears, after a restart too."""

from datetime import timedelta

import pytest

from api.safety import alerts
from api.safety.models import Alert, AlertStep
from api.transcript.models import ChatSession
from api.vocabulary import Mode
from tests.api.conftest import open_house, until
from tests.factories import CLOSED_AT

NOBODY = "Nobody from our team has answered here yet."


async def pass_minutes(house, minutes, each=1):
    """Let the clock run; everything that is due is delivered minute by minute."""
    for _ in range(0, minutes, each):
        house.clock.instant += timedelta(minutes=each)
        await house.deliver()
        await house.deliver()


def told(house):
    return [payload["recipient"] for topic, payload in house.notifier.delivered if topic == "alert"]


async def nobody_said(visitor):
    return [text for text in await visitor.texts() if text.startswith(NOBODY)]


async def test_an_emergency_goes_down_the_list_every_five_minutes_and_then_the_visitor_hears_the_truth(
    house, visitor
):
    await visitor.says("i took all my pills")
    await house.deliver()
    await pass_minutes(house, 14)
    assert told(house) == ["dana_ortiz", "joel_marquez", "mara_ellison"]
    assert await nobody_said(visitor) == []
    await pass_minutes(house, 1)
    [said] = await nobody_said(visitor)
    assert "Call 911 now" in said
    assert said.index("911") < said.index("988")
    assert "our office: +15205550142" in said
    await pass_minutes(house, 60)
    assert len(await nobody_said(visitor)) == 1
    assert told(house)[3:] == [None] * 13


async def test_what_the_visitor_hears_then_comes_with_lines_to_call(house, visitor):
    await visitor.says("i took all my pills")
    await pass_minutes(house, 16)
    page = await visitor.page()
    [message] = [one for one in page["messages"] if one["text"].startswith(NOBODY)]
    assert message["kind"] == "crisis"
    assert [card["id"] for card in message["payload"]["resources"]][:2] == ["us_911", "us_988"]


async def test_a_crisis_goes_on_every_fifteen_minutes(house, visitor):
    await visitor.says("i want to die")
    await house.deliver()
    await pass_minutes(house, 45)
    assert told(house) == ["dana_ortiz", "joel_marquez", "mara_ellison", None]
    [said] = await nobody_said(visitor)
    assert "Call or text 988 now" in said


async def test_an_urgent_alert_says_nothing_to_the_visitor(house, visitor):
    await visitor.says("i cut last night")
    await pass_minutes(house, 6 * 24 * 60, each=120)
    [alert] = house.rows(Alert)
    assert alert.exhausted_at is not None
    assert await nobody_said(visitor) == []


async def test_after_hours_no_number_is_named_that_nobody_answers(tmp_path):
    from api.clock import FixedClock

    async with open_house(tmp_path, clock=FixedClock(CLOSED_AT)) as house:
        visitor = await house.visitor()
        await visitor.says("i want to die")
        await pass_minutes(house, 15)
        [said] = await nobody_said(visitor)
        assert "our office:" not in said
        assert "Our office is closed, and nobody here may read this until it opens Monday at 8 am" in said


@pytest.mark.parametrize("answers", ["acknowledge", "join", "erase"])
async def test_nobody_is_told_on_and_nothing_is_said_once_somebody_has_answered(house, visitor, answers):
    await visitor.says("i took all my pills")
    await house.deliver()
    with house.database.writing() as db:
        if answers == "acknowledge":
            alerts.acknowledge(db, db.query(Alert).one().id, "dana", house.clock.now())
        elif answers == "join":
            db.get(ChatSession, visitor.session_id).mode = Mode.STAFF
        else:
            db.get(ChatSession, visitor.session_id).erased_at = house.clock.now()
    await pass_minutes(house, 20)
    texts = [row.text or "" for row in house.read(lambda db: alerts_texts(db, visitor.session_id))]
    assert [text for text in texts if text.startswith(NOBODY)] == []
    if answers == "acknowledge":
        assert told(house) == ["dana_ortiz"]


def alerts_texts(db, session_id):
    from api.transcript.models import Message

    return list(db.query(Message).filter_by(session_id=session_id))


async def test_timers_outlive_the_process(tmp_path):
    from api.clock import FixedClock
    from tests.factories import OPEN_AT

    keys = None
    async with open_house(tmp_path, clock=FixedClock(OPEN_AT)) as house:
        keys = house.settings.keys
        await (await house.visitor()).says("i took all my pills")
        await house.deliver()
    async with open_house(tmp_path, clock=FixedClock(OPEN_AT + timedelta(hours=1)), keys=keys) as house:
        # The api itself takes up what is due at its start.
        await until(lambda: told(house) == ["joel_marquez"])
        assert [step.recipient for step in house.rows(AlertStep)] == ["dana_ortiz", "joel_marquez"]
        await pass_minutes(house, 5)
        assert told(house) == ["joel_marquez", "mara_ellison"]


async def test_the_time_to_the_first_notice_is_kept_and_a_channel_that_is_down_does_not_stop_the_timers(
    house, visitor
):
    house.notifier.failure = RuntimeError("mail server down")
    await visitor.says("i took all my pills")
    raised = house.clock.now()
    await pass_minutes(house, 6)
    [alert] = house.rows(Alert)
    assert alert.alerted_at is None
    assert alert.step == 1
    house.notifier.failure = None
    await pass_minutes(house, 6)
    [alert] = house.rows(Alert)
    assert timedelta(minutes=6) < alert.alerted_at - raised <= timedelta(minutes=12)


async def test_an_alert_and_its_message_are_kept_together_or_not_at_all(house, visitor, monkeypatch):
    from api.safety import escalation

    def fail(*_args, **_named):
        raise RuntimeError("no room for the notice")

    monkeypatch.setattr(escalation.outbox, "put", fail)
    answer = await visitor.send("i took all my pills")
    assert answer.status_code == 500
    assert house.rows(Alert) == []
    assert "i took all my pills" not in house.read(
        lambda db: [row.text for row in alerts_texts(db, visitor.session_id)]
    )
