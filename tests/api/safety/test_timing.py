"""Times of alerts: the middle and the slowest of what has happened, by tier."""

from datetime import timedelta

from api import practice
from api.safety import alerts, timing
from api.vocabulary import Tier
from tests.factories import OPEN_AT

PROFILE = practice.load("tucson_integrative")


def raise_one(db, tier, alerted=None, seen=None, at=OPEN_AT):
    alert = alerts.raise_alert(db, PROFILE, "a" * 32, 1, tier, [], "v1", at)
    if alerted is not None:
        alerts.note_alerted(db, alert.id, at + timedelta(seconds=alerted))
    if seen is not None:
        alerts.acknowledge(db, alert.id, "dana", at + timedelta(seconds=seen))
    return alert


def test_each_tier_has_its_own_line_and_what_has_not_happened_is_left_out(db):
    for seen in (60, 600, 120):
        raise_one(db, Tier.EMERGENCY, 1, seen)
    raise_one(db, Tier.EMERGENCY, 9)
    raise_one(db, Tier.URGENT)
    raise_one(db, Tier.CRISIS, 1, 1, OPEN_AT - timedelta(days=91))
    emergency, crisis, urgent = timing.table(db, OPEN_AT - timedelta(days=90))
    assert (emergency.tier, emergency.raised, emergency.waiting) == (Tier.EMERGENCY, 4, 1)
    assert (emergency.alerted.median, emergency.alerted.slowest) == (timedelta(seconds=1), timedelta(seconds=9))
    assert emergency.acknowledged == timing.Times(3, timedelta(seconds=120), timedelta(seconds=600))
    assert crisis.raised == 0
    assert urgent.alerted == timing.Times(0, None, None)
