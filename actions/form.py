"""The one action of a usual turn: Rasa's tracker in, Rasa's events and messages out."""

from __future__ import annotations

import re
from typing import Any

from rasa_sdk import Action, Tracker
from rasa_sdk.executor import CollectingDispatcher

from actions.care.rules import Rules
from actions.conversation import converse
from actions.practice_api import PracticeApi, TurnClosed, TurnRef
from actions.turn import Saying, Turn

FORM = "intake_form"
FACTS = "frontdesk_facts"
NOT_UNDERSTOOD = "nlu_fallback"
# A typed command is only text (architecture.md §4): whatever its letters resemble, it is not obeyed.
COMMAND = re.compile(r"[\s\u2060]*/")
# Slots the api stores as the intake (docs/protocols.md §4), beside the facts of the rules file.
INTAKE_SLOTS = (
    "state",
    "negated",
    "medications",
    "quotes",
    "asked",
    "skipped",
    "windows",
    "recurring",
    "service",
    "modality",
    "suggested_route",
    "rule_id",
    "rules_version",
    "why",
    "modifiers",
    "lock",
    "chosen_route",
    "stage",
    "safety_unanswered",
    "language",
)


class ValidateIntakeForm(Action):  # type: ignore[misc]  # rasa_sdk ships no types
    """Answers a message, chooses `requested_slot`, and closes the form by setting it to None."""

    def __init__(self, desk: PracticeApi, rules: Rules) -> None:
        self._desk = desk
        self._rules = rules

    def name(self) -> str:
        """Rasa calls it whenever the form runs."""
        return f"validate_{FORM}"

    async def run(
        self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]
    ) -> list[dict[str, Any]]:
        """One turn. The domain is not read: it is not sent (architecture.md §4)."""
        turn = read_turn(tracker)
        try:
            await converse(turn, self._desk, self._rules)
        except TurnClosed:
            # Nothing is said, and what is known stays as it was: the turn may be asked for once more.
            return [_slot(name, tracker.get_slot(name)) for name in ("stage", "requested_slot")]
        for saying in turn.sayings:
            dispatcher.utter_message(**to_message(saying, turn))
        dispatcher.utter_message(json_message={FACTS: travelling(turn, self._rules)})
        return to_events(turn)


class ActionDefaultFallback(Action):  # type: ignore[misc]  # rasa_sdk ships no types
    """What no rule foresaw: the form takes it, where nothing is a dead end."""

    def name(self) -> str:
        """Takes the place of Rasa's own core fallback (config.yml)."""
        return "action_default_fallback"

    async def run(
        self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]
    ) -> list[dict[str, Any]]:
        """Hand the message to the form."""
        return [{"event": "followup", "name": FORM}]


def read_turn(tracker: Tracker) -> Turn:
    """The latest message with what is known. Buttons carry `pressed` in their findings (bot/channel.py)."""
    message: dict[str, Any] = tracker.latest_message or {}
    intent: dict[str, Any] = message.get("intent") or {}
    meta: dict[str, Any] = message.get("metadata") or _last_metadata(tracker)
    findings: dict[str, Any] = message.get("findings") or {}
    known = dict(tracker.slots)
    text = str(message.get("text") or "")
    return Turn(
        ref=TurnRef.from_metadata(tracker.sender_id, meta),
        intent=NOT_UNDERSTOOD if COMMAND.match(text) else str(intent.get("name") or NOT_UNDERSTOOD),
        text=text,
        pressed=bool(findings.get("pressed")),
        findings=findings,
        meta=meta,
        known=known,
        question=known.get("requested_slot"),
    )


def _last_metadata(tracker: Tracker) -> dict[str, Any]:
    for event in reversed(tracker.events or []):
        if event.get("event") == "user":
            return dict(event.get("metadata") or {})
    return {}


def to_message(saying: Saying, turn: Turn) -> dict[str, Any]:
    """What `utter_message` is given; bot/wording.py turns names, values and choices into words."""
    values = {**saying.values, "ready": saying.text} if saying.text else saying.values
    response = saying.response or "utter_text"
    return {
        "response": response,
        "json_message": {"kind": saying.kind, "payload": saying.payload},
        "values": values,
        "choices": saying.choices,
        "language": turn.language,
        "variant": int(turn.get("said", {}).get(response, 0)),
    }


def _said_now(turn: Turn) -> dict[str, int]:
    """How many turns in a row each response has been said, so that the next time it is put in other words."""
    before = turn.get("said", {})
    names = {saying.response for saying in turn.sayings if saying.response}
    return {name: int(before.get(name, 0)) + 1 for name in sorted(names)}


def travelling(turn: Turn, rules: Rules) -> dict[str, Any]:
    """What goes back to the api with the replies: the intake and the question now open."""
    return {"intake": intake_of(turn, rules), "open_question": turn.next_question}


def intake_of(turn: Turn, rules: Rules) -> dict[str, Any]:
    """The intake as the api stores it: no contact details, nothing empty."""
    names = (*rules.schema.facts, *INTAKE_SLOTS)
    return {name: turn.known[name] for name in names if turn.known.get(name) is not None}


def to_events(turn: Turn) -> list[dict[str, Any]]:
    """A SlotSet for all that changed; without one besides `requested_slot` Rasa rejects the form."""
    turn.set(stage=turn.get("stage", "intake"), said=_said_now(turn))
    events = [_slot(name, value) for name, value in turn.updates.items()]
    return [*events, _slot("requested_slot", turn.next_question)]


def _slot(name: str, value: Any) -> dict[str, Any]:
    return {"event": "slot", "timestamp": None, "name": name, "value": value}
