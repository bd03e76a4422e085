"""Starts the processes of the product, watches them, restarts what dies, and stops all together."""

import asyncio
import contextlib
import ctypes
import os
import signal
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import structlog

from api.settings import ROOT

FIRST_RESTART_SECONDS = 0.5
LONGEST_RESTART_SECONDS = 10.0
STEADY_SECONDS = 60.0
STOP_SECONDS = 5.0
PR_SET_PDEATHSIG = 1

log = structlog.get_logger(__name__)


@dataclass(frozen=True)
class Program:
    """One process to keep running: its name (and log file), command and environment."""

    name: str
    command: tuple[str, ...]
    environment: Mapping[str, str]


def _die_with_parent() -> None:
    # Should the supervisor itself be killed, nothing may be left holding ports and databases (Linux prctl(2)).
    ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGTERM)


class Supervisor:
    """Runs programs until told to stop. A program that dies is started again, later each time it dies early."""

    def __init__(self, log_folder: Path) -> None:
        self._log_folder = log_folder
        self._stopping = asyncio.Event()
        self._tasks: list[asyncio.Task[None]] = []
        self.processes: dict[str, asyncio.subprocess.Process] = {}

    def start(self, program: Program) -> None:
        """Begin to keep `program` running."""
        self._log_folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        self._tasks.append(asyncio.create_task(self._keep_running(program)))

    async def wait(self) -> None:
        """Return once `stop` was called and every process has ended."""
        await self._stopping.wait()
        await asyncio.gather(*self._tasks)

    def stop(self) -> None:
        """Ask every process to end; `wait` then returns."""
        self._stopping.set()

    async def _keep_running(self, program: Program) -> None:
        delay = FIRST_RESTART_SECONDS
        while not self._stopping.is_set():
            started = asyncio.get_running_loop().time()
            try:
                await self._run_once(program)
            except OSError as error:
                # A missing interpreter or a full disk: the other programs go on, and this one is tried again.
                log.error("process_cannot_start", name=program.name, reason=error.strerror, next_try_seconds=delay)
            if asyncio.get_running_loop().time() - started > STEADY_SECONDS:
                delay = FIRST_RESTART_SECONDS
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(self._stopping.wait(), delay)
            delay = min(delay * 2, LONGEST_RESTART_SECONDS)

    async def _run_once(self, program: Program) -> None:
        with (self._log_folder / f"{program.name}.log").open("ab") as output:
            process = await asyncio.create_subprocess_exec(
                *program.command,
                cwd=ROOT,
                env={**os.environ, **program.environment},
                stdout=output,
                stderr=output,
                start_new_session=True,
                preexec_fn=_die_with_parent,
            )
        self.processes[program.name] = process
        stopping = asyncio.create_task(self._stopping.wait())
        ended = asyncio.create_task(process.wait())
        await asyncio.wait({stopping, ended}, return_when=asyncio.FIRST_COMPLETED)
        stopping.cancel()
        if not ended.done():
            await _end(process)
        elif not self._stopping.is_set():
            file = str(self._log_folder / f"{program.name}.log")
            log.warning("process_ended", name=program.name, status=process.returncode, log=file)
        await ended
        # What it started itself must not outlive it: it would hold ports and files of the next one.
        with contextlib.suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)


async def _end(process: asyncio.subprocess.Process) -> None:
    for sign in (signal.SIGTERM, signal.SIGKILL):
        with contextlib.suppress(ProcessLookupError):
            os.killpg(process.pid, sign)
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(process.wait(), STOP_SECONDS)
            return
