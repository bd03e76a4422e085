"""Trains the risk head on data/language/risk_sentences, and gives it thresholds on sentences it has not seen.

Run as `python -m bot.training.risk` in the bot environment. What was measured on the development part is written
beside the head, in models/language/risk.json; the held-out sentences are never read here.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from bot.language.encoder import Encoder
from bot.language.ngrams import NgramVocabulary
from bot.language.risk_data import TIERS
from bot.language.risk_head import FILE_NAME, NOTHING, RiskHead, log_odds
from bot.training.keeping import is_kept, keep
from bot.training.regression import Features, Regression, fit, softmax
from bot.training.sentences import read_sentences
from bot.training.spelled import spelled_rows

Say = Callable[[str], None]

STRENGTH = 10.0
VECTOR_SCALE = 1.5
# One sentence in five, chosen by its own digest: the same ones on every machine, whatever is added.
DEVELOPMENT = 5
# Of harmless development sentences this share may be raised by the head alone; rules raise some too. The marks of a
# release (docs/safety.md) are for both layers together: 10 % and 0.7 % at all, 2 % and 0.3 % to crisis.
HARD_WATCH, HARD_CRISIS = 0.05, 0.01
ORDINARY_WATCH, ORDINARY_CRISIS = 0.003, 0.001
RECIPE = 1  # raise it when a change here must retrain what people already have


@dataclass(frozen=True)
class RiskSentence:
    """A training sentence: its signal (NONE: harmless), the tier of that, and whether it is a hard negative."""

    text: str
    lang: str
    tier: str
    signal: str
    is_hard: bool


def build(data: Path, models: Path, say: Say = print, force: bool = False) -> bool:
    """Make sure `models`/language holds the head for the sentences below `data`; True when it had to be trained."""
    sentences = training_sentences(data)
    encoder = Encoder.load(models / "encoder")
    made_from = inputs_digest(sentences, encoder.digest)
    if not force and is_kept(models / "language", FILE_NAME, made_from):
        say("risk: ready")
        return False
    say(f"risk: learning {len(sentences)} sentences")
    head, measure = train(sentences, encoder, made_from[:12])
    keep(models / "language", FILE_NAME, head.save, {"inputs": made_from, "measure": measure})
    say(f"risk: learned (on unseen sentences {measure['danger']:.3f} of danger found by the head alone)")
    return True


def training_sentences(data: Path) -> list[RiskSentence]:
    """All sentences of risk_sentences, and those of the intents as ordinary ones. Raises ValueError naming a line."""
    folder = data / "language" / "risk_sentences"
    risk = [_read(path, number, line) for path in sorted(folder.glob("*.jsonl")) for number, line in _lines(path)]
    if not risk:
        raise ValueError(f"no training sentences in {folder}")
    ordinary = [
        RiskSentence(item.text, item.lang, TIERS[0], NOTHING, False) for item in read_sentences(data / "nlu")
    ]
    return list({item.text: item for item in [*ordinary, *risk]}.values())


def _lines(path: Path) -> list[tuple[int, str]]:
    return list(enumerate(path.read_text(encoding="utf-8").splitlines(), 1))


def _read(path: Path, number: int, line: str) -> RiskSentence:
    try:
        given = json.loads(line)
        tier, signal = given["tier"], given["signal"]
        harmless = tier == TIERS[0]
        if tier not in TIERS or given["lang"] not in ("en", "es") or not given["text"].strip():
            raise ValueError("tier, lang or text")
        is_hard = harmless and (given.get("sort") == "hard" or signal != NOTHING)
        return RiskSentence(given["text"], given["lang"], tier, NOTHING if harmless else signal, is_hard)
    except (ValueError, KeyError, AttributeError, TypeError) as error:
        raise ValueError(f"{path}:{number}: not a training sentence ({error})") from None


def inputs_digest(sentences: list[RiskSentence], encoder_digest: str) -> str:
    """What the head depends on; the same digest means the same head."""
    lines = sorted(f"{item.text}\t{item.tier}\t{item.signal}\t{item.is_hard}" for item in sentences)
    content = "\n".join([f"{RECIPE} {encoder_digest}", *lines])
    return hashlib.sha256(content.encode("utf-8")).hexdigest()


def train(sentences: list[RiskSentence], encoder: Encoder, version: str) -> tuple[RiskHead, dict[str, Any]]:
    """The head for all sentences; thresholds and measure come from one that has not seen the development part."""
    vectors = encoder.read([item.text for item in sentences])
    unseen = np.array([is_development(item.text) for item in sentences])
    vocabulary, regression = _fit(sentences, vectors, np.flatnonzero(~unseen))
    asked = np.flatnonzero(unseen)
    shares = softmax(regression.scores(_features(sentences, vectors, vocabulary, asked)))
    watch, crisis = choose_thresholds([sentences[at] for at in asked], shares, regression.labels, sentences)
    vocabulary, final = _fit(sentences, vectors, np.arange(len(sentences)))
    tiers = tiers_of(sentences)
    head = RiskHead(
        final.labels,
        tuple(tiers[label] for label in final.labels),
        vocabulary,
        final.weights.astype(np.float32),
        final.intercept.astype(np.float32),
        vector_scale=VECTOR_SCALE,
        watch=watch,
        crisis=crisis,
        version=version,
    )
    return head, _measure([sentences[at] for at in asked], shares, regression.labels, tiers, watch, crisis)


def is_development(text: str) -> bool:
    """Whether a sentence belongs to the development part."""
    return int(hashlib.sha256(text.encode("utf-8", "replace")).hexdigest(), 16) % DEVELOPMENT == 0


def tiers_of(sentences: list[RiskSentence]) -> dict[str, str]:
    """The tier of each label; a label that was given two is a fault of the data and raises ValueError."""
    tiers: dict[str, str] = {}
    for item in sentences:
        if tiers.setdefault(item.signal, item.tier) != item.tier:
            raise ValueError(f"{item.signal} is called {item.tier} and {tiers[item.signal]}: {item.text[:60]!r}")
    return tiers


def choose_thresholds(
    unseen: list[RiskSentence],
    shares: npt.NDArray[np.float64],
    labels: tuple[str, ...],
    sentences: list[RiskSentence],
) -> tuple[float, float]:
    """Log-odds of any danger and of crisis from which harmless sentences are raised no oftener than allowed."""
    tiers = tiers_of(sentences)
    ranks = np.array([TIERS.index(tiers[label]) for label in labels])
    hard = np.array([item.is_hard for item in unseen])
    plain = np.array([item.tier == TIERS[0] and not item.is_hard for item in unseen])
    chosen = []
    for rank, hard_share, plain_share in ((1, HARD_WATCH, ORDINARY_WATCH), (3, HARD_CRISIS, ORDINARY_CRISIS)):
        odds = np.array([log_odds(float(share)) for share in shares[:, ranks >= rank].sum(axis=1)])
        bounds = (np.quantile(odds[hard], 1 - hard_share), np.quantile(odds[plain], 1 - plain_share))
        chosen.append(float(max(bounds)))
    return chosen[0], max(chosen)


def _measure(
    unseen: list[RiskSentence],
    shares: npt.NDArray[np.float64],
    labels: tuple[str, ...],
    tiers: dict[str, str],
    watch: float,
    crisis: float,
) -> dict[str, Any]:
    ranks = np.array([TIERS.index(tiers[label]) for label in labels])
    danger = np.array([log_odds(float(share)) >= watch for share in shares[:, ranks >= 1].sum(axis=1)])
    grave = np.array([item.tier in TIERS[3:] for item in unseen])
    groups = {
        "danger": grave,
        "middle": np.array([item.tier in TIERS[1:3] for item in unseen]),
        "hard": np.array([item.is_hard for item in unseen]),
        "ordinary": np.array([item.tier == TIERS[0] and not item.is_hard for item in unseen]),
        "danger_en": grave & np.array([item.lang == "en" for item in unseen]),
        "danger_es": grave & np.array([item.lang == "es" for item in unseen]),
    }
    shares_raised = {
        name: round(float(danger[group].sum() / max(group.sum(), 1)), 4) for name, group in groups.items()
    }
    return {"watch": round(watch, 3), "crisis": round(crisis, 3), "unseen": len(unseen), **shares_raised}


def _fit(
    sentences: list[RiskSentence], vectors: Any, places: npt.NDArray[np.int64]
) -> tuple[NgramVocabulary, Regression]:
    vocabulary = NgramVocabulary.learn(sentences[at].text for at in places)
    labels = [sentences[at].signal for at in places]
    return vocabulary, fit(_features(sentences, vectors, vocabulary, places), labels, STRENGTH)


def _features(
    sentences: list[RiskSentence], vectors: Any, vocabulary: NgramVocabulary, places: npt.NDArray[np.int64]
) -> Features:
    spelled = spelled_rows([sentences[at].text for at in places], vocabulary)
    return Features(spelled, vectors[places].astype(np.float64) * VECTOR_SCALE)


def main(arguments: list[str] | None = None) -> int:
    """Train from the command line; 1 with one line of reason when it cannot be done."""
    parser = argparse.ArgumentParser(prog="python -m bot.training.risk", description=__doc__)
    parser.add_argument("--data", type=Path, default=Path("data"))
    parser.add_argument("--models", type=Path, default=Path("models"))
    parser.add_argument("--force", action="store_true")
    given = parser.parse_args(arguments)
    try:
        build(given.data, given.models, lambda line: print(line, flush=True), given.force)
    except (OSError, ValueError) as error:
        print(f"risk: {error}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
