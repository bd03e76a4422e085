"""What the outbox promises: nothing is lost, nothing leaves twice, order is kept."""

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import select

from api import delivery, outbox
from api.clock import FixedClock
from api.database import Base, Database
from tests import databases

NOW = datetime(2026, 12, 1, 17, 0, tzinfo=UTC)


class Receiver:
    """A notifier that can be down."""

    def __init__(self):
        self.down, self.got = False, []

    async def deliver(self, notice):
        if self.down:
            raise ConnectionError
        self.got.append((notice.topic, notice.payload["n"]))


@pytest.fixture
def database(tmp_path):
    database = Database(databases.url_for(tmp_path))
    Base.metadata.create_all(database.engine)
    yield database
    database.close()


@pytest.fixture
def receiver():
    return Receiver()


def _put(database, numbers, now=NOW):
    with database.writing() as db:
        for n in numbers:
            outbox.put(db, "alert", {"n": n}, now + timedelta(microseconds=n))


async def test_notices_leave_in_order_and_once(database, receiver):
    dispatcher = delivery.Dispatcher(database, FixedClock(NOW + timedelta(seconds=1)), receiver.deliver)
    _put(database, [1, 2, 3])
    assert await dispatcher.deliver_due() == 3
    assert await dispatcher.deliver_due() == 0
    assert receiver.got == [("alert", 1), ("alert", 2), ("alert", 3)]


async def test_a_notice_waits_while_the_channel_is_down_and_leaves_later(database, receiver):
    clock = FixedClock(NOW)
    dispatcher = delivery.Dispatcher(database, clock, receiver.deliver)
    _put(database, [0])
    receiver.down = True
    assert await dispatcher.deliver_due() == 0
    with database.reading() as db:
        entry = db.scalars(select(outbox.OutboxEntry)).one()
        assert (entry.attempts, entry.last_error, entry.delivered_at) == (1, "ConnectionError", None)
    receiver.down = False
    assert await dispatcher.deliver_due() == 0, "not before its next time"
    clock.instant = NOW + timedelta(seconds=outbox.FIRST_RETRY_SECONDS)
    assert await dispatcher.deliver_due() == 1


async def test_a_notice_of_a_unit_of_work_that_failed_never_leaves(database, receiver):
    def fail():
        with database.writing() as db:
            outbox.put(db, "alert", {"n": 1}, NOW)
            raise RuntimeError

    with pytest.raises(RuntimeError):
        fail()
    assert await delivery.Dispatcher(database, FixedClock(NOW), receiver.deliver).deliver_due() == 0


def test_the_wait_doubles_and_has_an_end():
    waits = [outbox.retry_delay(n).total_seconds() for n in range(1, 10)]
    assert waits[:4] == [5, 10, 20, 40]
    assert waits[-1] == outbox.LONGEST_RETRY_SECONDS
