"""Reads the reviewed language data of data/language: YAML files whose phrases stand one on a line."""

from functools import lru_cache
from pathlib import Path
from typing import Any

import yaml

_LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
DATA = Path(__file__).resolve().parents[2] / "data" / "language"


class ReviewedDataError(ValueError):
    """A data file that cannot be used; the message names the file and the reason."""


def load(*parts: str) -> dict[str, Any]:
    """One data file as a mapping, e.g. `load("facts", "care.yml")`. Raises ReviewedDataError."""
    path = DATA.joinpath(*parts)
    try:
        content = yaml.load(path.read_text(encoding="utf-8"), Loader=_LOADER)  # noqa: S506 (both are safe loaders)
    except (OSError, yaml.YAMLError) as error:
        raise ReviewedDataError(f"{path.name}: {error}") from error
    if not isinstance(content, dict) or "reviewed_on" not in content:
        raise ReviewedDataError(f"{path.name}: needs a mapping with `reviewed_on`")
    return content


def load_folder(folder: str) -> list[tuple[str, dict[str, Any]]]:
    """Every data file of a folder as (file name, mapping), in the order of their names."""
    names = sorted(path.name for path in (DATA / folder).glob("*.yml"))
    return [(name, load(folder, name)) for name in names]


def lines(block: Any) -> list[str]:
    """The phrases of a block, one a line, without empty lines and comments, which begin with `##`."""
    if block is None:
        return []
    if not isinstance(block, str):
        raise ReviewedDataError(f"phrases must be one block of text, not {type(block).__name__}")
    stripped = (line.strip() for line in block.splitlines())
    return [line for line in stripped if line and not line.startswith("##")]


def pairs(block: Any) -> dict[str, str]:
    """A block of `left = right` lines as a mapping."""
    cut = (line.partition("=") for line in lines(block))
    return {left.strip(): right.strip() for left, _, right in cut}


@lru_cache(maxsize=1)
def shorthand() -> dict[str, Any]:
    """data/language/shorthand.yml, read once."""
    return load("shorthand.yml")
