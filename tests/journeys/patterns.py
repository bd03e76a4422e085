"""How a journey names a text: `/…/` is a regular expression, anything else a piece of it; case is ignored."""

from __future__ import annotations

import re

APOSTROPHES = str.maketrans({"’": "'", "‘": "'", "“": '"', "”": '"', "\u00a0": " ", "\u202f": " "})


def matches(pattern: str | int, text: str) -> bool:
    """Whether the pattern is found in the text; a bare number such as 988 is a piece of text too."""
    pattern = str(pattern)
    plain = text.translate(APOSTROPHES)
    if len(pattern) > 2 and pattern.startswith("/") and pattern.endswith("/"):
        return re.search(pattern[1:-1], plain, re.IGNORECASE | re.DOTALL) is not None
    return pattern.casefold() in plain.casefold()
