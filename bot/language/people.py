"""The persons a message names, and the part each has in it."""

from collections.abc import Sequence
from functools import lru_cache
from typing import NamedTuple

from bot.language.phrases import Match, PhraseBook
from bot.language.plain_words import Word
from bot.language.reviewed import lines, load
from bot.language.text import Break
from bot.language.word_groups import word_groups


class Person(NamedTuple):
    """A person named in the text: kind (own_child, other_child, partner, other), words, and their part in it."""

    kind: str
    first: int
    last: int
    part: str  # beneficiary, subject or object


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
    never_patient: frozenset[str]
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
def people_phrases() -> PhraseBook[str]:
    """Every reviewed way of naming a person; `self`: the visit is for the visitor."""
    data = load("people.yml")
    named = ((kind, line) for kind, block in data["people"].items() for line in lines(block))
    itself = (("self", line) for line in lines(data["for_self"]))
    return PhraseBook([*named, *itself], word_groups())


def read_people(words: Sequence[Word]) -> list[Person]:
    """The persons named, in reading order, each with its part: the visit is for them, they do, or they are met."""
    matches = [match for match in people_phrases().find(words) if match.label != "self"]
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
    if _with_the_visitor(words, first, last) or _never_patient(words, first, last):
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


def _never_patient(words: Sequence[Word], first: int, last: int) -> bool:
    return any(word.text in people_words().never_patient for word in words[first : last + 1])


def _opens(words: Sequence[Word], first: int) -> bool:
    if first == 0 or words[first].before >= Break.CLAUSE:
        return True
    return words[first - 1].text in people_words().openers
