"""Many at once want one time: exactly one gets it, on both databases, among threads and processes."""

import subprocess
import sys
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from itertools import pairwise
from pathlib import Path
from threading import Barrier

import pytest

from api.crypto import Keyring, install_keyring
from api.errors import SlotTaken
from api.scheduling import changes, holds, service
from api.scheduling.models import Appointment, Hold, Occupancy
from api.scheduling.slots import read_slot_id
from api.settings import ROOT
from api.transcript import service as transcript

THREADS = 50
PROCESSES = 4
THREADS_A_PROCESS = 5
TUESDAY_TEN = "ana~therapy~video~20260303T170000Z"
JOEL_TUESDAY_TEN = "joel_marquez~therapy~video~20260303T170000Z"
OVERLAPPING = [TUESDAY_TEN, "ana~therapy~video~20260303T173000Z", "ana~therapy~video~20260303T163000Z"]


@pytest.fixture
def shared(calendar):
    return calendar


def at_once(calendar, work, sessions):
    """Run `work(db, session, n)` for every chat in a thread of its own, all starting together."""
    barrier = Barrier(len(sessions))

    def run(n, session):
        barrier.wait()
        try:
            with calendar.database.writing() as db:
                work(db, transcript.find(db, session.id), n)
        except SlotTaken as taken:
            return len(taken.extra["slots"])
        return "won"

    with ThreadPoolExecutor(len(sessions)) as pool:
        return Counter(pool.map(run, range(len(sessions)), sessions))


def test_fifty_threads_wanting_one_time_make_one_appointment(shared, contact):
    sessions = [shared.visitor() for _ in range(THREADS)]

    def work(db, session, n):
        service.book_slot(db, shared.office, session, TUESDAY_TEN, contact, shared.now)

    assert at_once(shared, work, sessions) == {"won": 1, 3: THREADS - 1}
    assert len(shared.rows(Appointment)) == 1
    assert shared.rows(Hold) == []
    assert len(shared.rows(Occupancy)) == 4


def test_fifty_threads_wanting_overlapping_times_make_holds_that_do_not_overlap(shared):
    sessions = [shared.visitor() for _ in range(THREADS)]

    def work(db, session, n):
        service.hold(db, shared.office, session, OVERLAPPING[n % 3], shared.now)

    results = at_once(shared, work, sessions)
    holds = sorted((row.start_at, row.end_at) for row in shared.rows(Hold))
    assert results["won"] == len(holds) in (1, 2)
    assert all(before[1] <= after[0] for before, after in pairwise(holds))
    assert len(shared.rows(Occupancy)) == 4 * len(holds)


def test_fifty_threads_after_one_expired_hold_make_one_hold(shared):
    shared.writing(service.hold, shared.visitor(), OVERLAPPING[1], shared.now)
    shared.now = datetime(2026, 3, 2, 17, 10, tzinfo=UTC)
    sessions = [shared.visitor() for _ in range(THREADS)]

    def work(db, session, n):
        service.hold(db, shared.office, session, TUESDAY_TEN, shared.now)

    assert at_once(shared, work, sessions)["won"] == 1
    assert len(shared.rows(Occupancy)) == 4


def test_booking_one_hold_from_twenty_threads_gives_everybody_the_same_appointment(shared, contact):
    session = shared.visitor()
    kept = shared.writing(service.hold, session, TUESDAY_TEN, shared.now)

    def work(db, chat, n):
        service.book(db, shared.office, chat, [kept.id], contact, shared.now)

    assert at_once(shared, work, [session] * 20) == {"won": 20}
    assert [row.id for row in shared.rows(Appointment)] == [kept.id]


def test_a_hold_and_a_booking_behave_alike_on_both_databases(shared, contact):
    session = shared.visitor()
    kept = shared.writing(service.hold, session, TUESDAY_TEN, shared.now)
    with pytest.raises(SlotTaken) as refused:
        shared.writing(service.hold, shared.visitor(), TUESDAY_TEN, shared.now)
    assert len(refused.value.extra["slots"]) == 3
    (visit,) = shared.writing(service.book, session, [kept.id], contact, shared.now)
    assert visit.start_at == datetime(2026, 3, 3, 17, tzinfo=UTC)
    shared.writing(service.cancel, visit.id, shared.now, actor="link")
    assert shared.rows(Occupancy) == []
    assert shared.writing(service.hold, shared.visitor(), TUESDAY_TEN, shared.now)


def test_four_processes_wanting_one_time_make_one_appointment(shared):
    keys = Keyring.generate()
    install_keyring(Keyring.parse(keys))
    worker = Path(__file__).with_name("race_worker.py")
    url = shared.database.engine.url.render_as_string(hide_password=False)
    fixed = [url, keys, "tucson_integrative", JOEL_TUESDAY_TEN, shared.now.isoformat()]
    running = []
    for _ in range(PROCESSES):
        sessions = [shared.visitor().id for _ in range(THREADS_A_PROCESS)]
        running.append(
            subprocess.Popen(
                [sys.executable, str(worker), *fixed, *sessions],
                cwd=ROOT,
                env={"PYTHONPATH": str(ROOT), "PATH": ""},
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                text=True,
            )
        )
    assert [each.stdout.readline() for each in running] == ["ready\n"] * PROCESSES
    for each in running:
        each.stdin.write("go\n")
        each.stdin.flush()
    said = Counter(line for each in running for line in each.communicate()[0].splitlines())
    assert said == {"booked": 1, "taken 3": PROCESSES * THREADS_A_PROCESS - 1}
    assert len(shared.rows(Appointment)) == 1


def test_twenty_visits_moved_to_one_time_at_once_leave_one_there_and_all_others_where_they_were(shared, contact):
    wanted = "ana~therapy~video~20260313T170000Z"
    days = [day for day in (3, 4, 5, 6, 9, 10, 11, 12) for _ in range(2)]
    slots = [f"ana~therapy~video~202603{day:02d}T{17 + n % 2}0000Z" for n, day in enumerate(days)]
    sessions = [shared.visitor() for _ in slots]
    visits = [
        shared.writing(service.book_slot, session, slot_id, contact, shared.now)[0]
        for session, slot_id in zip(sessions, slots)
    ]
    before = {(row.practitioner_id, row.quarter_at, row.holder_id) for row in shared.rows(Occupancy)}

    def work(db, session, n):
        changes.move(db, shared.office, visits[n].id, wanted, shared.now, "link")

    assert at_once(shared, work, sessions) == {"won": 1, 3: len(slots) - 1}
    moved = [row for row in shared.rows(Appointment) if row.changes == 1]
    assert [row.start_at.day for row in moved] == [13]
    after = {(row.practitioner_id, row.quarter_at, row.holder_id) for row in shared.rows(Occupancy)}
    assert {row for row in before if row[2] != moved[0].id} == {row for row in after if row[2] != moved[0].id}
    assert len(after) == len(before)


def test_a_swap_that_loses_at_the_last_moment_keeps_the_old_quarters(shared, contact):
    (mine,) = shared.writing(service.book_slot, shared.visitor(), TUESDAY_TEN, contact, shared.now)
    shared.writing(service.book_slot, shared.visitor(), "ana~therapy~video~20260304T170000Z", contact, shared.now)
    slot = read_slot_id(shared.office.profile, "ana~therapy~video~20260304T173000Z")
    with shared.database.writing() as db, pytest.raises(SlotTaken):
        holds.swap(db, db.get(Appointment, mine.id), slot)
    assert sorted(row.quarter_at.day for row in shared.rows(Occupancy)) == [3, 3, 3, 3, 4, 4, 4, 4]
