"""Says what a message is for: the intent head that bot.training.intents trained, read with numpy alone."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from bot.language.ngrams import NgramVocabulary

Floats = npt.NDArray[np.float32]

FILE_NAME = "intents.npz"
FALLBACK = "nlu_fallback"
# What an open question makes likelier or not: log-odds added to the intents that would answer it, taken from
# those that answer only another one. The sizes are measured on sentences in context, tests/bot/training.
EXPECTED_BONUS = 1.5
OUT_OF_PLACE = 3.0
ONLY_AFTER = {"choose_time": "appointment_slot"}
_ANSWERS = frozenset({"inform", "unsure", "skip_question", "correct_fact"})
_YES_NO = _ANSWERS | {"affirm", "deny"}
EXPECTED: dict[str, frozenset[str]] = {
    "concerns": _ANSWERS | {"describe_concern"},
    "safety_check": _YES_NO,
    "seeker": _YES_NO,
    "age_group": _ANSWERS,
    "state": _YES_NO,
    "severity": _ANSWERS | {"describe_concern"},
    "current_care": _YES_NO,
    "therapy_pref": _YES_NO | {"state_preference"},
    "med_pref": _YES_NO | {"state_preference"},
    "care_choice": _YES_NO | {"state_preference"},
    "preferred_times": _ANSWERS,
    "appointment_slot": _YES_NO | {"choose_time", "more_times"},
    "contact": _YES_NO,
}


class IntentHeadMissing(FileNotFoundError):
    """The folder holds no readable intent head."""


class IntentHead:
    """Logistic regression over [n-gram weights | sentence vector], with calibrated confidences."""

    def __init__(
        self,
        labels: tuple[str, ...],
        vocabulary: NgramVocabulary,
        weights: Floats,
        intercept: Floats,
        *,
        vector_scale: float,
        temperature: float,
        threshold: float,
        encoder_digest: str,
    ) -> None:
        """`weights` is (intents, n-grams + 768); `threshold` is the confidence below which to ask again."""
        self.labels = labels
        self.vocabulary = vocabulary
        self.threshold = threshold
        self.encoder_digest = encoder_digest
        self.temperature = temperature
        self.vector_scale = vector_scale
        self.weights = weights
        self.intercept = intercept
        # By column, so that the few n-grams of a message are read from memory in one piece each.
        self._by_ngram = np.ascontiguousarray(weights[:, : len(vocabulary.ngrams)].T)
        self._by_vector = np.ascontiguousarray(weights[:, len(vocabulary.ngrams) :]) * np.float32(vector_scale)

    @classmethod
    def load(cls, folder: str | Path) -> IntentHead:
        """Read intents.npz in `folder`; raises IntentHeadMissing when it is absent or broken."""
        path = Path(folder) / FILE_NAME
        try:
            with np.load(path, allow_pickle=False) as stored:
                return cls._from_arrays({name: stored[name] for name in stored.files})
        except (OSError, ValueError, KeyError) as error:
            raise IntentHeadMissing(f"no intent head in {path}: run ./frontdesk train") from error

    @classmethod
    def _from_arrays(cls, arrays: dict[str, Any]) -> IntentHead:
        return cls(
            tuple(str(label) for label in arrays["labels"]),
            NgramVocabulary([str(ngram) for ngram in arrays["ngrams"]], arrays["idf"]),
            arrays["weights"].astype(np.float32),
            arrays["intercept"].astype(np.float32),
            vector_scale=float(arrays["vector_scale"]),
            temperature=float(arrays["temperature"]),
            threshold=float(arrays["threshold"]),
            encoder_digest=str(arrays["encoder_digest"]),
        )

    def save(self, path: Path) -> None:
        """Write the head as one .npz without pickled objects."""
        np.savez_compressed(
            path,
            labels=np.array(self.labels),
            ngrams=np.array(self.vocabulary.ngrams),
            idf=self.vocabulary.idf,
            weights=self.weights,
            intercept=self.intercept,
            vector_scale=np.float64(self.vector_scale),
            temperature=np.float64(self.temperature),
            threshold=np.float64(self.threshold),
            encoder_digest=np.array(self.encoder_digest),
        )

    def classify(
        self, text: str, vector: Floats, open_question: str | None = None, lang: str | None = None
    ) -> tuple[str, float]:
        """The likeliest intent and its confidence (0…1); `lang` is accepted for the callers' symmetry."""
        return self.rank(text, vector, open_question, lang)[0]

    def rank(
        self, text: str, vector: Floats, open_question: str | None = None, lang: str | None = None
    ) -> list[tuple[str, float]]:
        """Every intent with its confidence, likeliest first; `vector` is the `Encoder.read` (768,) of `text`."""
        scores = self._scores(text, vector) / self.temperature
        confidences = _softmax(scores + np.array([_bonus(label, open_question) for label in self.labels]))
        order = np.argsort(-confidences, kind="stable")
        return [(self.labels[place], float(confidences[place])) for place in order.tolist()]

    def _scores(self, text: str, vector: Floats) -> npt.NDArray[np.float64]:
        places, values = self.vocabulary.weigh(text)
        spelled = values @ self._by_ngram[places]
        meant = self._by_vector @ np.asarray(vector, dtype=np.float32).reshape(-1)
        return np.asarray(spelled + meant + self.intercept, dtype=np.float64)


def settle(intent: str, confidence: float, threshold: float, found: Mapping[str, Any]) -> str:
    """The intent to act on: one too unsure gives way to what `found` (Findings.to_dict()) shows, else falls back.

    A question that was not understood stays one: that something was asked is no answer to act on.
    """
    if confidence >= threshold:
        return intent
    facts = dict(found.get("facts") or {})
    request = facts.pop("request", None)
    if request == "human":
        return "request_human"
    if found.get("concerns"):
        return "describe_concern"
    return "inform" if facts or request not in (None, "info") else FALLBACK


def _bonus(intent: str, open_question: str | None) -> float:
    if open_question not in EXPECTED:
        return 0.0
    if ONLY_AFTER.get(intent, open_question) != open_question:
        return -OUT_OF_PLACE
    return EXPECTED_BONUS if intent in EXPECTED[open_question] else 0.0


def _softmax(scores: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
    powers = np.exp(scores - scores.max())
    return np.asarray(powers / powers.sum(), dtype=np.float64)
