"""Reads what the api sent beside a message (docs/protocols.md 2) off a Rasa message."""

from __future__ import annotations

from typing import Any, NamedTuple

from rasa.shared.nlu.constants import METADATA
from rasa.shared.nlu.training_data.message import Message


class Turn(NamedTuple):
    """What a component may know of the turn: the chat's language and the question the bot last asked."""

    language: str | None
    open_question: str | None


def turn_of(message: Message) -> Turn:
    """The turn of a live message; a training sentence, or metadata of another shape, gives an empty one."""
    metadata: Any = message.get(METADATA)
    if not isinstance(metadata, dict):
        return Turn(None, None)
    language, question = metadata.get("language"), metadata.get("open_question")
    return Turn(
        language if language in ("en", "es") else None,
        question if isinstance(question, str) else None,
    )
