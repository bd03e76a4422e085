"""Trains the intent head on data/nlu: logistic regression, calibrated and given its threshold by cross-validation.

Run as `python -m bot.training.intents` in the bot environment (about a minute). The measure of what was
trained is written beside it, in models/language/intents.json.
"""

from __future__ import annotations

import argparse
import hashlib
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from bot.language.encoder import Encoder
from bot.language.intents import FILE_NAME, IntentHead
from bot.language.ngrams import NgramVocabulary
from bot.training.calibration import calibrate, choose_threshold, describe, measure_of
from bot.training.keeping import is_kept, keep
from bot.training.regression import Features, Regression, fit, softmax
from bot.training.sentences import Sentence, digest, read_sentences
from bot.training.spelled import spelled_rows

Say = Callable[[str], None]

STRENGTH = 10.0  # C of the regression (performance.md 5)
VECTOR_SCALE = 1.5
FOLDS = 5
SEED = 20260
RECIPE = 3  # raise it when a change here must retrain what people already have


def build(data: Path, encoder_folder: Path, out: Path, say: Say = print, force: bool = False) -> bool:
    """Make sure `out` holds the head for the sentences in `data`; True when it had to be trained."""
    sentences = read_sentences(data)
    encoder = Encoder.load(encoder_folder)
    made_from = inputs_digest(sentences, encoder.digest)
    if not force and is_kept(out, FILE_NAME, made_from):
        say("intents: ready")
        return False
    say(f"intents: learning {len({item.intent for item in sentences})} intents, {len(sentences)} sentences")
    head, measure = train(sentences, encoder)
    keep(out, FILE_NAME, head.save, {"inputs": made_from, "measure": measure})
    say(f"intents: learned ({describe(measure)})")
    return True


def inputs_digest(sentences: list[Sentence], encoder_digest: str) -> str:
    """What the head depends on; the same digest means the same head."""
    content = f"{RECIPE} {digest(sentences)} {encoder_digest}"
    return hashlib.sha256(content.encode("utf-8")).hexdigest()


def train(sentences: list[Sentence], encoder: Encoder) -> tuple[IntentHead, dict[str, Any]]:
    """The head for `sentences` and its measure on folds it did not see."""
    vectors = encoder.read([item.text for item in sentences])
    scores, labels = cross_validate(sentences, vectors)
    truth = np.array([labels.index(item.intent) for item in sentences])
    temperature = calibrate(scores, truth)
    confidences = softmax(scores / temperature)
    threshold = choose_threshold(confidences, truth)
    vocabulary = NgramVocabulary.learn(item.text for item in sentences)
    final = _fit(sentences, vectors, vocabulary)
    head = IntentHead(
        final.labels,
        vocabulary,
        final.weights.astype(np.float32),
        final.intercept.astype(np.float32),
        vector_scale=VECTOR_SCALE,
        temperature=temperature,
        threshold=threshold,
        encoder_digest=encoder.digest,
    )
    langs = np.array([item.lang for item in sentences])
    measure = measure_of(confidences, truth, langs, threshold)
    return head, {"folds": FOLDS, "temperature": round(temperature, 3), **measure}


def features_of(sentences: list[Sentence], vectors: Any, vocabulary: NgramVocabulary) -> Features:
    """One row per sentence: n-gram weights, and the sentence vector scaled to count a little more."""
    spelled = spelled_rows([item.text for item in sentences], vocabulary)
    return Features(spelled, vectors.astype(np.float64) * VECTOR_SCALE)


def cross_validate(
    sentences: list[Sentence], vectors: Any, folds: int = FOLDS
) -> tuple[npt.NDArray[np.float64], list[str]]:
    """Scores (sentences, labels) of each sentence by a regression that did not see it, and the labels."""
    from sklearn.model_selection import StratifiedKFold

    labels = sorted({item.intent for item in sentences})
    strata = [f"{item.intent} {item.lang}" for item in sentences]
    scores = np.zeros((len(sentences), len(labels)))
    for seen, unseen in StratifiedKFold(folds, shuffle=True, random_state=SEED).split(strata, strata):
        known = [sentences[place] for place in seen]
        vocabulary = NgramVocabulary.learn(item.text for item in known)
        regression = _fit(known, vectors[seen], vocabulary)
        asked = [sentences[place] for place in unseen]
        scores[unseen] = regression.scores(features_of(asked, vectors[unseen], vocabulary))
    return scores, labels


def _fit(sentences: list[Sentence], vectors: Any, vocabulary: NgramVocabulary) -> Regression:
    features = features_of(sentences, vectors, vocabulary)
    return fit(features, [item.intent for item in sentences], STRENGTH)


def main(arguments: list[str] | None = None) -> int:
    """Train from the command line; 1 with one line of reason when it cannot be done."""
    parser = argparse.ArgumentParser(prog="python -m bot.training.intents", description=__doc__)
    parser.add_argument("--data", type=Path, default=Path("data/nlu"))
    parser.add_argument("--encoder", type=Path, default=Path("models/encoder"))
    parser.add_argument("--out", type=Path, default=Path("models/language"))
    parser.add_argument("--force", action="store_true")
    given = parser.parse_args(arguments)
    try:
        build(given.data, given.encoder, given.out, lambda line: print(line, flush=True), given.force)
    except (OSError, ValueError) as error:
        print(f"intents: {error}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
