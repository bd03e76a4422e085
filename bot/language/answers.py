"""Short answers: whether a visitor said yes, no, not sure, or would rather not say."""

from __future__ import annotations

from functools import lru_cache
from itertools import pairwise
from pathlib import Path
from typing import Any, Literal, NamedTuple

import yaml

from bot.language.choices import read_choice
from bot.language.text import Break, Token, read_text, squeeze

__all__ = ["Answer", "is_safety_question", "read_answer", "read_choice"]

Answer = Literal["yes", "no", "unsure", "skip"]
_DATA = Path(__file__).parents[2] / "data" / "language" / "answers.yml"
_MAX_WORDS = 60  # more is a story, not a short answer
_ORDINARY = ("filler", "mild_yes", "yes", "no", "unsure", "skip", "turn")
_SAFETY = ("tail_words", "filler", "tail_openers", "yes", "no", "no_at_end", "unsure", "turn")


class _Part(NamedTuple):
    """A stretch of the answer: the kind of phrase, whether a clause starts before it and ends after it."""

    kind: str
    words: str
    opens: bool
    closes: bool


@lru_cache(maxsize=1)
def _data() -> dict[str, Any]:
    loaded: dict[str, Any] = yaml.safe_load(_DATA.read_text(encoding="utf-8"))
    return loaded


def _phrases(section: str, kind: str) -> list[str]:
    lists = _data()[section].get(kind, {})
    return [*lists.get("en", ()), *lists.get("es", ())]


@lru_cache(maxsize=4)
def _lexicon(section: str) -> dict[str, str]:
    """Phrase → kind; a phrase of several kinds takes the last one named, so the careful reading wins."""
    kinds = _ORDINARY if section == "answers" else _SAFETY
    found = {phrase: kind for kind in kinds for phrase in _phrases(section, kind)}
    if section == "safety":
        found |= {phrase: "skip" for phrase in _phrases("answers", "skip")}
    return found


@lru_cache(maxsize=4)
def _vocabulary(section: str) -> frozenset[str]:
    return frozenset(word for phrase in _lexicon(section) for word in phrase.split())


def _known_form(word: str, vocabulary: frozenset[str]) -> str:
    """ "yesss" → "yes", "nooo" → "no", when only that form is known."""
    forms = (word, squeeze(word), squeeze(word, 2))
    return next((form for form in forms if form in vocabulary), word)


def _longest(words: list[str], at: int, lexicon: dict[str, str]) -> tuple[str, int]:
    """Kind and length in words of the longest known phrase at `at`; ("unknown", 1) when there is none."""
    for length in range(min(8, len(words) - at), 0, -1):
        kind = lexicon.get(" ".join(words[at : at + length]))
        if kind:
            return kind, length
    return "unknown", 1


def _parts(tokens: tuple[Token, ...], section: str) -> list[_Part]:
    lexicon, vocabulary = _lexicon(section), _vocabulary(section)
    words = [_known_form(token.word, vocabulary) for token in tokens]
    parts, at = [], 0
    while at < len(words):
        kind, length = _longest(words, at, lexicon)
        end = at + length
        opens = at == 0 or tokens[at].before > Break.NONE
        closes = end == len(words) or tokens[end].before > Break.NONE
        parts.append(_Part(kind, " ".join(words[at:end]), opens, closes))
        at = end
    return parts


def _kinds(parts: list[_Part]) -> set[str]:
    return {part.kind for part in parts if part.kind != "filler"}


def _first_clause(parts: list[_Part]) -> list[_Part]:
    ends = [number for number, part in enumerate(parts, 1) if part.closes]
    return parts[: ends[0]]


def _read_whole(kinds: set[str]) -> Answer | None:
    """The answer when every word of it is known; a skip beats all, doubt beats yes and no."""
    for kind in ("skip", "unsure"):
        if kind in kinds:
            return "skip" if kind == "skip" else "unsure"
    if len(kinds) == 1:
        return "yes" if "yes" in kinds else "no"
    return None


def _read_lead(parts: list[_Part]) -> Answer | None:
    """The answer when more follows that is not known: only a plain "yes" or "no" up front counts."""
    clause, rest = _first_clause(parts), parts[1:]
    kinds = _kinds(clause) - {"mild_yes"}
    if len(kinds) == 1 and kinds <= {"yes", "no", "skip"}:
        return _unless_taken_back(_read_whole(kinds), parts[len(clause) :])
    first = parts[0].words.split()[0]
    if first in _phrases("answers", "leads_yes"):
        return _unless_taken_back("yes", rest)
    follows = rest[0].words.split()[0] if rest else ""
    if parts[0].words in _phrases("answers", "leads_no") and follows in _phrases("answers", "after_no"):
        return _unless_taken_back("no", rest)
    return None


def _unless_taken_back(answer: Answer | None, rest: list[_Part]) -> Answer | None:
    """None when what follows turns ("but", "if") or says the opposite word."""
    opposite = {"yes": "leads_no", "no": "leads_yes"}.get(answer or "")
    contrary = set(_phrases("answers", opposite)) if opposite else set()
    taken_back = any(part.kind == "turn" or part.words in contrary for part in rest)
    return None if taken_back else answer


def _read_ordinary(parts: list[_Part]) -> Answer | None:
    kinds = _kinds(parts)
    if kinds == {"mild_yes"}:
        return "yes"
    kinds -= {"mild_yes"}
    if not kinds or "turn" in kinds:
        return None
    return _read_lead(parts) if "unknown" in kinds else _read_whole(kinds)


def _is_clear_denial(parts: list[_Part]) -> bool:
    """Every word is a denial, padding, or a harmless tail that begins like one ("no, just stressed")."""
    allowed = {"no", "no_at_end", "tail_openers", "tail_words", "filler"}
    if any(part.kind not in allowed for part in parts):
        return False
    if any(part.kind == "no_at_end" and not part.closes for part in parts):
        return False
    spoken = [part for part in parts if part.kind != "filler"]
    if not spoken or not spoken[0].kind.startswith("no"):
        return False
    pairs = pairwise(spoken)
    return all(after.opens for before, after in pairs if before.kind[:2] == "no" and after.kind == "tail_words")


def _is_clear_yes(parts: list[_Part]) -> bool:
    """Led by a plain yes and not contradicted: whatever else is said, it is taken as a yes."""
    contrary = set(_phrases("safety", "contradicts_yes"))
    if any(part.kind in ("no", "no_at_end", "turn") or part.words in contrary for part in parts):
        return False
    clause = [part for part in _first_clause(parts) if part.kind != "filler"]
    plain = bool(clause) and all(part.kind == "yes" for part in clause)
    return plain or parts[0].words.split()[0] in _phrases("answers", "leads_yes")


def _read_safety(parts: list[_Part]) -> Answer | None:
    """Only a clear denial is a "no" (clinical.md §4); any doubt beside it makes it "unsure"."""
    kinds = _kinds(parts)
    if "skip" in kinds:
        return "skip"
    if _is_clear_denial(parts):
        return "no"
    if _is_clear_yes(parts):
        return "yes"
    answered = kinds & {"yes", "no", "no_at_end", "unsure"}
    return "unsure" if answered else None


def is_safety_question(question: str | None) -> bool:
    """Whether `question` (a value of `open_question`, or "direct") asks about safety."""
    return question in _data()["safety"]["questions"]


def read_answer(text: str, question: str | None = None, lang: str | None = None) -> Answer | None:
    """Read a short answer in English or Spanish: "yes", "no", "unsure", "skip"; None when it is none of them.

    `question` is the open question; for those about safety only a clear denial is "no" (clinical.md §4).
    `lang` is accepted for the common signature: both languages are always read. Never raises on a string.
    """
    tokens = read_text(text[:1000]).tokens
    if not tokens or len(tokens) > _MAX_WORDS:
        return None
    if is_safety_question(question):
        return _read_safety(_parts(tokens, "safety"))
    return _read_ordinary(_parts(tokens, "answers"))
