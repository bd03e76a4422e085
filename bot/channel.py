"""How the api reaches the dialogue: one call a turn, a token, buttons that need no understanding."""

from __future__ import annotations

import hmac
import json
import logging
import os
import re
from collections.abc import Awaitable, Callable
from typing import Any

from rasa.core.channels.channel import InputChannel, OutputChannel, UserMessage
from sanic import Blueprint, response
from sanic.request import Request
from sanic.response import HTTPResponse

from bot import tuning
from bot.answered import answered_before, answering
from bot.components.vectors import no_vector, read_vector, sent
from bot.tracker_store import SealedTrackerStore

VARIABLE = "FRONTDESK_BOT_TOKEN"
PLAIN_VARIABLE = "FRONTDESK_BOT_PLAIN"  # for `bench stock` only: Rasa as it comes
HEADER = "X-Frontdesk-Token"
FACTS = "frontdesk_facts"
PRESSED = re.compile(r"/([a-z_]{1,64})(\{.*\})?", re.DOTALL)
WARM_UP_TEXT = "hello, I have been anxious since May and I take something for it"
SESSION_ID = re.compile(r"[A-Za-z0-9_-]{8,64}")
# Commands of Rasa itself: a button never stands for one.
RESERVED = frozenset({"restart", "back", "session_start"})
log = logging.getLogger("frontdesk.channel")


class BadCall(ValueError):
    """A call that is not of the shape of docs/protocols.md §2; its text carries no content."""


class CollectedReplies(OutputChannel):
    """Gathers what is said in a turn, in the shape the api stores, and the intake that travels with it."""

    def __init__(self) -> None:
        self.messages: list[dict[str, Any]] = []
        self.facts: dict[str, Any] | None = None

    @classmethod
    def name(cls) -> str:
        """The channel's name in Rasa."""
        return "frontdesk"

    async def send_response(self, recipient_id: str, message: dict[str, Any]) -> None:
        """Take one message of the bot; Rasa's own per-type methods are not used."""
        custom = message.get("custom") or {}
        if FACTS in custom:
            self.facts = custom[FACTS]
        elif message.get("text"):
            self.messages.append(_reply(message, custom))

    def body(self) -> dict[str, Any] | None:
        """The answer of docs/protocols.md §2; None while the action has not answered."""
        if self.facts is None:
            return None
        question = self.facts.get("open_question")
        return {"messages": self.messages, "facts": self.facts["intake"], "open_question": question}


def _reply(message: dict[str, Any], custom: dict[str, Any]) -> dict[str, Any]:
    buttons = message.get("buttons") or []
    return {
        "text": message["text"],
        "kind": custom.get("kind", "text"),
        "quick_replies": [{"label": item["title"], "payload": item["payload"]} for item in buttons],
        "payload": custom.get("payload") or {},
    }


def read_pressed(payload: str, text: str) -> dict[str, Any]:
    """A quick reply's payload (`/intent{json}`) as Rasa's parse data, with its facts as findings.

    Raises BadCall: payloads are ours, so one that cannot be read is a fault, not a visitor's message.
    """
    match = PRESSED.fullmatch(payload)
    if match is None or match[1] in RESERVED:
        raise BadCall("unreadable payload")
    facts = _object(match[2] or "{}")
    return {
        "text": text,
        "intent": {"name": match[1], "confidence": 1.0},
        "entities": [],
        "findings": {"facts": facts, "pressed": True},
    }


def _object(text: str) -> dict[str, Any]:
    try:
        read = json.loads(text)
    except ValueError:
        raise BadCall("unreadable payload") from None
    if not isinstance(read, dict):
        raise BadCall("unreadable payload")
    return read


def read_call(body: Any, output: OutputChannel) -> UserMessage:
    """The body of docs/protocols.md §2 as a message for Rasa. Raises BadCall."""
    if not isinstance(body, dict):
        raise BadCall("not an object")
    sender, text, payload = body.get("sender_id"), body.get("text"), body.get("payload")
    metadata = body.get("metadata")
    if not isinstance(sender, str) or not SESSION_ID.fullmatch(sender):
        raise BadCall("sender_id")
    if not isinstance(text, str) or not isinstance(metadata, dict):
        raise BadCall("text or metadata")
    parsed = read_pressed(payload, text) if isinstance(payload, str) and payload else None
    if parsed is None and text.startswith("/"):
        text = "\u2060" + text  # the api does it too: typed text is never a command (architecture.md §4)
    return UserMessage(
        text, output, sender, parse_data=parsed, input_channel=CollectedReplies.name(), metadata=metadata
    )


class FrontdeskInput(InputChannel):
    """`/webhooks/frontdesk/…`: webhook, ready, sessions."""

    def __init__(self, token: str) -> None:
        self._token = token.encode()
        self._warm = False

    async def _is_warm(self, agent: Any) -> bool:
        """Model loaded, sealed store in use, one sentence understood: no visitor has to wait for that."""
        if not agent.is_ready() or not isinstance(agent.tracker_store, SealedTrackerStore):
            return False
        if not self._warm:
            with sent(no_vector(WARM_UP_TEXT)):
                await agent.parse_message(WARM_UP_TEXT)
            self._warm = True
        return True

    @classmethod
    def name(cls) -> str:
        """Part of the path."""
        return "frontdesk"

    @classmethod
    def from_credentials(cls, credentials: dict[str, Any] | None) -> FrontdeskInput:
        """The token comes from the environment. Raises ValueError when it is missing or too short."""
        token = os.environ.get(VARIABLE, "")
        if len(token) < 16:
            raise ValueError(f"{VARIABLE} must be a secret of at least 16 characters")
        if not os.environ.get(PLAIN_VARIABLE):
            tuning.apply()
        return cls(token)

    def blueprint(self, on_new_message: Callable[[UserMessage], Awaitable[Any]]) -> Blueprint:
        """The routes."""
        routes = Blueprint("frontdesk", __name__)

        @routes.middleware("request")  # type: ignore[misc]
        async def check_token(request: Request) -> HTTPResponse | None:
            given = request.headers.get(HEADER, "").encode()
            return None if hmac.compare_digest(given, self._token) else _refused(401, "SignInRequired")

        @routes.get("/ready")  # type: ignore[misc]
        async def ready(request: Request) -> HTTPResponse:
            is_ready = await self._is_warm(request.app.ctx.agent)
            return response.json({"ready": is_ready}, 200 if is_ready else 503)

        @routes.post("/webhook")  # type: ignore[misc]
        async def webhook(request: Request) -> HTTPResponse:
            return await answer(request, on_new_message)

        @routes.delete("/sessions/<session_id:str>")  # type: ignore[misc]
        async def erase(request: Request, session_id: str) -> HTTPResponse:
            await request.app.ctx.agent.tracker_store.erase(session_id)
            return response.json({"erased": True})

        return routes


async def answer(request: Any, on_new_message: Callable[[UserMessage], Awaitable[Any]]) -> HTTPResponse:
    """Take a turn. 422 for a body of another shape; 500 without content when the dialogue failed."""
    replies = CollectedReplies()
    try:
        body = json.loads(request.body or b"")
        message = read_call(body, replies)
        vector = read_vector(body.get("vector"), str(message.text))
    except ValueError:
        return _refused(422, "BadCall")
    try:
        body = await answered_before(request.app.ctx.agent, message) if message.metadata.get("again") else None
        with sent(vector):
            body = body or await _take(message, replies, on_new_message)
    except Exception as error:
        log.error("turn failed: %s", type(error).__name__)
        return _refused(500, "FrontdeskError")
    if body is None:
        log.error("turn failed: the action did not answer")
        return _refused(500, "FrontdeskError")
    return response.json(body)


async def _take(
    message: UserMessage, replies: CollectedReplies, on_new_message: Callable[[UserMessage], Awaitable[Any]]
) -> dict[str, Any] | None:
    with answering(str(message.metadata.get("turn_id")), replies.body):
        await on_new_message(message)
    return replies.body()


def _refused(status: int, error: str) -> HTTPResponse:
    return response.json({"error": error, "detail": ""}, status)
