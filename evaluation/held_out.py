"""The held-out sentences: written by people who had read neither the rules nor the training sentences."""

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from bot.language.encoder import Encoder

ROOT = Path(__file__).resolve().parents[1]
SAFETY = ROOT / "data" / "held_out" / "safety"
TRAINING = ROOT / "data" / "language" / "risk_sentences"
# Nearer than this (cosine of the sentence vectors) and a held-out sentence would only test memory.
TOO_NEAR = 0.85


@dataclass(frozen=True)
class Sentence:
    """One held-out message with what a careful clinician calls it; `place` is file:line."""

    place: str
    text: str
    lang: str
    tier: str
    signal: str
    directness: str


def safety_sentences(folder: Path = SAFETY) -> list[Sentence]:
    """Every sentence of the safety set, in the order of the files."""
    return [sentence for path in sorted(folder.glob("*.jsonl")) for sentence in _read(path)]


def _read(path: Path) -> Iterator[Sentence]:
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
        record = json.loads(line)
        names = ("text", "lang", "tier", "signal", "directness")
        yield Sentence(f"{path.name}:{number}", *(record[name] for name in names))


def nearest(texts: Sequence[str], others: Sequence[str], encoder: Encoder) -> np.ndarray:
    """For each of `texts` the cosine to the nearest of `others`, shape (n,)."""
    return np.asarray((encoder.encode(texts) @ encoder.encode(others).T).max(axis=1))


def training_texts(folder: Path = TRAINING) -> list[str]:
    """Every sentence the risk head learns from, but for those of the intents."""
    lines = (
        line for path in sorted(folder.glob("*.jsonl")) for line in path.read_text(encoding="utf-8").splitlines()
    )
    return [json.loads(line)["text"] for line in lines]
