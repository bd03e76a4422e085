"""What the supervisor promises, with real processes."""

import asyncio
import sys

from api.launch.processes import Program, Supervisor

SLEEPS = "import time; time.sleep(60)"


async def _until(condition, seconds=10.0):
    async with asyncio.timeout(seconds):
        while not condition():
            await asyncio.sleep(0.01)


async def test_a_process_that_dies_is_started_again(tmp_path):
    supervisor = Supervisor(tmp_path)
    supervisor.start(Program("naps", (sys.executable, "-c", SLEEPS), {}))
    await _until(lambda: "naps" in supervisor.processes)
    first = supervisor.processes["naps"]
    first.kill()
    await _until(lambda: supervisor.processes["naps"] is not first)
    supervisor.stop()
    await supervisor.wait()


async def test_stop_ends_every_process(tmp_path):
    supervisor = Supervisor(tmp_path)
    for name in ("a", "b"):
        supervisor.start(Program(name, (sys.executable, "-c", SLEEPS), {}))
    await _until(lambda: len(supervisor.processes) == 2)
    supervisor.stop()
    await supervisor.wait()
    assert all(process.returncode is not None for process in supervisor.processes.values())


async def test_a_process_gets_its_environment_and_its_log(tmp_path):
    supervisor = Supervisor(tmp_path)
    speak = "import os, time; print(os.environ['WORD'], flush=True); time.sleep(60)"
    supervisor.start(Program("speaks", (sys.executable, "-c", speak), {"WORD": "hello"}))
    await _until(lambda: (tmp_path / "speaks.log").exists() and "hello" in (tmp_path / "speaks.log").read_text())
    supervisor.stop()
    await supervisor.wait()
