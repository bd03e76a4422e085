"""The reviewed risk data: read once, checked, and refused with file, line and reason when it is wrong."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from pathlib import Path
from typing import NamedTuple

from bot.language.context import CATEGORIES, DIRECTIONS, Modifier
from bot.language.risk_patterns import Book, Labels, Row
from bot.language.risk_reader import Macros, PatternError
from bot.language.risk_sheet import RiskDataError, Sheet, read_sheet
from bot.language.risk_spelling import Contextual, Speller, SpellingData

FOLDER = Path(__file__).resolve().parents[2] / "data" / "language" / "risk"
TIERS = ("none", "watch", "urgent", "crisis", "emergency")
KINDS = ("said", "named")
LANGUAGES = ("en", "es")
DROP, KEEP = "drop", "keep"
_NAMED_FILES = ("signals.yml", "words.yml", "spelling.yml", "modifiers.yml", "combinations.yml")
Sets = Mapping[str, "str | bool"]


class SignalRule(NamedTuple):
    """One of the signals of clinical.md §4: its tier and the intake facts it fills."""

    tier: str
    sets: Sets


class Meaning(NamedTuple):
    """What a pattern stands for: a signal, marks that combinations look for, or both."""

    signal: str | None
    tier: str
    kind: str
    sets: Sets
    marks: frozenset[str]


class Combination(NamedTuple):
    """A signal that follows where one name (signal or mark) of each set of `of` lies within `within` words."""

    meaning: Meaning
    of: tuple[frozenset[str], ...]
    within: int


@dataclass(frozen=True)
class RiskRules:
    """Everything the screen works with; `version` = date of the last review and digest of the files."""

    version: str
    signals: Mapping[str, SignalRule]
    effects: Mapping[tuple[str, str, str], str]
    speller: Speller
    patterns: Book[Meaning]
    modifiers: Book[Modifier]
    combinations: tuple[Combination, ...]
    barriers: Labels
    stops: Labels
    refusals: Labels
    common: Mapping[str, Labels]


@lru_cache(maxsize=4)
def load_rules(folder: Path = FOLDER) -> RiskRules:
    """Read all `*.yml` of `folder`. Raises RiskDataError("file:line: reason")."""
    paths = sorted(folder.glob("*.yml"))
    sheets = {path.name: read_sheet(path) for path in paths}
    for name in _NAMED_FILES:
        if name not in sheets:
            raise RiskDataError(f"{name}:1: the file is missing in {folder.name}")
    digest = hashlib.sha256(b"".join(path.read_bytes() for path in paths)).hexdigest()
    reviewed = max(_reviewed_on(sheet) for sheet in sheets.values())
    return _Loader(sheets).rules(f"{reviewed}+{digest[:12]}")


def _reviewed_on(sheet: Sheet) -> str:
    """Every file says when a person last read it."""
    if "reviewed_on" not in sheet.mapping():
        sheet.fail("reviewed_on is missing")
    value = sheet.mapping()["reviewed_on"]
    try:
        return date.fromisoformat(value.text()).isoformat()
    except ValueError:
        value.fail(f"{value.text()!r} is not a date (YYYY-MM-DD)")


class _Loader:
    """Turns checked sheets into rules."""

    def __init__(self, sheets: dict[str, Sheet]) -> None:
        self.sheets = sheets
        self.signals: dict[str, SignalRule] = {}
        self.marks: set[str] = set()
        self.words = sheets["words.yml"].fields(
            ("reviewed_on", "macros", "barriers", "stops", "refusals", "common")
        )
        self.lists = self.words["macros"].mapping()
        self.spelling = sheets["spelling.yml"].fields(
            ("reviewed_on", "expand", "apostrophe", "signs", "slips", "real_words", "joined", "contextual")
        )
        self.expand = {left: tuple(right.split()) for left, right in self.spelling["expand"].pairs().items()}
        self.macros = Macros({name: sheet.text() for name, sheet in self.lists.items()}, self.expand)

    def rules(self, version: str) -> RiskRules:
        self._check_macros()
        effects = self._signals()
        patterns = Book(self._patterns())
        modifiers = Book(self._modifiers())
        return RiskRules(
            version, self.signals, effects, self._speller(), patterns, modifiers,
            tuple(self._combinations()), self.words["barriers"].words(), self.words["stops"].words(),
            self.words["refusals"].words(),
            {language: sheet.words() for language, sheet in self.words["common"].fields(LANGUAGES).items()},
        )  # fmt: skip

    def _check_macros(self) -> None:
        for name, sheet in self.lists.items():
            try:
                self.macros.part(name)
            except PatternError as error:
                sheet.fail(f"macro {name}: {error}")

    def _signals(self) -> dict[tuple[str, str, str], str]:
        sheet = self.sheets["signals.yml"].fields(("reviewed_on", "signals", "effects"))
        for item in sheet["signals"].items():
            fields = item.fields(("id", "tier", "meaning"), ("sets",))
            self.signals[fields["id"].text()] = SignalRule(fields["tier"].one_of(TIERS), _sets(fields.get("sets")))
        effects: dict[tuple[str, str, str], str] = {}
        for item in sheet["effects"].items():
            effects.update(self._effects(item))
        return effects

    def _effects(self, item: Sheet) -> Iterator[tuple[tuple[str, str, str], str]]:
        fields = item.fields(("signals", "kind", "when"))
        kind = fields["kind"].one_of(KINDS)
        for signal in fields["signals"].items():
            for category, effect in fields["when"].fields((), CATEGORIES).items():
                result = effect.one_of((*self.signals, DROP, KEEP))
                yield (signal.one_of((*self.signals, "*")), kind, category), result

    def _patterns(self) -> Iterator[tuple[Row, Meaning]]:
        for name, sheet in self.sheets.items():
            if name not in _NAMED_FILES:
                for group in sheet.fields(("reviewed_on", "groups"))["groups"].items():
                    yield from self._group(group)

    def _group(self, group: Sheet) -> Iterator[tuple[Row, Meaning]]:
        fields = group.fields(("kind",), ("signal", "tier", "sets", "marks", *LANGUAGES))
        meaning = self._meaning(group, fields, fields["kind"].one_of(KINDS))
        self.marks |= meaning.marks
        for row in self._rows(group, fields):
            yield row, meaning

    def _meaning(self, group: Sheet, fields: dict[str, Sheet], kind: str) -> Meaning:
        marks = fields["marks"].words() if "marks" in fields else frozenset()
        signal = fields["signal"].one_of(self.signals) if "signal" in fields else None
        if not signal and not marks:
            group.fail("signal or marks is missing")
        rule = self.signals[signal] if signal else SignalRule(TIERS[0], {})
        tier = fields["tier"].one_of(TIERS) if "tier" in fields else rule.tier
        sets = _sets(fields["sets"]) if "sets" in fields else rule.sets
        return Meaning(signal, tier, kind, sets, marks)

    def _rows(self, group: Sheet, fields: dict[str, Sheet]) -> Iterator[Row]:
        if not any(language in fields for language in LANGUAGES):
            group.fail("phrases are missing: en, es or both")
        for sheet in (fields[language] for language in LANGUAGES if language in fields):
            for line in sheet.lines():
                try:
                    yield self.macros.read(line.text)
                except PatternError as error:
                    sheet.fail(f"{line.text!r}: {error}", line.number)

    def _modifiers(self) -> Iterator[tuple[Row, Modifier]]:
        sheet = self.sheets["modifiers.yml"].fields(("reviewed_on", "modifiers"))
        for item in sheet["modifiers"].items():
            fields = item.fields(("category", "direction", "scope", "kinds"), ("through", *LANGUAGES))
            modifier = Modifier(
                fields["category"].one_of(CATEGORIES),
                fields["direction"].one_of(DIRECTIONS),
                fields["scope"].whole_number(),
                frozenset(kind.one_of(KINDS) for kind in fields["kinds"].items()),
                fields["through"].words() if "through" in fields else frozenset(),
            )
            for row in self._rows(item, fields):
                yield row, modifier

    def _combinations(self) -> Iterator[Combination]:
        sheet = self.sheets["combinations.yml"].fields(("reviewed_on", "combinations"))
        names = (*self.signals, *sorted(self.marks))
        for item in sheet["combinations"].items():
            fields = item.fields(("signal", "of", "within"), ("tier", "sets", "marks", "why"))
            of = [frozenset(name.one_of(names) for name in part.items()) for part in fields["of"].items()]
            yield Combination(self._meaning(item, fields, KINDS[0]), tuple(of), fields["within"].whole_number())

    def _speller(self) -> Speller:
        sheet = self.spelling
        data = SpellingData(
            self.expand,
            {left: tuple(right.split()) for left, right in sheet["apostrophe"].pairs().items()},
            sheet["signs"].pairs(),
            sheet["slips"].words(),
            sheet["real_words"].words(),
            sheet["joined"].words(),
            dict(_contextual(item) for item in sheet["contextual"].items()),
        )
        expanded = {word for words in data.expand.values() for word in words}
        return Speller(frozenset(self.macros.vocabulary | expanded | data.slips), data)


def _contextual(item: Sheet) -> tuple[str, Contextual]:
    fields = item.fields(("word", "means"), ("unless_after", "only_before"))
    beside = [fields[name].words() if name in fields else frozenset() for name in ("unless_after", "only_before")]
    return fields["word"].text(), Contextual(tuple(fields["means"].text().split()), *beside)


def _sets(sheet: Sheet | None) -> Sets:
    """Facts a signal fills; `true` and `false` are truth values, everything else is a code."""
    truth: dict[str, bool] = {"true": True, "false": False}
    return (
        {name: truth.get(value.text(), value.text()) for name, value in sheet.mapping().items()} if sheet else {}
    )
