"""Writes docs/benchmarks.md: the figures of one run, with the day, the machine and the command."""

import os
import platform
from collections.abc import Mapping
from datetime import UTC, datetime

import psutil

from api.settings import ROOT
from bench.figures import Report, as_markdown

PAGE = ROOT / "docs" / "benchmarks.md"
MARK = "<!-- below this line: written by `./frontdesk bench all --write` -->"


def about(command: str) -> dict[str, str]:
    """The day, the machine and the command of a run."""
    gigabytes = psutil.virtual_memory().total / 1e9
    cores = f"{os.cpu_count()} cores, {gigabytes:.0f} GB, {platform.machine()}"
    load = f"{os.getloadavg()[0]:.1f} at the start"
    return {"date": f"{datetime.now(UTC):%Y-%m-%d}", "machine": cores, "load": load, "command": command}


def with_results(page: str, report: Report, facts: Mapping[str, str]) -> str:
    """The page with everything below the mark replaced by this run. Raises ValueError without the mark."""
    head, mark, _ = page.partition(MARK)
    if not mark:
        raise ValueError(f"{PAGE.name} has lost its line: {MARK}")
    lines = [f"- {name}: {value}" for name, value in facts.items()]
    notes = [f"- {note}" for note in report.notes]
    return "\n".join([head + MARK, "", *lines, "", as_markdown(report.figures), "", *notes]).rstrip() + "\n"


def write(report: Report, facts: Mapping[str, str]) -> None:
    """Bring docs/benchmarks.md up to this run."""
    PAGE.write_text(with_results(PAGE.read_text("utf-8"), report, facts), "utf-8")
