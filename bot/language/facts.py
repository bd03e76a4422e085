"""The facts a message states, under the names and codes of clinical.md §2; nothing is guessed."""

from collections.abc import Callable
from dataclasses import asdict, dataclass, field
from typing import Any

from bot.language.care_history import Found, care_in_answer, preference_between, read_care, read_wishes
from bot.language.durations import read_duration
from bot.language.person_facts import read_person, settle_about
from bot.language.readings import Reading, read_message
from bot.language.statements import Statement

_SEVERITIES = ("mild", "moderate", "severe")
# When several things are asked for, the first of these is the request: what cannot wait comes first.
_REQUESTS = (
    "side_effect stopping_or_ran_out human controlled_request forms_records_legal evaluation_testing "
    "dose_question refill_transfer refill_here new_care info"
).split()
_PREFERENCES = ("therapy_pref", "med_pref")

Classify = Callable[[str, str | None, str | None], tuple[str, float]]
"""(text, open question, language) → (intent, confidence)."""


@dataclass(frozen=True)
class Findings:
    """What a message says. `facts` holds only what is stated; `quotes` the visitor's own words for each fact."""

    concerns: list[str]
    negated: list[str]
    about: str
    severity: str
    duration: str
    in_therapy: bool | None
    on_medication: bool | None
    medications: list[str]
    preference: str | None
    facts: dict[str, Any]
    quotes: dict[str, str] = field(default_factory=dict)

    def to_dict(self) -> dict[str, Any]:
        """The JSON of the contract's `understand` without intent and confidence, and `quotes`."""
        return asdict(self)


def read_facts(text: str, question: str | None = None, lang: str | None = None) -> Findings:
    """What `text` states, read as the answer to the open `question` of docs/protocols.md §4 when there is one.

    English and Spanish are always both read, so mixed speech is understood; `lang` is accepted for the
    protocol. Never raises on any string; linear in its length.
    """
    reading = read_message(text, question)
    about, age = settle_about(reading)
    found = _last_of_each([*_care_and_wishes(reading), *_impact(reading), *read_person(reading, about, age)])
    found.update({one.fact: one for one in _request(reading)})
    facts = {fact: one.value for fact, one in found.items()}
    concerns, negated = _concerns(reading)
    if concerns:
        facts["concerns"] = concerns
    return Findings(
        concerns=concerns,
        negated=negated,
        about=about.role,
        severity=facts.get("severity", "unknown"),
        duration=facts.get("duration", "unknown"),
        in_therapy=facts.get("in_therapy"),
        on_medication=facts.get("on_medication"),
        medications=list(dict.fromkeys(place.medicine.generic for place in reading.medicines)),
        preference=preference_between(facts.get("therapy_pref"), facts.get("med_pref")),
        facts=facts,
        quotes=_quotes(reading, found),
    )


def _last_of_each(found: list[Found]) -> dict[str, Found]:
    return {one.fact: one for one in found}


def _concerns(reading: Reading) -> tuple[list[str], list[str]]:
    """Concern ids in the order they were named, first the affirmed, then those only denied."""
    affirmed = list(dict.fromkeys(match.label for match, denied in reading.concerns if not denied))
    denied = dict.fromkeys(match.label for match, no in reading.concerns if no)
    return affirmed, [concern for concern in denied if concern not in affirmed]


def _care_and_wishes(reading: Reading) -> list[Found]:
    care = read_care(reading.statements, reading.medicines)
    wishes = read_wishes(reading.statements)
    answer = reading.answer
    if reading.question == "current_care":
        answered = care_in_answer(answer, len(reading.words), care)
        return care + answered + ([] if answered else wishes)
    if answer is None or not set(answer.facts) <= set(_PREFERENCES):
        return care + wishes
    known = {wish.fact for wish in wishes}
    from_answer = [
        Found(fact, value, answer.first, answer.last) for fact, value in answer.facts.items() if fact not in known
    ]
    return care + from_answer + wishes


def _impact(reading: Reading) -> list[Found]:
    """Severity, the highest that was said, and duration."""
    stated = list(reading.statements.get("severity", ()))
    answer = reading.answer
    if answer is not None and "severity" in answer.facts:
        stated.append(Statement(answer.facts["severity"], answer.first, answer.last))
    found = []
    if stated:
        worst = max(stated, key=lambda one: _SEVERITIES.index(one.value))
        found.append(Found("severity", worst.value, worst.first, worst.last))
    if (duration := read_duration(reading.words)) is not None:
        found.append(Found("duration", duration.code, duration.first, duration.last))
    return found


def _request(reading: Reading) -> list[Found]:
    stated = sorted(reading.statements.get("request", ()), key=lambda one: _REQUESTS.index(one.value))
    return [Found("request", one.value, one.first, one.last) for one in stated[:1]]


def _quotes(reading: Reading, found: dict[str, Found]) -> dict[str, str]:
    quotes = {fact: reading.quote(one.first, one.last) for fact, one in found.items()}
    first = next((match for match, denied in reading.concerns if not denied), None)
    if first is not None:
        quotes["concerns"] = reading.quote(first.first, first.last)
    return quotes


def understand_record(record: dict[str, Any], classify: Classify) -> dict[str, Any]:
    """One object of the contract's `understand`: `{text, context?, lang?}` with the findings and the intent added.

    Unknown fields are passed through. Raises ValueError when `text` is missing or no string.
    """
    text, question, lang = record.get("text"), record.get("context"), record.get("lang")
    if not isinstance(text, str):
        raise ValueError("`text` must be a string")
    intent, confidence = classify(text, question, lang)
    found = read_facts(text, question, lang).to_dict()
    return {**record, "intent": intent, "confidence": confidence, **found}
