"""The second layer of the risk screen: a statistical head on the sentence vector, trained on our own sentences."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

from bot.language.encoder import Vectors
from bot.language.ngrams import NgramVocabulary
from bot.language.risk_data import TIERS

Floats = npt.NDArray[np.float32]
VectorOf = Callable[[str], "Vectors | None"]

FILE_NAME = "risk.npz"
NOTHING = "NONE"
# A long message is read piece by piece, so that one sentence in it cannot drown in the others.
PIECE_WORDS, OVERLAP_WORDS = 48, 12
_WORD = re.compile(r"\S+")


class RiskHeadMissing(FileNotFoundError):
    """The folder holds no readable risk head."""


class Reading(NamedTuple):
    """What the head makes of a text: a tier, its likeliest signal, how sure it is of any danger (0…1), and where."""

    tier: str
    signal: str
    score: float
    span: tuple[int, int]


class RiskHead:
    """Multinomial logistic regression over [n-gram weights | both layers' vectors]; one label for each signal.

    `watch` and `crisis` are the log-odds of any danger, and of crisis or worse, from which a message counts as such;
    chosen on sentences the head had not seen (bot.training.risk).
    """

    def __init__(
        self,
        labels: tuple[str, ...],
        tiers: tuple[str, ...],
        vocabulary: NgramVocabulary,
        weights: Floats,
        intercept: Floats,
        *,
        vector_scale: float,
        watch: float,
        crisis: float,
        version: str,
    ) -> None:
        """`weights` is (labels, n-grams + 768); `tiers` names the tier of each label."""
        self.labels, self.tiers, self.vocabulary = labels, tiers, vocabulary
        self.weights, self.intercept = weights, intercept
        self.vector_scale, self.watch, self.crisis, self.version = vector_scale, watch, crisis, version
        self._ranks = np.array([TIERS.index(tier) for tier in tiers])
        self._by_ngram = np.ascontiguousarray(weights[:, : len(vocabulary.ngrams)].T)
        self._by_vector = np.ascontiguousarray(weights[:, len(vocabulary.ngrams) :]) * np.float32(vector_scale)

    @classmethod
    def load(cls, folder: str | Path) -> RiskHead:
        """Read risk.npz in `folder`; raises RiskHeadMissing when it is absent or broken."""
        path = Path(folder) / FILE_NAME
        try:
            with np.load(path, allow_pickle=False) as stored:
                return cls._from_arrays({name: stored[name] for name in stored.files})
        except (OSError, ValueError, KeyError) as error:
            raise RiskHeadMissing(f"no risk head in {path}: run ./frontdesk train") from error

    @classmethod
    def _from_arrays(cls, arrays: dict[str, Any]) -> RiskHead:
        return cls(
            tuple(map(str, arrays["labels"])),
            tuple(map(str, arrays["tiers"])),
            NgramVocabulary([str(ngram) for ngram in arrays["ngrams"]], arrays["idf"]),
            arrays["weights"].astype(np.float32),
            arrays["intercept"].astype(np.float32),
            **{name: float(arrays[name]) for name in ("vector_scale", "watch", "crisis")},
            version=str(arrays["version"]),
        )

    def save(self, path: Path) -> None:
        """Write the head as one .npz without pickled objects."""
        np.savez_compressed(
            path,
            labels=np.array(self.labels),
            tiers=np.array(self.tiers),
            ngrams=np.array(self.vocabulary.ngrams),
            idf=self.vocabulary.idf,
            weights=self.weights.astype(np.float16),
            intercept=self.intercept,
            vector_scale=np.float64(self.vector_scale),
            watch=np.float64(self.watch),
            crisis=np.float64(self.crisis),
            version=np.array(self.version),
        )

    def shares(self, text: str, vector: Vectors) -> Floats:
        """The likelihood of each label, shape (labels,); `vector` is `Encoder.read` (768,) of `text`."""
        places, values = self.vocabulary.weigh(text)
        scores = values @ self._by_ngram[places] + self._by_vector @ vector.reshape(-1) + self.intercept
        powers = np.exp(scores - scores.max())
        return np.asarray(powers / powers.sum(), dtype=np.float32)

    def judge(self, shares: Floats) -> tuple[str, str]:
        """Tier and likeliest signal for the likelihoods of one text; the tier is "none" below the thresholds."""
        danger, grave = self.weight(shares, 1), self.weight(shares, 3)
        signal = self.labels[int(np.argmax(np.where(self._ranks > 0, shares, -1)))]
        if log_odds(danger) < self.watch:
            return TIERS[0], signal
        if log_odds(grave) >= self.crisis:
            signal = self.labels[int(np.argmax(np.where(self._ranks > 2, shares, -1)))]
            return TIERS[4 if self.weight(shares, 4) >= grave / 2 else 3], signal
        return TIERS[2 if self.weight(shares, 2) >= danger / 2 else 1], signal

    def weight(self, shares: Floats, rank: int) -> float:
        """How likely the tier is at least TIERS[rank]."""
        return float(shares[self._ranks >= rank].sum())


def log_odds(share: float) -> float:
    """log(p / (1 − p)), finite at both ends."""
    kept = min(max(share, 1e-9), 1 - 1e-9)
    return float(np.log(kept / (1 - kept)))


class RiskReader:
    """Reads whole messages with a head; `vector_of` gives `Encoder.read` of a text, or None when it cannot."""

    def __init__(self, head: RiskHead, vector_of: VectorOf) -> None:
        self._head, self._vector_of = head, vector_of
        self.version = head.version

    def __call__(self, text: str) -> Reading | None:
        """The gravest reading among the pieces of a message; None without an encoder or without a word."""
        readings = [self._read(piece, span) for piece, span in pieces(text)]
        known = [each for each in readings if each is not None]
        return max(known, key=lambda each: (TIERS.index(each.tier), each.score), default=None)

    def _read(self, piece: str, span: tuple[int, int]) -> Reading | None:
        vector = self._vector_of(piece)
        if vector is None:
            return None
        shares = self._head.shares(piece, vector)
        tier, signal = self._head.judge(shares)
        return Reading(tier, signal, self._head.weight(shares, 1), span)


def pieces(text: str) -> Iterator[tuple[str, tuple[int, int]]]:
    """Overlapping pieces of at most 48 words with their spans; a short message is one piece, as it stands."""
    words = list(_WORD.finditer(text))
    if len(words) <= PIECE_WORDS:
        if words:
            yield text, (words[0].start(), words[-1].end())
        return
    step = PIECE_WORDS - OVERLAP_WORDS
    for first in range(0, len(words) - OVERLAP_WORDS, step):
        start, end = words[first].start(), words[min(first + PIECE_WORDS, len(words)) - 1].end()
        yield text[start:end], (start, end)
