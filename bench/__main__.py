"""`python -m bench WORD`: measures, shows progress on stderr, and gives a table or JSON."""

import argparse
import asyncio
import os
import sys
import time
from collections.abc import Callable, Sequence

from rich.console import Console
from rich.markup import escape
from rich.status import Status

from bench import figures, page, plan
from bench.figures import Report
from bench.training import EPOCHS_OVERRIDE

# A whole run ends by itself within 35 minutes.
LONGEST_SECONDS = 34 * 60.0

console = Console(stderr=True)


async def measure(words: Sequence[str]) -> Report:
    """Measure one after the other; one that cannot be measured is named, and the others go on."""
    whole, ends_at = Report(), asyncio.get_running_loop().time() + LONGEST_SECONDS
    for word in words:
        started = time.monotonic()
        with console.status(word) as status:
            try:
                async with asyncio.timeout_at(ends_at):
                    found = await plan.MEASUREMENTS[word](_telling(status, word))
            except Exception as error:
                found = Report(notes=[_why_not(word, error)], failed=True)
        console.print(f"{word}: {time.monotonic() - started:.0f} s", highlight=False)
        whole.figures += found.figures
        whole.notes += found.notes
        whole.failed |= found.failed
    return whole


def _why_not(word: str, error: Exception) -> str:
    # An error may carry the end of a log: its first and last line are enough for a list.
    lines = [line.strip() for line in str(error).splitlines() if line.strip()]
    said = " … ".join(lines[:1] + lines[1:][-1:])
    return f"{word} could not be measured: {type(error).__name__}: {said}"


def _telling(status: Status, word: str) -> Callable[[str], None]:
    return lambda line: status.update(escape(f"{word}: {line}"))


def main(arguments: Sequence[str] | None = None) -> int:
    """Read the command line; 0 when everything was measured and every bound held, else 1."""
    parser = argparse.ArgumentParser(
        prog="frontdesk bench", description="The measurements, each with its reference."
    )
    parser.add_argument("what", nargs="?", default="all", choices=[*plan.MEASUREMENTS, "all"])
    parser.add_argument("--json", action="store_true", help="print JSON instead of a table")
    parser.add_argument("--write", action="store_true", help="write docs/benchmarks.md (with `all` only)")
    given = parser.parse_args(arguments)
    if given.write and (given.what != "all" or os.environ.get(EPOCHS_OVERRIDE)):
        parser.error("--write is for a whole run: all, nothing reduced")
    facts = page.about(f"./frontdesk bench {given.what}")
    report = asyncio.run(measure(plan.ALL if given.what == "all" else (given.what,)))
    show(report, facts, given.json)
    if given.write:
        page.write(report, facts)
    return int(not report.all_held)


def show(report: Report, facts: dict[str, str], as_json: bool) -> None:
    """Print the report on stdout."""
    if as_json:
        print(figures.as_json(report, facts))
        return
    figures.show(report.figures)
    for note in report.notes:
        console.print(f"- {note}", highlight=False, markup=False)


if __name__ == "__main__":
    sys.exit(main())
