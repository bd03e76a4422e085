"""Turns any text into one sentence vector, with the ONNX encoder that bot.training.encoder built."""

from __future__ import annotations

import hashlib
import json
import threading
from collections.abc import Sequence
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

Vectors = npt.NDArray[np.float32]

SENTENCE = 384  # numbers of a sentence vector
DIMENSIONS = 2 * SENTENCE  # with the vector of the middle layer beside it, which the heads read too
WINDOW_TOKENS = 96  # with the two marks around them; all-MiniLM-L6-v2 was trained on at most 128
OVERLAP_TOKENS = 16
MAX_WINDOWS = 56  # 4,000 characters of any script fit; a longer text is sampled evenly, never cut at the end
MAX_CHARACTERS = 100_000  # a guard for the tokenizer, far above the 4,000 a message may have
CLS, SEP = 101, 102


class EncoderMissing(FileNotFoundError):
    """The folder holds no complete encoder, or its files are not the ones that were built."""


class _Opened(NamedTuple):
    session: Any
    tokenizer: Any


class Encoder:
    """all-MiniLM-L6-v2 on one thread: text in, vector of length 1 out; deterministic, never raises on a string.

    Every window runs alone: int8 activations are scaled over the whole batch, so in a batch a text's
    vector would depend on its neighbours.
    """

    def __init__(self, model: Path, tokenizer: Path, digest: str) -> None:
        self._files = (model, tokenizer)
        self._lock = threading.Lock()
        self._opened: _Opened | None = None
        self.digest = digest

    @classmethod
    def load(cls, folder: str | Path) -> Encoder:
        """Check the encoder in `folder`; raises EncoderMissing when it is absent or damaged.

        The model is read at the first text: the bot, which gets its vectors with the turns, never needs it.
        """
        folder = Path(folder)
        card = _checked_card(folder)
        return cls(folder / card["model"], folder / "tokenizer.json", str(card["files"][card["model"]]))

    def encode(self, texts: Sequence[str]) -> Vectors:
        """Sentence vectors of shape (n, 384), float32, each row of length 1, one row per text in order."""
        return self.read(texts)[:, :SENTENCE]

    def read(self, texts: Sequence[str]) -> Vectors:
        """What the heads read, shape (n, 768): the sentence vector, then the middle layer's; each of length 1."""
        rows = np.zeros((len(texts), DIMENSIONS), dtype=np.float32)
        for row, text in enumerate(texts):
            rows[row] = joined(self.read_windows(text))
        return rows

    def read_windows(self, text: str) -> Vectors:
        """As `read`, but one row for each overlapping window of the text: short texts have one."""
        return np.array([self._run(window) for window in _windows(self._token_ids(text))])

    def _token_ids(self, text: str) -> list[int]:
        # Lone surrogates are legal in a Python string but not in UTF-8, which the tokenizer needs.
        clean = text[:MAX_CHARACTERS].encode("utf-8", "replace").decode("utf-8")
        return list(self._parts().tokenizer.encode(clean, add_special_tokens=False).ids)

    def _run(self, window: list[int]) -> Vectors:
        ids = np.array([[CLS, *window, SEP]], dtype=np.int64)
        outputs = self._parts().session.run(None, {"input_ids": ids, "attention_mask": np.ones_like(ids)})
        return np.asarray(outputs[0][0], dtype=np.float32)

    def _parts(self) -> _Opened:
        with self._lock:
            if self._opened is None:
                self._opened = _open(*self._files)
        return self._opened


def _open(model: Path, tokenizer: Path) -> _Opened:
    # Imported here: 40 MB that a process which never encodes does not need.
    import onnxruntime
    from tokenizers import Tokenizer

    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = 1
    options.inter_op_num_threads = 1
    options.log_severity_level = 3
    # By path, not by bytes: the session would keep a second copy of them.
    session = onnxruntime.InferenceSession(str(model), options, providers=["CPUExecutionProvider"])
    read = Tokenizer.from_file(str(tokenizer))
    read.no_truncation()
    read.no_padding()
    return _Opened(session, read)


def joined(windows: Vectors) -> Vectors:
    """One row for a whole text from the rows of its windows."""
    halves = windows.sum(axis=0).reshape(2, SENTENCE)
    lengths = np.linalg.norm(halves, axis=1, keepdims=True)
    return np.asarray(halves / np.where(lengths, lengths, 1), dtype=np.float32).reshape(-1)


def _windows(ids: list[int]) -> list[list[int]]:
    """Overlapping windows that cover `ids`; more than MAX_WINDOWS are thinned evenly, ends kept."""
    size = WINDOW_TOKENS - 2
    if len(ids) <= size:
        return [ids]
    step = size - OVERLAP_TOKENS
    starts = [*range(0, len(ids) - size, step), len(ids) - size]
    if len(starts) > MAX_WINDOWS:
        picks = np.linspace(0, len(starts) - 1, MAX_WINDOWS).round().astype(int)
        starts = [starts[int(pick)] for pick in picks]
    return [ids[start : start + size] for start in starts]


def _checked_card(folder: Path) -> dict[str, Any]:
    """The content of encoder.json, once every file it names has the digest it states."""
    try:
        card: dict[str, Any] = json.loads((folder / "encoder.json").read_text(encoding="utf-8"))
        for name, digest in card["files"].items():
            found = hashlib.sha256((folder / name).read_bytes()).hexdigest()
            if found != digest:
                raise EncoderMissing(f"{folder / name} is not the file that was built: run ./frontdesk train")
    except (OSError, ValueError, KeyError) as error:
        if isinstance(error, EncoderMissing):
            raise
        raise EncoderMissing(f"no encoder in {folder}: run ./frontdesk train") from error
    return card
