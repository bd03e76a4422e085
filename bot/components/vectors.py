"""The sentence vector that came with a turn: for the pipeline of that turn only, never on a message or an event."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any, NamedTuple

import numpy as np

from bot.language.encoder import DIMENSIONS, Vectors


class SentVector(NamedTuple):
    """A vector of shape (768,), the text it is of, and the digest of the encoder that made it."""

    text: str
    encoder: str
    values: Vectors


ANY_ENCODER = ""
_SENT: ContextVar[SentVector | None] = ContextVar("sent_vector", default=None)


def read_vector(sent: Any, text: str) -> SentVector | None:
    """The `vector` of docs/protocols.md §2; None when there is none. Raises ValueError for anything else."""
    if sent is None:
        return None
    try:
        values = np.frombuffer(base64.b64decode(sent["values"], validate=True), dtype="<f4")
        encoder = str(sent["encoder"])
    except (TypeError, KeyError, binascii.Error) as error:
        raise ValueError("vector") from error
    if encoder == ANY_ENCODER or values.shape != (DIMENSIONS,) or not np.isfinite(values).all():
        raise ValueError("vector")
    return SentVector(text, encoder, values.astype(np.float32))


@contextmanager
def sent(vector: SentVector | None) -> Iterator[None]:
    """While the block runs, `vector` is what came with the turn. A kept connection serves many turns in one task."""
    token = _SENT.set(vector)
    try:
        yield
    finally:
        _SENT.reset(token)


def no_vector(text: str) -> SentVector:
    """Stands for a vector where any will do: a warm-up should not open an encoder that no turn will need."""
    return SentVector(text, ANY_ENCODER, np.zeros(DIMENSIONS, dtype=np.float32))


def vector_of(text: str, encoder: str) -> Vectors | None:
    """The vector that came for exactly this text from exactly this encoder."""
    vector = _SENT.get()
    if vector is None or vector.text != text or vector.encoder not in (encoder, ANY_ENCODER):
        return None
    return vector.values
