"""Slips of the fingers: "wendesday", "tomorow", "mañna"."""

from __future__ import annotations

from functools import lru_cache

from bot.language.times_data import times_data


def _is_one_slip(typed: str, meant: str) -> bool:
    """Whether `typed` is `meant` with one letter more, less or other, or two neighbours swapped."""
    if typed == meant[1:]:
        return True
    if abs(len(typed) - len(meant)) > 1 or typed[0] != meant[0]:
        return False
    at = next(
        (n for n, (a, b) in enumerate(zip(typed, meant, strict=False)) if a != b), min(len(typed), len(meant))
    )
    swapped = typed[at : at + 2] == meant[at : at + 2][::-1] and typed[at + 2 :] == meant[at + 2 :]
    rests = {(typed[at + 1 :], meant[at:]), (typed[at:], meant[at + 1 :]), (typed[at + 1 :], meant[at + 1 :])}
    return swapped or any(a == b for a, b in rests)


@lru_cache(maxsize=4096)
def forgive(word: str, known: frozenset[str]) -> str:
    """The time word meant by a slip of the fingers, or the word itself; `known` words are no slips."""
    data = times_data()
    if not 4 <= len(word) <= 14 or word in known or word in data["not_slips"]:
        return word
    short = [right for right in data["forgiven_short"] if len(word) < len(right) and _is_one_slip(word, right)]
    long = [right for right in data["forgiven"] if len(word) > 5 and _is_one_slip(word, right)]
    return str((short + long + [word])[0])
