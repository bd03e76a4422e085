"""The answer of a conversation's last turn: kept with its state, so that a turn asked again is not taken twice."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any

Body = dict[str, Any]

_turn: ContextVar[tuple[str, Callable[[], Body | None]] | None] = ContextVar("turn", default=None)


@contextmanager
def answering(turn_id: str, read: Callable[[], Body | None]) -> Iterator[None]:
    """While a turn is taken: `read` gives its answer so far, None when there is nothing worth keeping."""
    token = _turn.set((turn_id, read))
    try:
        yield
    finally:
        _turn.reset(token)


def answer_so_far() -> dict[str, Any] | None:
    """`{"turn_id", "body"}` of the turn that is being taken, for whoever saves the conversation."""
    turn_id, read = _turn.get() or ("", lambda: None)
    body = read()
    return None if body is None else {"turn_id": turn_id, "body": body}


async def answered_before(agent: Any, message: Any) -> Body | None:
    """The answer this turn already got, when the api asks again because it lost it (docs/protocols.md §2)."""
    # Whoever asked first may still be at it.
    async with agent.lock_store.lock(message.sender_id):
        kept: Body | None = agent.tracker_store.answer_of(message.sender_id, str(message.metadata.get("turn_id")))
    return kept
