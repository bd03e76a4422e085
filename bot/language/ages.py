"""How old the person needing care is, as an age code of clinical.md §2."""

from collections.abc import Sequence
from functools import lru_cache
from typing import NamedTuple

from bot.language.people import Person
from bot.language.phrases import Match, PhraseBook
from bot.language.plain_words import Word, number_of
from bot.language.reviewed import lines, load
from bot.language.text import Break
from bot.language.word_groups import word_groups

_OLDEST = 110
_PLAIN_NUMBER = 25  # "my 8" may be a child; "my 50" is none
_LAST_AGE = ((5, "child_0_5"), (12, "child_6_12"), (17, "teen_13_17"), (64, "adult_18_64"))
ADULT = ("adult_18_64", "older_65plus")


class AgeWords(NamedTuple):
    """The word sets beside ages in data/language/people.yml."""

    between: frozenset[str]  # between a person and the age
    units: frozenset[str]  # after a number that is no age
    months: frozenset[str]  # units of less than a year
    years: frozenset[str]


class Age(NamedTuple):
    """An age band, whose it is (`self`, `third`), and the words that say so."""

    band: str
    owner: str
    first: int
    last: int


def band_of(years: int) -> str | None:
    """The age code of a number of years; None when nobody is that old."""
    if years > _OLDEST:
        return None
    return next((band for oldest, band in _LAST_AGE if years <= oldest), "older_65plus")


@lru_cache(maxsize=1)
def age_words() -> AgeWords:
    """data/language/people.yml's words beside ages, read once."""
    data = load("people.yml")["age_words"]
    return AgeWords(*(frozenset(data[key].split()) for key in AgeWords._fields))


@lru_cache(maxsize=1)
def _number_phrases() -> PhraseBook[str]:
    ages = load("people.yml")["ages"]
    return PhraseBook([(owner, line) for owner, block in ages.items() for line in lines(block)], word_groups())


@lru_cache(maxsize=1)
def _band_phrases() -> PhraseBook[str]:
    bands = load("people.yml")["bands"]
    return PhraseBook([(band, line) for band, block in bands.items() for line in lines(block)], word_groups())


def years_in(words: Sequence[Word]) -> int | None:
    """The first number among `words`; "thirty four" and "treinta y cuatro" are one number."""
    values = [(at, number_of(word.text)) for at, word in enumerate(words)]
    numbers = [(at, value) for at, value in values if value is not None]
    digits = [(at, value) for at, value in numbers if words[at].text.isdecimal()]
    if digits or not numbers:
        return digits[0][1] if digits else None
    at, value = max(numbers, key=lambda number: number[1])
    unit = next((v for i, v in numbers if i in (at + 1, at + 2)), None)
    joins = value >= 20 and value % 10 == 0 and unit is not None and 0 < unit < 10
    return value + unit if joins and unit is not None else value


def read_ages(words: Sequence[Word], people: Sequence[Person]) -> list[Age]:
    """The ages stated, in reading order."""
    found = [_of_person(person, words) or _said_after(person, words) for person in people]
    numbers = [match for match in _uncovered(_number_phrases().find(words)) if not _in_a_name(match, people)]
    found += [_of_number(match, words) for match in numbers]
    found += [_of_band(match, words, people) for match in _uncovered(_band_phrases().find(words))]
    return sorted((age for age in found if age is not None), key=lambda age: age.first)


def _in_a_name(match: Match[str], people: Sequence[Person]) -> bool:
    """The number belongs to "my 8 year old", whose age is read from the name."""
    named = [person for person in people if person.kind != "caller"]
    return any(person.first <= match.last and match.first <= person.last for person in named)


def _uncovered(matches: list[Match[str]]) -> list[Match[str]]:
    hidden = [match for match in matches if match.label == "-"]
    kept = [m for m in matches if m.label != "-" and not any(_overlaps(m, h) for h in hidden)]
    return [m for m in kept if not any(_within(m, other) for other in kept)]


def _overlaps(match: Match[str], other: Match[str]) -> bool:
    """A hiding phrase that ends where this one does, or later, speaks of the same number."""
    return match.first <= other.last and other.first <= match.last and other.last >= match.last - 1


def _within(match: Match[str], other: Match[str]) -> bool:
    size, other_size = match.last - match.first, other.last - other.first
    return match != other and other.first <= match.first and match.last <= other.last and other_size > size


def _of_person(person: Person, words: Sequence[Word]) -> Age | None:
    """ "my 8 year old" and "my 8yo daughter" carry the age in the name."""
    named = words[person.first : person.last + 1]
    years = years_in(named)
    if years is None or person.kind == "caller":
        return None
    if any(word.text in age_words().months for word in named):
        years = 0
    if years > _PLAIN_NUMBER and not any(word.text in age_words().years for word in named):
        return None
    band = band_of(years)
    return Age(band, "third", person.first, person.last) if band else None


def _said_after(person: Person, words: Sequence[Word]) -> Age | None:
    """ "my son is 8", "my daughter, 14,", "mi hijo tiene 9"."""
    at = person.last + 1
    while at < len(words) and words[at].text in age_words().between and at < person.last + 4:
        at += 1
    if at >= len(words) or not words[at].text.isdecimal() or words[at].before >= Break.LINE:
        return None
    if at + 1 < len(words) and words[at + 1].text in age_words().units:
        return None
    years = number_of(words[at].text)
    band = band_of(years) if years is not None else None
    return Age(band, "third", person.first, at) if band else None


def _of_number(match: Match[str], words: Sequence[Word]) -> Age | None:
    years = years_in(words[match.first : match.last + 1])
    band = band_of(years) if years is not None else None
    return Age(band, match.label, match.first, match.last) if band else None


def _of_band(match: Match[str], words: Sequence[Word], people: Sequence[Person]) -> Age:
    mine = any(word.text in ("i", "soy") for word in words[max(0, match.first - 2) : match.last + 1])
    named = any(person.kind in ("own_child", "other_child", "other") for person in people)
    return Age(match.label, "self" if mine or not named else "third", match.first, match.last)


def age_of(ages: Sequence[Age], role: str) -> Age | None:
    """The age of the person a message is about: `role` as in about.py. None when not stated."""
    owner = "self" if role == "self" else "third"
    exact = [age for age in ages if age.owner == owner]
    return exact[0] if exact else None
