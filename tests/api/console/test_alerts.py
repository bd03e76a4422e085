"""Alerts at the staff pages: who has seen them, what came of them, whether they were right, and what stands in red."""

from datetime import timedelta

import pytest

from api.audit import AuditEvent
from api.console import display
from api.safety.models import Alert
from api.vocabulary import Role


async def pass_minutes(house, minutes):
    house.clock.instant += timedelta(minutes=minutes)
    await house.deliver()
    await house.deliver()


def audited(house, action):
    return [entry for entry in house.rows(AuditEvent) if entry.action == action]


async def send(desk, path, **fields):
    return await desk.client.post(f"/staff/alerts/{path}", data={"csrf_token": desk.csrf, **fields})


@pytest.fixture
async def alert(house, visitor):
    await visitor.says("i took all my pills")
    await house.deliver()
    return house.rows(Alert)[0]


async def test_the_inbox_says_whom_an_alert_was_told_to_and_when_the_next_one_is(desk, house, alert):
    await pass_minutes(house, 5)
    page = (await desk.get("/staff/inbox")).text
    assert "told: Dana Ortiz, Joel Márquez · next one 10:10 am" in page


async def test_after_the_last_one_every_page_names_the_number_of_the_practice(desk, house, alert, visitor):
    assert "(520) 555-0142" not in (await desk.get("/staff/")).text
    for _ in range(3):
        await pass_minutes(house, 5)
    for path in ("/staff/", "/staff/alarms", "/staff/alerts"):
        page = (await desk.get(path)).text
        assert "Nobody has answered an alert: emergency, 10:00 am." in page
        assert 'Call now <a class="tel" href="tel:+15205550142">(520) 555-0142</a>.' in page
    await desk.press(visitor.session_id, "acknowledge")
    assert "Nobody has answered" not in (await desk.get("/staff/alarms")).text


async def test_a_channel_that_has_not_delivered_for_five_minutes_stands_in_red_until_it_has(desk, house, visitor):
    house.notifier.failure = RuntimeError("down")
    await visitor.says("i want to die")
    await pass_minutes(house, 4)
    assert 'class="alarm"' not in (await desk.get("/staff/alarms")).text
    await pass_minutes(house, 1)
    page = (await desk.get("/staff/alarms")).text
    assert "Notice of alerts</strong> does not get through: 1 waiting, the oldest for 5 min." in page
    house.notifier.failure = None
    await pass_minutes(house, 6)
    assert 'class="alarm"' not in (await desk.get("/staff/alarms")).text


async def test_one_press_stops_the_timer_and_the_outcome_is_written_down_afterwards(desk, house, alert, visitor):
    await pass_minutes(house, 2)
    await desk.press(visitor.session_id, "acknowledge")
    assert "to be written down" in (await desk.get("/staff/alerts")).text
    answer = await send(desk, f"{alert.id}/outcome", outcome="reached")
    assert answer.headers["location"] == f"/staff/chats/{visitor.session_id}#alert-{alert.id}"
    [kept] = house.rows(Alert)
    assert (kept.outcome, kept.acknowledged_at - kept.raised_at) == ("reached", timedelta(minutes=2))
    assert [entry.subject for entry in audited(house, "alert.outcome")] == [f"alert:{alert.id}"]
    page = (await desk.get("/staff/alerts")).text
    assert "spoke with them" in page
    assert "to be written down" not in page


async def test_an_outcome_may_come_with_the_press(desk, house, alert, visitor):
    await desk.press(visitor.session_id, "acknowledge", outcome="crisis_care")
    assert house.rows(Alert)[0].outcome == "crisis_care"


async def test_taking_a_chat_over_answers_its_alerts(desk, house, alert, visitor):
    await desk.press(visitor.session_id, "take-over")
    [kept] = house.rows(Alert)
    assert kept.acknowledged_at == house.clock.now()
    assert len(audited(house, "alert.acknowledge")) == 1


async def test_an_outcome_before_anybody_has_seen_the_alert_is_refused_with_the_reason(desk, house, alert):
    answer = await send(desk, f"{alert.id}/outcome", outcome="reached")
    assert answer.status_code == 409
    assert "Nobody has said yet" in answer.text
    assert (await send(desk, f"{alert.id}/outcome", outcome="vanished")).status_code == 422
    assert (await send(desk, "nothing/outcome", outcome="reached")).status_code == 404


async def test_a_verdict_is_kept_with_its_note_and_is_in_the_audit_log(desk, house, alert, visitor):
    await desk.press(visitor.session_id, "acknowledge")
    await send(desk, f"{alert.id}/verdict", verdict="false", note="a song")
    [kept] = house.rows(Alert)
    assert (kept.verdict, kept.note) == ("false", "a song")
    assert [entry.subject for entry in audited(house, "alert.verdict")] == [f"alert:{alert.id}"]
    page = (await desk.get(f"/staff/chats/{visitor.session_id}")).text
    assert "false alarm" in page
    assert 'value="a song"' in page
    assert "a song" not in (await desk.get("/staff/alerts")).text


@pytest.mark.parametrize(
    ("role", "outcome", "verdict"),
    [
        (Role.CLINICIAN, 303, 303),
        (Role.ADMINISTRATOR, 303, 303),
        (Role.FRONT_DESK, 303, 403),
        (Role.AUDITOR, 403, 403),
    ],
)
async def test_who_may_say_what_came_of_it_and_who_may_judge(
    desk, stranger, house, alert, visitor, role, outcome, verdict
):
    await desk.press(visitor.session_id, "acknowledge")
    await stranger.sign_in(role)
    assert (await send(stranger, f"{alert.id}/outcome", outcome="reached")).status_code == outcome
    assert (await send(stranger, f"{alert.id}/verdict", verdict="right")).status_code == verdict
    page = (await stranger.get(f"/staff/chats/{visitor.session_id}")).text
    assert ("/verdict" in page) is (verdict == 303)
    assert ("/outcome" in page) is (outcome == 303)


async def test_a_form_without_its_token_changes_nothing(desk, house, alert, visitor):
    await desk.press(visitor.session_id, "acknowledge")
    for path in ("outcome", "verdict"):
        answer = await desk.client.post(
            f"/staff/alerts/{alert.id}/{path}", data={"outcome": "reached", "verdict": "right"}
        )
        assert answer.status_code == 403
    [kept] = house.rows(Alert)
    assert (kept.outcome, kept.verdict) == (None, None)


async def test_the_table_shows_the_middle_and_the_slowest_time(desk, house, visitor, alert):
    await pass_minutes(house, 3)
    await desk.press(visitor.session_id, "acknowledge")
    other = await house.visitor()
    await other.says("i took all my pills")
    await pass_minutes(house, 9)
    await desk.press(other.session_id, "acknowledge")
    page = (await desk.get("/staff/alerts")).text
    assert "6 min in the middle, 9 min at worst" in page
    assert "on duty now" in page


@pytest.mark.parametrize(
    ("seconds", "shown"), [(0, "0 s"), (12.4, "12 s"), (119, "119 s"), (120, "2 min"), (7800, "2 h 10 min")]
)
def test_a_short_time_is_told_in_seconds(seconds, shown):
    assert display.duration(timedelta(seconds=seconds)) == shown
