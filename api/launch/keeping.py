"""What the commands that keep the installation share: its settings, its files, one such command at a time."""

import fcntl
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import make_url

from api.database import Database
from api.launch import secrets, store
from api.settings import Settings

SYSTEM = "system"


class CannotDo(Exception):
    """A command was refused; the text says why and what to do."""


@dataclass(frozen=True)
class Installation:
    """One installation: its folder, its secrets, its settings."""

    folder: Path
    values: dict[str, str]
    settings: Settings

    @property
    def audit_key(self) -> bytes:
        """The key of the audit chain."""
        return self.settings.audit_key.get_secret_value().encode()

    @property
    def tracker(self) -> Path:
        """The file of the bot's conversation states."""
        return self.folder / "tracker.db"

    @property
    def sqlite_file(self) -> Path | None:
        """The file of the api's database; None on PostgreSQL."""
        return sqlite_file(self.settings.database_url)

    @contextmanager
    def database(self) -> Iterator[Database]:
        """The database, closed afterwards."""
        database = Database(self.settings.database_url)
        try:
            yield database
        finally:
            database.close()


def sqlite_file(database_url: str) -> Path | None:
    """The file behind a database URL; None when it is not SQLite."""
    url = make_url(database_url)
    return Path(url.database or "") if url.get_backend_name() == "sqlite" else None


def existing() -> Installation:
    """The installation that is there, brought to the newest schema. Raises CannotDo when there is none."""
    folder = store.folder()
    if not (folder / secrets.FILE).exists():
        raise CannotDo(f"there is no installation in {folder}; './frontdesk up' makes one")
    values = secrets.load(folder)
    installation = Installation(folder, values, store.settings_from(values))
    file = installation.sqlite_file
    if file is not None and not file.exists():
        raise CannotDo(f"there is no database {file}; './frontdesk up' makes one")
    store.migrate(installation.settings.database_url, installation.audit_key)
    return installation


@contextmanager
def alone(folder: Path) -> Iterator[None]:
    """Hold off every other command of this kind: a backup in the middle of a change of keys could not be opened.

    Raises CannotDo when one is running.
    """
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    with (folder / "keeping.lock").open("w") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            raise CannotDo("another backup, restore, purge or change of keys is running; wait for it") from None
        yield


@contextmanager
def opened(path: Path) -> Iterator[sqlite3.Connection]:
    """A SQLite file whose statements commit one by one."""
    with closing(sqlite3.connect(path, isolation_level=None, timeout=30)) as connection:
        yield connection
