"""Whom a message is about: the visitor, a child, a partner or someone else."""

from collections.abc import Iterable, Sequence
from functools import lru_cache
from typing import NamedTuple

from bot.language.phrases import Match, PhraseBook
from bot.language.plain_words import Word
from bot.language.reviewed import lines, load
from bot.language.text import Break
from bot.language.word_groups import word_groups

# Concerns that name another person without being about that person ("lost my brother").
_ABOUT_OTHERS = frozenset(
    (
        "grief relationship family_conflict loneliness stress_burnout anger perinatal life_transition "
        "anxiety_worry emotion_regulation"
    ).split()
)
_ROLES = {"own_child": "child", "other_child": "child", "partner": "partner", "other": "other", "caller": "child"}


class Person(NamedTuple):
    """A person named in the text: kind (own_child, other_child, partner, other), words, and their part in it."""

    kind: str
    first: int
    last: int
    part: str  # beneficiary, subject or object


class About(NamedTuple):
    """Whom the message is about; `stated` is False when nothing says so; `kind` of the person, if another."""

    role: str
    stated: bool
    kind: str | None
    words: tuple[int, int] | None


class PeopleWords(NamedTuple):
    """The word sets of data/language/people.yml, by the name of their key."""

    beneficiary: frozenset[str]
    object: frozenset[str]
    verbs: frozenset[str]
    says: frozenset[str]
    self: frozenset[str]
    self_endings: frozenset[str]
    not_self: frozenset[str]
    third: frozenset[str]
    openers: frozenset[str]
    guardian: frozenset[str]
    own: frozenset[str]


@lru_cache(maxsize=1)
def people_words() -> PeopleWords:
    """data/language/people.yml's word sets, read once."""
    data = load("people.yml")
    return PeopleWords(
        *(frozenset(word for line in lines(data[key]) for word in line.split()) for key in PeopleWords._fields)
    )


@lru_cache(maxsize=1)
def _people() -> PhraseBook[str]:
    data = load("people.yml")
    named = ((kind, line) for kind, block in data["people"].items() for line in lines(block))
    itself = (("self", line) for line in lines(data["for_self"]))
    return PhraseBook([*named, *itself], word_groups())


def read_people(words: Sequence[Word]) -> list[Person]:
    """The persons named, in reading order, each with its part: the visit is for them, they do, or they are met."""
    matches = [match for match in _people().find(words) if match.label != "self"]
    longest: list[Match[str]] = []
    for match in sorted(matches, key=lambda m: (m.first - m.last, m.first)):
        if not any(match.first <= other.last and other.first <= match.last for other in longest):
            longest.append(match)
    return [
        Person(m.label, m.first, m.last, _part(words, m.first, m.last))
        for m in sorted(longest, key=lambda m: m.first)
    ]


def _part(words: Sequence[Word], first: int, last: int) -> str:
    known = people_words()
    before = words[first - 1].text if first and words[first].before < Break.SENTENCE else ""
    after = words[last + 1].text if last + 1 < len(words) else ""
    if before in known.beneficiary or (before == "of" and first > 1 and words[first - 2].text == "behalf"):
        return "beneficiary"
    if after in known.says and any(word.text in ("i", "me") for word in words[last + 2 : last + 4]):
        return "object"
    if _with_the_visitor(words, first, last):
        return "object"
    speaks = after in known.verbs or after.isdecimal() or after.endswith(("s", "ing", "ed"))
    if speaks and before not in ("with", "at", "con"):
        return "subject"
    return "object" if before in known.object or not _opens(words, first) else "subject"


def _with_the_visitor(words: Sequence[Word], first: int, last: int) -> bool:
    """ "my mom and i", "me and my husband": the two together are the visitor."""
    after = [word.text for word in words[last + 1 : last + 3]]
    before = [word.text for word in words[max(0, first - 2) : first]]
    return after in (["and", "i"], ["y", "yo"], ["and", "me"]) or before in (
        ["me", "and"],
        ["i", "and"],
        ["yo", "y"],
    )


def _opens(words: Sequence[Word], first: int) -> bool:
    if first == 0 or words[first].before >= Break.CLAUSE:
        return True
    return words[first - 1].text in people_words().openers


def read_about(
    words: Sequence[Word], people: Sequence[Person], concerns: Iterable[tuple[Match[str], bool]]
) -> About:
    """Whom the message is about: for whom help is asked, else who has what it names, else the visitor."""
    wanted = next((person for person in people if person.part == "beneficiary"), None)
    for_self = [match for match in _people().find(words) if match.label == "self"]
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
