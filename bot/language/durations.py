"""How long it has been going on, as a duration code of clinical.md §2."""

from collections.abc import Sequence
from functools import lru_cache
from typing import NamedTuple

from bot.language.phrases import Match, PhraseBook
from bot.language.plain_words import Word, number_of
from bot.language.reviewed import lines, load
from bot.language.word_groups import word_groups

_DAYS = {"d": 1.0, "w": 7.0, "s": 7.0, "m": 30.4, "y": 365.0, "a": 365.0}
_SOME = {"couple": 2.0, "par": 2.0, "few": 3.5, "several": 5.0, "many": 5.0, "varios": 4.0, "varias": 4.0}
_SOME.update({"unos": 3.0, "unas": 3.0, "algunos": 3.0, "algunas": 3.0, "pocos": 3.0, "pocas": 3.0})
_SOME.update(
    {"cuantos": 4.0, "cuantas": 4.0, "muchos": 6.0, "muchas": 6.0, "some": 3.0, "half": 0.5, "medio": 0.5}
)
_ONE = 1.0
# The codes say: less than two weeks; up to three months; up to twelve; more than twelve.
_TWO_WEEKS, _THREE_MONTHS, _YEAR = 14.0, 95.0, 366.0


class Duration(NamedTuple):
    """A duration code and the words that say so."""

    code: str
    first: int
    last: int


def code_of(days: float) -> str:
    """The duration code of a number of days."""
    if days < _TWO_WEEKS:
        return "lt_2w"
    if days <= _THREE_MONTHS:
        return "2w_3m"
    return "3m_12m" if days <= _YEAR else "gt_12m"


@lru_cache(maxsize=1)
def _phrases() -> PhraseBook[str]:
    durations = load("durations.yml")["durations"]
    return PhraseBook([(code, line) for code, block in durations.items() for line in lines(block)], word_groups())


def read_duration(words: Sequence[Word]) -> Duration | None:
    """The longest duration stated of what troubles the visitor; None when none is. Never raises."""
    matches = _phrases().find(words)
    hidden = [match for match in matches if match.label == "-"]
    stated = [match for match in matches if match.label != "-" and not _is_hidden(match, hidden)]
    kept = [match for match in stated if not any(_within(match, other) for other in stated)]
    codes = [(_code(match, words), match) for match in kept]
    known = [Duration(code, match.first, match.last) for code, match in codes if code is not None]
    order = ("lt_2w", "2w_3m", "3m_12m", "gt_12m")
    return max(known, key=lambda duration: order.index(duration.code), default=None)


def _is_hidden(match: Match[str], hidden: list[Match[str]]) -> bool:
    reaching = (h for h in hidden if h.first <= match.last and h.last >= match.last - 1)
    return any(not _within(hide, match) for hide in reaching)


def _within(match: Match[str], other: Match[str]) -> bool:
    size, other_size = match.last - match.first, other.last - other.first
    return other.first <= match.first and match.last <= other.last and other_size > size


def _code(match: Match[str], words: Sequence[Word]) -> str | None:
    if match.label != "count":
        return match.label
    named = [word.text for word in words[match.first : match.last + 1]]
    unit = next((_unit(word) for word in reversed(named) if _unit(word)), None)
    if unit is None:
        return None
    return code_of(_amount(named) * unit)


def _unit(word: str) -> float | None:
    if word.startswith("decad"):
        return _DAYS["y"] * 10
    for stem in ("day", "week", "month", "year", "dia", "semana", "mes", "ano"):
        if word == stem or word in (stem + "s", stem + "es"):
            return _DAYS[stem[0]]
    return None


def _amount(named: list[str]) -> float:
    """The count in the words; of "2 or 3" the second, of "a few" what people mean by it."""
    some = [_SOME[word] for word in named if word in _SOME]
    if some:
        return some[0]
    numbers = [value for word in named if (value := number_of(word)) is not None]
    return float(numbers[-1]) if numbers else _ONE
