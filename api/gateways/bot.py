"""The way to the dialogue process: one HTTP client, one deadline, no content in errors."""

from dataclasses import dataclass, field
from typing import Any, Protocol

import httpx

from api.errors import BotGone, BotUnavailable
from api.gateways.vectors import SentenceVector

PATH = "/webhooks/frontdesk"


@dataclass(frozen=True)
class BotTurn:
    """What the bot is asked: docs/protocols.md §2."""

    session_id: str
    text: str
    payload: str | None
    metadata: dict[str, Any]
    vector: SentenceVector | None = None


@dataclass(frozen=True)
class BotAnswer:
    """What the bot said and now knows."""

    messages: list[dict[str, Any]] = field(default_factory=list)
    facts: dict[str, Any] = field(default_factory=dict)
    open_question: str | None = None


class BotGateway(Protocol):
    """Whatever can take a turn."""

    async def take_turn(self, turn: BotTurn, timeout_seconds: float) -> BotAnswer:
        """Ask the bot. Raises BotUnavailable when it is late or answers nonsense, BotGone when nobody is there."""
        ...

    async def is_ready(self) -> bool:
        """True when the bot answers."""
        ...

    async def erase(self, session_id: str) -> None:
        """Forget a conversation. Raises BotUnavailable."""
        ...


class HttpBot:
    """The Rasa process on loopback."""

    def __init__(self, url: str, token: str) -> None:
        limits = httpx.Limits(max_connections=64, max_keepalive_connections=64)
        self._client = httpx.AsyncClient(
            base_url=url, headers={"X-Frontdesk-Token": token}, limits=limits, trust_env=False
        )

    async def take_turn(self, turn: BotTurn, timeout_seconds: float) -> BotAnswer:
        """Post one turn and read the answer."""
        body = {
            "sender_id": turn.session_id,
            "text": turn.text,
            "payload": turn.payload,
            "metadata": turn.metadata,
            "vector": turn.vector.to_dict() if turn.vector else None,
        }
        answer = await self._call("POST", f"{PATH}/webhook", timeout_seconds, json=body)
        try:
            read = answer.json()
            return BotAnswer(list(read["messages"]), dict(read["facts"]), read.get("open_question"))
        except (ValueError, KeyError, TypeError):
            raise BotUnavailable("the bot answered something unreadable") from None

    async def is_ready(self) -> bool:
        """Ask the ready route, one second at most."""
        try:
            await self._call("GET", f"{PATH}/ready", 1.0)
        except BotUnavailable:
            return False
        return True

    async def erase(self, session_id: str) -> None:
        """Delete the tracker of a session."""
        await self._call("DELETE", f"{PATH}/sessions/{session_id}", 5.0)

    async def close(self) -> None:
        """Close the connections."""
        await self._client.aclose()

    async def _call(self, method: str, path: str, timeout_seconds: float, **content: Any) -> httpx.Response:
        try:
            answer = await self._client.request(method, path, timeout=timeout_seconds, **content)
        except httpx.TimeoutException as error:
            raise BotUnavailable(f"the bot did not answer ({type(error).__name__})") from None
        except httpx.HTTPError as error:
            raise BotGone(f"the bot is not there ({type(error).__name__})") from None
        if answer.status_code != httpx.codes.OK:
            raise BotUnavailable(f"the bot answered with status {answer.status_code}")
        return answer
