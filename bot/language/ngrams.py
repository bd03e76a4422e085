"""Character n-grams of a text, weighted: the spelling half of what the intent head reads."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence

import numpy as np
import numpy.typing as npt

from bot.language.text import read_text

Floats = npt.NDArray[np.float32]
Integers = npt.NDArray[np.int64]

SHORTEST, LONGEST = 2, 4
MAX_WORDS = 400  # a message of 4,000 characters has more only when it is not prose
SEEN_AT_LEAST = 2  # an n-gram of a single training sentence teaches that sentence only


def spelled_words(text: str) -> list[str]:
    """Folded words with every digit as 0, and a "?" when something is asked: numbers mean the same kind."""
    words = ["".join("0" if letter.isdigit() else letter for letter in word) for word in read_text(text).words]
    asks = "?" in text or "\u00bf" in text
    return [*words[:MAX_WORDS], *(["?"] if asks else [])]


def count_ngrams(text: str) -> Counter[str]:
    """How often each n-gram stands in the words of `text`, each word framed by spaces."""
    counts: Counter[str] = Counter()
    for word in spelled_words(text):
        framed = f" {word[:40]} "
        for size in range(SHORTEST, LONGEST + 1):
            counts.update(framed[at : at + size] for at in range(len(framed) - size + 1))
    return counts


class NgramVocabulary:
    """The n-grams known from training, each with its inverse document frequency."""

    def __init__(self, ngrams: Sequence[str], idf: Floats) -> None:
        self.ngrams = tuple(ngrams)
        self.idf = np.asarray(idf, dtype=np.float32)
        self._places = {ngram: place for place, ngram in enumerate(self.ngrams)}

    @classmethod
    def learn(cls, texts: Iterable[str]) -> NgramVocabulary:
        """The vocabulary of `texts`: n-grams seen in at least SEEN_AT_LEAST of them, in sorted order."""
        counted = [count_ngrams(text) for text in texts]
        seen = Counter(ngram for counts in counted for ngram in counts)
        kept = sorted(ngram for ngram, times in seen.items() if times >= SEEN_AT_LEAST)
        times_seen = np.array([seen[ngram] for ngram in kept], dtype=np.float64)
        return cls(kept, np.asarray(np.log((1 + len(counted)) / (1 + times_seen)) + 1, dtype=np.float32))

    def weigh(self, text: str) -> tuple[Integers, Floats]:
        """Places and weights (sublinear tf x idf, length 1) of the known n-grams of `text`, places ascending."""
        known = {self._places[n]: count for n, count in count_ngrams(text).items() if n in self._places}
        places = np.array(sorted(known), dtype=np.int64)
        counts = np.array([known[place] for place in places.tolist()], dtype=np.float32)
        weights = (1 + np.log(counts)) * self.idf[places]
        length = float(np.linalg.norm(weights))
        return places, np.asarray(weights / length if length else weights, dtype=np.float32)
