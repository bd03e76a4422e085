"""What the api itself says, read from `data/wording` and checked: both languages, same variants and fields."""

import string
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import Any, Self
from zoneinfo import ZoneInfo

import yaml

from api.settings import ROOT

LANGUAGES = ("en", "es")
FOLDER = ROOT / "data" / "wording"
DAYS_A_WEEK = 7
FILES = ("notice", "safety", "chat", "plain")


class WordingBroken(Exception):
    """A wording file cannot be used; the text names file, key and reason."""


@dataclass(frozen=True)
class Phrase:
    """One thing to say: its variants by language, and the risk signals it is for."""

    variants: dict[str, tuple[str, ...]]
    signals: frozenset[str] = frozenset()


class Wording:
    """All phrases by `file.key`, such as `safety.direct`."""

    def __init__(self, phrases: dict[str, Phrase], versions: dict[str, str]) -> None:
        self.phrases, self._versions = phrases, versions

    @classmethod
    def load(cls, names: Iterable[str] = FILES, folder: Path = FOLDER) -> Self:
        """Read and check these files. Raises WordingBroken."""
        phrases, versions = {}, {}
        for name in names:
            raw = _read(folder / f"{name}.yml")
            versions[name] = str(raw.pop("version", ""))
            for key, entry in raw.items():
                phrases[f"{name}.{key}"] = _phrase(f"{folder / name}.yml: {key}", entry)
        return cls(phrases, versions)

    def version(self, name: str) -> str:
        """The version of a file, such as `notice`."""
        return self._versions[name]

    def say(self, key: str, language: str, turn: int = 0, **fields: Any) -> str:
        """The text in that language with its fields filled in; `turn` picks the variant, round and round."""
        variants = self.variants(key, language)
        return variants[turn % len(variants)].format(**fields)

    def variants(self, key: str, language: str) -> tuple[str, ...]:
        """Every variant in that language, English when the language is unknown."""
        phrase = self.phrases[key]
        return phrase.variants.get(language, phrase.variants["en"])

    def for_signals(self, prefix: str, signals: set[str]) -> str | None:
        """The first key that begins with `prefix` and is meant for one of these signals."""
        for key, phrase in self.phrases.items():
            if key.startswith(prefix) and phrase.signals & signals:
                return key
        return None

    def opening(self, moment: datetime | None, tz: str, language: str, now: datetime) -> str:
        """When the practice opens, in words, on its own clock; with the date when it is a week away or more."""
        if moment is None:
            return self.say("chat.opens_unknown", language)
        local = moment.astimezone(ZoneInfo(tz))
        weekday = self.variants("chat.weekdays", language)[local.weekday()]
        hour = _hour(local, language)
        # After a long closure "on Monday" would be taken for the next one.
        if (local.date() - now.astimezone(local.tzinfo).date()).days < DAYS_A_WEEK:
            return self.say("chat.opens", language, weekday=weekday, hour=hour)
        month = self.variants("chat.months", language)[local.month - 1]
        return self.say("chat.opens_far", language, weekday=weekday, month=month, day=local.day, hour=hour)


@cache
def load(name: str) -> dict[str, dict[str, str]]:
    """The texts of one file for a page: key → language → text, the first variant of each. Raises WordingBroken."""
    wording = Wording.load([name])
    return {
        key.removeprefix(f"{name}."): {language: phrase.variants[language][0] for language in LANGUAGES}
        for key, phrase in wording.phrases.items()
    }


def _hour(local: datetime, language: str) -> str:
    if language == "es":
        return f"{local.hour}:{local.minute:02d}"
    half = "am" if local.hour < 12 else "pm"
    minutes = f":{local.minute:02d}" if local.minute else ""
    return f"{local.hour % 12 or 12}{minutes} {half}"


def _read(path: Path) -> dict[str, Any]:
    try:
        raw = yaml.safe_load(path.read_text(encoding="utf-8"))
    except OSError:
        raise WordingBroken(f"{path}: there is no such file") from None
    except yaml.YAMLError as error:
        line = getattr(getattr(error, "problem_mark", None), "line", 0) + 1
        raise WordingBroken(f"{path}:{line}: not valid YAML") from None
    if not isinstance(raw, dict):
        raise WordingBroken(f"{path}: must hold keys with `en` and `es`")
    return raw


def _phrase(where: str, entry: Any) -> Phrase:
    if not isinstance(entry, dict) or not all(entry.get(language) for language in LANGUAGES):
        raise WordingBroken(f"{where}: needs a text in both `en` and `es`")
    variants = {language: _variants(entry[language]) for language in LANGUAGES}
    if len({len(texts) for texts in variants.values()}) != 1:
        raise WordingBroken(f"{where}: `en` and `es` must have the same number of variants")
    if len({_fields(texts) for texts in variants.values()}) != 1:
        raise WordingBroken(f"{where}: `en` and `es` must use the same {{fields}}")
    return Phrase(variants, frozenset(entry.get("signals", ())))


def _variants(value: Any) -> tuple[str, ...]:
    return tuple(str(text) for text in value) if isinstance(value, list) else (str(value),)


def _fields(texts: tuple[str, ...]) -> frozenset[str]:
    return frozenset(name for text in texts for _, name, _, _ in string.Formatter().parse(text) if name)
