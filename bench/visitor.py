"""A visitor over the public HTTP, and the ten turns every comparison is made with."""

import time
import uuid
from dataclasses import dataclass, field
from typing import Any, Self

import httpx

# Typed answers only: they mean the same whatever is asked next, and the stock bot can be asked the same.
TEN_TURNS = (
    "hi there",
    "i keep having panic attacks at work",
    "no, nothing like that",
    "it's for me",
    "i'm 34",
    "i live in tucson, arizona",
    "pretty bad, i can hardly work",
    "no therapist and no medication right now",
    "i want to talk to a therapist",
    "what does a visit cost?",
)


@dataclass
class Visitor:
    """One chat. `milliseconds` holds the time of each turn, from sending to the whole answer."""

    http: httpx.AsyncClient
    session_id: str = ""
    token: str = ""
    milliseconds: list[float] = field(default_factory=list)
    answers: list[dict[str, Any]] = field(default_factory=list)

    @classmethod
    async def open(cls, http: httpx.AsyncClient) -> Self:
        """A new chat, with consent."""
        visitor = cls(http)
        opened = await visitor.call("POST", "/api/chat/sessions", {"language": "en"})
        visitor.session_id, visitor.token = opened["session_id"], opened["token"]
        consent = {"accepted": True, "notice_version": opened["notice"]["version"]}
        await visitor.call("POST", "/api/chat/consent", consent)
        return visitor

    async def say(self, text: str) -> dict[str, Any]:
        """One turn; its time is kept. Raises on any answer but 200."""
        started = time.perf_counter()
        answer: dict[str, Any] = await self.call(
            "POST", "/api/chat/messages", {"text": text, "client_message_id": uuid.uuid4().hex}
        )
        self.milliseconds.append((time.perf_counter() - started) * 1000)
        self.answers.append(answer)
        return answer

    async def call(self, method: str, path: str, body: dict[str, Any] | None = None) -> Any:
        """One request with the chat's token. Raises httpx.HTTPStatusError."""
        headers = {"Authorization": f"Bearer {self.token}"} if self.token else {}
        answer = await self.http.request(method, path, json=body, headers=headers, timeout=30.0)
        answer.raise_for_status()
        return answer.json()


def client(base_url: str, number: int = 0) -> httpx.AsyncClient:
    """An HTTP client of one visitor; each number comes from an address of its own in 127.0.0.0/8."""
    address = f"127.0.{number // 250}.{number % 250 + 1}"
    transport = httpx.AsyncHTTPTransport(local_address=address)
    return httpx.AsyncClient(base_url=base_url, transport=transport)
