"""Reads a short answer in the light of the question that is open: "34", "my son", "just zoloft", "a bit"."""

from collections.abc import Iterable, Sequence
from functools import lru_cache
from typing import NamedTuple

from bot.language.ages import age_words, band_of, years_in
from bot.language.answers import read_answer
from bot.language.phrases import Match, PhraseBook
from bot.language.plain_words import Word, number_of
from bot.language.reviewed import lines, load
from bot.language.word_groups import word_groups

_MOST_WORDS = 14
CURRENT_CARE = {
    "none": (False, False),
    "therapy": (True, False),
    "medication": (False, True),
    "both": (True, True),
}
_WISH_BY_WORD = {"yes": "open", "no": "declines", "unsure": "unsure"}
_BY_WORD = {"therapy_pref": _WISH_BY_WORD, "med_pref": _WISH_BY_WORD, "current_care": {"no": "none"}}


class _Label(NamedTuple):
    question: str
    fact: str
    value: str


class Answer(NamedTuple):
    """What a short answer says: fact → value as a code, and the words that say it."""

    facts: dict[str, str]
    first: int
    last: int


@lru_cache(maxsize=1)
def _phrases() -> PhraseBook[_Label]:
    return PhraseBook(_labelled(), word_groups())


def _labelled() -> Iterable[tuple[_Label, str]]:
    data = load("question_answers.yml")
    questions = dict(data["questions"])
    questions["med_pref"] = {"med_pref": questions["therapy_pref"]["therapy_pref"]}
    questions["alone"] = data["alone"]
    for question, facts in questions.items():
        for fact, values in facts.items():
            for value, block in values.items():
                yield from ((_Label(question, fact, value), line) for line in lines(block))


@lru_cache(maxsize=1)
def _filler() -> frozenset[str]:
    return frozenset(word for line in lines(load("question_answers.yml")["filler"]) for word in line.split())


def read_short_answer(
    words: Sequence[Word], question: str, elsewhere: Sequence[tuple[int, int]] = ()
) -> Answer | None:
    """The answer to `question` in a message of at most fourteen words; None when it gives none.

    `elsewhere`: word spans that state something else ("yes but no meds": that "no" is about medicine).
    """
    if not words or len(words) > _MOST_WORDS:
        return None
    if question == "age_group" and (age := _age(words)) is not None:
        return age
    found = [match for match in _phrases().find(words) if match.label.question == question]
    kept = [match for match in found if not any(_within(match, other) for other in found)]
    kept = [match for match in kept if not any(a <= match.first and match.last < b for a, b in elsewhere)]
    if question in ("therapy_pref", "med_pref") and len(words) > 6:
        kept = [match for match in kept if match.first == 0 or match.last - match.first > 1]
    if not kept:
        return None
    return _joined(kept, question)


def settled_by_word(answer: Answer | None, question: str, text: str, word_count: int) -> Answer | None:
    """Lets a plain yes, no or not sure (bot.language.answers) speak where this page has no phrase for it.

    A plain no is never read as a wish: "I'm good" declines.
    """
    meanings = _BY_WORD.get(question)
    if meanings is None or not word_count:
        return answer
    word = read_answer(text, question)
    value = meanings.get(word or "")
    wished = answer is not None and answer.facts[question] in ("open", "wants")
    if value is None or (answer is not None and not (word == "no" and wished)):
        return answer
    return Answer({question: value}, 0, word_count - 1)


def _joined(found: list[Match[_Label]], question: str) -> Answer:
    """Several phrases in one answer: the highest severity, both kinds of care, else the last preference."""
    values = [match.label.value for match in found]
    if question == "severity":
        value = max(values, key=("mild", "moderate", "severe").index)
    elif question == "current_care":
        value = _care(values)
    elif question in ("therapy_pref", "med_pref"):
        value = _preference(values)
    else:
        value = values[0]
    match = next(m for m in found if m.label.value == value) if value in values else found[0]
    return Answer({found[0].label.fact: value}, match.first, match.last)


def _care(values: list[str]) -> str:
    named = set(values) - {"none"}
    if "both" in named or {"therapy", "medication"} <= named:
        return "both"
    return next(iter(named), "none")


def _preference(values: list[str]) -> str:
    """ "yes but I'm nervous" is unsure; "no, well, maybe" is unsure; a clear wish beats a plain yes."""
    for value in ("unsure", "declines", "wants"):
        if value in values and (value != "declines" or values[0] == "declines"):
            return value
    return values[-1]


def _age(words: Sequence[Word]) -> Answer | None:
    years = years_in(words)
    if years is None or len([w for w in words if w.text.isdecimal()]) > 1:
        return None
    if any(word.text in age_words().months for word in words):
        years = 0
    band = band_of(years)
    at = next(at for at, word in enumerate(words) if number_of(word.text) is not None)
    return Answer({"age_group": band}, at, at) if band else None


def read_alone(words: Sequence[Word]) -> Answer | None:
    """What a bare message ("therapy", "both please") says when no question is open; None when it is more."""
    if not words or len(words) > _MOST_WORDS:
        return None
    found = [match for match in _phrases().find(words) if match.label.question == "alone"]
    whole = [match for match in found if _is_whole(words, match)]
    if not whole:
        return None
    facts = {match.label.fact: match.label.value for match in whole}
    return Answer(facts, whole[0].first, whole[0].last)


def _is_whole(words: Sequence[Word], match: Match[_Label]) -> bool:
    outside = [word.text for at, word in enumerate(words) if not match.first <= at <= match.last]
    return all(word in _filler() for word in outside)


def _within(match: Match[_Label], other: Match[_Label]) -> bool:
    size, other_size = match.last - match.first, other.last - other.first
    return other.first <= match.first and match.last <= other.last and other_size > size
