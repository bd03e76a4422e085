"""Plays scripted visitors against a running house: `python -m tests.journeys.player FILE.yml… --base-url URL`.

Speaks only the public HTTP, staff's pages, and a read-only look at the SQLite file. Exit 1 when a journey fails.
"""

from __future__ import annotations

import argparse
import os
import sys
import time
from collections.abc import Sequence
from pathlib import Path
from typing import TextIO

import httpx

from tests.journeys.database import Look
from tests.journeys.desk import Desk
from tests.journeys.play import Outcome, Play
from tests.journeys.script import CLOCKS, Journey, ScriptError, load
from tests.journeys.visitor import Message, Visitor

HERE = Path(__file__).parent
DATABASE = Path(__file__).parents[2] / "var" / "frontdesk.db"
READY_POLL_SECONDS = 0.5


def main(arguments: Sequence[str] | None = None, out: TextIO | None = None) -> int:
    """Play the files (all of this folder when none is named); 0 when every journey went as written."""
    out = out or sys.stdout
    options = _options(arguments)
    try:
        journeys = [load(path) for path in options.files or sorted(HERE.glob("*.yml"))]
    except ScriptError as error:
        print(error, file=out)
        return 1
    chosen = [one for one in journeys if options.clock is None or one.clock in (None, options.clock)]
    with httpx.Client(base_url=options.base_url, timeout=options.patience + 10) as http:
        if not is_ready(http, options.wait):
            print(f"{options.base_url} is not ready after {options.wait:g} s", file=out)
            return 1
    outcomes = [play(journey, options, out) for journey in chosen]
    failed = [outcome for outcome in outcomes if outcome.problems]
    print(f"{len(outcomes) - len(failed)} of {len(outcomes)} journeys as written", file=out)
    return 1 if failed or not outcomes else 0


def play(journey: Journey, options: argparse.Namespace, out: TextIO) -> Outcome:
    """Play one journey and report it."""
    with (
        httpx.Client(base_url=options.base_url, timeout=options.patience + 10) as visitors,
        httpx.Client(base_url=options.base_url, timeout=30) as console,
    ):
        look = Look(options.database) if options.database.exists() else None
        desk = Desk(console, options.staff_email, options.staff_password) if options.staff_email else None
        visitor = Visitor(visitors, journey.language, options.patience)
        outcome = Play(journey, visitor, look, desk).run()
    report(outcome, out, options.verbose)
    return outcome


def report(outcome: Outcome, out: TextIO, verbose: bool = False) -> None:
    """One line for a journey that went well; what failed and the whole transcript for one that did not."""
    word = "FAILED" if outcome.problems else "ok"
    said = sum(message.author == "visitor" for message in outcome.transcript)
    print(f"{word:6} {outcome.journey.name} ({said} messages, {outcome.seconds:.1f} s)", file=out)
    for problem in outcome.problems:
        print(f"       {problem}", file=out)
    if outcome.problems or verbose:
        for message in outcome.transcript:
            print(_line(message), file=out)


def is_ready(http: httpx.Client, seconds: float) -> bool:
    """Wait for `/readyz`: a bot still warming up would answer late."""
    ends_at = time.monotonic() + seconds
    while True:
        try:
            if http.get("/readyz").status_code in (200, 404):
                return True
        except httpx.HTTPError:
            pass
        if time.monotonic() > ends_at:
            return False
        time.sleep(READY_POLL_SECONDS)


def _line(message: Message) -> str:
    kind = "" if message.kind == "text" else f" <{message.kind}>"
    labels = "".join(f" [{label}]" for _, label in message.labels)
    text = message.text.replace("\n", "\n" + " " * 20)
    return f"  {message.seq:4} {message.author:>8}{kind}: {text}{labels}"


def _options(arguments: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="frontdesk journey", description="play scripted visitors")
    parser.add_argument("files", nargs="*", type=Path)
    parser.add_argument("--base-url", default="http://127.0.0.1:8000")
    parser.add_argument("--database", type=Path, default=_database(), help="the server's SQLite file, read-only")
    parser.add_argument("--clock", choices=CLOCKS, help="play only journeys for these hours, or for any")
    parser.add_argument("--staff-email", default=os.environ.get("FRONTDESK_STAFF_EMAIL", ""))
    parser.add_argument("--staff-password", default=os.environ.get("FRONTDESK_STAFF_PASSWORD", ""))
    parser.add_argument("--patience", type=float, default=30.0, help="seconds to wait for an answer")
    parser.add_argument("--wait", type=float, default=90.0, help="seconds to wait for /readyz")
    parser.add_argument("--verbose", action="store_true", help="show every transcript")
    return parser.parse_args(arguments)


def _database() -> Path:
    address = os.environ.get("FRONTDESK_DATABASE_URL", "")
    return Path(address.removeprefix("sqlite:///")) if address.startswith("sqlite:///") else DATABASE


if __name__ == "__main__":
    raise SystemExit(main())
