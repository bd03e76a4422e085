"""When the visitor can come: windows read from their words, and what is left of them after a given moment."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from actions.turn import Turn
from bot.language.times import read_times

HORIZON_DAYS = 28


def hear_times(turn: Turn) -> bool:
    """Take windows out of the message, if it has any; a later wish replaces an earlier one."""
    if turn.pressed:
        return False
    found = _read(turn)
    windows: list[dict[str, Any]] = list(found.get("windows") or [])
    if not windows:
        turn.problem = found.get("error")
        return False
    turn.set(windows=windows, recurring=found.get("recurring"), offered=None)
    turn.heard["windows"] = windows
    return True


def _read(turn: Turn) -> dict[str, Any]:
    return dict(read_times(turn.text, _now(turn), zone_of(turn), turn.language).to_dict())


def meant_slots(slots: list[dict[str, Any]], turn: Turn) -> list[dict[str, Any]]:
    """Those slots whose start the times said in this message take in."""
    windows = _read(turn).get("windows") or []
    return [slot for slot in slots if any(_holds(window, slot, turn) for window in windows)]


def _holds(window: dict[str, Any], slot: dict[str, Any], turn: Turn) -> bool:
    start = _moment(slot["start"]).astimezone(ZoneInfo(zone_of(turn))).replace(tzinfo=None).isoformat()
    return bool(window["start"] <= start < window["end"])


def zone_of(turn: Turn) -> str:
    """The zone times are said in: IANA name, told by the api with every turn."""
    return str(turn.meta.get("tz") or "UTC")


def _now(turn: Turn) -> datetime:
    zone = ZoneInfo(zone_of(turn))
    told = turn.meta.get("now")
    return _moment(str(told)).astimezone(zone) if told else datetime.now(tz=zone)


def _moment(text: str) -> datetime:
    return datetime.fromisoformat(text.replace("Z", "+00:00"))


def later_windows(windows: list[dict[str, Any]], after: str, zone: str) -> list[dict[str, Any]]:
    """What is left of the windows after a UTC moment, as local wall clock; any time after it when none is."""
    start = _moment(after).astimezone(ZoneInfo(zone)).replace(tzinfo=None) + timedelta(minutes=15)
    edge = start.isoformat(timespec="seconds")
    left = [{**window, "start": max(window["start"], edge)} for window in windows if window["end"] > edge]
    end = (start + timedelta(days=HORIZON_DAYS)).isoformat(timespec="seconds")
    return left or [{"start": edge, "end": end}]
