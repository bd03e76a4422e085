"""The phrases about times with their meanings, for a message in English or in Spanish."""

from __future__ import annotations

from functools import lru_cache
from typing import Any

import regex

from bot.language.times_data import times_context_data, times_data

_VALUED = {
    "weekdays": "day",
    "weekday_habits": "habit",
    "months": "month",
    "relative": "relative",
    "numbers": "number",
    "ordinals": "ordinal",
    "units": "unit",
    "edges": "edge",
    "day_parts": "part",
}

Phrase = tuple[str, ...]
Lexicon = dict[tuple[str, ...], dict[str, Any]]


def _add(lexicon: Lexicon, phrases: list[str], kind: str, value: Any) -> None:
    for phrase in phrases:
        lexicon.setdefault(tuple(phrase.split()), {})[kind] = value


@lru_cache(maxsize=2)
def lexicon_of(lang: str) -> Lexicon:
    """Phrase → meanings for a message in `lang`, without words that mean something else there."""
    data, lexicon = times_data(), dict[tuple[str, ...], dict[str, Any]]()
    context = times_context_data()
    own = set(data["own_language_only"])
    for tongue in ("en", "es"):
        hidden = own if tongue != lang else set[str]()
        for section, kind in _VALUED.items():
            for value, lists in data[section].items():
                _add(lexicon, [phrase for phrase in lists[tongue] if phrase not in hidden], kind, value)
        for kind, lists in (data["grammar"] | context).items():
            _add(lexicon, [phrase for phrase in lists[tongue] if phrase not in hidden], kind, True)
    return lexicon


@lru_cache(maxsize=2)
def rewrites_of(lang: str) -> dict[tuple[str, ...], list[str]]:
    """Phrase → words to read instead; those of the message's own language win."""
    rewrites = times_data()["rewrites"]
    other = "es" if lang == "en" else "en"
    return {tuple(old.split()): str(new).split() for old, new in (rewrites[other] | rewrites[lang]).items()}


@lru_cache(maxsize=2)
def vocabulary_of(lang: str) -> frozenset[str]:
    """Every word that stands in a phrase."""
    words = {word for phrase in lexicon_of(lang) for word in phrase}
    return frozenset(words | {word for phrase in rewrites_of(lang) for word in phrase})


@lru_cache(maxsize=2)
def _own_words(lang: str) -> frozenset[str]:
    """The single words listed for `lang` and not for the other language."""
    data, here, there = times_data(), set[str](), set[str]()
    other = "es" if lang == "en" else "en"
    valued = [lists for section in _VALUED for lists in data[section].values()]
    for lists in (*valued, *data["grammar"].values(), *times_context_data().values()):
        here |= set(lists[lang])
        there |= set(lists[other])
    return frozenset(word for word in here - there if " " not in word)


def guess_lang(folded: str, lang: str | None) -> str:
    """ "en" or "es": the language with more words of its own in the text; `lang` where that is even."""
    words = set(regex.findall(r"\p{L}+", folded))
    spanish, english = len(words & _own_words("es")), len(words & _own_words("en"))
    if spanish == english:
        return lang if lang in ("en", "es") else "en"
    return "es" if spanish > english else "en"
