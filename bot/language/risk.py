"""The risk screen: every message gets a tier before anything else happens (clinical.md §4)."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import chain
from typing import Any

from bot.language.risk_data import LANGUAGES, TIERS, RiskRules, Sets, load_rules
from bot.language.risk_head import Reading
from bot.language.risk_patterns import STOP
from bot.language.risk_rules import Finding, find_signals
from bot.language.risk_spelling import Word
from bot.language.text import Break

_TURNS_BEFORE = 3  # clinical.md §4, invariant 8: messages split over the last three turns
_WORDS_BEFORE = 60  # as far as the widest combination reaches
_SCORES = {"none": 0.0, "watch": 0.3, "urgent": 0.5, "crisis": 0.7, "emergency": 0.9}
_SCORE_PER_SIGNAL = 0.03
# The modifier of a signal that no pattern found, but the statistical head.
BY_LIKENESS = "by_likeness"

SecondLayer = Callable[[str], "Reading | None"]


@dataclass(frozen=True)
class Signal:
    """One signal of clinical.md §4 with its tier here, its span in the text and the intake facts it fills."""

    id: str
    tier: str
    span: tuple[int, int]
    modifiers: tuple[str, ...]
    sets: Sets

    def to_dict(self) -> dict[str, Any]:
        """The signal as the contract's `screen` writes it; `sets` only where there are any."""
        plain = {"id": self.id, "span": list(self.span), "modifiers": list(self.modifiers), "tier": self.tier}
        return plain | ({"sets": dict(self.sets)} if self.sets else {})


@dataclass(frozen=True)
class Screening:
    """What the screen says of one message: always a tier; `score` 0…1 grows with tier and evidence."""

    tier: str
    signals: tuple[Signal, ...]
    score: float
    lang: str
    rules_version: str

    def to_dict(self) -> dict[str, Any]:
        """The fields of the contract's `screen`, and the version of the rules."""
        return {
            "tier": self.tier,
            "signals": [signal.to_dict() for signal in self.signals],
            "score": self.score,
            "lang": self.lang,
            "rules_version": self.rules_version,
        }


def screen(
    text: str, previous: Sequence[str] = (), lang: str | None = None, second: SecondLayer | None = None
) -> Screening:
    """Screen `text`, read together with the visitor's last three messages. Pure; never raises on any string.

    Two layers: reviewed patterns, and `second`, the statistical head (bot.language.risk_head). The higher tier wins.
    Earlier messages can add to what this one says, never take from it. Spans index into `text`; what stands in
    `previous` alone is not reported again. English and Spanish are both always read; `lang` only decides the
    `lang` of the answer.
    """
    rules = load_rules()
    before = [word for message in previous[-_TURNS_BEFORE:] for word in _stream(message, rules)][-_WORDS_BEFORE:]
    own = list(_stream(text, rules))
    own[:1] = [word._replace(before=Break.LINE) for word in own[:1]]
    findings = [*find_signals(own, rules), *_across(before, own, rules)]
    signals = _signals(sorted(findings, key=lambda each: each.first), own)
    reading = second(text) if second else None
    signals = _with_second(signals, reading, rules)
    tier = max((signal.tier for signal in signals), key=TIERS.index, default=TIERS[0])
    language = lang if lang in LANGUAGES else _language(own or before, rules)
    return Screening(tier, signals, score_of(tier, signals, reading), language, rules.version)


def score_of(tier: str, signals: Sequence[Signal], reading: Reading | None = None) -> float:
    """How alarming a message is, 0…1: its tier, then how much speaks for it and how sure the head is."""
    evidence = sum(signal.tier == tier for signal in signals) if tier != TIERS[0] else 0
    likely = reading.score if reading else 0.0
    return round(min(1.0, _SCORES[tier] + _SCORE_PER_SIGNAL * min(evidence, 2) + _SCORE_PER_SIGNAL * likely), 2)


def _with_second(signals: tuple[Signal, ...], reading: Reading | None, rules: RiskRules) -> tuple[Signal, ...]:
    """The signals with that of the second layer, where it sees more than the patterns did.

    An idiom or an unwanted thought that a pattern recognised lowers the head's mildest tier, and no other.
    """
    highest = max((TIERS.index(signal.tier) for signal in signals), default=0)
    if reading is None or TIERS.index(reading.tier) <= highest:
        return signals
    if signals and reading.tier == TIERS[1]:
        return signals
    rule = rules.signals[reading.signal]
    sets = rule.sets if rule.tier == reading.tier else {}
    return (*signals, Signal(reading.signal, reading.tier, reading.span, (BY_LIKENESS,), sets))


def screen_record(record: Mapping[str, Any], second: SecondLayer | None = None) -> dict[str, Any]:
    """One object of the contract's `screen` command: adds the result, passes unknown fields through.

    Raises ValueError, saying what is wrong, on a missing or mistyped `text`, `previous` or `lang`.
    """
    if not isinstance(record, Mapping):
        raise ValueError("an object with a `text` is expected")
    text, previous, lang = record.get("text"), record.get("previous"), record.get("lang")
    if not isinstance(text, str):
        raise ValueError("`text` must be a string")
    if previous is not None and not _is_strings(previous):
        raise ValueError("`previous` must be a list of strings")
    if lang is not None and lang not in LANGUAGES:
        raise ValueError("`lang` must be one of: en, es")
    return {**record, **screen(text, previous or (), lang, second).to_dict()}


def _is_strings(value: Any) -> bool:
    return isinstance(value, (list, tuple)) and all(isinstance(each, str) for each in value)


def _stream(message: str, rules: RiskRules) -> Iterator[Word]:
    """The repaired words of a message with a STOP at each sentence end and after a lone "no".

    Line breaks do not stop: people break lines in mid-sentence, as they break messages.
    """
    last = ""
    for word in chain(rules.speller.read(message), [Word("", 0, 0, Break.LINE)]):
        refused = last in rules.refusals and word.before >= Break.CLAUSE
        if word.before == Break.SENTENCE or refused:
            yield Word(STOP, word.start, word.start, Break.SENTENCE)
        if word.word:
            yield word
        last = word.word


def _across(before: Sequence[Word], own: Sequence[Word], rules: RiskRules) -> Iterator[Finding]:
    """The findings that begin in an earlier message and end in this one, counted from the start of this one."""
    if before:
        size = len(before)
        for each in find_signals([*before, *own], rules):
            if each.first < size < each.end:
                yield each._replace(first=0, end=each.end - size)


def _signals(findings: Iterable[Finding], own: Sequence[Word]) -> tuple[Signal, ...]:
    """One signal for each sort and place, however many patterns found it."""
    signals = [_signal(each, own) for each in findings]
    return tuple({(each.id, each.tier, each.span): each for each in reversed(signals)}.values())[::-1]


def _signal(finding: Finding, own: Sequence[Word]) -> Signal:
    """A finding with its span in the characters of the message."""
    words = [word for word in own[finding.first : finding.end] if word.word != STOP]
    span = (words[0].start, max(word.end for word in words))
    return Signal(str(finding.signal), finding.tier, span, finding.modifiers, finding.sets)


def _language(words: Sequence[Word], rules: RiskRules) -> str:
    """The language most of the everyday words belong to; English where there is nothing to go by."""
    counts = {code: sum(word.word in common for word in words) for code, common in rules.common.items()}
    return max(LANGUAGES, key=lambda code: counts[code])
