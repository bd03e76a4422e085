"""Finds psychiatric medicines by generic name, brand or usual misspelling."""

from collections.abc import Sequence
from functools import lru_cache
from typing import Any, NamedTuple

from bot.language.phrases import PhraseBook
from bot.language.plain_words import Word, read_words, split_words
from bot.language.reviewed import lines, load

_NEAR = 4


class Medicine(NamedTuple):
    """One medicine of data/language/medicines.yml."""

    generic: str
    kind: str
    controlled: bool
    perinatal_risk: bool
    prescribed: bool  # false for what people buy without a prescriber
    needs_dose_words: bool  # an ordinary word too


class MedicineMention(NamedTuple):
    """A medicine in a text: its generic name and where it stands."""

    medicine: Medicine
    span: tuple[int, int]

    @property
    def generic(self) -> str:
        """Canonical generic name, lower case."""
        return self.medicine.generic

    def to_dict(self) -> dict[str, Any]:
        """The mention as JSON."""
        known = self.medicine
        return {"generic": known.generic, "class": known.kind, "span": list(self.span)}


class PlacedMedicine(NamedTuple):
    """A medicine among plain words: first and last word, both included."""

    medicine: Medicine
    first: int
    last: int


@lru_cache(maxsize=1)
def _entries() -> list[tuple[Medicine, list[str]]]:
    return [(_medicine(entry), _names(entry)) for entry in load("medicines.yml")["medicines"]]


def _medicine(entry: dict[str, Any]) -> Medicine:
    return Medicine(
        entry["generic"],
        entry["class"],
        bool(entry.get("controlled")),
        bool(entry.get("perinatal_risk")),
        entry.get("care", True) is not False,
        entry.get("needs") == "dose",
    )


def _names(entry: dict[str, Any]) -> list[str]:
    return [str(name) for name in (entry["generic"], *entry["brands"], *entry["also"])]


def known_medicines() -> dict[str, Medicine]:
    """Generic name → medicine, all of them."""
    return {medicine.generic: medicine for medicine, _ in _entries()}


def medicine_names(controlled_only: bool = False) -> list[str]:
    """Every way of naming a prescribed (or a controlled) medicine, for the groups of the phrase data."""
    return [
        name
        for medicine, names in _entries()
        for name in names
        if medicine.prescribed and not medicine.needs_dose_words and (medicine.controlled or not controlled_only)
    ]


@lru_cache(maxsize=1)
def _names_book() -> PhraseBook[Medicine]:
    named = [(medicine, name) for medicine, names in _entries() for name in names]
    return PhraseBook(named, forgiven=_forgiven(), twice=True)


def _forgiven() -> frozenset[str]:
    """Slips are forgiven in generic names and brands, not in the misspellings already listed."""
    names = (str(name) for entry in load("medicines.yml")["medicines"] for name in _proper(entry))
    return frozenset(word for name in names for word in split_words(name))


def _proper(entry: dict[str, Any]) -> list[str]:
    return [entry["generic"], *entry["brands"]]


@lru_cache(maxsize=1)
def _dose_words() -> frozenset[str]:
    return frozenset(word for line in lines(load("medicine_words.yml")["beside"]) for word in line.split())


def place_medicines(words: Sequence[Word]) -> list[PlacedMedicine]:
    """Medicines among `words`, in reading order; of overlapping names the longest."""
    found = [PlacedMedicine(match.label, match.first, match.last) for match in _names_book().find(words)]
    kept: list[PlacedMedicine] = []
    for place in sorted(found, key=lambda p: (p.first - p.last, p.first)):
        overlaps = any(place.first <= other.last and other.first <= place.last for other in kept)
        if not overlaps and (not place.medicine.needs_dose_words or _beside_dose_words(words, place)):
            kept.append(place)
    return sorted(kept, key=lambda p: p.first)


def _beside_dose_words(words: Sequence[Word], place: PlacedMedicine) -> bool:
    near = range(max(0, place.first - _NEAR), min(len(words), place.last + 1 + _NEAR))
    return any(words[at].text in _dose_words() for at in near)


def find_medicines(text: str) -> list[MedicineMention]:
    """Medicines named in `text`, in reading order, with character spans. Never raises on any string.

    A long name forgives one slip of the thumb; ordinary words one slip away are left alone.
    """
    words = read_words(text)
    return [
        MedicineMention(place.medicine, (words[place.first].start, words[place.last].end))
        for place in place_medicines(words)
    ]
