"""One of several api processes on one database: for each instant on stdin it delivers what is due, twice over."""

import asyncio
import sys
import tempfile
from datetime import datetime
from pathlib import Path

from api.clock import FixedClock
from api.main import create_app
from tests.factories import OPEN_AT, make_settings
from tests.fakes import FakeBot, FakeEars, FakeNotifier


async def main() -> None:
    """`timer_worker.py URL KEYS`, then one ISO instant a line."""
    url, keys = sys.argv[1:]
    clock = FixedClock(OPEN_AT)
    settings = make_settings(Path(tempfile.gettempdir()), database_url=url, keys=keys)
    app = create_app(settings, clock=clock, bot=FakeBot(), ears=FakeEars(), notifier=FakeNotifier())
    print("ready", flush=True)
    for line in sys.stdin:
        clock.instant = datetime.fromisoformat(line.strip())
        for _ in range(2):
            await app.state.dispatcher.deliver_due()
        print("done", flush=True)


if __name__ == "__main__":
    asyncio.run(main())
