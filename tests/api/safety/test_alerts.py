"""Alerts: raised with their notice, repeated until somebody answers."""

from datetime import timedelta

import pytest

from api.errors import NotFound
from api.outbox import OutboxEntry
from api.safety import alerts
from api.safety.hearing import Signal
from api.vocabulary import Tier
from tests.factories import OPEN_AT

SIGNAL = Signal("SI_PLAN", Tier.EMERGENCY, (3, 9), ("past",), "a plan")


def raise_one(db, tier=Tier.EMERGENCY, now=OPEN_AT):
    return alerts.raise_alert(db, "a" * 32, 4, tier, [SIGNAL], "v1", now)


def notices(db):
    return list(db.query(OutboxEntry).order_by(OutboxEntry.due_at))


def test_an_alert_keeps_what_caused_it_and_its_notice_holds_ids_only(db):
    alert = raise_one(db)
    db.flush()
    assert alert.signals == [
        {"id": "SI_PLAN", "tier": "emergency", "span": [3, 9], "modifiers": ["past"], "words": "a plan"}
    ]
    [notice] = notices(db)
    assert notice.topic == "alert"
    assert notice.payload == {"alert_id": alert.id, "session_id": "a" * 32, "tier": "emergency", "repeat": 0}
    assert b"a plan" not in alert.signals_sealed


@pytest.mark.parametrize(
    ("tier", "after"),
    [
        (Tier.EMERGENCY, timedelta(minutes=5)),
        (Tier.CRISIS, timedelta(minutes=15)),
        (Tier.URGENT, timedelta(hours=4)),
    ],
)
def test_an_unanswered_alert_is_told_again(db, tier, after):
    alert = raise_one(db, tier)
    db.flush()
    assert alerts.notify_again(db, alert.id, 0, OPEN_AT)
    again = notices(db)[-1]
    assert again.due_at == OPEN_AT + after
    assert again.payload["repeat"] == 1


def test_an_answered_alert_is_not_told_again_and_the_first_answer_counts(db):
    alert = raise_one(db)
    db.flush()
    alerts.acknowledge(db, alert.id, "dana", OPEN_AT)
    alerts.acknowledge(db, alert.id, "noor", OPEN_AT + timedelta(minutes=1))
    assert (alert.acknowledged_by, alert.acknowledged_at) == ("dana", OPEN_AT)
    assert not alerts.notify_again(db, alert.id, 0, OPEN_AT)


def test_an_unknown_alert_is_not_found(db):
    with pytest.raises(NotFound):
        alerts.acknowledge(db, "nothing", "dana", OPEN_AT)


def test_unanswered_alerts_come_gravest_first_then_longest_waiting(db):
    late = raise_one(db, Tier.EMERGENCY, OPEN_AT + timedelta(minutes=2))
    early = raise_one(db, Tier.EMERGENCY)
    urgent = raise_one(db, Tier.URGENT, OPEN_AT - timedelta(hours=1))
    answered = raise_one(db)
    db.flush()
    alerts.acknowledge(db, answered.id, "dana", OPEN_AT)
    assert [alert.id for alert in alerts.unacknowledged(db)] == [early.id, late.id, urgent.id]
    assert len(alerts.of_session(db, "a" * 32)) == 4
