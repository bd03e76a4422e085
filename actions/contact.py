"""How to reach somebody: details typed or pressed, gathered over messages until they suffice."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from actions.turn import Turn
from bot.language.answers import read_answer
from bot.language.contact import read_contact


@dataclass(frozen=True, slots=True)
class Details:
    """What is known so far. leave_message: may a message be left at the number; None when not asked."""

    name: str | None = None
    phone: str | None = None
    email: str | None = None
    leave_message: bool | None = None

    @property
    def reachable(self) -> bool:
        """There is a number or an address."""
        return bool(self.phone or self.email)

    @property
    def complete(self) -> bool:
        """Enough to book: a name and a way to reach them."""
        return bool(self.name and self.reachable)

    def to_dict(self) -> dict[str, Any]:
        """Plain data for the slot `contact_draft`."""
        return {
            "name": self.name,
            "phone": self.phone,
            "email": self.email,
            "leave_message": self.leave_message,
        }

    def callback(self) -> dict[str, Any]:
        """The `callback` of `POST /internal/handoffs`."""
        reach = {name: value for name, value in (("phone", self.phone), ("email", self.email)) if value}
        return {**reach, "leave_message": bool(self.leave_message)}

    def contact(self) -> dict[str, Any]:
        """The `contact` of `POST /internal/appointments`: text messages are never agreed to by typing."""
        return {"name": self.name or "", **self.callback(), "text_consent": False}


def carries_details(turn: Turn) -> bool:
    """Whether the message answers how to reach somebody: then a name in it is not taken for a wish."""
    if turn.pressed or turn.question not in ("contact", "callback"):
        return False
    found = read_contact(turn.text)
    return bool(found.phone or found.email)


def read_details(turn: Turn) -> Details:
    """What is known with what this message adds. A later detail replaces an earlier one."""
    draft = dict(turn.get("contact_draft", {}))
    if not turn.pressed:
        found = read_contact(turn.text)
        for name in ("name", "phone", "email"):
            draft[name] = getattr(found, name) or draft.get(name)
    draft["leave_message"] = _leave_message(turn, draft)
    return Details(**draft)


def _leave_message(turn: Turn, draft: dict[str, Any]) -> bool | None:
    pressed = (turn.findings.get("facts") or {}).get("leave_message") if turn.pressed else None
    if isinstance(pressed, bool):
        return pressed
    known = draft.get("leave_message")
    asked = bool(turn.get("contact_draft", {}).get("phone"))
    if known is None and asked and not turn.pressed:
        answer = read_answer(turn.text, "leave_message", turn.language)
        return {"yes": True, "no": False}.get(answer or "")
    return known if isinstance(known, bool) else None
