"""The sentence vector of a text, worked out once a turn however many read it; in memory only, never stored."""

import base64
import threading
from collections import OrderedDict
from dataclasses import dataclass
from pathlib import Path

import structlog

from api.settings import ROOT
from bot.language.encoder import Encoder, EncoderMissing, Vectors

FOLDER = ROOT / "models" / "encoder"
# More than there are turns at once; a turn reads its text two or three times within a second.
KEPT = 64

log = structlog.get_logger(__name__)


@dataclass(frozen=True)
class SentenceVector:
    """A vector of shape (768,) as `Encoder.read` gives it, and the digest of the encoder that made it."""

    values: Vectors
    encoder: str

    def to_dict(self) -> dict[str, str]:
        """As it travels to the bot (docs/protocols.md §2)."""
        return {
            "encoder": self.encoder,
            "values": base64.b64encode(self.values.astype("<f4").tobytes()).decode(),
        }


class SentenceVectors:
    """The encoder, and the last few vectors by text. Without a built encoder there are no vectors, and no error:
    the bot then encodes by itself."""

    def __init__(self, folder: Path = FOLDER) -> None:
        self._folder = folder
        self._encoder: Encoder | None = None
        self._lock = threading.Lock()
        self._kept: OrderedDict[str, SentenceVector] = OrderedDict()

    def load(self) -> None:
        """Load the encoder now, so that no visitor waits for it."""
        try:
            self._encoder = Encoder.load(self._folder)
            self._encoder.read([""])  # opens the model
        except EncoderMissing as error:
            log.warning("no_encoder", error=type(error).__name__)

    def of(self, text: str) -> SentenceVector | None:
        """The vector of a text; None without an encoder. Any thread may ask."""
        if self._encoder is None:
            return None
        with self._lock:
            kept = self._kept.get(text)
        return kept or self._work_out(self._encoder, text)

    def rows_of(self, text: str) -> Vectors | None:
        """The numbers alone, as the risk head reads them."""
        vector = self.of(text)
        return None if vector is None else vector.values

    def _work_out(self, encoder: Encoder, text: str) -> SentenceVector:
        vector = SentenceVector(encoder.read([text])[0], encoder.digest)
        with self._lock:
            self._kept[text] = vector
            while len(self._kept) > KEPT:
                self._kept.popitem(last=False)
        return vector
