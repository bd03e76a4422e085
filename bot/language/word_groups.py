"""The groups of words that phrase data may use as <name>, with those made from the list of medicines."""

from functools import lru_cache

from bot.language.medicines import medicine_names
from bot.language.plain_words import split_words
from bot.language.reviewed import load


@lru_cache(maxsize=1)
def word_groups() -> dict[str, str]:
    """Group name → its line of the phrase language; <drug> and <controlled> are one-word medicine names."""
    made = {"drug": _one_word(medicine_names()), "controlled": _one_word(medicine_names(controlled_only=True))}
    return {**load("groups.yml")["groups"], **made}


def _one_word(names: list[str]) -> str:
    return "(" + "|".join(sorted({name for name in names if len(split_words(name)) == 1})) + ")"
