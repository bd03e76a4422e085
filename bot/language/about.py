"""Whom a message is about: the visitor, a child, a partner or someone else."""

from collections.abc import Iterable, Sequence
from typing import NamedTuple

from bot.language.people import Person, people_phrases, people_words
from bot.language.phrases import Match
from bot.language.plain_words import Word

# Concerns that name another person without being about that person ("lost my brother").
_ABOUT_OTHERS = frozenset(
    (
        "grief relationship family_conflict loneliness stress_burnout anger perinatal life_transition "
        "anxiety_worry emotion_regulation"
    ).split()
)
_ROLES = {"own_child": "child", "other_child": "child", "partner": "partner", "other": "other", "caller": "child"}


class About(NamedTuple):
    """Whom the message is about; `stated` is False when nothing says so; `kind` of the person, if another."""

    role: str
    stated: bool
    kind: str | None
    words: tuple[int, int] | None


def read_about(
    words: Sequence[Word], people: Sequence[Person], concerns: Iterable[tuple[Match[str], bool]]
) -> About:
    """Whom the message is about: for whom help is asked, else who has what it names, else the visitor."""
    wanted = next((person for person in people if person.part == "beneficiary"), None)
    for_self = [match for match in people_phrases().find(words) if match.label == "self"]
    if for_self and wanted is None:
        return About("self", True, None, (for_self[0].first, for_self[0].last))
    if wanted is not None:
        return _about(wanted)
    owners = [owner_of(match, words, people) for match, denied in concerns if not denied]
    return _from_owners(owners, people)


def _about(person: Person) -> About:
    return About(_ROLES[person.kind], True, person.kind, (person.first, person.last))


def _from_owners(owners: list[tuple[str, int | None]], people: Sequence[Person]) -> About:
    mine = next((at for role, at in owners if role == "self" and at is not None), None)
    if mine is not None:
        return About("self", True, None, (mine, mine))
    others = [role for role, _ in owners if role != "self"]
    doing = [person for person in people if person.part == "subject"]
    caller = next((person for person in people if person.kind == "caller"), None)
    if caller is not None:
        return _about(caller)
    if others:
        named = next((person for person in people if _ROLES[person.kind] == others[0]), None)
        return _about(named) if named else About(others[0], False, None, None)
    if doing and not owners:
        return _about(doing[0])
    return About("self", False, None, None)


def owner_of(match: Match[str], words: Sequence[Word], people: Sequence[Person]) -> tuple[str, int | None]:
    """Who has what a concern phrase names: (role, the word that says so, or None when nothing does)."""
    if match.label in _ABOUT_OTHERS:
        inside = [person for person in people if match.first <= person.first <= match.last]
        if inside:
            return "self", _self_word(words, match.first, match.last)
    if match.label == "child_behavior":
        return "child", match.first
    for person in people:
        if match.first <= person.first <= match.last and person.part != "object":
            return _ROLES[person.kind], person.first
    inner = _self_word(words, match.first, match.last)
    if inner is not None:
        return "self", inner
    return _owner_before(match.first, words, people)


def _self_word(words: Sequence[Word], first: int, last: int) -> int | None:
    return next((at for at in range(last, first - 1, -1) if _is_self(words[at].text)), None)


def _is_self(word: str) -> bool:
    known = people_words()
    return word in known.self or (word.endswith(tuple(known.self_endings)) and word not in known.not_self)


def _owner_before(first: int, words: Sequence[Word], people: Sequence[Person]) -> tuple[str, int | None]:
    """Walks left from a phrase to the nearest word that names its owner."""
    ends = {person.last: person for person in people}
    if first and words[first - 1].text == "my":
        return "self", first - 1
    at = first - 1
    while at >= 0:
        person = ends.get(at)
        if person is not None:
            if person.part != "object":
                return _ROLES[person.kind], at
            at = person.first - 1
            continue
        if words[at].text in people_words().third:
            return _whom(at, people), at
        if _is_self(words[at].text):
            return "self", at
        at -= 1
    return "self", None


def _whom(at: int, people: Sequence[Person]) -> str:
    """Whom "he" or "she" means: the person last named before, else someone else."""
    before = [person for person in people if person.last < at]
    return _ROLES[before[-1].kind] if before else "other"
