"""What a chat says when a person comes and goes."""

from functools import cache

from api.wording import Wording


@cache
def wording() -> Wording:
    """The texts of `data/wording/handoff.yml`, read once."""
    return Wording.load(["handoff"])


def say(key: str, language: str, **fields: str) -> str:
    """The text `handoff.<key>` in that language, its fields filled in."""
    return wording().say(f"handoff.{key}", language, 0, **fields)
