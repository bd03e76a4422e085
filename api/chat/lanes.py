"""One lane for each chat: messages are received in order, and one turn is taken at a time."""

import asyncio
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager


class Lane:
    """The order of one chat. `receiving` is held while a message is stored; turns run in a task of their own."""

    def __init__(self, left: Callable[[], None]) -> None:
        self.receiving = asyncio.Lock()
        self.users = 0
        self._left = left
        self._task: asyncio.Task[None] | None = None
        self._wanted = False
        self._answered_to = 0
        self._failure: Exception | None = None
        self._step = asyncio.Event()

    @property
    def is_idle(self) -> bool:
        """True when no turn is being taken."""
        return self._task is None

    def run(self, work: Callable[["Lane"], Awaitable[None]]) -> None:
        """See to it that waiting messages are answered: start to work, or have the running work look again."""
        self._wanted = True
        if self._task is None:
            self._failure = None
            self._task = asyncio.create_task(self._run(work))

    async def _run(self, work: Callable[["Lane"], Awaitable[None]]) -> None:
        # Between the last look at `_wanted` and the end there is no await: a message is never left behind.
        try:
            while self._wanted:
                self._wanted = False
                await work(self)
        except Exception as error:
            self._failure = error
        finally:
            self._task = None
            self._tell()
            self._left()

    def answered(self, seq: int) -> None:
        """A turn that took the messages up to this number is over."""
        self._answered_to = max(self._answered_to, seq)
        self._tell()

    def _tell(self) -> None:
        self._step.set()
        self._step = asyncio.Event()

    async def wait_for(self, seq: int) -> None:
        """Wait until a turn has taken the message of this number, or none will. Raises what the work raised."""
        while self._task is not None and self._answered_to < seq:
            await self._step.wait()
        if self._failure is not None and self._answered_to < seq:
            raise self._failure

    async def stop(self) -> None:
        """Cancel the work, if any."""
        task = self._task
        if task is not None:
            task.cancel()
            await asyncio.gather(task, return_exceptions=True)

    async def quiet(self) -> None:
        """Wait until no turn is being taken."""
        while self._task is not None:
            await self._step.wait()


class Lanes:
    """The lanes that somebody is on; a lane without users and without work is forgotten."""

    def __init__(self) -> None:
        self._lanes: dict[str, Lane] = {}

    def __len__(self) -> int:
        return len(self._lanes)

    @contextmanager
    def of(self, key: str) -> Iterator[Lane]:
        """The lane of a chat, kept while it is used."""
        if key not in self._lanes:
            self._lanes[key] = Lane(left=lambda: self._forget(key))
        lane = self._lanes[key]
        lane.users += 1
        try:
            yield lane
        finally:
            lane.users -= 1
            self._forget(key)

    async def stop(self) -> None:
        """Cancel all work."""
        for lane in list(self._lanes.values()):
            await lane.stop()

    def _forget(self, key: str) -> None:
        lane = self._lanes.get(key)
        if lane is not None and not lane.users and lane.is_idle:
            del self._lanes[key]
