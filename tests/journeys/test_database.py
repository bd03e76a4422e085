"""Comparing rows with what a journey expects: each expected row needs one of its own, and none may be left."""

import sqlite3
from contextlib import closing

import pytest

import api.handoff.models
import api.intake.models
import api.safety.models
import api.scheduling.models
import api.transcript.models  # noqa: F401  # their tables are then known
from api.database import Base
from tests.journeys.database import TABLES, Look, all_found

ONE, OTHER = {"reason": "safety", "status": "requested"}, {"reason": "staff_review", "status": "requested"}


@pytest.mark.parametrize(
    ("wanted", "found"),
    [
        ([{"reason": "safety"}, {"reason": "staff_review"}], True),
        ([{"reason": "staff_review"}, {"reason": "safety"}], True),
        ([{"status": "requested"}, {"status": "requested"}], True),
        ([{"reason": ["safety", "out_of_scope"]}], True),
        ([{"reason": "safety"}, {"reason": "safety"}], False),
        ([{"reason": "safety", "status": "resolved"}], False),
    ],
)
def test_each_expected_row_needs_a_row_of_its_own(wanted, found):
    assert all_found(wanted, [ONE, OTHER]) is found


@pytest.fixture
def look(tmp_path):
    path = tmp_path / "a.db"
    with closing(sqlite3.connect(path)) as db, db:
        db.execute("CREATE TABLE handoff (session_id, reason, status, tier, outcome)")
        db.executemany(
            "INSERT INTO handoff VALUES ('s', ?, 'requested', 'none', NULL)", [("safety",), ("staff_review",)]
        )
        db.execute("INSERT INTO handoff VALUES ('another chat', 'safety', 'requested', 'none', NULL)")
    return Look(path)


def test_a_row_that_nobody_expected_is_a_difference(look):
    assert look.differences({"handoffs": [{"reason": "safety"}]}, "s") != []
    assert look.differences({"handoffs": [{"reason": "safety"}, {"reason": "staff_review"}]}, "s") == []


def test_rows_of_other_chats_do_not_count(look):
    assert look.differences({"handoffs": 2}, "s") == []
    assert look.differences({"handoffs": 1}, "another chat") == []
    assert look.differences({"handoffs": 0}, "third chat") == []


def test_no_encrypted_column_is_ever_named():
    assert not [column for _, _, columns in TABLES.values() for column in columns if "sealed" in column]


def test_every_column_looked_at_stands_in_the_api():
    for table, key, columns in TABLES.values():
        assert {key, *columns} <= set(Base.metadata.tables[table].columns.keys())
