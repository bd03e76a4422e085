"""When the visitor can come: windows read from their words, and what is left of them after a given moment."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from actions.turn import Turn
from bot.language.times import Times, read_times

HORIZON_DAYS = 28
NOON = time(12)


def hear_times(turn: Turn) -> bool:
    """Take windows out of the message, if it has any; a later wish replaces an earlier one."""
    if turn.pressed:
        return False
    found = _read(turn, _now(turn))
    windows = _windows(turn, found)
    if not windows:
        turn.problem = found.error
        return False
    turn.set(windows=windows, recurring=found.to_dict().get("recurring"), offered=None)
    turn.heard["windows"] = windows
    return True


def _read(turn: Turn, now: datetime) -> Times:
    return read_times(turn.text, now, zone_of(turn), turn.language)


def _windows(turn: Turn, found: Times) -> list[dict[str, Any]]:
    """What was said; a day that may be two dates ("tuesday", on a Tuesday) is both: times are labelled."""
    if found.windows:
        return list(found.to_dict()["windows"])
    return [window for day in found.options for window in _windows_on(turn, day)]


def _windows_on(turn: Turn, day: date) -> list[dict[str, Any]]:
    """The same words read on the eve of that date, when they are clear; else the whole day."""
    eve = datetime.combine(day - timedelta(days=1), NOON, tzinfo=ZoneInfo(zone_of(turn)))
    windows = _read(turn, eve).to_dict()["windows"]
    whole = {"start": f"{day}T00:00:00", "end": f"{day + timedelta(days=1)}T00:00:00"}
    return [window for window in windows if str(window["start"]).startswith(str(day))] or [whole]


def meant_slots(slots: list[dict[str, Any]], turn: Turn) -> list[dict[str, Any]]:
    """Those slots whose start the times said in this message take in."""
    windows = _windows(turn, _read(turn, _now(turn)))
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
