"""What a first visitor would have to wait for: word lists and rules are loaded before the server answers."""

from __future__ import annotations

from datetime import UTC, datetime

from actions.care.rules import Rules
from actions.questions import decision_for
from bot.language.answers import read_answer, read_choice
from bot.language.contact import read_contact
from bot.language.times import read_times

TEXT = "yes, tuesday after 4, sam at 520-555-0100"


def warm_up(rules: Rules) -> None:
    """Read one sentence in every way a turn reads; all of it loads once a process."""
    read_answer(TEXT)
    read_answer(TEXT, "safety_check")
    read_choice(TEXT, [TEXT])
    read_contact(TEXT)
    read_times(TEXT, datetime.now(tz=UTC), "UTC")
    decision_for({}, rules)
