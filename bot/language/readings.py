"""Everything that is read once from a message and shared by the readers of its facts."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from bot.language.about import About, read_about
from bot.language.ages import Age, read_ages
from bot.language.concerns import mentions
from bot.language.denial import denied_by_context, denied_strictly, turning_words
from bot.language.medicines import PlacedMedicine, place_medicines
from bot.language.people import Person, read_people
from bot.language.phrases import Match
from bot.language.plain_words import Word, read_words
from bot.language.question_answers import Answer, read_alone, read_short_answer, settled_by_word
from bot.language.statements import Statement, read_statements
from bot.language.text import Break

_DENIABLE = ("request", "perinatal", "substance", "severity", "joint_care")
_GOING_ON = ("in_therapy", "on_medication")
_QUOTE_LENGTH = 160


@dataclass(frozen=True)
class Reading:
    """A message read once: its words, and what each reader of words found in them."""

    text: str
    question: str | None
    words: Sequence[Word]
    people: Sequence[Person]
    concerns: Sequence[tuple[Match[str], bool]]
    about: About
    ages: Sequence[Age]
    medicines: Sequence[PlacedMedicine]
    statements: Mapping[str, Sequence[Statement]]
    answer: Answer | None

    def quote(self, first: int, last: int) -> str:
        """The visitor's own words around a match: its clause, as typed, at most 160 characters."""
        start, end = first, last
        while start > 0 and not self._parts(start):
            start -= 1
        while end + 1 < len(self.words) and not self._parts(end + 1, turn_here=True):
            end += 1
        typed = self.text[self.words[start].start : self.words[end].end]
        if len(typed) <= _QUOTE_LENGTH:
            return typed
        return self.text[self.words[first].start : self.words[last].end][:_QUOTE_LENGTH]

    def _parts(self, at: int, turn_here: bool = False) -> bool:
        """Whether a clause ends before the word at `at`."""
        turn = self.words[at if turn_here else at - 1].text
        return self.words[at].before >= Break.CLAUSE or turn in turning_words()


def read_message(text: str, question: str | None) -> Reading:
    """Reads `text` once, with the open question if there is one. Linear in its length; never raises."""
    words = read_words(text)
    people = read_people(words)
    concerns = mentions(words)
    stated = _affirmed(words, read_statements(words))
    return Reading(
        text=text,
        question=question,
        words=words,
        people=people,
        concerns=concerns,
        about=read_about(words, people, concerns),
        ages=read_ages(words, people),
        medicines=place_medicines(words),
        statements=stated,
        answer=_answer(text, words, question, stated),
    )


def _answer(
    text: str, words: Sequence[Word], question: str | None, stated: Mapping[str, list[Statement]]
) -> Answer | None:
    if question is None:
        return read_alone(words)
    wishes = [fact for fact in ("therapy_pref", "med_pref") if fact != question and question.endswith("_pref")]
    elsewhere = [(one.first, one.last) for fact in wishes for one in stated.get(fact, ())]
    return settled_by_word(read_short_answer(words, question, elsewhere), question, text, len(words))


def _affirmed(words: Sequence[Word], stated: Mapping[str, list[Statement]]) -> dict[str, list[Statement]]:
    """Without what a "not" before it denies; facts whose phrases carry their own "not" are left alone."""
    return {fact: _not_denied(words, fact, statements) for fact, statements in stated.items()}


def _not_denied(words: Sequence[Word], fact: str, statements: list[Statement]) -> list[Statement]:
    if fact in _GOING_ON:
        return [one for one in statements if one.value != "true" or not denied_strictly(words, one.first)]
    if fact not in _DENIABLE:
        return statements
    ordered = sorted(statements, key=lambda one: (one.first, one.last))
    denied = denied_by_context(words, [(one.first, one.last) for one in ordered])
    kept = [one for one, no in zip(ordered, denied, strict=True) if not no]
    return sorted(kept, key=lambda one: (one.last, one.first))
