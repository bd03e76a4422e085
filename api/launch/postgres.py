"""pg_dump and pg_restore: found on the machine, told by environment variables so that no password is on a command line."""

import os
import re
import shutil
import subprocess
from importlib.util import find_spec
from pathlib import Path

from sqlalchemy import inspect, make_url

from api.database import connect
from api.launch.keeping import CannotDo


def dump(database_url: str, target: Path) -> None:
    """Write the whole database to `target` (custom format), as of one instant. Raises CannotDo."""
    _run(database_url, "pg_dump", "--format=custom", "--no-owner", "--no-privileges", f"--file={target}")


def restore(database_url: str, source: Path) -> None:
    """Fill an empty database, all or nothing. Raises CannotDo when it is not empty."""
    engine = connect(database_url)
    tables = inspect(engine).get_table_names()
    engine.dispose()
    if tables:
        raise CannotDo("the database holds tables already; restore into an empty one")
    name = make_url(database_url).database or ""
    options = ("--no-owner", "--no-privileges", "--single-transaction", "--exit-on-error", f"--dbname={name}")
    _run(database_url, "pg_restore", *options, str(source))


def _run(database_url: str, program: str, *options: str) -> None:
    environment = {**os.environ, **_connection(database_url)}
    done = subprocess.run(
        [_newest(program), *options], env=environment, capture_output=True, text=True, check=False
    )
    if done.returncode:
        raise CannotDo(f"{program} failed: {'; '.join(done.stderr.strip().splitlines()) or 'no reason given'}")


def _newest(program: str) -> str:
    """The newest on this machine: one that is older than the server refuses to work."""
    found = [path for path in _places(program) if path and os.access(path, os.X_OK)]
    if not found:
        raise CannotDo(
            f"{program} is not on this machine: install PostgreSQL's client programs, as new as the server"
        )
    return max(found, key=_version)


def _places(program: str) -> list[str | None]:
    """On PATH, and inside the package that brings PostgreSQL for the tests."""
    spec = find_spec("pgserver")
    folders = (spec.submodule_search_locations or []) if spec else []
    return [shutil.which(program), *(str(Path(folder) / "pginstall" / "bin" / program) for folder in folders)]


def _version(path: str) -> tuple[int, ...]:
    told = subprocess.run([path, "--version"], capture_output=True, text=True, check=False).stdout
    number = re.search(r"(\d+)(?:\.(\d+))?", told)
    return tuple(int(part) for part in number.groups("0")) if number else ()


def _connection(database_url: str) -> dict[str, str]:
    url = make_url(database_url)
    host = url.query.get("host", url.host)
    given = {
        "PGHOST": host if isinstance(host, str) else None,
        "PGPORT": str(url.port) if url.port else None,
        "PGUSER": url.username,
        "PGPASSWORD": url.password,
        "PGDATABASE": url.database,
    }
    return {name: value for name, value in given.items() if value}
