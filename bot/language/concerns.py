"""Which of the thirty concerns a message names, where, and which of them it denies."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import lru_cache
from typing import Any, NamedTuple

from bot.language.denial import denied_by_context
from bot.language.phrases import Match, PhraseBook
from bot.language.plain_words import Word, read_words
from bot.language.reviewed import ReviewedDataError, lines, load_folder
from bot.language.word_groups import word_groups

CONCERNS = (
    "depression anxiety_worry panic social_anxiety phobia trauma_ptsd ocd adhd_attention bipolar_mood "
    "psychosis_like sleep grief stress_burnout relationship family_conflict child_behavior anger eating "
    "substance_use perinatal self_esteem life_transition chronic_illness_pain gender_sexuality "
    "self_harm_no_intent emotion_regulation work_school loneliness medication_question "
    "medication_side_effect"
).split()
_LEAST_PROBABILITY = 0.6

Head = Callable[[str], Mapping[str, float]]
"""A statistical head: text → calibrated probability of each concern. Joined to the phrases when given."""


class ConcernMention(NamedTuple):
    """One concern in a text: its id (clinical.md §1), character span, and whether it is denied."""

    id: str
    span: tuple[int, int]
    negated: bool

    def to_dict(self) -> dict[str, Any]:
        """The mention as JSON."""
        return {"id": self.id, "span": list(self.span), "negated": self.negated}


class _Label(NamedTuple):
    concern: str
    ordinary: bool  # an ordinary use of the same words, which hides the concern


def _labelled() -> Iterable[tuple[_Label, str]]:
    for name, content in load_folder("concerns"):
        for concern, blocks in content["concerns"].items():
            if concern not in CONCERNS:
                raise ReviewedDataError(f"{name}: no concern is called {concern!r}")
            for key in ("en", "es", "except"):
                yield from ((_Label(concern, key == "except"), line) for line in lines(blocks.get(key)))


@lru_cache(maxsize=1)
def concern_phrases() -> PhraseBook[_Label]:
    """Every reviewed concern phrase, both languages, compiled once. Raises on broken data."""
    return PhraseBook(_labelled(), word_groups())


def find_concerns(text: str, lang: str | None = None, head: Head | None = None) -> list[ConcernMention]:
    """Mentions of the concerns of clinical.md §1 in `text`, in reading order, at most one per passage.

    Both languages are always read, so mixed speech is understood; `lang` is accepted for the protocol.
    `head` adds concerns no phrase found, with the whole text as their span. Never raises on any string.
    """
    words = read_words(text)
    found = [
        ConcernMention(match.label, (words[match.first].start, words[match.last].end), denied)
        for match, denied in mentions(words)
    ]
    return found + _from_head(text, head, {mention.id for mention in found})


def mentions(words: Sequence[Word]) -> list[tuple[Match[str], bool]]:
    """Concern phrases among `words` as (match, denied): longest first choice, then in reading order."""
    matches = concern_phrases().find(words)
    ordinary = [match for match in matches if match.label.ordinary]
    concerns = [match for match in matches if not match.label.ordinary and not _hidden(match, ordinary)]
    kept = _longest(concerns)
    denied = denied_by_context(words, [(match.first, match.last) for match in kept])
    joined = [Match(match.label.concern, match.first, match.last) for match in kept]
    return list(zip(joined, denied, strict=True))


def _hidden(match: Match[_Label], ordinary: list[Match[_Label]]) -> bool:
    """An ordinary use of the same words hides a concern that ends within it and is not much longer."""
    return any(
        hide.label.concern == match.label.concern
        and hide.first <= match.last <= hide.last
        and match.last - match.first <= hide.last - hide.first + 1
        for hide in ordinary
    )


def _longest(matches: list[Match[_Label]]) -> list[Match[_Label]]:
    """Drops what lies within a longer phrase, and joins overlapping phrases of one concern."""
    kept: list[Match[_Label]] = []
    for match in sorted(matches, key=lambda m: (m.first - m.last, m.first)):
        if not any(_within(match, other) for other in kept):
            kept.append(match)
    return sorted(kept, key=lambda m: (m.first, m.last))


def _within(match: Match[_Label], other: Match[_Label]) -> bool:
    if match.label == other.label:
        return match.first <= other.last and other.first <= match.last
    return (
        other.first <= match.first
        and match.last <= other.last
        and (other.last - other.first > match.last - match.first)
    )


def _from_head(text: str, head: Head | None, known: set[str]) -> list[ConcernMention]:
    if head is None:
        return []
    likely = [concern for concern, chance in head(text).items() if chance >= _LEAST_PROBABILITY]
    return [ConcernMention(concern, (0, len(text)), False) for concern in likely if concern not in known]
