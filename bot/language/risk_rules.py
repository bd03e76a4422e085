"""From words to signals: matches, what their modifiers make of them, and what follows from several together."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from bot.language.context import Modifiers, Target
from bot.language.risk_data import DROP, KEEP, TIERS, Combination, Meaning, RiskRules, Sets
from bot.language.risk_patterns import Found, Words
from bot.language.risk_spelling import Word
from bot.language.text import Break

_ENOUGH = 12


class Finding(NamedTuple):
    """Something found in the words `[first, end)`; `names` are what combinations may call it by."""

    signal: str | None
    tier: str
    first: int
    end: int
    modifiers: tuple[str, ...]
    sets: Sets
    names: frozenset[str]


def find_signals(stream: Sequence[Word], rules: RiskRules) -> list[Finding]:
    """All findings that name a signal, in the order of the text, weaker ones inside stronger ones left out."""
    edges = frozenset(at for at, word in enumerate(stream) if word.before >= Break.LINE)
    pauses = frozenset(at for at, word in enumerate(stream) if word.before >= Break.CLAUSE)
    words = Words([word.word for word in stream], rules.speller.stems, rules.barriers, edges, pauses)
    findings = _thinned(list(_plain_findings(words, rules)))
    for rule in rules.combinations:  # in the order of the file: a later one may build on an earlier one
        findings += list(_combined(rule, findings))
    named = sorted((each for each in findings if each.signal), key=lambda each: (each.first, -each.end))
    return [each for each in named if not any(_outranks(other, each) for other in named)]


def _thinned(findings: Sequence[Finding]) -> list[Finding]:
    """The first and last few of each sort: a long text that repeats itself must not cost its length squared."""
    sorts: dict[tuple[str | None, frozenset[str]], list[Finding]] = defaultdict(list)
    for each in findings:
        sorts[each.signal, each.names].append(each)
    kept: list[Finding] = []
    for alike in sorts.values():
        alike.sort(key=lambda each: each.first)
        kept += alike if len(alike) <= 2 * _ENOUGH else alike[:_ENOUGH] + alike[-_ENOUGH:]
    return kept


def _plain_findings(words: Words, rules: RiskRules) -> Iterator[Finding]:
    modifiers = Modifiers(rules.modifiers.find(words), words)
    for found in rules.patterns.find(words):
        target = Target(found.first, found.end, found.payload.kind)
        reaching = modifiers.of(target, rules.stops)
        finding = _modified(found, tuple(reaching), rules)
        if finding:
            yield finding
    for found_modifier in modifiers.found:
        if found_modifier.payload.category == "idiom":
            first, end = found_modifier.first, found_modifier.end
            yield Finding("IDIOM", TIERS[0], first, end, ("idiom",), {}, frozenset({"IDIOM"}))


def _modified(found: Found[Meaning], modifiers: tuple[str, ...], rules: RiskRules) -> Finding | None:
    """A match after its modifiers: as it is, as a lower signal, or nothing."""
    meaning = found.payload
    effect = next((each for each in (_effect(meaning, name, rules) for name in modifiers) if each), None)
    if effect == DROP or (effect not in (None, KEEP) and not meaning.signal):
        return None
    if effect and effect != KEEP:
        rule = rules.signals[effect]
        return Finding(effect, rule.tier, found.first, found.end, modifiers, rule.sets, frozenset({effect}))
    names = meaning.marks | ({meaning.signal} if meaning.signal else set())
    return Finding(meaning.signal, meaning.tier, found.first, found.end, modifiers, meaning.sets, names)


def _effect(meaning: Meaning, modifier: str, rules: RiskRules) -> str | None:
    """What the reviewed table says a modifier does to a signal of this kind; None = nothing."""
    keys = ((name, meaning.kind, modifier) for name in (meaning.signal or "*", "*"))
    return next((rules.effects[key] for key in keys if key in rules.effects), None)


def _combined(rule: Combination, findings: Sequence[Finding]) -> Iterator[Finding]:
    """The nearest set of findings that satisfies a combination, if any lies close enough together."""
    groups = [[each for each in findings if not each.names.isdisjoint(names)] for names in rule.of]
    if not all(groups):
        return
    for anchor in groups[0]:
        chosen = [anchor, *(min(group, key=lambda each: _distance(anchor, each)) for group in groups[1:])]
        if all(_distance(anchor, each) <= rule.within for each in chosen):
            first, end = min(each.first for each in chosen), max(each.end for each in chosen)
            modifiers = tuple(dict.fromkeys(name for each in chosen for name in each.modifiers))
            meaning = rule.meaning
            names = meaning.marks | {str(meaning.signal)}
            yield Finding(meaning.signal, meaning.tier, first, end, modifiers, meaning.sets, names)


def _distance(one: Finding, other: Finding) -> int:
    """Words between two findings; 0 when they touch or overlap."""
    return max(0, other.first - one.end, one.first - other.end)


def _outranks(other: Finding, each: Finding) -> bool:
    """True when `other` makes `each` superfluous: same place, and a higher tier or the longer match of its kind."""
    if other is each or other.first >= each.end or each.first >= other.end:
        return False
    higher, lower = TIERS.index(other.tier), TIERS.index(each.tier)
    return higher > lower or (other.signal == each.signal and higher == lower and _wider(other, each))


def _wider(other: Finding, each: Finding) -> bool:
    return (other.end - other.first, -other.first) > (each.end - each.first, -each.first)
