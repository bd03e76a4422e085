"""The databases tests run on: a file of SQLite, or one of a real PostgreSQL."""

import os
import shutil
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from importlib.util import find_spec
from itertools import count
from pathlib import Path

from sqlalchemy import Connection, NullPool, create_engine, make_url, text

from api.database import Base

KINDS = ("sqlite", "postgresql")


@contextmanager
def postgres() -> Iterator[str]:
    """A fresh PostgreSQL; its URL. Below the system's temporary folder: as root it opens up every parent folder."""
    folder = tempfile.mkdtemp(prefix="frontdesk-pg-")
    before = os.environ.get("XDG_RUNTIME_DIR")
    os.environ["XDG_RUNTIME_DIR"] = folder
    if os.geteuid() == 0:
        _copy_within_reach(Path(folder))
    import pgserver  # reads the variable

    server = pgserver.get_server(f"{folder}/data", cleanup_mode="delete")
    try:
        yield server.get_uri().replace("postgresql://", "postgresql+psycopg://", 1)
    finally:
        server.cleanup()
        shutil.rmtree(folder, ignore_errors=True)
        os.environ.pop("XDG_RUNTIME_DIR")
        if before is not None:
            os.environ["XDG_RUNTIME_DIR"] = before


def _copy_within_reach(folder: Path) -> None:
    """PostgreSQL refuses to be root, so the wheel starts it as another user, who may not read below `var/` (0700)."""
    if "pgserver" in sys.modules:
        return
    found = find_spec("pgserver")
    package = Path(str(found and found.origin)).parent
    for part in (package, package.parent / "pgserver.libs"):
        if part.exists():
            shutil.copytree(part, folder / part.name)
    sys.path.insert(0, str(folder))


class Sqlite:
    """A file in the test's own folder."""

    def url_for(self, folder: Path) -> str:
        """The database of everything a test starts on this folder."""
        return f"sqlite:///{folder}/frontdesk.db"

    def empty_url_for(self, folder: Path) -> str:
        """A database without tables."""
        return f"sqlite:///{folder}/empty.db"

    def forget(self) -> None:
        """The folder goes with the test."""


class Postgres:
    """One server for all tests; each folder a test starts something on gets a database, emptied for the next test.

    Making and dropping one takes a tenth of a second each, emptying it a few milliseconds.
    """

    def __init__(self, url: str) -> None:
        import api.main  # noqa: F401 (fills the metadata with every room)

        self.url = url
        self._url, self._numbers = make_url(url), count(1)
        self._server = create_engine(url, isolation_level="AUTOCOMMIT")
        self._used: dict[Path, str] = {}
        self._free: list[str] = []
        # Nothing here has to outlive the machine.
        for statement in ("fsync = off", "synchronous_commit = off", "full_page_writes = off"):
            self._do(f"ALTER SYSTEM SET {statement}")
        self._do("SELECT pg_reload_conf()")

    def url_for(self, folder: Path) -> str:
        """The database of everything a test starts on this folder."""
        if folder not in self._used:
            self._used[folder] = self._free.pop() if self._free else self._make()
        return self._address(self._used[folder])

    def empty_url_for(self, folder: Path) -> str:
        """A database without tables; it stays until the server goes."""
        name = self._new()
        return self._address(name)

    def _new(self) -> str:
        name = f"test_{next(self._numbers)}"
        self._do(f"CREATE DATABASE {name}")
        return name

    def _make(self) -> str:
        name = self._new()
        self._in(name, Base.metadata.create_all)
        return name

    def _address(self, name: str) -> str:
        return self._url.set(database=name).render_as_string(hide_password=False)

    def _do(self, statement: str) -> None:
        with self._server.connect() as connection:
            connection.execute(text(statement))

    def _in(self, name: str, work: Callable[[Connection], object]) -> None:
        engine = create_engine(self._address(name), poolclass=NullPool)
        with engine.begin() as connection:
            work(connection)

    def forget(self) -> None:
        """Empty what the last test used, whoever is still connected."""
        for name in self._used.values():
            self._do(f"SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '{name}'")
            self._in(name, _empty)
            self._free.append(name)
        self._used.clear()

    def close(self) -> None:
        """End all connections."""
        self._server.dispose()


def _empty(connection: Connection) -> None:
    Base.metadata.create_all(connection)
    tables = reversed(Base.metadata.sorted_tables)
    connection.execute(text("; ".join(f'DELETE FROM "{table.name}"' for table in tables)))


_using: list[Sqlite | Postgres] = [Sqlite()]


def url_for(folder: Path) -> str:
    """The database, of the kind the running test is about, that belongs to this folder."""
    return _using[-1].url_for(folder)


def empty_url_for(folder: Path) -> str:
    """The same, without tables."""
    return _using[-1].empty_url_for(folder)


@contextmanager
def using(databases: Sqlite | Postgres) -> Iterator[None]:
    """While a test runs."""
    _using.append(databases)
    try:
        yield
    finally:
        _using.pop().forget()
