"""Starts a whole house of real processes on free ports, for journeys and browser tests.

`python -m tests.journeys.house` plays every journey of this folder: bot and actions start once, the api once
for each clock (office open, office closed), each time with a fresh database.
"""

import asyncio
import contextlib
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import AsyncIterator, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path

from rich.console import Console

from api.clock import SystemClock
from api.database import Database
from api.launch import store, up
from api.launch.processes import Program, Supervisor
from api.settings import ROOT
from api.staff import service as staff
from api.vocabulary import Role

# A Tuesday morning and a Sunday night in Tucson (UTC-7 all year).
CLOCKS = {
    "open": datetime(2026, 12, 1, 16, 0, tzinfo=UTC),
    "closed": datetime(2026, 12, 6, 5, 0, tzinfo=UTC),
}
STAFF_EMAIL, STAFF_PASSWORD = "dana@example.org", "correct-horse-555-0142"
CONSOLE = Console(stderr=True, quiet=True)
Words = Mapping[str, str]


@dataclass
class House:
    """A house that answers: its addresses, its files, its processes."""

    folder: Path
    values: dict[str, str]
    supervisor: Supervisor

    @property
    def base_url(self) -> str:
        """Where the page is."""
        return self.values["FRONTDESK_BASE_URL"]

    @property
    def database_url(self) -> str:
        """The database of the api."""
        return self.values["FRONTDESK_DATABASE_URL"]

    @property
    def database(self) -> Path:
        """The SQLite file of the api."""
        return self.folder / "frontdesk.db"


@contextlib.contextmanager
def temporary_folder() -> Iterator[Path]:
    """A folder for one house, away from the installation's own `var/`; removed afterwards."""
    folder = Path(tempfile.mkdtemp(prefix="frontdesk-house-"))
    before = os.environ.get("FRONTDESK_VAR")
    os.environ["FRONTDESK_VAR"] = str(folder)
    try:
        yield folder
    finally:
        os.environ.pop("FRONTDESK_VAR")
        if before is not None:
            os.environ["FRONTDESK_VAR"] = before
        shutil.rmtree(folder, ignore_errors=True)


def values_for(folder: Path, port: int) -> dict[str, str]:
    """The environment of a house on `port`."""
    values = up.environment(up.Options(port=port))
    database_url = f"sqlite:///{folder / 'frontdesk.db'}"
    return {**values, "FRONTDESK_DATABASE_URL": database_url, "FRONTDESK_BOT_WARM_UP_SECONDS": "120"}


@contextlib.asynccontextmanager
async def running_house(
    database_url: str = "", clock: datetime = CLOCKS["open"], words: Words | None = None
) -> AsyncIterator[House]:
    """Start api, actions and bot with a fresh database, SQLite unless a URL says otherwise; all end with the block.

    `words` of the programs' command lines are replaced by others: how tests start a program with something added.
    """
    with temporary_folder() as folder:
        values = values_for(folder, up.free_port())
        values["FRONTDESK_DATABASE_URL"] = database_url or values["FRONTDESK_DATABASE_URL"]
        supervisor = Supervisor(folder / "logs")
        try:
            await start_api(supervisor, values, clock, words)
            await start_bot(supervisor, values, words)
            await up.bot_joins(values["FRONTDESK_API_URL"])
            yield House(folder, values, supervisor)
        finally:
            supervisor.stop()
            await supervisor.wait()


def _program(name: str, values: dict[str, str], words: Words | None) -> Program:
    program = up.programs(values)[name]
    return replace(program, command=tuple((words or {}).get(word, word) for word in program.command))


async def start_bot(supervisor: Supervisor, values: dict[str, str], words: Words | None = None) -> None:
    """Start actions and bot and wait until both answer."""
    supervisor.start(_program("actions", values, words))
    supervisor.start(_program("bot", values, words))
    token = {"X-Frontdesk-Token": values["FRONTDESK_BOT_TOKEN"]}
    ready = f"{values['FRONTDESK_BOT_URL']}/webhooks/frontdesk/ready"
    if not await up.answers(ready, 180.0, token):
        raise RuntimeError(f"the bot did not start: {tail(store.folder() / 'logs' / 'bot.log')}")


async def start_api(
    supervisor: Supervisor, values: dict[str, str], clock: datetime | None, words: Words | None = None
) -> None:
    """Start an api with a fresh database and a staff member, and wait until it answers."""
    for path in store.folder().glob("frontdesk.db*"):
        path.unlink()
    moved = {**values, "FRONTDESK_CLOCK": clock.isoformat()} if clock else values
    store.prepare(values, CONSOLE)
    database = Database(values["FRONTDESK_DATABASE_URL"])
    with database.writing() as db:
        staff.add(db, STAFF_EMAIL, "Dana", Role.CLINICIAN, (clock or SystemClock().now()), STAFF_PASSWORD)
    database.close()
    supervisor.start(_program("api", moved, words))
    if not await up.answers(f"{values['FRONTDESK_BASE_URL']}/healthz", 30.0):
        raise RuntimeError(f"the api did not start: {tail(store.folder() / 'logs' / 'api.log')}")


def tail(path: Path, lines: int = 30) -> str:
    """The last lines of a log file."""
    return "\n".join(path.read_text(errors="replace").splitlines()[-lines:]) if path.exists() else "no log"


async def play_all(files: list[str]) -> int:
    """Play the journeys of every clock; the number of clocks at which something failed."""
    failures = 0
    with temporary_folder() as folder:
        values = values_for(folder, up.free_port())
        steady = Supervisor(folder / "logs")
        await start_bot(steady, values)
        for name, clock in CLOCKS.items():
            supervisor = Supervisor(folder / "logs")
            await start_api(supervisor, values, clock)
            await up.bot_joins(values["FRONTDESK_API_URL"])
            failures += await asyncio.to_thread(_play, name, clock, files, values, folder)
            supervisor.stop()
            await supervisor.wait()
        if failures:
            print(
                tail(folder / "logs" / "api.log"), tail(folder / "logs" / "actions.log"), sep="\n", file=sys.stderr
            )
        steady.stop()
        await steady.wait()
    return failures


def _play(name: str, clock: datetime, files: list[str], values: dict[str, str], folder: Path) -> int:
    command = [sys.executable, "-m", "tests.journeys.player", *files, "--clock", name]
    command += ["--base-url", values["FRONTDESK_BASE_URL"], "--database", str(folder / "frontdesk.db")]
    command += ["--staff-email", STAFF_EMAIL, "--staff-password", STAFF_PASSWORD]
    return int(subprocess.run(command, cwd=ROOT, check=False).returncode != 0)


def main() -> int:
    """Play the files named on the command line, or all of this folder."""
    files = sys.argv[1:] or sorted(str(path) for path in Path(__file__).parent.glob("*.yml"))
    return min(asyncio.run(play_all(files)), 1)


if __name__ == "__main__":
    sys.exit(main())
