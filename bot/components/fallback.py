"""Rasa component: decides when a message was not understood well enough to act on its intent."""

from __future__ import annotations

from typing import Any

from rasa.engine.graph import ExecutionContext, GraphComponent
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage
from rasa.nlu.classifiers.classifier import IntentClassifier
from rasa.shared.nlu.constants import INTENT, INTENT_RANKING_KEY
from rasa.shared.nlu.training_data.message import Message

from bot.components.findings import FindingsReader
from bot.components.intent_classifier import IntentHeadClassifier
from bot.language.intents import settle


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.INTENT_CLASSIFIER, is_trainable=False)
class UnderstandingFallback(GraphComponent, IntentClassifier):
    """Below the threshold: what the findings show, else nlu_fallback.

    The threshold was chosen by cross-validation and travels with the head (models/language/intents.json
    says how it was measured); a `threshold` in config.yml overrides it.
    """

    @classmethod
    def required_components(cls) -> list[type[Any]]:
        """The intent and the findings have to be there."""
        return [IntentHeadClassifier, FindingsReader]

    @staticmethod
    def get_default_config() -> dict[str, Any]:
        """`threshold`: a confidence, or None for the head's own."""
        return {"threshold": None}

    def __init__(self, threshold: Any = None) -> None:
        """`threshold` None means the one the head was trained with."""
        self._threshold = threshold

    @classmethod
    def create(
        cls,
        config: dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
    ) -> UnderstandingFallback:
        """Nothing to load."""
        return cls(config["threshold"])

    def process(self, messages: list[Message]) -> list[Message]:
        """Replace the intent of a message that is too unsure; its confidence stays as it was."""
        for message in messages:
            self._process_one(message)
        return messages

    def _process_one(self, message: Message) -> None:
        intent: dict[str, Any] = message.get(INTENT) or {"name": None, "confidence": 0.0}
        threshold = message.get("fallback_threshold") if self._threshold is None else self._threshold
        found: dict[str, Any] = message.get("findings") or {}
        name = settle(intent["name"], float(intent["confidence"]), float(threshold or 0.0), found)
        if name != intent["name"]:
            settled = {"name": name, "confidence": intent["confidence"]}
            message.set(INTENT, settled, add_to_output=True)
            ranking = message.get(INTENT_RANKING_KEY, [])
            message.set(INTENT_RANKING_KEY, [settled, *ranking], add_to_output=True)
