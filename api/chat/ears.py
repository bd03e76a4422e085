"""The real ears of the safety room: bot.language, the same code as `frontdesk screen`."""

import threading
import time
from collections.abc import Sequence
from pathlib import Path

import structlog

from api.gateways.vectors import SentenceVectors
from api.safety.hearing import Screening
from api.settings import ROOT
from bot.language.ages import ADULT
from bot.language.answers import read_answer
from bot.language.choices import read_choice
from bot.language.contact import read_contact
from bot.language.readings import read_message
from bot.language.risk import SecondLayer, screen
from bot.language.risk_head import RiskHead, RiskHeadMissing, RiskReader

HEADS = ROOT / "models" / "language"
TRY_AGAIN_SECONDS = 5.0

log = structlog.get_logger(__name__)


def second_layer(vectors: SentenceVectors, folder: Path | None = None) -> SecondLayer | None:
    """The statistical layer of the screen; None, with a line in the log, when it was not trained yet."""
    try:
        head = RiskHead.load(folder or HEADS)
    except RiskHeadMissing as error:
        log.error("no_risk_head", error=type(error).__name__)
        return None
    return RiskReader(head, vectors.rows_of)


class LanguageEars:
    """Listens with bot.language; `warm` loads data and head before a visitor has to wait for them."""

    def __init__(self, vectors: SentenceVectors) -> None:
        self._vectors = vectors
        self._second: SecondLayer | None = None
        self._lock, self._next_try = threading.Lock(), 0.0

    def warm(self) -> None:
        """Load everything now; raises what is wrong with the reviewed data."""
        self.screen("hello", ())
        self.read_answer("no", "direct")

    def screen(self, text: str, previous: Sequence[str]) -> Screening:
        """Screen a text in the light of the ones before it; both languages are always read."""
        return screen(text, previous, second=self._second_layer())

    def _second_layer(self) -> SecondLayer | None:
        """The head. At the very first start the page answers before it is trained: until then look again."""
        with self._lock:
            if self._second is None and time.monotonic() >= self._next_try:
                self._vectors.load()
                self._second = second_layer(self._vectors)
                self._next_try = time.monotonic() + TRY_AGAIN_SECONDS
            return self._second

    def read_answer(self, text: str, question: str) -> str | None:
        """Yes, no, unsure, skip, or None."""
        return read_answer(text, question)

    def read_phone(self, text: str) -> str | None:
        """The one telephone number of a text, E.164."""
        return read_contact(text).phone

    def is_minor(self, text: str) -> bool:
        """True when the visitor says that they are under 18."""
        return any(age.owner == "self" and age.band not in ADULT for age in read_message(text, None).ages)

    def chooses(self, text: str, label: str) -> bool:
        """True when a typed text names the reply of this label."""
        return read_choice(text, [label]) == 0
