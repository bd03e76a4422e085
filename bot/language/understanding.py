"""The whole understanding of one message, as a chat has it: vector, intent, findings, and the fallback."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from bot.language.encoder import Encoder
from bot.language.facts import understand_record
from bot.language.intents import IntentHead, settle


class Understanding:
    """Encoder and intent head, loaded once; the parts the bot's pipeline runs, in the same order."""

    def __init__(self, encoder: Encoder, head: IntentHead) -> None:
        self._encoder = encoder
        self._head = head

    @classmethod
    def load(cls, models: str | Path) -> Understanding:
        """Read `models`/encoder and `models`/language; raises EncoderMissing or IntentHeadMissing."""
        return cls(Encoder.load(Path(models) / "encoder"), IntentHead.load(Path(models) / "language"))

    def understand(self, record: dict[str, Any]) -> dict[str, Any]:
        """One object of the contract's `understand`, answered; raises ValueError when `text` is no string."""
        answer = understand_record(record, self._classify)
        answer["intent"] = settle(answer["intent"], answer["confidence"], self._head.threshold, answer)
        return answer

    def _classify(self, text: str, question: str | None, lang: str | None) -> tuple[str, float]:
        return self._head.classify(text, self._encoder.read([text])[0], question, lang)
