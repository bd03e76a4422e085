"""The counts: of what, for whom, and that nothing but kinds and seconds is in them."""

import re
from datetime import timedelta

import pytest
from sqlalchemy import text
from sqlalchemy.exc import SQLAlchemyError

from api.safety import alerts
from api.safety.models import Alert
from tests.api.conftest import open_house
from tests.factories import make_settings

TOKEN = "b7Qe2Lx9wT4nW7sK1cH5yD3fG6jM0pRa"
SERIES = re.compile(r"^(\w+)(?:\{(.*)\})? (\S+)$", re.M)


@pytest.fixture
async def house(tmp_path):
    async with open_house(tmp_path, metrics_token=TOKEN) as opened:
        yield opened


async def _counts(house):
    answer = await house.client.get("/metrics", headers={"Authorization": f"Bearer {TOKEN}"})
    assert answer.status_code == 200
    return {f"{name}{{{labels}}}": float(value) for name, labels, value in SERIES.findall(answer.text)}


async def test_without_a_token_in_the_settings_there_are_no_counts(tmp_path):
    async with open_house(tmp_path) as house:
        answer = await house.client.get("/metrics", headers={"Authorization": "Bearer "})
    assert (answer.status_code, answer.json()["error"]) == (404, "NotFound")


@pytest.mark.parametrize("given", [{}, {"Authorization": "Bearer wrong"}, {"Authorization": TOKEN}])
async def test_a_caller_without_the_token_reads_nothing(house, given):
    answer = await house.client.get("/metrics", headers=given)
    assert (answer.status_code, answer.json()["error"]) == (401, "SignInRequired")
    assert "frontdesk_" not in answer.text


def test_a_weak_token_is_refused(tmp_path):
    with pytest.raises(ValueError, match="FRONTDESK_METRICS_TOKEN"):
        make_settings(tmp_path, metrics_token="short")


async def test_an_answered_turn_is_counted_with_its_seconds(house, visitor):
    async def later(turn):
        house.clock.instant += timedelta(seconds=2)

    house.bot.before = later
    await visitor.says("hello")
    counts = await _counts(house)
    assert counts['frontdesk_turns_total{outcome="answered"}'] == 1
    assert counts['frontdesk_turn_seconds_sum{outcome="answered"}'] == 2


async def test_a_turn_that_is_given_up_counts_and_so_does_the_handoff_it_causes(house, visitor):
    house.bot.failure = RuntimeError("down")
    await visitor.says("hello")
    await visitor.says("hello?")
    counts = await _counts(house)
    assert counts['frontdesk_turns_total{outcome="given_up"}'] == 2
    assert counts['frontdesk_handoffs_total{reason="bot_unavailable"}'] == 1


async def test_an_alert_counts_when_it_is_raised_when_staff_are_told_and_when_somebody_answers(house, visitor):
    await visitor.says("i want to die")
    (alert,) = house.rows(Alert)
    house.clock.instant += timedelta(seconds=20)
    await house.deliver()
    house.clock.instant += timedelta(seconds=100)
    for _ in range(2):
        with house.database.writing() as db:
            alerts.acknowledge(db, alert.id, "somebody", house.clock.now())
    counts = await _counts(house)
    assert counts['frontdesk_alerts_total{tier="crisis"}'] == 1
    assert counts['frontdesk_alert_told_seconds_sum{tier="crisis"}'] == 20
    assert counts['frontdesk_alert_acknowledged_seconds_count{tier="crisis"}'] == 1
    assert counts['frontdesk_alert_acknowledged_seconds_sum{tier="crisis"}'] == 120


async def test_what_is_rolled_back_does_not_count(house, visitor):
    with pytest.raises(RuntimeError), house.database.writing() as db:  # noqa: PT012
        alerts.raise_alert(
            db, house.app.state.frontdesk.profile, visitor.session_id, None, "crisis", [], "1", house.clock.now()
        )
        raise RuntimeError
    assert 'frontdesk_alerts_total{tier="crisis"}' not in await _counts(house)


async def test_a_word_that_is_no_kind_never_becomes_a_label(house):
    from api.measures import note

    with house.database.writing() as db:
        note(db, "handoff", "something a visitor typed")
    counts = await _counts(house)
    assert counts['frontdesk_handoffs_total{reason="other"}'] == 1


async def test_notices_that_wait_are_counted_with_the_age_of_the_oldest(house, visitor):
    counts = await _counts(house)
    assert (counts["frontdesk_outbox_waiting{}"], counts["frontdesk_outbox_oldest_age_seconds{}"]) == (0, 0)
    house.notifier.failure = RuntimeError("mail server down")
    await visitor.says("i want to die")
    await house.deliver()
    house.clock.instant += timedelta(minutes=1)
    counts = await _counts(house)
    assert counts["frontdesk_outbox_waiting{}"] >= 1
    assert counts["frontdesk_outbox_oldest_age_seconds{}"] == 60


async def test_the_bot_and_the_open_streams_are_gauges(house, visitor):
    assert (await _counts(house))["frontdesk_streams_open{}"] == 0
    with house.app.state.publisher.listening(visitor.session_id):
        counts = await _counts(house)
    assert (counts["frontdesk_streams_open{}"], counts["frontdesk_bot_ready{}"]) == (1, 1)


async def test_an_error_of_the_database_counts_by_its_class(house):
    with pytest.raises(SQLAlchemyError) as refused, house.database.reading() as db:
        db.execute(text("SELECT nothing FROM nowhere"))
    kind = type(refused.value.orig).__name__
    assert (await _counts(house))[f'frontdesk_database_errors_total{{error="{kind}"}}'] == 1


async def test_counts_of_two_apps_in_one_process_are_apart(tmp_path, house, visitor):
    await visitor.says("hello")
    async with open_house(tmp_path, database_url=f"sqlite:///{tmp_path}/other.db", metrics_token=TOKEN) as b:
        assert 'frontdesk_turns_total{outcome="answered"}' not in await _counts(b)
