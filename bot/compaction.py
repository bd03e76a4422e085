"""What of a conversation is kept between turns: its slots, its open form, its last turns."""

from __future__ import annotations

from typing import Any

KEPT_TURNS = 8
FACTS = "frontdesk_facts"
# What a turn's message needs no more once it has been answered.
KEPT_OF_MESSAGE = ("intent", "entities", "text", "message_id")
NOT_KEPT_SLOTS = frozenset({"session_started_metadata"})
Event = dict[str, Any]


def compact(events: list[Event], slots: dict[str, Any]) -> list[Event]:
    """The events a conversation can go on from. `slots` are the values after all of `events`.

    Session start, one SlotSet for each filled slot, the form that was open, and the last eight turns. No slot
    influences the policies (domain.yml), so of several values only the last one is worth its bytes.
    """
    kept = _last_values([event for event in events if not _is_left_out(event)])
    cut = _start_of_kept(kept)
    if cut == 0:
        return [_slim(event) for event in kept]
    before, after = kept[:cut], kept[cut:]
    start = [event for event in before if event.get("event") == "session_started"][-1:]
    set_later = {event["name"] for event in after if event.get("event") == "slot"}
    filled = [
        _slot(name, value, after)
        for name, value in slots.items()
        if _is_kept_slot(name, value) and name not in set_later
    ]
    loops = [event for event in before if event.get("event") == "active_loop"][-1:]
    listen = [event for event in before if _is_listen(event)][-1:]
    return [*start, *filled, *loops, *listen, *[_slim(event) for event in after]]


def _last_values(events: list[Event]) -> list[Event]:
    last = {event["name"]: at for at, event in enumerate(events) if event.get("event") == "slot"}
    outdated = (event.get("event") == "slot" and last[event["name"]] != at for at, event in enumerate(events))
    return [event for event, is_outdated in zip(events, outdated, strict=True) if not is_outdated]


def _start_of_kept(events: list[Event]) -> int:
    """Where the last eight turns begin; a turn begins with the visitor's message."""
    turns = [at for at, event in enumerate(events) if event.get("event") == "user"]
    return turns[-KEPT_TURNS] if len(turns) > KEPT_TURNS else 0


def _is_left_out(event: Event) -> bool:
    if event.get("event") == "bot":
        return FACTS in ((event.get("data") or {}).get("custom") or {})
    return event.get("event") == "slot" and event.get("name") in NOT_KEPT_SLOTS


def _is_kept_slot(name: str, value: Any) -> bool:
    return value is not None and name not in NOT_KEPT_SLOTS


def _is_listen(event: Event) -> bool:
    return event.get("event") == "action" and event.get("name") == "action_listen"


def _slot(name: str, value: Any, after: list[Event]) -> Event:
    stamp = after[0].get("timestamp") if after else None
    return {"event": "slot", "timestamp": stamp, "name": name, "value": value}


def _slim(event: Event) -> Event:
    if event.get("event") == "user":
        parsed = event.get("parse_data") or {}
        return {**event, "metadata": {}, "parse_data": {name: parsed.get(name) for name in KEPT_OF_MESSAGE}}
    if event.get("event") == "bot":
        return {**event, "metadata": {}}
    return event
