"""`frontdesk test` and `frontdesk journey`: every check of the project, each in the environment it needs."""

import os
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from rich.console import Console

from api.launch import environments, training
from api.settings import ROOT

CHROMIUM = ("chromium", "chromium-browser", "google-chrome")
RASA_DATA = ("data/nlu", "data/rules", "data/stories", "data/responses")

console = Console(stderr=True)


@dataclass(frozen=True)
class Check:
    """One command of the suite."""

    name: str
    command: tuple[str, ...]


def checks() -> Iterator[Check]:
    """Everything that must pass, quick ones first."""
    app, bot = str(environments.python_of("app")), str(environments.python_of("bot"))
    tool = str(environments.python_of("app").parent)
    yield Check("format", (f"{tool}/ruff", "format", "--check", "."))
    yield Check("lint", (f"{tool}/ruff", "check", "."))
    yield Check("layers", (f"{tool}/lint-imports",))
    yield Check("types", (f"{tool}/mypy",))
    apart = ("--ignore=tests/browser", "--ignore=tests/faults")
    yield Check("tests of the app environment", (app, "-m", "pytest", *apart))
    yield Check("faults", (app, "-m", "pytest", "tests/faults"))
    yield Check("tests of the bot environment", (bot, "-m", "pytest", "-c", "tests/bot/pytest.ini", "tests/bot"))
    rasa = ("data", "validate", "--domain", "domain.yml", "--config", "config.yml", "--data", *RASA_DATA)
    yield Check("rasa data validate", (bot, "-m", "bot", *rasa))
    stories = (
        "test",
        "core",
        "--stories",
        "tests/bot/dialogue",
        "--model",
        "models/rasa",
        "--fail-on-prediction-errors",
    )
    yield Check("rasa test", (bot, "-m", "rasa", *stories, "--out", "var/rasa-test"))
    yield Check("held-out sentences", (app, "-m", "evaluation"))
    yield Check("journeys", (app, "-m", "tests.journeys.house"))
    yield Check("browser", (app, "-m", "pytest", "tests/browser"))


def run(arguments: Sequence[str]) -> int:
    """Prepare what tests need, then run them all; the exit code. With arguments: pytest alone."""
    _prepare()
    if arguments:
        return _call((str(environments.python_of("app")), "-m", "pytest", *arguments))
    failed = []
    for check in checks():
        console.rule(check.name)
        started = time.monotonic()
        if _call(check.command) != 0:
            failed.append(check.name)
        console.print(f"{check.name}: {time.monotonic() - started:.0f} s", highlight=False)
    console.rule()
    if failed:
        console.print(f"failed: {', '.join(failed)}", highlight=False)
    return 1 if failed else 0


def play(files: Sequence[Path], options: Sequence[str]) -> int:
    """Play journey files against a running `up`; `options` are the player's own."""
    command = ("-m", "tests.journeys.player", *map(str, files), *options)
    return _call((str(environments.python_of("app")), *command))


def measure(arguments: Sequence[str]) -> int:
    """Run the measurements of `bench` on models that are up to date; the exit code."""
    _prepare_bot()
    return _call((str(environments.python_of("app")), "-m", "bench", *arguments))


def evaluate(arguments: Sequence[str]) -> int:
    """Measure on the held-out sentences with models that are up to date; the exit code."""
    _prepare_bot()
    return _call((str(environments.python_of("app")), "-m", "evaluation", *arguments))


def _prepare() -> None:
    _prepare_bot()
    if not any(shutil.which(name) for name in CHROMIUM):
        console.print("Fetching Chromium for the browser tests")
        subprocess.run([sys.executable, "-m", "playwright", "install", "chromium"], check=False)


def _prepare_bot() -> None:
    if not environments.is_current("bot"):
        console.print("Preparing the bot environment (about 3 GB, once)")
        environments.sync("bot")
    training.run(force=False, console=console)


def _call(command: Sequence[str]) -> int:
    ours = {"RASA_TELEMETRY_ENABLED": "false", "PYTHONPATH": str(ROOT), "TF_CPP_MIN_LOG_LEVEL": "3"}
    return subprocess.run(list(command), cwd=ROOT, env={**os.environ, **ours}, check=False).returncode
