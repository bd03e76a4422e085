"""Quick replies are resolved here: a browser names message and place, the meaning never leaves the server."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from api.errors import StaleChoice
from api.safety.hearing import ANSWERS
from api.transcript.models import Message
from api.vocabulary import Author

OWN_INTENT = "/safety"


@dataclass(frozen=True)
class Chosen:
    """A resolved reply: what the visitor saw, what it stands for, and whether it answers a safety question."""

    label: str
    payload: str
    answer: str | None

    @property
    def is_ours(self) -> bool:
        """True when the reply belongs to the safety conversation and means nothing to the bot."""
        return self.payload.startswith(OWN_INTENT)


def resolve(recent: Sequence[Message], seq: int, index: int, detail: str) -> Chosen:
    """The offer at that place. Raises StaleChoice unless it belongs to the newest offers and was not yet answered.

    `recent` are the last messages of the chat, oldest first. The newest offers are those of the last message that
    has any, with others of the same turn.
    """
    offering = [message for message in recent if message.author == Author.BOT and message.quick_replies]
    newest = offering[-1] if offering else None
    message = next((one for one in offering if one.seq == seq), None)
    if newest is None or message is None or not _stand_together(message, newest) or _is_answered(recent, message):
        raise StaleChoice(detail)
    if index >= len(message.quick_replies):
        raise StaleChoice(detail)
    offer = message.quick_replies[index]
    return Chosen(offer["label"], offer["payload"], _safety_answer(offer["payload"]))


def _stand_together(message: Message, newest: Message) -> bool:
    return message.seq == newest.seq or (message.turn_id is not None and message.turn_id == newest.turn_id)


def _is_answered(recent: Sequence[Message], message: Message) -> bool:
    return any((later.extra or {}).get("chosen_from") == message.seq for later in recent)


def _safety_answer(payload: str) -> str | None:
    intent, brace, body = payload.partition("{")
    values = _values(brace + body)
    answer = values.get("answer") if intent == OWN_INTENT else values.get("safety_answer")
    return str(answer) if answer in ANSWERS else None


def _values(text: str) -> dict[str, Any]:
    try:
        values = json.loads(text or "{}")
    except ValueError:
        return {}
    return values if isinstance(values, dict) else {}
