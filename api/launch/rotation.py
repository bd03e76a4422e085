"""`frontdesk keys rotate`: a new key comes in, everything is sealed under it, the old one goes; under running chats."""

import os
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import ColumnElement, LargeBinary, Table, and_, func, literal, select, update

from api import audit
from api.clock import SystemClock
from api.crypto import KEYS_VARIABLE, LOOK_SECONDS, Keyring, bound_to, key_id_of
from api.database import Base, Database
from api.launch import secrets
from api.launch.keeping import SYSTEM, CannotDo, Installation, alone, opened

BATCH = 200
# Every process looks at the file once a second; what it had begun by then is over within the bot's deadline.
SETTLE_SECONDS = LOOK_SECONDS + 1.0
PASSES = 20
TRACKER_QUERY = "SELECT session_id, sealed FROM tracker WHERE session_id > ? ORDER BY session_id LIMIT ?"


@dataclass(frozen=True)
class Sealed:
    """A column of the database that holds sealed values."""

    table: Table
    column: str
    key: str


def sealed_columns() -> Iterator[Sealed]:
    """Every sealed column of every room; by rule they end in `_sealed`, and their row is named by its one key."""
    for table in Base.metadata.sorted_tables:
        (key, *more) = (column.name for column in table.primary_key)
        for column in table.columns:
            if column.name.endswith("_sealed") and isinstance(column.type, LargeBinary) and not more:
                yield Sealed(table, column.name, key)


def rotate(
    installation: Installation, tell: Callable[[str], None], wait: Callable[[float], None] = time.sleep
) -> int:
    """Bring in a new key and seal everything under it; the number of values sealed anew.

    Broken off, it goes on where it was: as long as the list holds two keys a change is under way. When the operator
    hands the keys over in the environment, the list is theirs: everything is sealed under its first key, and it is
    they who take the old one out. Raises CannotDo when values keep coming in under an old key.
    """
    with alone(installation.folder):
        path = installation.folder / secrets.FILE
        ours = KEYS_VARIABLE not in os.environ
        ring = _with_new_key(installation, path, tell) if ours else _given(installation)
        if ours:
            wait(SETTLE_SECONDS)
        done = _seal_all(installation, ring, wait)
        if ours:
            secrets.replace(path, {KEYS_VARIABLE: ring.only_first().text})
            tell(f"The old key is gone from {path}.")
        else:
            tell(
                f"Everything is sealed under {ring.first!r}: take the other keys out of {KEYS_VARIABLE} and restart."
            )
        _note(installation, done)
        return done


def _given(installation: Installation) -> Keyring:
    return Keyring.parse(installation.settings.keys.get_secret_value())


def _with_new_key(installation: Installation, path: Path, tell: Callable[[str], None]) -> Keyring:
    ring = _given(installation)
    if len(ring.keys) > 1:
        tell(f"Going on with the change to key {ring.first!r}.")
        return ring
    ring = ring.with_new_key()
    secrets.replace(path, {KEYS_VARIABLE: ring.text})
    tell(f"New key {ring.first!r} in {path}; running processes take it up by themselves.")
    return ring


def _seal_all(installation: Installation, ring: Keyring, wait: Callable[[float], None]) -> int:
    """Pass over everything until a pass finds nothing under an old key."""
    done = 0
    with installation.database() as database:
        for _ in range(PASSES):
            found = sum(_pass(database, each, ring) for each in sealed_columns())
            found += _pass_tracker(installation.tracker, ring)
            if not found:
                return done
            done += found
            wait(SETTLE_SECONDS)
    raise CannotDo(
        "something still seals under the old key: is a process running that was started without "
        "FRONTDESK_KEYS_FILE? Restart it and run './frontdesk keys rotate' again"
    )


def _pass(database: Database, sealed: Sealed, ring: Keyring) -> int:
    changed, after = 0, ""
    while True:
        with database.writing() as db:
            key, column = sealed.table.c[sealed.key], sealed.table.c[sealed.column]
            query = select(key, column).where(key > after, _is_old(column, ring)).order_by(key).limit(BATCH)
            rows = db.execute(query).all()
            for row_id, value in rows:
                fresh = _anew(ring, value, bound_to(sealed.table.name, sealed.column, row_id))
                # Only if it is still what was read: a message written meanwhile is never overwritten.
                same_row = and_(key == row_id, column == value)
                db.execute(update(sealed.table).where(same_row).values({sealed.column: fresh}))
        if not rows:
            return changed
        changed, after = changed + len(rows), rows[-1][0]


def _is_old(column: ColumnElement[bytes], ring: Keyring) -> ColumnElement[bool]:
    """Sealed, and not under the first key: the first bytes of a value name its key."""
    prefix = ring.prefix
    return and_(column.is_not(None), func.substr(column, 1, len(prefix)) != literal(prefix, LargeBinary))


def _anew(ring: Keyring, value: bytes, associated: str) -> bytes:
    return ring.seal(ring.open(value, associated), associated)


def _pass_tracker(path: Path, ring: Keyring) -> int:
    """The bot's conversation states, in a database of their own."""
    if not path.exists():
        return 0
    changed, after = 0, ""
    with opened(path) as tracker:
        while rows := tracker.execute(TRACKER_QUERY, (after, BATCH)).fetchall():
            for session_id, value in rows:
                if key_id_of(value) != ring.first:
                    fresh = _anew(ring, value, bound_to("tracker", "sealed", session_id))
                    change = "UPDATE tracker SET sealed = ? WHERE session_id = ? AND sealed = ?"
                    tracker.execute(change, (fresh, session_id, value))
                    changed += 1
            after = rows[-1][0]
        tracker.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    return changed


def _note(installation: Installation, done: int) -> None:
    now = SystemClock().now()
    with installation.database() as database, database.writing() as db:
        key = installation.audit_key
        audit.record(db, key, at=now, actor=SYSTEM, action="keys.rotate", subject=f"values:{done}")
