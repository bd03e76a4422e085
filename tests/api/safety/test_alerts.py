"""Alerts: raised with their notice and timer, answered once, with what came of them."""

from datetime import timedelta

import pytest

from api import practice
from api.errors import Conflict, NotFound
from api.outbox import OutboxEntry
from api.safety import alerts
from api.safety.hearing import Signal
from api.safety.models import AlertOutcome
from api.vocabulary import Tier
from tests.factories import OPEN_AT

SIGNAL = Signal("SI_PLAN", Tier.EMERGENCY, (3, 9), ("past",), "a plan")
PROFILE = practice.load("tucson_integrative")


def raise_one(db, tier=Tier.EMERGENCY, now=OPEN_AT):
    return alerts.raise_alert(db, PROFILE, "a" * 32, 4, tier, [SIGNAL], "v1", now)


def notices(db):
    return list(db.query(OutboxEntry).order_by(OutboxEntry.due_at))


def test_an_alert_keeps_what_caused_it_and_its_notice_holds_neither_words_nor_signals(db):
    alert = raise_one(db)
    db.flush()
    assert alert.signals == [
        {"id": "SI_PLAN", "tier": "emergency", "span": [3, 9], "modifiers": ["past"], "words": "a plan"}
    ]
    notice, timer = notices(db)
    assert (notice.topic, timer.topic) == ("alert", "alert_timer")
    assert notice.payload == {
        "alert_id": alert.id,
        "session_id": "a" * 32,
        "link": f"/staff/chats/{'a' * 32}",
        "tier": "emergency",
        "step": 0,
        "recipient": "dana_ortiz",
    }
    assert timer.payload == {"alert_id": alert.id, "step": 1}
    assert b"a plan" not in alert.signals_sealed


def test_the_first_answer_counts_and_stops_the_timer(db):
    alert = raise_one(db)
    db.flush()
    alerts.acknowledge(db, alert.id, "dana", OPEN_AT)
    alerts.acknowledge(db, alert.id, "noor", OPEN_AT + timedelta(minutes=1))
    assert (alert.acknowledged_by, alert.acknowledged_at) == ("dana", OPEN_AT)
    assert alert.next_step_at is None
    assert not alerts.waits(db, alert.id)


def test_an_outcome_comes_with_the_answer_or_later_and_may_be_put_right(db):
    alert = raise_one(db)
    with pytest.raises(Conflict):
        alerts.record_outcome(db, alert.id, "dana", AlertOutcome.REACHED, OPEN_AT)
    alerts.acknowledge(db, alert.id, "dana", OPEN_AT, AlertOutcome.NOT_REACHED)
    assert (alert.outcome, alert.outcome_by, alert.outcome_at) == ("not_reached", "dana", OPEN_AT)
    later = OPEN_AT + timedelta(minutes=9)
    alerts.record_outcome(db, alert.id, "noor", AlertOutcome.REACHED, later)
    assert (alert.outcome, alert.outcome_by, alert.outcome_at) == ("reached", "noor", later)
    assert alert.acknowledged_by == "dana"


def test_an_unknown_alert_is_not_found_and_does_not_wait(db):
    with pytest.raises(NotFound):
        alerts.acknowledge(db, "nothing", "dana", OPEN_AT)
    assert not alerts.waits(db, "nothing")


def test_the_first_notice_that_leaves_is_the_one_that_counts(db):
    alert = raise_one(db)
    for seconds in (2, 300):
        alerts.note_alerted(db, alert.id, OPEN_AT + timedelta(seconds=seconds))
    db.refresh(alert)
    assert alert.alerted_at == OPEN_AT + timedelta(seconds=2)


def test_unanswered_alerts_come_gravest_first_then_longest_waiting(db):
    late = raise_one(db, Tier.EMERGENCY, OPEN_AT + timedelta(minutes=2))
    early = raise_one(db, Tier.EMERGENCY)
    urgent = raise_one(db, Tier.URGENT, OPEN_AT - timedelta(hours=1))
    answered = raise_one(db)
    db.flush()
    alerts.acknowledge(db, answered.id, "dana", OPEN_AT)
    assert [alert.id for alert in alerts.unacknowledged(db)] == [early.id, late.id, urgent.id]
    assert len(alerts.of_session(db, "a" * 32)) == 4
