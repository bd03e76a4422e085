"""A visitor's browser without the page: the public HTTP of the chat, and what came back."""

from __future__ import annotations

import time
import uuid
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import httpx

from tests.journeys.patterns import matches

POLL_SECONDS = 0.2


class JourneyFailed(Exception):
    """Something that must have happened did not, or the other way round; the message says what."""


@dataclass(frozen=True)
class Message:
    """One line of the transcript as the browser got it (docs/protocols.md §1)."""

    seq: int
    author: str
    kind: str
    text: str
    labels: tuple[tuple[int, str], ...] = ()
    payload: dict[str, Any] = field(default_factory=dict)
    name: str | None = None

    @classmethod
    def of(cls, found: dict[str, Any]) -> Message:
        """From JSON."""
        labels = tuple((reply["index"], reply["label"]) for reply in found.get("quick_replies") or ())
        payload = found.get("payload") or {}
        return cls(found["seq"], found["author"], found["kind"], found["text"], labels, payload, found.get("name"))


class Visitor:
    """One chat session. `fresh` holds what others said since the visitor's last action."""

    def __init__(self, http: httpx.Client, language: str = "en", patience_seconds: float = 30.0) -> None:
        self.http, self.language, self.patience_seconds = http, language, patience_seconds
        self.session_id, self._token = "", ""
        self.mode, self.tier = "bot", "none"
        self.transcript: dict[int, Message] = {}
        self.fresh: list[Message] = []

    def open(self, consent: bool = True) -> None:
        """Start a chat and answer the consent card."""
        answer = self._call("POST", "/api/chat/sessions", {"language": self.language})
        self.session_id, self._token = answer["session_id"], answer["token"]
        self._take(answer.get("messages") or [])
        self._call("POST", "/api/chat/consent", {"accepted": consent, "notice_version": self._notice(answer)})
        self.poll()

    def say(self, text: str) -> None:
        """Type a message and wait for the answer."""
        self._send({"text": text})

    def choose(self, label: str | int) -> str:
        """Press the quick reply whose label matches, or the nth of the last offer; gives the label pressed."""
        message, index, found = self._offer(label)
        self._send({"choice": {"seq": message.seq, "index": index}})
        return found

    def book(self, contact: dict[str, Any]) -> None:
        """Send the contact form of the last `contact` card."""
        card = next((one for one in reversed(self.messages()) if one.kind == "contact"), None)
        if card is None:
            raise JourneyFailed("no contact form was shown")
        self.fresh = []
        body = {"hold_id": card.payload.get("hold_id"), **contact}
        answer = self._call("POST", "/api/appointments", body)
        self._take(answer.get("messages") or [])
        self.poll()

    def help_now(self) -> None:
        """Press "I need help now"."""
        self.fresh = []
        self._take(self._call("POST", "/api/chat/help-now", {}).get("messages") or [])
        self.poll()

    def poll(self) -> None:
        """Fetch what is new."""
        last = max(self.transcript, default=0)
        answer = self._call("GET", f"/api/chat/messages?after={last}")
        found = answer if isinstance(answer, list) else answer.get("messages") or []
        if isinstance(answer, dict):
            self.mode, self.tier = answer.get("mode", self.mode), answer.get("tier", self.tier)
        self._take(found)

    def wait_until(self, arrived: Callable[[], bool], seconds: float | None = None) -> bool:
        """Poll until something is true; False when patience ends."""
        ends_at = time.monotonic() + (self.patience_seconds if seconds is None else seconds)
        while not arrived():
            if time.monotonic() > ends_at:
                return False
            time.sleep(POLL_SECONDS)
            self.poll()
        return True

    def messages(self) -> list[Message]:
        """The transcript in order."""
        return [self.transcript[seq] for seq in sorted(self.transcript)]

    def offered(self) -> Message | None:
        """The last message that offers quick replies, after the visitor's own last message."""
        for message in reversed(self.messages()):
            if message.labels:
                return message
            if message.author == "visitor":
                return None
        return None

    def _send(self, body: dict[str, Any]) -> None:
        self.fresh = []
        answer = self._call("POST", "/api/chat/messages", {**body, "client_message_id": uuid.uuid4().hex})
        self.mode, self.tier = answer.get("mode", self.mode), answer.get("tier", self.tier)
        self._take(answer.get("messages") or [])
        self.poll()
        if self.mode == "bot" and not self.wait_until(lambda: bool(self.fresh)):
            raise JourneyFailed(f"no answer within {self.patience_seconds:g} s")

    def _offer(self, label: str | int) -> tuple[Message, int, str]:
        message = self.offered()
        labels = message.labels if message else ()
        for position, (index, text) in enumerate(labels, start=1):
            if message and (position == label if isinstance(label, int) else matches(label, text)):
                return message, index, text
        shown = ", ".join(repr(text) for _, text in labels) or "nothing"
        raise JourneyFailed(f"no quick reply {label!r}; offered: {shown}")

    def _take(self, found: list[dict[str, Any]]) -> None:
        for message in map(Message.of, found):
            if message.seq not in self.transcript:
                self.transcript[message.seq] = message
                if message.author != "visitor":
                    self.fresh.append(message)

    def _notice(self, answer: dict[str, Any]) -> Any:
        for message in self.messages():
            if message.kind == "notice" and "notice_version" in message.payload:
                return message.payload["notice_version"]
        notice = answer.get("notice")
        return notice.get("notice_version") or notice.get("version") if isinstance(notice, dict) else notice

    def _call(self, method: str, path: str, body: dict[str, Any] | None = None) -> Any:
        headers = {"Authorization": f"Bearer {self._token}"} if self._token else {}
        try:
            response = self.http.request(method, path, json=body, headers=headers)
        except httpx.HTTPError as error:
            raise JourneyFailed(f"{method} {path}: {type(error).__name__}: {error}") from None
        if response.is_error:
            raise JourneyFailed(f"{method} {path} answered {response.status_code}: {response.text[:300]}")
        return response.json() if response.content else {}
