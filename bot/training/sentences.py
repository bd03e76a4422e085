"""Reads the intents' training sentences from data/nlu, with the language each was written in."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml


@dataclass(frozen=True)
class Sentence:
    """One training sentence: what a visitor may type, what it means, and its language (en or es)."""

    text: str
    intent: str
    lang: str


def read_sentences(folder: Path) -> list[Sentence]:
    """Every sentence below `folder`, files in name order; raises ValueError naming a broken file."""
    sentences: list[Sentence] = []
    for path in sorted(folder.glob("*.yml")):
        sentences.extend(_of_file(path))
    if not sentences:
        raise ValueError(f"no training sentences in {folder}")
    return sentences


def digest(sentences: list[Sentence]) -> str:
    """A sha256 over what the sentences say, not over comments or the order of files."""
    lines = sorted(f"{item.intent}\t{item.lang}\t{item.text}" for item in sentences)
    return hashlib.sha256("\n".join(lines).encode("utf-8")).hexdigest()


def _of_file(path: Path) -> Iterator[Sentence]:
    try:
        content = yaml.safe_load(path.read_text(encoding="utf-8"))
        blocks: list[dict[str, Any]] = content["nlu"]
        for block in blocks:
            lang = block["metadata"]["language"]
            for line in block["examples"].splitlines():
                yield Sentence(_text_of(line), block["intent"], lang)
    except (yaml.YAMLError, KeyError, TypeError, AttributeError, ValueError) as error:
        raise ValueError(f"{path}: not a file of intents with language and examples: {error!r}") from error


def _text_of(line: str) -> str:
    mark, _, text = line.partition("- ")
    if mark.strip() or not text.strip():
        raise ValueError(f"expected '- sentence', found {line!r}")
    return text.strip()
