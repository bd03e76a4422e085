"""Time words, read from data/language once."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path
from typing import Any

import yaml

_FOLDER = Path(__file__).parents[2] / "data" / "language"


@lru_cache(maxsize=1)
def times_data() -> dict[str, Any]:
    """data/language/times.yml."""
    loaded: dict[str, Any] = yaml.safe_load((_FOLDER / "times.yml").read_text(encoding="utf-8"))
    return loaded


@lru_cache(maxsize=1)
def times_context_data() -> dict[str, dict[str, list[str]]]:
    """The word lists of data/language/times_context.yml by kind."""
    loaded = yaml.safe_load((_FOLDER / "times_context.yml").read_text(encoding="utf-8"))
    context: dict[str, dict[str, list[str]]] = loaded["context"]
    return context
