"""Unanswered alerts go down the on-call list, one step for each due time, on both databases and in two processes."""

import subprocess
import sys
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from pathlib import Path
from threading import Barrier

import pytest

from api import practice
from api.crypto import Keyring, install_keyring
from api.outbox import OutboxEntry
from api.safety import alerts, escalation
from api.safety.models import Alert, AlertStep
from api.settings import ROOT
from api.vocabulary import Tier
from tests.factories import CLOSED_AT, OPEN_AT

PROFILE = practice.load("tucson_integrative")
MINUTE = timedelta(minutes=1)


def local(day, hour, minute=0):
    """An instant of March 2026 on the clock of Phoenix, UTC-7 all year; the 2nd is a Monday."""
    return datetime(2026, 3, day, hour, minute, tzinfo=UTC) + timedelta(hours=7)


def profile_with(*people):
    raw = PROFILE.model_dump() | {"on_call": [dict(one) for one in people]}
    return practice.Profile.model_validate(_with_texts(raw))


def _with_texts(value):
    # Dumped times are read again as a profile writes them.
    if isinstance(value, dict):
        return {key: _with_texts(one) for key, one in value.items()}
    if isinstance(value, list):
        return [_with_texts(one) for one in value]
    return f"{value:%H:%M}" if hasattr(value, "hour") and not hasattr(value, "year") else value


def raise_one(db, tier=Tier.EMERGENCY, now=OPEN_AT, profile=PROFILE):
    alert = alerts.raise_alert(db, profile, "a" * 32, 4, tier, [], "v1", now)
    db.flush()
    return alert


def told(db, alert):
    return [step.recipient for step in escalation.steps_of(db, [alert.id])]


# ---- when


@pytest.mark.parametrize(
    ("tier", "at", "due"),
    [
        (Tier.EMERGENCY, local(2, 10), local(2, 10, 5)),
        (Tier.EMERGENCY, local(1, 3), local(1, 3, 5)),
        (Tier.CRISIS, local(2, 10), local(2, 10, 15)),
        (Tier.URGENT, local(2, 10), local(2, 18)),
        (Tier.URGENT, local(6, 15, 59), local(6, 16)),
        # After the close of Friday, and on the weekend: Monday at ten.
        (Tier.URGENT, local(6, 16), local(9, 10)),
        (Tier.URGENT, local(1, 10), local(2, 10)),
        # Before the office opens, the next open day is today.
        (Tier.URGENT, local(3, 6), local(3, 10)),
    ],
)
def test_when_an_unanswered_alert_goes_on(tier, at, due):
    assert escalation.next_due(tier, at, PROFILE) == due


def test_an_office_that_opens_after_ten_is_not_called_before_it_opens():
    late = practice.Profile.model_validate(
        _with_texts(PROFILE.model_dump()) | {"hours": {"tuesday": [{"start": "12:00", "end": "15:00"}]}}
    )
    assert escalation.next_due(Tier.URGENT, local(2, 10), late) == local(3, 12)


def test_an_office_that_never_opens_is_told_again_after_a_day():
    never = practice.Profile.model_validate(_with_texts(PROFILE.model_dump()) | {"hours": {}})
    assert escalation.next_due(Tier.URGENT, local(2, 10), never) == local(3, 10)


# ---- who


def test_each_step_tells_the_next_one_on_duty_and_after_the_last_everybody(db):
    alert, now = raise_one(db), OPEN_AT
    gave_out = []
    for number in range(1, 5):
        now = alert.next_step_at
        gave_out.append(escalation.take_step(db, PROFILE, alert.id, number, now).gave_out)
    assert told(db, alert) == ["dana_ortiz", "joel_marquez", "mara_ellison", None, None]
    assert gave_out == [False, False, True, False]
    assert now == OPEN_AT + 20 * MINUTE
    assert alert.exhausted_at == OPEN_AT + 15 * MINUTE
    assert alerts.given_out(db) == [alert]


def test_who_is_not_on_duty_is_passed_over(db):
    alert = raise_one(db, now=CLOSED_AT)
    assert told(db, alert) == ["mara_ellison"]
    assert escalation.take_step(db, PROFILE, alert.id, 1, alert.next_step_at).gave_out


def test_who_comes_on_duty_later_is_told_then(db):
    night = {"id": "night", "name": "Night", "hours": "closed"}
    profile = profile_with({"id": "day", "name": "Day", "hours": "open"}, night)
    alert = raise_one(db, Tier.CRISIS, local(2, 17, 50), profile)
    escalation.take_step(db, profile, alert.id, 1, alert.next_step_at)
    assert told(db, alert) == ["day", "night"]


def test_without_a_list_everybody_is_told_and_the_first_timer_finds_nobody_left(db):
    profile = profile_with()
    alert = raise_one(db, profile=profile)
    assert told(db, alert) == [None]
    assert escalation.take_step(db, profile, alert.id, 1, OPEN_AT + 5 * MINUTE).gave_out


def test_an_answered_alert_takes_no_step(db):
    alert = raise_one(db)
    alerts.acknowledge(db, alert.id, "dana", OPEN_AT)
    db.flush()
    assert escalation.take_step(db, PROFILE, alert.id, 1, OPEN_AT + 5 * MINUTE) is None
    assert told(db, alert) == ["dana_ortiz"]


def test_a_step_that_was_missed_for_hours_is_taken_once_and_the_next_one_has_its_full_time(db):
    alert, later = raise_one(db), OPEN_AT + timedelta(hours=3)
    assert escalation.take_step(db, PROFILE, alert.id, 1, later)
    assert alert.next_step_at == later + 5 * MINUTE
    assert escalation.take_step(db, PROFILE, alert.id, 1, later) is None
    assert len(told(db, alert)) == 2


def test_a_step_cannot_be_taken_out_of_turn(db):
    alert = raise_one(db)
    assert escalation.take_step(db, PROFILE, alert.id, 2, OPEN_AT + 10 * MINUTE) is None
    assert escalation.take_step(db, PROFILE, "gone", 1, OPEN_AT) is None


# ---- once


@pytest.fixture
def unanswered(database):
    install_keyring(Keyring.parse(Keyring.generate()))
    with database.writing() as db:
        return database, raise_one(db).id


def rows(database, model):
    with database.reading() as db:
        return list(db.query(model))


def test_twenty_threads_at_one_timer_take_one_step(unanswered):
    database, alert_id = unanswered
    barrier = Barrier(20)

    def attempt(_):
        barrier.wait()
        with database.writing() as db:
            return escalation.take_step(db, PROFILE, alert_id, 1, OPEN_AT + 5 * MINUTE) is not None

    with ThreadPoolExecutor(20) as pool:
        assert Counter(pool.map(attempt, range(20))) == {True: 1, False: 19}
    assert sorted(step.number for step in rows(database, AlertStep)) == [0, 1]
    topics = Counter(entry.topic for entry in rows(database, OutboxEntry))
    assert topics == {"alert": 2, "alert_timer": 2}


def test_an_answer_and_a_timer_in_one_moment_leave_one_story(unanswered):
    database, alert_id = unanswered
    barrier = Barrier(2)

    def answer():
        barrier.wait()
        with database.writing() as db:
            alerts.acknowledge(db, alert_id, "dana", OPEN_AT + 5 * MINUTE)

    def run_out():
        barrier.wait()
        with database.writing() as db:
            return escalation.take_step(db, PROFILE, alert_id, 1, OPEN_AT + 5 * MINUTE) is not None

    with ThreadPoolExecutor(2) as pool:
        answered, stepped = pool.submit(answer), pool.submit(run_out)
        answered.result()
    [alert] = rows(database, Alert)
    assert alert.acknowledged_by == "dana"
    assert alert.next_step_at is None
    assert alert.step == int(stepped.result())


def test_two_api_processes_take_one_step_for_each_due_time(database):
    """Both deliver the whole outbox of one database, again and again, while the clock moves over four due times."""
    keys = Keyring.generate()
    install_keyring(Keyring.parse(keys))
    with database.writing() as db:
        ids = [raise_one(db).id for _ in range(3)]
    url = database.engine.url.render_as_string(hide_password=False)
    worker = Path(__file__).with_name("timer_worker.py")
    running = [
        subprocess.Popen(
            [sys.executable, str(worker), url, keys],
            cwd=ROOT,
            env={"PYTHONPATH": str(ROOT), "PATH": ""},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        for _ in range(2)
    ]
    assert [each.stdout.readline() for each in running] == ["ready\n"] * 2
    for minutes in (0, 5, 10, 15, 20):
        for each in running:
            each.stdin.write(f"{(OPEN_AT + minutes * MINUTE).isoformat()}\n")
            each.stdin.flush()
        assert [each.stdout.readline() for each in running] == ["done\n"] * 2
    for each in running:
        each.communicate()
    steps = Counter((step.alert_id, step.number) for step in rows(database, AlertStep))
    assert steps == {(alert_id, number): 1 for alert_id in ids for number in range(5)}
    assert Counter(entry.topic for entry in rows(database, OutboxEntry)) == {"alert": 15, "alert_timer": 15}
