"""The state where the visits would be, from the name or code of a state or a city."""

from collections.abc import Sequence
from functools import lru_cache
from typing import NamedTuple

from bot.language.phrases import Match, PhraseBook
from bot.language.plain_words import Word
from bot.language.reviewed import lines, load, pairs
from bot.language.text import Break

_CUE_REACH = 3
_MOST_ANSWER_WORDS = 6


class Place(NamedTuple):
    """A two-letter code and the words that name it."""

    state: str
    first: int
    last: int


class _Name(NamedTuple):
    state: str
    name: str
    city: bool


class _Places(NamedTuple):
    names: PhraseBook[_Name]
    left_behind: PhraseBook[str]
    needs_cue: frozenset[str]
    cues: frozenset[str]
    codes: frozenset[str]
    word_codes: frozenset[str]
    never_alone: frozenset[str]
    just_before: frozenset[str]
    mostly_words: frozenset[str]


@lru_cache(maxsize=1)
def _places() -> _Places:
    data = load("places.yml")
    states, cities = _names(data["states"], False), _names(data["cities"], True)
    return _Places(
        PhraseBook((name, name.name) for name in states + cities),
        PhraseBook(("left", line) for line in lines(data["left_behind"])),
        frozenset(name.strip() for line in lines(data["needs_cue"]) for name in line.split(";")),
        frozenset(word for line in lines(data["cues"]) for word in line.split()),
        frozenset(name.state.lower() for name in states),
        frozenset(data["word_codes"].split()),
        frozenset(data["never_alone"].split()),
        frozenset(data["just_before"].split()),
        frozenset(data["mostly_words"].split()),
    )


def _names(block: str, city: bool) -> list[_Name]:
    return [
        _Name(state, name.strip(), city)
        for state, names in pairs(block).items()
        for name in names.split(";")
        if name.strip()
    ]


def read_state(words: Sequence[Word], text: str, asked: bool = False) -> Place | None:
    """The one state named, or None when none or several are. `asked`: the message answers "which state?"."""
    answering = asked and len(words) <= _MOST_ANSWER_WORDS
    named = _from_names(words, asked)
    ends = {match.last for match in _places().names.find(words)}
    found = named + _from_codes(words, text, answering, ends)
    gone = {match.last + 1 for match in _places().left_behind.find(words)}
    here = [place for place in found if place.first not in gone]
    states = {place.state for place in here}
    return here[0] if len(states) == 1 else None


def _from_names(words: Sequence[Word], asked: bool) -> list[Place]:
    known = _places()
    matches = sorted(known.names.find(words), key=lambda m: m.first - m.last)
    kept: list[Match[_Name]] = []
    for match in matches:
        if not any(other.first <= match.last and match.first <= other.last for other in kept):
            kept.append(match)
    return [
        Place(match.label.state, match.first, match.last)
        for match in sorted(kept, key=lambda m: m.first)
        if asked or match.label.name not in known.needs_cue or _has_cue(words, match)
    ]


def _has_cue(words: Sequence[Word], match: Match[_Name]) -> bool:
    if match.first == 0 and match.last == len(words) - 1:
        return match.label.name not in _places().mostly_words
    before = words[max(0, match.first - _CUE_REACH) : match.first]
    after = words[match.last + 1 : match.last + 2]
    followed = bool(after) and after[0].text in _places().codes and after[0].before <= Break.CLAUSE
    return followed or any(word.text in _places().cues for word in before)


def _from_codes(words: Sequence[Word], text: str, answering: bool, ends: set[int]) -> list[Place]:
    return [
        Place(word.text.upper(), at, at)
        for at, word in enumerate(words)
        if word.text in _places().codes and _is_code(words, at, text, answering, at - 1 in ends)
    ]


def _is_code(words: Sequence[Word], at: int, text: str, answering: bool, after_place: bool) -> bool:
    """Whether a word that looks like a code is one: an answer, in capitals, or after a word of place."""
    word = words[at]
    typed = text[word.start : word.end]
    if len(typed) != 2:
        return False
    before = words[at - 1].text if at else ""
    if word.text not in _places().word_codes:
        return answering or typed.isupper() or before in _places().just_before or after_place
    if after_place or (at and typed.isupper() and _after_a_name(words, at, text)):
        return True
    if len(words) == 1 or word.text in _places().never_alone:
        return answering and len(words) == 1 and word.text not in _places().never_alone
    if typed.isupper() and not text.isupper():
        return before in _places().just_before or answering
    return answering and at == len(words) - 1 and before in _places().just_before


def _after_a_name(words: Sequence[Word], at: int, text: str) -> bool:
    """ "Portland, OR": a name with a capital, a comma, and nothing more in the sentence."""
    ends = at + 1 == len(words) or words[at + 1].before >= Break.CLAUSE
    name = text[words[at - 1].start]
    return ends and words[at].before == Break.CLAUSE and name.isupper() and not text.isupper()
