"""Contact details: name, phone and e-mail address as people type them into a chat."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path
from typing import Any, NamedTuple

import regex
import yaml

from bot.language.text import fold

_DATA = Path(__file__).parents[2] / "data" / "language" / "answers.yml"
_EMAIL = regex.compile(
    r"(?<![\w.+%-])[\w+%-]+(?:\.[\w+%-]+)*@(?:[a-z0-9-]+\.)+[a-z]{2,24}(?![\w@-])", regex.I | regex.A
)
# North American numbering plan: area code and exchange begin with 2-9 and are not N11.
_AREA = r"[2-9](?!11)\d{2}"
_PHONE = regex.compile(
    rf"(?<![\d+.$-])(?<!\d[ ])(?:\+?1[\s.-]*)?(?:\((?P<area>{_AREA})\)|(?P<area>{_AREA}))[\s.-]*"
    rf"(?P<exchange>{_AREA})[\s.-]*(?P<line>\d{{4}})(?![\d-])(?!\s\d)"
)
_WORD = regex.compile(r"\p{L}[\p{L}\p{M}'’.-]*|[^\s\p{L}]+")
_NAME_WORD = regex.compile(r"\p{L}[\p{L}\p{M}]*(?:['’-]\p{L}[\p{L}\p{M}]*)*\.?")
_MOST_WORDS = 5
_LONGEST = 1000


class Contact(NamedTuple):
    """What was found: name as a person writes it, phone in E.164, e-mail in lower case; None = not found."""

    name: str | None
    phone: str | None
    email: str | None

    def to_dict(self) -> dict[str, str | None]:
        """The three details by name."""
        return self._asdict()


@lru_cache(maxsize=1)
def _data() -> dict[str, Any]:
    loaded: dict[str, Any] = yaml.safe_load(_DATA.read_text(encoding="utf-8"))
    contact: dict[str, Any] = loaded["contact"]
    return contact


@lru_cache(maxsize=4)
def _phrases(kind: str) -> frozenset[str]:
    lists = _data()[kind]
    return frozenset([*lists["en"], *lists["es"]])


@lru_cache(maxsize=1)
def _particles() -> frozenset[str]:
    return frozenset(_data()["particles"])


def _only(values: set[str]) -> str | None:
    """The value when there is exactly one: of two numbers nobody can say which is safe to call."""
    return values.pop() if len(values) == 1 else None


def _find_phone(text: str) -> str | None:
    found = _PHONE.finditer(text)
    return _only({f"+1{match['area']}{match['exchange']}{match['line']}" for match in found})


def _find_email(text: str) -> str | None:
    return _only({match.group().lower() for match in _EMAIL.finditer(text)})


def _is_name_word(word: str) -> bool:
    if not _NAME_WORD.fullmatch(word) or len(word) > 30:
        return False
    folded = fold(word)
    return folded in _particles() or folded not in _phrases("not_names")


def _name_from(words: list[str]) -> list[str]:
    """The name `words` begin with: up to five name words, not ending in a particle."""
    name: list[str] = []
    for word in words:
        if not _is_name_word(word):
            break
        name.append(word)
    while name and fold(name[-1]) in _particles():
        name.pop()
    starts_well = bool(name) and fold(name[0]) not in _particles()
    return name if starts_well and len(name) <= _MOST_WORDS else []


def _after_cue(words: list[str], cues: str) -> list[str]:
    """The name right after a cue ("my name is", "me llamo"), or []."""
    folded = [fold(word) for word in words]
    for at in range(len(words)):
        for length in range(min(4, len(words) - at), 0, -1):
            if " ".join(folded[at : at + length]).rstrip(":") in _phrases(cues):
                rest = [word for word in words[at + length :]]
                rest = rest[1:] if rest and rest[0] in (":", "-", "=") else rest
                if name := _name_from(rest):
                    return name
    return []


def _is_capital(words: list[str]) -> bool:
    return all(word[0].isupper() or fold(word) in _particles() for word in words)


def _standing_alone(words: list[str], has_details: bool) -> list[str]:
    """The name when nothing else was said, or beside a phone number or address."""
    runs: list[list[str]] = []
    for word in [*words, ""]:
        if not word or not _is_name_word(word):
            runs.append([])
        else:
            runs[-1:] = [[*(runs[-1] if runs else []), word]]
    names = [name for name in map(_name_from, runs) if name]
    bare = all(_is_name_word(word) for word in words)
    if len(names) != 1 or not (has_details or (bare and len(names[0]) > 1)):
        return []
    return names[0]


def _written(words: list[str]) -> str:
    """ "ANA RUIZ" and "ana ruiz" → "Ana Ruiz"; "McKay" stays as typed."""
    typed = " ".join(words)
    if not (typed.islower() or typed.isupper()):
        return typed
    return " ".join(word.lower() if fold(word) in _particles() else word.title() for word in words)


def _find_name(text: str, has_details: bool) -> str | None:
    words = [match.group() for match in _WORD.finditer(_PHONE.sub(" , ", _EMAIL.sub(" , ", text)))]
    name = _after_cue(words, "name_cues")
    if not name:
        weak = _after_cue(words, "weak_cues")
        name = weak if weak and (has_details or (_is_capital(weak) and len(weak) > 1)) else []
    if not name:
        alone = _standing_alone(words, has_details)
        name = alone if has_details or _is_capital(alone) else []
    return _written(name) if name else None


def read_contact(text: str, asked: bool = False) -> Contact:
    """Read name, US phone number (E.164) and e-mail address from `text`; conservative: in doubt None.

    With `asked` (the open question is "contact") a name typed without capitals counts too ("ana ruiz").
    Two different numbers or addresses are None. Never raises on a string.
    """
    text = text[:_LONGEST]
    phone, email = _find_phone(text), _find_email(text)
    return Contact(_find_name(text, asked or bool(phone or email)), phone, email)
