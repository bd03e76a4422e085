"""`frontdesk up` from the shell: Ctrl-C stops every process of it, also in the middle of the start."""

import asyncio
import os
import signal
import subprocess
import sys

import psutil

from api.launch import up
from api.settings import ROOT
from tests.journeys import house as houses


def _of(folder):
    """The running processes of a house, by its folder in their environment."""
    found = []
    for process in psutil.process_iter():
        try:
            if process.environ().get("FRONTDESK_VAR") == str(folder) and process.pid != os.getpid():
                found.append(process.pid)
        except psutil.Error:
            continue
    return found


async def test_ctrl_c_in_the_middle_of_the_start_stops_all_and_leaves_nobody():
    with houses.temporary_folder() as folder:
        port = up.free_port()
        shell = await asyncio.create_subprocess_exec(
            *(sys.executable, "-m", "api.cli", "up", "--port", str(port)),
            cwd=ROOT,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
        )
        assert await up.answers(f"http://127.0.0.1:{port}/healthz", 60.0)
        async with asyncio.timeout(60):
            while len(_of(folder)) < 4:
                await asyncio.sleep(0.05)
        shell.send_signal(signal.SIGINT)
        said, _ = await asyncio.wait_for(shell.communicate(), 30)
        assert shell.returncode == 0, said
        assert b"Frontdesk has stopped." in said
        assert b"Traceback" not in said
        assert _of(folder) == []
