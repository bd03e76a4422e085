"""A read-only look at the rows a chat left behind: named columns only, none of the encrypted ones."""

from __future__ import annotations

import sqlite3
from collections.abc import Mapping
from contextlib import closing
from pathlib import Path
from typing import Any

from tests.journeys.visitor import JourneyFailed

# word in a journey: table, column that holds the session's id, columns that may be looked at
TABLES: Mapping[str, tuple[str, str, tuple[str, ...]]] = {
    "session": ("chat_session", "id", ("mode", "language", "open_question", "booked")),
    "intake": ("intake", "id", ("suggested_route", "chosen_route", "rule_id", "rules_version")),
    "safety": ("safety_state", "session_id", ("tier", "open_question")),
    "appointments": (
        "appointment",
        "session_id",
        ("status", "service", "modality", "practitioner_id", "group_id"),
    ),
    "handoffs": ("handoff", "session_id", ("reason", "status", "tier", "outcome")),
    "alerts": ("alert", "session_id", ("tier", "message_seq", "acknowledged_at")),
    "holds": ("hold", "session_id", ("service", "modality")),
    "messages": ("message", "session_id", ("seq", "author", "kind", "tier")),
}
SINGLE = ("session", "intake", "safety")
Row = dict[str, Any]


class Look:
    """The SQLite file of the server under test, opened read-only for each question."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def rows(self, word: str, session_id: str) -> list[Row]:
        """The rows of a session. Raises JourneyFailed when the database cannot be read."""
        table, key, columns = TABLES[word]
        query = f"SELECT {', '.join(columns)} FROM {table} WHERE {key} = ?"
        try:
            with closing(sqlite3.connect(f"file:{self.path}?mode=ro", uri=True, timeout=5)) as connection:
                connection.row_factory = sqlite3.Row
                return [dict(row) for row in connection.execute(query, (session_id,))]
        except sqlite3.Error as error:
            raise JourneyFailed(f"database {self.path}: {table}: {error}") from None

    def question(self, session_id: str) -> str | None:
        """What the visitor is being asked: one of safety first (`safety.direct`), else one of the intake."""
        sessions = self.rows("session", session_id)
        if not sessions:
            raise JourneyFailed(f"database {self.path} does not know this chat; give --database")
        for row in self.rows("safety", session_id):
            if row["open_question"]:
                return f"safety.{row['open_question']}"
        question = sessions[0]["open_question"]
        return str(question) if question else None

    def differences(self, expected: Mapping[str, Any], session_id: str) -> list[str]:
        """What is otherwise than expected, in words; empty when all is as it should be."""
        found = [self._difference(word, wanted, session_id) for word, wanted in expected.items()]
        return [difference for difference in found if difference]

    def _difference(self, word: str, wanted: Any, session_id: str) -> str | None:
        rows = self.rows(word, session_id)
        if isinstance(wanted, dict) and "at_least" in wanted:
            right = len(rows) >= wanted["at_least"]
        elif isinstance(wanted, dict):
            right = len(rows) == 1 and agrees(wanted, rows[0]) if word in SINGLE else False
        elif isinstance(wanted, list):
            right = len(rows) == len(wanted) and all_found(wanted, rows)
        else:
            right = len(rows) == wanted
        return None if right else f"database: {word}: expected {wanted}, found {rows if rows else 'no row'}"


def agrees(wanted: Mapping[str, Any], row: Row) -> bool:
    """Whether a row has all wanted values; a list of values means any of them."""
    return all(
        row.get(column) in value if isinstance(value, list) else row.get(column) == value
        for column, value in wanted.items()
    )


def all_found(wanted: list[Mapping[str, Any]], rows: list[Row]) -> bool:
    """Whether each wanted row is there, each row used once, in any order."""
    left = list(rows)
    for one in wanted:
        match = next((row for row in left if agrees(one, row)), None)
        if match is None:
            return False
        left.remove(match)
    return True
