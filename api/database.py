"""Engine, units of work, and the column types every room shares.

SQLite: WAL, `synchronous=FULL`, busy timeout 5 s; a writing unit of work opens with BEGIN IMMEDIATE, because a
read-then-write transaction otherwise fails at once when another one writes (sqlite.org/lang_transaction.html).
"""

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import DateTime, Engine, TypeDecorator, create_engine, event, make_url
from sqlalchemy.exc import OperationalError
from sqlalchemy.exc import TimeoutError as WaitedTooLong
from sqlalchemy.orm import DeclarativeBase, Session, sessionmaker

BUSY_TIMEOUT_SECONDS = 5
# Once somebody has waited all that time for nothing, nobody else has to: whoever comes is told soon, until one gets in.
STUCK_TIMEOUT_SECONDS = 0.1
POOL_SIZE = 48


class Base(DeclarativeBase):
    """Root of every mapped class."""


class UtcDateTime(TypeDecorator[datetime]):
    """An aware datetime, stored in UTC; SQLite keeps no zone, so it is put back on reading."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Any) -> datetime | None:
        """Refuse naive datetimes; convert to UTC."""
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("a datetime without a zone cannot be stored")
        return value.astimezone(UTC)

    def process_result_value(self, value: datetime | None, dialect: Any) -> datetime | None:
        """Give the datetime back aware, in UTC."""
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


def connect(url: str) -> Engine:
    """An engine for `url` (sqlite:///… or postgresql+psycopg://…) with the settings above."""
    if make_url(url).get_backend_name() != "sqlite":
        return create_engine(url, pool_size=POOL_SIZE, max_overflow=16, pool_pre_ping=True, hide_parameters=True)
    engine = create_engine(
        url,
        pool_size=POOL_SIZE,
        max_overflow=16,
        hide_parameters=True,
        connect_args={"timeout": BUSY_TIMEOUT_SECONDS, "check_same_thread": False},
    )
    event.listen(engine, "connect", _prepare_sqlite)
    event.listen(engine, "begin", _begin_sqlite)
    return engine


def _prepare_sqlite(connection: Any, _record: Any) -> None:
    # The driver must not open transactions by itself: `_begin_sqlite` chooses how they begin.
    connection.isolation_level = None
    for pragma in ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON"):
        connection.execute(f"PRAGMA {pragma}")


def _begin_sqlite(connection: Any) -> None:
    options = connection.get_execution_options()
    if options.get("reads_only", False):
        connection.exec_driver_sql("BEGIN")
        return
    seconds = options.get("busy_seconds", BUSY_TIMEOUT_SECONDS)
    connection.exec_driver_sql(f"PRAGMA busy_timeout={int(seconds * 1000)}")
    connection.exec_driver_sql("BEGIN IMMEDIATE")


class Database:
    """Opens units of work on one engine."""

    def __init__(self, url: str) -> None:
        self.engine = connect(url)
        # SQLite has one writer. Threads of one process that wait for it in turn are ten times quicker than threads
        # that find it busy and poll; other processes still meet the busy timeout.
        one_writer = self.engine.dialect.name == "sqlite"
        self._turn = threading.Lock() if one_writer else None
        self._is_stuck = False
        self.factory = sessionmaker(self.engine, expire_on_commit=False)
        self._reading = sessionmaker(self.engine.execution_options(reads_only=True), expire_on_commit=False)

    @contextmanager
    def writing(self) -> Iterator[Session]:
        """A unit of work that commits at its end and rolls back on any error.

        On SQLite it waits `BUSY_TIMEOUT_SECONDS` in all for other writers, of this process and of others (less when
        nobody gets in); then it raises WaitedTooLong or OperationalError.
        """
        if self._turn is None:
            with self.factory.begin() as db:
                yield db
            return
        seconds = STUCK_TIMEOUT_SECONDS if self._is_stuck else BUSY_TIMEOUT_SECONDS
        until = time.monotonic() + seconds
        if not self._turn.acquire(timeout=seconds):
            self._is_stuck = True
            raise WaitedTooLong("another unit of work holds the database")
        try:
            with self.factory.begin() as db:
                # Ten writers in a row before a locked file wait once, not one after the other.
                self._enter(db, max(until - time.monotonic(), 0.0))
                yield db
        finally:
            self._turn.release()

    def _enter(self, db: Session, seconds: float) -> None:
        try:
            db.connection(execution_options={"busy_seconds": seconds})
        except OperationalError:
            self._is_stuck = True
            raise
        self._is_stuck = False

    @contextmanager
    def reading(self) -> Iterator[Session]:
        """A unit of work that only reads; on SQLite it never waits for a writer."""
        with self._reading() as db:
            yield db

    def close(self) -> None:
        """Give every connection back."""
        self.engine.dispose()
