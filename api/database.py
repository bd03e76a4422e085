"""Engine, units of work, and the column types every room shares.

SQLite: WAL, `synchronous=FULL`, busy timeout 5 s; a writing unit of work opens with BEGIN IMMEDIATE, because a
read-then-write transaction otherwise fails at once when another one writes (sqlite.org/lang_transaction.html).
"""

import threading
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import DateTime, Engine, TypeDecorator, create_engine, event, make_url
from sqlalchemy.orm import DeclarativeBase, Session, sessionmaker

BUSY_TIMEOUT_SECONDS = 5
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
    reads_only = connection.get_execution_options().get("reads_only", False)
    connection.exec_driver_sql("BEGIN" if reads_only else "BEGIN IMMEDIATE")


class Database:
    """Opens units of work on one engine."""

    def __init__(self, url: str) -> None:
        self.engine = connect(url)
        # SQLite has one writer. Threads of one process that wait for it in turn are ten times quicker than threads
        # that find it busy and poll; other processes still meet the busy timeout.
        one_writer = self.engine.dialect.name == "sqlite"
        self._turn: AbstractContextManager[object] = threading.Lock() if one_writer else nullcontext()
        self.factory = sessionmaker(self.engine, expire_on_commit=False)
        self._reading = sessionmaker(self.engine.execution_options(reads_only=True), expire_on_commit=False)

    @contextmanager
    def writing(self) -> Iterator[Session]:
        """A unit of work that commits at its end and rolls back on any error."""
        with self._turn, self.factory.begin() as db:
            yield db

    @contextmanager
    def reading(self) -> Iterator[Session]:
        """A unit of work that only reads; on SQLite it never waits for a writer."""
        with self._reading() as db:
            yield db

    def close(self) -> None:
        """Give every connection back."""
        self.engine.dispose()
