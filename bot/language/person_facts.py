"""Facts about the person needing care: who asks, age, place, pregnancy, consent, substances."""

from collections.abc import Iterable
from typing import Any

from bot.language.about import About, owner_of
from bot.language.ages import ADULT, Age, age_of
from bot.language.care_history import Found
from bot.language.people import people_words
from bot.language.phrases import Match
from bot.language.places import read_state
from bot.language.readings import Reading
from bot.language.statements import Statement

_SEEKERS = {"own_child": "parent_guardian", "partner": "partner", "other": "other_adult"}
_SEEKERS.update({"other_child": "other_adult", "caller": "parent_guardian", "self": "self"})
_ROLES = {
    "self": "self",
    "parent_guardian": "child",
    "partner": "partner",
    "other_adult": "other",
    "joint": "self",
}
_SELF_SHOWN_BY = ("in_therapy", "on_medication", "therapy_not_enough", "medication_not_enough", "substance")
_STRONGER = ("use_concern", "dependence")
_OF_THE_PATIENT = ("perinatal", "substance")


def settle_about(reading: Reading) -> tuple[About, Age | None]:
    """Whom the message is about and how old that person is, once question and ages are taken into account."""
    about = _answered_about(reading) or reading.about
    own = [age for age in reading.ages if age.owner == "self"]
    if about.kind in ("other", "other_child") and own and not _wanted(reading):
        about = About("self", True, None, (own[0].first, own[0].last))
    age = age_of(reading.ages, about.role)
    if age is None and not about.stated:
        age = next((found for found in reading.ages if found.owner == "third"), None)
    unnamed = about.kind is None and about.role in ("other", "self") and not about.stated
    if age is not None and unnamed and age.owner == "third" and age.band not in ADULT:
        about = About("child", False, None, None)
    return about, age


def _wanted(reading: Reading) -> bool:
    return any(person.part == "beneficiary" for person in reading.people)


def _answered_about(reading: Reading) -> About | None:
    """The answer to "who is the visit for?"."""
    if reading.question != "seeker":
        return None
    answer = reading.answer
    value = answer.facts.get("seeker") if answer else None
    if value == "joint" and answer is not None:
        return About("self", True, "joint", (answer.first, answer.last))
    person = next(iter(reading.people), None)
    if person is not None:
        role = _ROLES[_SEEKERS[person.kind]]
        return About(
            "child" if person.kind == "other_child" else role, True, person.kind, (person.first, person.last)
        )
    if value is None or answer is None:
        return None
    kinds = {seeker: kind for kind, seeker in reversed(_SEEKERS.items())}
    return About(_ROLES[value], True, None if value == "self" else kinds[value], (answer.first, answer.last))


def read_person(reading: Reading, about: About, age: Age | None) -> list[Found]:
    """Every fact of this module that the message states."""
    found = [*_seeker(reading, about, age), *_age(reading, age), *_place(reading), *_joint(reading, about)]
    for fact in _OF_THE_PATIENT:
        found.extend(_of_patient(reading, about, fact))
    found.extend(_last(reading.statements.get("guardian_ok", ()), "guardian_ok", {"true": True, "false": False}))
    for fact in ("modality", "language"):
        found.extend(_last(reading.statements.get(fact, ()), fact, None))
    return found


def _last(statements: Iterable[Statement], fact: str, values: dict[str, Any] | None) -> list[Found]:
    stated = list(statements)[-1:]
    return [Found(fact, values[one.value] if values else one.value, one.first, one.last) for one in stated]


def _seeker(reading: Reading, about: About, age: Age | None) -> list[Found]:
    if about.stated and about.words is not None:
        value = _SEEKERS.get(about.kind or "self", "self")
        if value == "parent_guardian" and age is not None and age.band in ADULT:
            value = "other_adult"
        if about.kind == "other_child" and _is_guardian(reading):
            value = "parent_guardian"
        return [Found("seeker", value, *about.words)]
    if about.role != "self":
        return []
    if age is not None and age.owner == "self" and reading.question != "age_group":
        return [Found("seeker", "self", age.first, age.last)]
    return _seeker_shown(reading)


def _seeker_shown(reading: Reading) -> list[Found]:
    """ "I take zoloft" and "my meds" are about the visitor when nobody else is named."""
    if any(person.part != "object" for person in reading.people):
        return []
    for fact in _SELF_SHOWN_BY:
        for one in reading.statements.get(fact, ()):
            said = {word.text for word in reading.words[max(0, one.first - 2) : one.last + 1]}
            if said & people_words().own:
                return [Found("seeker", "self", one.first, one.last)]
    return []


def _is_guardian(reading: Reading) -> bool:
    return any(word.text in people_words().guardian for word in reading.words)


def _age(reading: Reading, age: Age | None) -> list[Found]:
    answer = reading.answer
    if reading.question == "age_group" and answer is not None and "age_group" in answer.facts:
        band = age.band if age is not None else answer.facts["age_group"]
        return [Found("age_group", band, answer.first, answer.last)]
    return [Found("age_group", age.band, age.first, age.last)] if age is not None else []


def _place(reading: Reading) -> list[Found]:
    place = read_state(reading.words, reading.text, asked=reading.question == "state")
    return [Found("state", place.state, place.first, place.last)] if place else []


def _joint(reading: Reading, about: About) -> list[Found]:
    if about.kind == "joint" and about.words is not None:
        return [Found("joint_care", True, *about.words)]
    return [
        Found("joint_care", True, one.first, one.last) for one in reading.statements.get("joint_care", ())[-1:]
    ]


def _of_patient(reading: Reading, about: About, fact: str) -> list[Found]:
    """Pregnancy and substances count only when they are the patient's own."""
    stated = [
        one
        for one in reading.statements.get(fact, ())
        if owner_of(Match(fact, one.first, one.last), reading.words, reading.people)[0] == about.role
    ]
    if not stated:
        return []
    best = max(stated, key=lambda one: _STRONGER.index(one.value)) if fact == "substance" else stated[-1]
    return [Found(fact, best.value, best.first, best.last)]
