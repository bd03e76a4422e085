"""The one client of api/: availability, holds, appointments and handoffs, within a turn's deadline."""

from __future__ import annotations

import contextlib
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import httpx

LONGEST_CALL_SECONDS = 5.0
PRACTICE_KEPT_SECONDS = 60.0
CONFLICT = 409


class PracticeApiError(Exception):
    """The api did not do what was asked. Its text carries no content.

    PracticeApiError
    ├── SlotTaken    someone else has the time now; `slots` are the nearest
    └── TurnClosed   the turn was given up: say nothing, book nothing
        └── AnswerLost   the call may have been done: say nothing about it either way
    """


class SlotTaken(PracticeApiError):
    """The time is gone. `slots`: the nearest three (docs/protocols.md, Slot)."""

    def __init__(self, slots: list[dict[str, Any]]) -> None:
        super().__init__("slot taken")
        self.slots = slots


class TurnClosed(PracticeApiError):
    """The api has given this turn up."""


class AnswerLost(TurnClosed):
    """The api died or fell silent after it was asked: whether it was done, nobody here knows.

    "Nothing is booked" could be a lie, so the turn fails. The api then fetches a person; or, when it was the api
    that died, it asks for the same turn once more, and asking twice for a hold, a visit or a person gives one.
    """


@dataclass(frozen=True, slots=True)
class TurnRef:
    """Which turn a call belongs to. `seconds` is what was left of it when it reached us."""

    session_id: str
    turn_id: str
    seconds: float = LONGEST_CALL_SECONDS
    started: float = field(default_factory=time.monotonic)

    @property
    def seconds_left(self) -> float:
        """Time a call may still take; never negative."""
        return max(0.0, self.seconds - (time.monotonic() - self.started))

    @classmethod
    def from_metadata(cls, session_id: str, metadata: Mapping[str, Any]) -> TurnRef:
        """From the metadata of docs/protocols.md §2: both clocks there are the api's."""
        seconds = LONGEST_CALL_SECONDS
        with contextlib.suppress(KeyError, TypeError, ValueError, AttributeError):
            seconds = (_moment(metadata["deadline_at"]) - _moment(metadata["now"])).total_seconds()
        return cls(session_id, str(metadata.get("turn_id") or ""), seconds)


def _moment(text: str) -> datetime:
    return datetime.fromisoformat(text.replace("Z", "+00:00"))


class PracticeApi:
    """One connection pool to the api; every method raises PracticeApiError when it cannot answer."""

    def __init__(self, client: httpx.AsyncClient) -> None:
        self._client = client
        self._practice: tuple[float, dict[str, Any]] | None = None

    @classmethod
    def connect(cls, url: str, token: str) -> PracticeApi:
        """The real one. The environment's proxies are ignored: the api is on this machine or its network."""
        limits = httpx.Limits(max_connections=64, max_keepalive_connections=32)
        headers = {"X-Frontdesk-Token": token}
        return cls(httpx.AsyncClient(base_url=url, headers=headers, limits=limits, trust_env=False))

    async def close(self) -> None:
        """Close the connections."""
        await self._client.aclose()

    async def practice(self, turn: TurnRef) -> dict[str, Any]:
        """Name, zone, states, services, fields and ages of the practice. Kept for a minute."""
        kept = self._practice
        if kept and time.monotonic() - kept[0] < PRACTICE_KEPT_SECONDS:
            return kept[1]
        practice = await self._call(turn, "GET", "/internal/practice")
        self._practice = (time.monotonic(), practice)
        return practice

    async def availability(self, turn: TurnRef, wanted: Mapping[str, Any]) -> tuple[list[dict[str, Any]], bool]:
        """Slots for what is wanted (service, windows, state, age_group, …), and whether they match it."""
        answer = await self._call(turn, "POST", "/internal/availability", dict(wanted))
        return list(answer["slots"]), bool(answer["exact"])

    async def hold(self, turn: TurnRef, slot_id: str, person: Mapping[str, Any]) -> dict[str, Any]:
        """Hold a slot for this session: `{hold_id, expires_at, slot}`; `person` is state and age group.

        Raises SlotTaken.
        """
        return await self._call(turn, "POST", "/internal/holds", {"slot_id": slot_id, **person})

    async def book(
        self, turn: TurnRef, hold_ids: Sequence[str], contact: Mapping[str, Any]
    ) -> list[dict[str, Any]]:
        """Turn holds into appointments, all or none. Raises SlotTaken when one has lapsed."""
        body = {"hold_ids": list(hold_ids), "contact": dict(contact)}
        return list((await self._call(turn, "POST", "/internal/appointments", body))["appointments"])

    async def visits(self, turn: TurnRef, details: Mapping[str, Any]) -> dict[str, Any]:
        """Have the api show, or mail, the links of booked visits: `{shown, mailed}`. `details`: words, phone, email."""
        return await self._call(
            turn, "POST", "/internal/visits", {key: each for key, each in details.items() if each}
        )

    async def request_handoff(
        self, turn: TurnRef, reason: str, callback: Mapping[str, Any] | None = None
    ) -> dict[str, Any]:
        """Fetch a person: `{handoff_id, open_now, opens_at, minutes}`; the same handoff when one is open."""
        body: dict[str, Any] = {"reason": reason}
        if callback:
            body["callback"] = dict(callback)
        return await self._call(turn, "POST", "/internal/handoffs", body)

    async def _call(
        self, turn: TurnRef, method: str, path: str, body: dict[str, Any] | None = None
    ) -> dict[str, Any]:
        seconds = min(LONGEST_CALL_SECONDS, turn.seconds_left)
        if seconds <= 0:
            raise TurnClosed("no time left")
        marks = {"session_id": turn.session_id, "turn_id": turn.turn_id}
        content: dict[str, Any] = {"json": {**marks, **body}} if body is not None else {"params": marks}
        try:
            answer = await self._client.request(method, path, timeout=seconds, **content)
        except httpx.HTTPError as error:
            lost = AnswerLost if method == "POST" else PracticeApiError
            raise lost(f"{path}: {type(error).__name__}") from None
        try:
            return _read(path, answer)
        except (KeyError, TypeError, ValueError) as error:
            raise PracticeApiError(f"{path}: {type(error).__name__}") from None


def _read(path: str, answer: httpx.Response) -> dict[str, Any]:
    if answer.status_code == CONFLICT:
        raise _conflict(path, answer.json())
    if answer.is_error:
        raise PracticeApiError(f"{path}: status {answer.status_code}")
    read = answer.json()
    if not isinstance(read, dict):
        raise PracticeApiError(f"{path}: not an object")
    return read


def _conflict(path: str, body: dict[str, Any]) -> PracticeApiError:
    if body.get("error") == "SlotTaken":
        return SlotTaken(list(body.get("slots") or []))
    if body.get("error") == "TurnClosed":
        return TurnClosed("closed by the api")
    return PracticeApiError(f"{path}: status {CONFLICT}")
