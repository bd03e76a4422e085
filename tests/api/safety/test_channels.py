"""A channel is late when one of its notices should have left five minutes ago."""

from datetime import timedelta

import pytest

from api import outbox
from api.safety import channels
from tests.factories import OPEN_AT

MINUTE = timedelta(minutes=1)


@pytest.mark.parametrize(("seconds", "late"), [(299, False), (300, True)])
def test_five_minutes_without_a_delivery_are_too_many(database, seconds, late):
    with database.writing() as db:
        outbox.put(db, "alert", {}, OPEN_AT)
        db.flush()
        assert bool(channels.late(db, OPEN_AT + timedelta(seconds=seconds))) is late


def test_the_oldest_notice_counts_even_if_it_was_tried_a_moment_ago(database):
    with database.writing() as db:
        for minutes in (0, 4):
            outbox.put(db, "alert", {}, OPEN_AT + minutes * MINUTE)
        outbox.put(db, "webhook", {}, OPEN_AT - MINUTE)
        for entry in db.query(outbox.OutboxEntry):
            entry.due_at, entry.attempts = OPEN_AT + 20 * MINUTE, 1
        db.flush()
        assert channels.late(db, OPEN_AT + 9 * MINUTE) == [
            channels.LateChannel("webhook", 1, OPEN_AT - MINUTE),
            channels.LateChannel("alert", 2, OPEN_AT),
        ]


def test_what_has_left_and_what_is_meant_for_later_is_not_late(database):
    with database.writing() as db:
        outbox.put(db, "alert", {}, OPEN_AT).delivered_at = OPEN_AT + MINUTE
        outbox.put(db, "alert_timer", {}, OPEN_AT, due_at=OPEN_AT + 26 * MINUTE)
        db.flush()
        assert channels.late(db, OPEN_AT + 30 * MINUTE) == []
