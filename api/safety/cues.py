"""Reads from a visitor's own words where they are and whether they ask for a human; data/care/safety_words.yml."""

import re
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Self

import yaml

from api.safety.resources import CARE, ResourcesBroken

FILE = "safety_words.yml"


@dataclass(frozen=True)
class Cues:
    """The patterns of the file. Pure; never raises on any text."""

    place: re.Pattern[str]
    alone: re.Pattern[str]
    not_here: re.Pattern[str]
    the_us: frozenset[str]
    human: re.Pattern[str]

    @classmethod
    @cache
    def load(cls, folder: Path = CARE) -> Self:
        """Read the file once. Raises ResourcesBroken, which names it."""
        path = folder / FILE
        try:
            words = yaml.safe_load(path.read_text(encoding="utf-8"))["safety_words"]
        except (OSError, yaml.YAMLError, KeyError, TypeError) as error:
            raise ResourcesBroken(f"{path}: {type(error).__name__}") from None
        places = _one_of([*words["the_us"], *words["elsewhere"]])
        return cls(
            place=re.compile(rf"\b(?:{_one_of(words['here'])}) ({places})\b"),
            alone=re.compile(rf"(?:in |en )?({places})"),
            not_here=re.compile(rf"\b(?:{_one_of(words['not_here'])})\b"),
            the_us=frozenset(words["the_us"]),
            human=re.compile(rf"\b(?:{_one_of(words['asks_if_human'])})\b"),
        )

    def is_abroad(self, texts: Sequence[str]) -> bool | None:
        """True when the last place the visitor named as theirs is outside the US; None when none was named."""
        for text in reversed(texts):
            said = self._place_in(_plain(text))
            if said is not None:
                return said
        return None

    def _place_in(self, text: str) -> bool | None:
        if self.not_here.search(text):
            return True
        found = self.place.findall(text) or [match[1] for match in [self.alone.fullmatch(text)] if match]
        return found[-1] not in self.the_us if found else None

    def asks_if_human(self, text: str) -> bool:
        """True when the text asks whether a person or a machine is talking."""
        return bool(self.human.search(_plain(text)))


def _one_of(words: Iterable[str]) -> str:
    return "|".join(re.escape(word) for word in sorted(words, key=len, reverse=True))


def _plain(text: str) -> str:
    """Lower case, no accents, no punctuation but apostrophes, single spaces."""
    letters = unicodedata.normalize("NFD", text.replace("’", "'").casefold())
    bare = "".join(letter for letter in letters if not unicodedata.combining(letter))
    return " ".join(re.sub(r"[^a-z0-9']+", " ", bare).split())
