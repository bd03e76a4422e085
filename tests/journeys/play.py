"""Plays one journey step by step, answering what is asked from its own table, until something is wrong."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from tests.journeys import checks
from tests.journeys.database import Look
from tests.journeys.desk import Desk
from tests.journeys.script import Journey, Step, as_list
from tests.journeys.visitor import JourneyFailed, Message, Visitor

MOST_TURNS = 12


@dataclass
class Outcome:
    """How a journey went; `problems` is empty when all was well."""

    journey: Journey
    problems: list[str] = field(default_factory=list)
    transcript: list[Message] = field(default_factory=list)
    seconds: float = 0.0


class Play:
    """One journey with everything it may touch."""

    def __init__(self, journey: Journey, visitor: Visitor, look: Look | None, desk: Desk | None) -> None:
        self.journey, self.visitor, self.look, self.desk = journey, visitor, look, desk
        self._answered: Counter[str] = Counter()

    def run(self) -> Outcome:
        """Play to the end or to the first step that fails."""
        outcome, started = Outcome(self.journey), time.monotonic()
        place = f"{self.journey.path}: opening the chat"
        try:
            self.visitor.open(self.journey.consent)
            for number, step in enumerate(self.journey.steps, start=1):
                place = f"{self.journey.path}:{step.line}: step {number}"
                self._step(step)
        except JourneyFailed as failure:
            outcome.problems = [f"{place}: {failure}"]
        outcome.transcript, outcome.seconds = self.visitor.messages(), time.monotonic() - started
        return outcome

    def _step(self, step: Step) -> None:
        if step.action:
            getattr(self, f"_{step.action}")(step.value)
        problems = self._manners() + checks.failures(step.expect, self.visitor, self._question)
        if step.database:
            problems += self._database().differences(step.database, self.visitor.session_id)
        if problems:
            raise JourneyFailed("; ".join(problems))

    def _manners(self) -> list[str]:
        journey, visitor = self.journey, self.visitor
        return checks.never(journey.never_says, visitor.fresh, visitor.messages(), journey.may_repeat)

    # -- actions ------------------------------------------------------------------------------------------------

    def _say(self, text: str) -> None:
        self.visitor.say(text)

    def _choose(self, label: str | int) -> None:
        self.visitor.choose(label)

    def _book(self, contact: dict[str, Any]) -> None:
        self.visitor.book(contact)

    def _help_now(self, _value: Any) -> None:
        self.visitor.help_now()

    def _until(self, wanted: Mapping[str, Any]) -> None:
        turns = wanted.get("turns", MOST_TURNS)
        for _ in range(turns):
            if self._reached(wanted):
                return
            self._answer()
            problems = self._manners()
            if problems:
                raise JourneyFailed("; ".join(problems))
        if not self._reached(wanted):
            goal = {key: value for key, value in wanted.items() if key != "turns"}
            raise JourneyFailed(f"not reached in {turns} turns: {goal}; the question now is {self._question()}")

    def _wait_for(self, wanted: Mapping[str, Any]) -> None:
        conditions = {key: value for key, value in wanted.items() if key != "author"}

        def arrived() -> bool:
            others = [
                one for one in self.visitor.fresh if "author" not in wanted or one.author == wanted["author"]
            ]
            return bool(others or "author" not in wanted) and not self._waiting(conditions)

        if not self.visitor.wait_until(arrived):
            raise JourneyFailed(f"did not arrive within {self.visitor.patience_seconds:g} s: {dict(wanted)}")

    def _waiting(self, conditions: Mapping[str, Any]) -> list[str]:
        words = {("kinds" if key == "kind" else key): value for key, value in conditions.items()}
        return checks.failures(words, self.visitor, self._question)

    def _staff(self, value: str | Mapping[str, Any]) -> None:
        if self.desk is None:
            raise JourneyFailed("needs a staff member: --staff-email and --staff-password (or FRONTDESK_STAFF_…)")
        self.visitor.poll()
        self.visitor.fresh = []
        for action, argument in ({value: None} if isinstance(value, str) else value).items():
            arguments = [] if argument is None else [argument]
            getattr(self.desk, action)(self.visitor.session_id, *arguments)
        self.visitor.poll()

    # -- answering by question ----------------------------------------------------------------------------------

    def _answer(self) -> None:
        question = self._question()
        if question is None or question not in self.journey.answers:
            known = ", ".join(self.journey.answers) or "none"
            raise JourneyFailed(f"asked {question}, for which there is no answer; answers for: {known}")
        answers = as_list(self.journey.answers[question])
        answer = answers[min(self._answered[question], len(answers) - 1)]
        self._answered[question] += 1
        if isinstance(answer, str):
            answer = {"say": answer}
        for action, value in answer.items():
            getattr(self, f"_{action}")(value)

    def _reached(self, wanted: Mapping[str, Any]) -> bool:
        kinds = [message.kind for message in self.visitor.fresh]
        return (
            ("kind" not in wanted or wanted["kind"] in kinds)
            and ("mode" not in wanted or self.visitor.mode == wanted["mode"])
            and ("question" not in wanted or checks.is_asked(wanted["question"], self._question()))
        )

    def _question(self) -> str | None:
        return self._database().question(self.visitor.session_id)

    def _database(self) -> Look:
        if self.look is None:
            raise JourneyFailed("needs a look at the database: --database PATH")
        return self.look
