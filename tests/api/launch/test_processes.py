"""What the supervisor promises, with real processes."""

import asyncio
import sys
import time

import psutil
from structlog.testing import capture_logs

from api.launch import processes
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


# Starts a child of its own, writes its number down, and ends as told: by itself or when it is asked to.
PARENT = """
import subprocess, sys, time
child = subprocess.Popen([sys.executable, "-c", "import signal, time; signal.signal(15, signal.SIG_IGN); time.sleep(60)"])
open(sys.argv[1], "w").write(str(child.pid))
if sys.argv[2] == "stay":
    time.sleep(60)
"""


def _is_running(pid):
    return psutil.pid_exists(pid) and psutil.Process(pid).status() != psutil.STATUS_ZOMBIE


def _number(path):
    return int(path.read_text()) if path.exists() and path.read_text() else 0


async def test_a_process_that_keeps_dying_is_started_again_later_each_time(tmp_path, monkeypatch):
    monkeypatch.setattr(processes, "FIRST_RESTART_SECONDS", 0.05)
    monkeypatch.setattr(processes, "LONGEST_RESTART_SECONDS", 0.2)
    supervisor, marks = Supervisor(tmp_path), tmp_path / "marks"
    beat = f"echo $(date +%s%N) >> {marks}; exit 3"
    with capture_logs() as logged:
        supervisor.start(Program("dies", ("/bin/sh", "-c", beat), {}))
        await _until(lambda: marks.exists() and len(marks.read_text().splitlines()) == 6)
        supervisor.stop()
        await supervisor.wait()
    times = [int(line) / 1e9 for line in marks.read_text().splitlines()]
    pauses = [later - earlier for earlier, later in zip(times, times[1:])]
    assert pauses[1] > pauses[0]
    assert all(0.2 <= pause < 1.0 for pause in pauses[2:])
    [first, *_] = logged
    assert (first["event"], first["name"], first["status"]) == ("process_ended", "dies", 3)
    assert first["log"] == str(tmp_path / "dies.log")


async def test_a_program_that_cannot_be_started_is_reported_and_the_others_go_on(tmp_path):
    supervisor = Supervisor(tmp_path)
    with capture_logs() as logged:
        supervisor.start(Program("absent", ("/nowhere/python",), {}))
        supervisor.start(Program("naps", (sys.executable, "-c", SLEEPS), {}))
        await _until(lambda: "naps" in supervisor.processes and logged)
        supervisor.stop()
        await supervisor.wait()
    assert [(each["event"], each["name"], each["reason"]) for each in logged] == [
        ("process_cannot_start", "absent", "No such file or directory")
    ]
    assert supervisor.processes["naps"].returncode is not None


async def test_what_a_dead_process_had_started_ends_with_it(tmp_path):
    supervisor, child = Supervisor(tmp_path), tmp_path / "child"
    supervisor.start(Program("parent", (sys.executable, "-c", PARENT, str(child), "go"), {}))
    await _until(lambda: _number(child))
    first = _number(child)
    await _until(lambda: _number(child) not in (0, first))
    await _until(lambda: not _is_running(first))
    supervisor.stop()
    await supervisor.wait()


async def test_stop_leaves_no_grandchild_even_one_that_does_not_listen(tmp_path):
    supervisor, child = Supervisor(tmp_path), tmp_path / "child"
    supervisor.start(Program("parent", (sys.executable, "-c", PARENT, str(child), "stay"), {}))
    await _until(lambda: _number(child))
    supervisor.stop()
    await supervisor.wait()
    await _until(lambda: not _is_running(_number(child)))


async def test_stop_does_not_wait_for_the_next_start(tmp_path, monkeypatch):
    monkeypatch.setattr(processes, "FIRST_RESTART_SECONDS", 60.0)
    supervisor = Supervisor(tmp_path)
    with capture_logs() as logged:
        supervisor.start(Program("dies", ("/bin/false",), {}))
        await _until(lambda: logged)
        started = time.monotonic()
        supervisor.stop()
        await supervisor.wait()
    assert time.monotonic() - started < 1.0


SUPERVISES = """
import asyncio, sys
from pathlib import Path
from api.launch.processes import Program, Supervisor

async def run():
    supervisor = Supervisor(Path(sys.argv[1]))
    supervisor.start(Program("naps", (sys.executable, "-c", "import time; time.sleep(60)"), {}))
    while "naps" not in supervisor.processes:
        await asyncio.sleep(0.01)
    print(supervisor.processes["naps"].pid, flush=True)
    await supervisor.wait()

asyncio.run(run())
"""


async def test_a_supervisor_that_is_killed_leaves_nobody_behind(tmp_path):
    command = (sys.executable, "-c", SUPERVISES, str(tmp_path))
    supervising = await asyncio.create_subprocess_exec(*command, stdout=asyncio.subprocess.PIPE)
    pid = int(await supervising.stdout.readline())
    supervising.kill()
    await supervising.wait()
    await _until(lambda: not _is_running(pid))
