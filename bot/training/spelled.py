"""The n-gram weights of many texts as one sparse matrix."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from bot.language.ngrams import NgramVocabulary


def spelled_rows(texts: Sequence[str], vocabulary: NgramVocabulary) -> Any:
    """One row per text, shape (texts, n-grams), as a scipy csr_matrix."""
    from scipy.sparse import csr_matrix

    rows = [vocabulary.weigh(text) for text in texts]
    pointers = np.cumsum([0, *(len(places) for places, _ in rows)])
    columns = np.concatenate([places for places, _ in rows])
    values = np.concatenate([weights for _, weights in rows]).astype(np.float64)
    return csr_matrix((values, columns, pointers), shape=(len(rows), len(vocabulary.ngrams)))
