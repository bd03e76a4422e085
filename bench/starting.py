"""How long `./frontdesk up` takes, everything installed and trained: until the page answers, until the bot does."""

import asyncio
import contextlib
import os
import signal
import sys
import time
from dataclasses import dataclass

from api.launch import up
from api.settings import ROOT
from bench.training import MeasurementFailed
from tests.journeys import house as houses

UP_SECONDS = 240.0
READY = b"Frontdesk is ready"


@dataclass(frozen=True)
class Start:
    """Seconds from the command to a page that answers, and to a bot that does."""

    page: float
    bot: float


async def measure() -> Start:
    """Run `up` with a fresh folder on a free port and stop it again. Raises MeasurementFailed."""
    with houses.temporary_folder() as folder:
        port = up.free_port()
        command = (sys.executable, "-m", "api.cli", "up", "--port", str(port))
        started = time.perf_counter()
        process = await asyncio.create_subprocess_exec(
            *command,
            cwd=ROOT,
            env={**os.environ, "PYTHONPATH": str(ROOT)},
            stdout=asyncio.subprocess.PIPE,
            stderr=(folder / "up.log").open("wb"),
        )
        try:
            page = asyncio.create_task(_page(port, started))
            async with asyncio.timeout(UP_SECONDS):
                await _ready(process)
                return Start(await page, time.perf_counter() - started)
        except (TimeoutError, EOFError):
            raise MeasurementFailed(f"`up` did not get ready: {houses.tail(folder / 'up.log')}") from None
        finally:
            await _stop(process)


async def _page(port: int, started: float) -> float:
    if not await up.answers(f"http://{up.LOOPBACK}:{port}/", UP_SECONDS):
        raise EOFError
    return time.perf_counter() - started


async def _ready(process: asyncio.subprocess.Process) -> None:
    while process.stdout is not None:
        line = await process.stdout.readline()
        if line.startswith(READY):
            return
        if not line:
            raise EOFError


async def _stop(process: asyncio.subprocess.Process) -> None:
    for sign in (signal.SIGINT, signal.SIGKILL):
        with contextlib.suppress(ProcessLookupError):
            process.send_signal(sign)
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(process.wait(), 30.0)
            return
