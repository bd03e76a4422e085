"""Named points in a turn at which a process can be made to wait, fail or die. Used by the process it is started in.

The product knows nothing of them: `tests/faults` starts each process through a small wrapper (`api_process.py`,
`actions_process.py`, `bot_process.py`) that calls `reach` around the product's own seams. A test arms a point for
one chat with a file below the house's folder; the first to reach it there does as the file says, once.
"""

from __future__ import annotations

import asyncio
import json
import os
import signal
import time
from pathlib import Path

POLL_SECONDS = 0.01
# Nobody is held for ever: a process must be able to end although a test has forgotten it.
LONGEST_HOLD_SECONDS = 20.0


class Injected(RuntimeError):
    """The fault a test asked for."""


def folder(base: str | Path | None = None) -> Path:
    """Where points are armed; the house's folder is in every process's environment."""
    return Path(base or os.environ["FRONTDESK_VAR"]) / "faults"


def arm(base: Path, point: str, session_id: str, what: str, seconds: float = 0.0) -> Path:
    """Have the next turn of a chat that reaches `point` do `what`: hold, delay, fail or die. Gives the trace it leaves."""
    folder(base).mkdir(exist_ok=True)
    path = folder(base) / f"{point}.{session_id}"
    path.write_text(json.dumps({"what": what, "seconds": seconds}))
    return path.with_suffix(f".{session_id}-reached")


def _fire(point: str, session_id: str) -> tuple[str, float, Path]:
    path = folder() / f"{point}.{session_id}"
    try:
        order = json.loads(path.read_text())
        reached = path.rename(path.with_suffix(f".{session_id}-reached"))
    except FileNotFoundError:
        return "", 0.0, path
    if order["what"] == "die":
        os.kill(os.getpid(), signal.SIGKILL)
    if order["what"] == "fail":
        raise Injected(point)
    return order["what"], order["seconds"], reached


async def reach(point: str, session_id: str) -> None:
    """A turn of this chat is at this point."""
    what, seconds, reached = _fire(point, session_id)
    if what == "delay":
        await asyncio.sleep(seconds)
    ends_at = time.monotonic() + LONGEST_HOLD_SECONDS
    while what == "hold" and reached.exists() and time.monotonic() < ends_at:
        await asyncio.sleep(POLL_SECONDS)


def reach_in_thread(point: str, session_id: str) -> None:
    """The same, for code that runs in a thread."""
    what, seconds, reached = _fire(point, session_id)
    if what == "delay":
        time.sleep(seconds)
    ends_at = time.monotonic() + LONGEST_HOLD_SECONDS
    while what == "hold" and reached.exists() and time.monotonic() < ends_at:
        time.sleep(POLL_SECONDS)
