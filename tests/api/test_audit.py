"""The audit chain tells what was done to it, on both databases, and two writers never fork it."""

from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta, timezone
from threading import Barrier

import pytest
from sqlalchemy import delete, update

from api import audit, audit_check
from api.audit import AuditEvent, AuditHead
from api.database import Base, Database
from tests import databases
from tests.factories import OPEN_AT

KEY = b"an audit key for tests"
THREADS, ENTRIES_A_THREAD = 8, 15


@pytest.fixture
def database(tmp_path):
    database = Database(databases.url_for(tmp_path))
    Base.metadata.create_all(database.engine)
    yield database
    database.close()


def write(database, action="read", at=OPEN_AT, subject="session:x"):
    with database.writing() as db:
        return audit.record(db, KEY, at=at, actor="staff:a", action=action, subject=subject).number


@pytest.fixture
def chain(database):
    """Seven entries."""
    assert [write(database, f"a{n}", OPEN_AT + timedelta(minutes=n)) for n in range(7)] == list(range(1, 8))
    return database


def verdict(database, key=KEY):
    with database.reading() as db:
        return audit_check.verify(db, key)


def tamper(database, *statements):
    with database.writing() as db:
        for statement in statements:
            db.execute(statement)


def renumber(number, to):
    return update(AuditEvent).where(AuditEvent.number == number).values(number=to)


def test_an_untouched_chain_is_whole(chain):
    found = verdict(chain)
    assert (found.entries, found.fault) == (7, None)


def test_an_empty_log_is_whole(database):
    assert verdict(database).fault is None


def test_another_key_finds_fault_with_the_first_entry(chain):
    assert "entry 1 was changed" in verdict(chain, b"another").fault


@pytest.mark.parametrize(
    "values",
    [{"actor": "staff:b"}, {"action": "x"}, {"subject": "session:y"}, {"at": OPEN_AT}, {"digest": "0" * 64}],
)
def test_a_changed_entry_is_named(chain, values):
    tamper(chain, update(AuditEvent).where(AuditEvent.number == 4).values(**values))
    assert verdict(chain).fault.startswith("entry 4 was changed")


def test_a_removed_entry_is_named(chain):
    tamper(chain, delete(AuditEvent).where(AuditEvent.number == 3))
    assert verdict(chain).fault.startswith("entry 3 is missing")


def test_several_removed_entries_are_named(chain):
    tamper(chain, delete(AuditEvent).where(AuditEvent.number.in_([1, 2])))
    assert verdict(chain).fault.startswith("entries 1 to 2 are missing")


def test_a_removed_entry_is_missed_even_when_the_rest_is_numbered_anew(chain):
    tamper(chain, delete(AuditEvent).where(AuditEvent.number == 3), *(renumber(n, n - 1) for n in range(4, 8)))
    assert verdict(chain).fault.startswith("entry 3 was changed, or one before it was removed")


@pytest.mark.parametrize("last", [6, 0])
def test_entries_removed_at_the_end_are_missed(chain, last):
    tamper(chain, delete(AuditEvent).where(AuditEvent.number > last))
    assert verdict(chain).fault == f"entries {last + 1} to 7 are missing at the end"


def test_removing_the_end_and_rewinding_the_head_is_found(chain):
    before = [entry.digest for entry in _rows(chain)][5]
    tamper(
        chain, delete(AuditEvent).where(AuditEvent.number == 7), update(AuditHead).values(number=6, digest=before)
    )
    assert "head was changed" in verdict(chain).fault


def test_two_entries_that_changed_places_are_named(chain):
    tamper(chain, renumber(3, 99), renumber(5, 3), renumber(99, 5))
    assert verdict(chain).fault.startswith("entry 3 is out of order")


def test_an_entry_put_behind_the_sealed_end_is_named(chain):
    last = _rows(chain)[-1]
    forged = AuditEvent(number=8, at=OPEN_AT, actor="staff:a", action="x", subject="y", digest="")
    forged.digest = audit.digest_after(KEY, last.digest, forged)
    with chain.writing() as db:
        db.add(forged)
    assert verdict(chain).fault == "entry 8 stands behind the sealed end"


def test_a_head_that_was_taken_away_is_missed_now_and_after_the_next_entry(chain):
    tamper(chain, delete(AuditHead), delete(AuditEvent).where(AuditEvent.number > 5))
    assert "head is missing" in verdict(chain).fault
    write(chain)
    assert verdict(chain).fault.startswith("entry 6: the head was missing")


def test_an_instant_is_the_same_in_every_zone(database):
    write(database, at=OPEN_AT.astimezone(timezone(timedelta(hours=-7))))
    assert verdict(database).fault is None


def test_an_entry_of_work_that_failed_leaves_no_gap(chain):
    class Fails(Exception):
        pass

    def work():
        with chain.writing() as db:
            audit.record(db, KEY, at=OPEN_AT, actor="staff:a", action="lost", subject="x")
            raise Fails

    with pytest.raises(Fails):
        work()
    assert write(chain) == 8
    assert verdict(chain).fault is None


def test_many_writers_at_once_make_one_chain(database):
    barrier = Barrier(THREADS)

    def work(number):
        barrier.wait()
        for _ in range(ENTRIES_A_THREAD):
            write(database, f"t{number}", datetime.now(OPEN_AT.tzinfo))

    with ThreadPoolExecutor(THREADS) as pool:
        list(pool.map(work, range(THREADS)))
    found = verdict(database)
    assert (found.entries, found.fault) == (THREADS * ENTRIES_A_THREAD, None)


def test_a_walk_is_not_disturbed_by_entries_that_are_added_meanwhile(chain, monkeypatch):
    monkeypatch.setattr(audit_check, "BATCH", 1)
    whole = audit_check._fault_at

    def add_and_look(*given):
        write(chain)
        return whole(*given)

    monkeypatch.setattr(audit_check, "_fault_at", add_and_look)
    found = verdict(chain)
    assert (found.entries, found.fault) == (7, None)


def test_a_long_chain_is_walked_to_its_end(chain, monkeypatch):
    monkeypatch.setattr(audit_check, "BATCH", 2)
    assert verdict(chain).entries == 7
    tamper(chain, update(AuditEvent).where(AuditEvent.number == 7).values(actor="x"))
    assert verdict(chain).fault.startswith("entry 7 was changed")


def _rows(database):
    with database.reading() as db:
        return db.query(AuditEvent).order_by(AuditEvent.number).all()
