"""Tells whoever listens to a chat that it has changed: a wake-up after commit, never the words themselves."""

import asyncio
from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy import event
from sqlalchemy.orm import Session

from api.database import Database

TOUCHED = "touched_sessions"


def touch(db: Session, session_id: str) -> None:
    """Note that this unit of work changes a chat; listeners wake when it commits, and only then.

    The note lives on the unit's own Session: one that is rolled back takes its notes with it.
    """
    db.info.setdefault(TOUCHED, set()).add(session_id)


class Publisher:
    """Wakes the streams of this process. A listener reads the database, so a missed wake-up loses nothing."""

    def __init__(self) -> None:
        self._listeners: dict[str, set[asyncio.Event]] = defaultdict(set)
        self._loop: asyncio.AbstractEventLoop | None = None

    def watch(self, database: Database) -> None:
        """Hear every commit of the writing units of work of a database."""
        event.listen(database.factory, "after_commit", self._committed)

    @contextmanager
    def listening(self, session_id: str) -> Iterator[asyncio.Event]:
        """An event that is set whenever the chat has changed; the listener clears it."""
        self._loop = asyncio.get_running_loop()
        changed = asyncio.Event()
        self._listeners[session_id].add(changed)
        try:
            yield changed
        finally:
            self._listeners[session_id].discard(changed)
            if not self._listeners[session_id]:
                del self._listeners[session_id]

    def count(self, session_id: str) -> int:
        """How many listen to this chat."""
        return len(self._listeners.get(session_id, ()))

    @property
    def total(self) -> int:
        """How many streams are open in this process."""
        return sum(len(listeners) for listeners in self._listeners.values())

    def wake(self, session_id: str) -> None:
        """Set the events of a chat's listeners; callable from any thread."""
        if self._loop is not None and not self._loop.is_closed():
            self._loop.call_soon_threadsafe(self._set, session_id)

    def _set(self, session_id: str) -> None:
        for changed in self._listeners.get(session_id, ()):
            changed.set()

    def _committed(self, db: Session) -> None:
        for session_id in db.info.pop(TOUCHED, ()):
            self.wake(session_id)
