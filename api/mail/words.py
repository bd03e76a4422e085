"""The words of mails: `data/wording/mail.yml`, read once."""

from functools import cache
from typing import Any

from api.wording import Wording


@cache
def wording() -> Wording:
    """All of them."""
    return Wording.load(["mail"])


def say(key: str, language: str, **fields: Any) -> str:
    """The text `mail.<key>` in that language, its fields filled in."""
    return wording().say(f"mail.{key}", language, **fields)
