"""Present and past care, and what is wanted of it: therapy, medicine, and the preference between them."""

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from bot.language.medicines import PlacedMedicine
from bot.language.question_answers import CURRENT_CARE, Answer
from bot.language.statements import Statement

_YES_NO = ("in_therapy", "therapy_not_enough", "on_medication", "medication_not_enough")
_SHORT = 6


class Found(NamedTuple):
    """A fact with its value and the words (first, last, both included) that state it."""

    fact: str
    value: Any
    first: int
    last: int


def read_care(statements: Mapping[str, Sequence[Statement]], medicines: Sequence[PlacedMedicine]) -> list[Found]:
    """Whether therapy and medicine are going on, and whether they were enough; the last word on each counts."""
    found = []
    for fact in _YES_NO:
        if stated := statements.get(fact):
            last = stated[-1]
            found.append(Found(fact, last.value == "true", last.first, last.last))
    taken = next((one for one in found if one.fact == "on_medication" and one.value), None)
    risky = next((place for place in medicines if place.medicine.perinatal_risk), None)
    if taken is not None and risky is not None:
        found.append(Found("high_risk_med", True, risky.first, risky.last))
    return found


def read_wishes(statements: Mapping[str, Sequence[Statement]]) -> list[Found]:
    """What is wanted of therapy and of medicine. People correct themselves: the last statement counts."""
    return [
        Found(fact, stated[-1].value, stated[-1].first, stated[-1].last)
        for fact in ("therapy_pref", "med_pref")
        if (stated := statements.get(fact))
    ]


def care_in_answer(answer: Answer | None, word_count: int, known: Sequence[Found]) -> list[Found]:
    """The two facts in an answer to "is there any care right now?"; a long answer says only what it states."""
    if answer is None:
        return []
    stated = {one.fact for one in known}
    if word_count > _SHORT and stated & {"in_therapy", "on_medication"}:
        return []
    therapy, medication = CURRENT_CARE[answer.facts["current_care"]]
    pairs = (("in_therapy", therapy), ("on_medication", medication))
    return [Found(fact, value, answer.first, answer.last) for fact, value in pairs if fact not in stated]


def preference_between(therapy: str | None, medicine: str | None) -> str | None:
    """therapy, medication, combined or none (open to either, or to neither); None when nothing is stated."""
    if therapy == "wants" and medicine == "wants":
        return "combined"
    if therapy == medicine and therapy in ("open", "declines"):
        return "none"
    if therapy == "wants" or (medicine == "declines" and therapy != "unsure"):
        return "therapy"
    if medicine == "wants" or (therapy == "declines" and medicine == "open"):
        return "medication"
    return None
