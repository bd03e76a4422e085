"""A visitor and the action, without Rasa: each message goes through the real action, state carried on."""

from __future__ import annotations

from typing import Any

from rasa_sdk import Tracker
from rasa_sdk.executor import CollectingDispatcher

from actions.care.pathways import default_rules
from actions.form import FACTS, ValidateIntakeForm
from actions.practice_api import PracticeApi
from tests.actions.fake_practice import NOW, ZONE

SESSION = "session-0001"


class Chat:
    """Holds the slots between messages, as Rasa's tracker does; `replies` are the messages of the last turn."""

    def __init__(self, desk: PracticeApi, **metadata: Any) -> None:
        self.action = ValidateIntakeForm(desk, default_rules())
        self.slots: dict[str, Any] = {}
        self.safety: dict[str, Any] = {"safety_tier": "none", "safety_answer": None}
        self.metadata = metadata
        self.replies: list[dict[str, Any]] = []
        self.intake: dict[str, Any] = {}

    @property
    def question(self) -> str | None:
        """The question now open."""
        return self.slots.get("requested_slot")

    @property
    def said(self) -> list[str]:
        """Names of the responses of the last turn."""
        return [reply["response"] for reply in self.replies]

    def reply(self, response: str) -> dict[str, Any]:
        """A message of the last turn by its response."""
        return next(reply for reply in self.replies if reply["response"] == response)

    async def types(self, text: str, intent: str = "inform", **findings: Any) -> None:
        """Typed text with the intent and findings that the language understanding would have put on it."""
        await self._send(text, intent, findings)

    async def presses(self, intent: str, **facts: Any) -> None:
        """A quick reply."""
        await self._send("", intent, {"facts": facts, "pressed": True})

    async def _send(self, text: str, intent: str, findings: dict[str, Any]) -> None:
        metadata = {
            "turn_id": "turn-1",
            "now": NOW,
            "deadline_at": "2026-03-02T17:00:10Z",
            "tz": ZONE,
            "language": "en",
            "facts": self.safety,
            "practice": {"name": "Saguaro", "phone": "+15205550142"},
            **self.metadata,
        }
        message = {
            "text": text,
            "intent": {"name": intent, "confidence": 1.0},
            "findings": findings,
            "metadata": metadata,
        }
        tracker = Tracker(SESSION, dict(self.slots), message, [], False, None, {}, "action_listen")
        dispatcher = CollectingDispatcher()
        for event in await self.action.run(dispatcher, tracker, {}):
            if event["event"] == "slot":
                self.slots[event["name"]] = event["value"]
        self.replies = [item for item in dispatcher.messages if FACTS not in item["custom"]]
        for item in dispatcher.messages:
            self.intake = item["custom"].get(FACTS, {}).get("intake", self.intake)


def payloads(reply: dict[str, Any]) -> list[str]:
    """What the quick replies of a message stand for."""
    return [choice["payload"] for choice in reply["choices"]]


async def tell_everything(chat: Chat, **facts: Any) -> None:
    """A first message that says all but the safety answer, then the no to that question."""
    told: dict[str, Any] = {
        "concerns": ["panic"],
        "seeker": "self",
        "age_group": "adult_18_64",
        "state": "AZ",
        "severity": "moderate",
        "in_therapy": False,
        "therapy_pref": "open",
        "med_pref": "open",
        **facts,
    }
    await chat.types("it all started at work", "describe_concern", facts=told)
    chat.safety["safety_answer"] = "no"
    await chat.types("no", "deny")
