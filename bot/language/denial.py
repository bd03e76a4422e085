"""Whether the words around a phrase deny it: "not depressed, just tired", "no anxiety or panic"."""

from collections.abc import Sequence
from functools import lru_cache
from typing import NamedTuple

from bot.language.phrases import PhraseBook
from bot.language.plain_words import Word
from bot.language.reviewed import lines, load
from bot.language.text import Break

_FARTHEST = 8


@lru_cache(maxsize=1)
def turning_words() -> frozenset[str]:
    """Words that turn to another thought ("but"), where a clause ends without a comma."""
    return frozenset(load("denial.yml")["turns"].split())


class _Denials(NamedTuple):
    deny: frozenset[str]
    between: frozenset[str]
    joins: frozenset[str]
    unless: frozenset[str]
    reply_to: frozenset[str]
    strictly: frozenset[str]
    after: PhraseBook[str]


@lru_cache(maxsize=1)
def _denials() -> _Denials:
    data = load("denial.yml")
    deny, between, joins, unless, reply_to, strictly = (
        frozenset(word for line in lines(data[key]) for word in line.split())
        for key in ("deny", "between", "joins", "unless", "reply_to", "strictly")
    )
    after = PhraseBook(("after", line) for line in lines(data["after"]))
    return _Denials(deny, between, joins, unless, reply_to, strictly, after)


def denied_by_context(words: Sequence[Word], spans: Sequence[tuple[int, int]]) -> list[bool]:
    """For each (first, last) word span in reading order: is it denied? Shares a denial along "a or b"."""
    answers: list[bool] = []
    earlier: dict[int, bool] = {}  # the last word of each span read so far: was that one denied?
    for first, last in spans:
        denied = _denied_before(words, first, earlier) or _denied_after(words, last)
        answers.append(denied)
        earlier[last] = denied
    return answers


def _denied_before(words: Sequence[Word], first: int, earlier: dict[int, bool]) -> bool:
    """Walks left over filler words to a denial; stops at a sentence, another thought, or `unless`."""
    rules = _denials()
    joined = False
    for at in range(first - 1, max(-1, first - 1 - _FARTHEST), -1):
        if words[at + 1].before >= Break.LINE:
            return False
        word = words[at].text
        if words[at + 1].before == Break.CLAUSE and not joined:
            return earlier.get(at, False) and _goes_on(words, first)
        if word in rules.deny:
            return not _affirms_after_all(words, at, first)
        if at in earlier:
            return joined and earlier[at]
        joined = joined or word in rules.joins
        if word not in rules.between and word not in rules.joins:
            return False
    return False


def _affirms_after_all(words: Sequence[Word], at: int, first: int) -> bool:
    """ "not just depressed" affirms, and so does "no i am depressed", where "no" answers what was asked."""
    following = words[at + 1].text
    if words[at].text == "no" and following in _denials().reply_to:
        return True
    return at + 1 < first and following in _denials().unless


def denied_strictly(words: Sequence[Word], first: int) -> bool:
    """Whether "not" or "never" stands right before: "have not been on meds"."""
    return first > 0 and words[first].before < Break.CLAUSE and words[first - 1].text in _denials().strictly


def _goes_on(words: Sequence[Word], first: int) -> bool:
    """A list after a denial ("no anxiety, depression or panic") goes on until its "or"."""
    return any(word.text in _denials().joins - {"and", "y"} for word in words[first + 1 : first + 5])


def _denied_after(words: Sequence[Word], last: int) -> bool:
    """ "depression is gone", "depresión no, solo ansiedad": a plain "no" only where the thought ends with it."""
    following = words[last + 1 : last + 6]
    if not following or following[0].before >= Break.SENTENCE:
        return False
    ends = len(following) == 1 or following[1].before >= Break.CLAUSE
    if following[0].text == "no" and following[0].before == Break.NONE and ends:
        return True
    return any(match.first == 0 for match in _denials().after.find(following))
