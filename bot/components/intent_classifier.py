"""Rasa component: the intent head of bot.language.intents, the same that `frontdesk understand` uses."""

from __future__ import annotations

from typing import Any

import numpy as np
from rasa.engine.graph import ExecutionContext, GraphComponent
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage
from rasa.nlu.classifiers.classifier import IntentClassifier
from rasa.shared.nlu.constants import INTENT, INTENT_RANKING_KEY, TEXT
from rasa.shared.nlu.training_data.message import Message

from bot.components.encoder_featurizer import EncoderFeaturizer
from bot.components.folders import model_folder
from bot.components.turn import turn_of
from bot.language.encoder import DIMENSIONS
from bot.language.intents import IntentHead


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.INTENT_CLASSIFIER, is_trainable=False)
class IntentHeadClassifier(GraphComponent, IntentClassifier):
    """Logistic regression over character n-grams and the sentence vector (C = 10, calibrated).

    Not trainable inside Rasa: bot.training.intents trains the head, and Rasa reads that very file.
    """

    @classmethod
    def required_components(cls) -> list[type[Any]]:
        """The encoder's vector has to be on the message."""
        return [EncoderFeaturizer]

    @staticmethod
    def get_default_config() -> dict[str, Any]:
        """`folder`: where bot.training.intents put the head; `ranking_length`: how many intents to report."""
        return {"folder": "models/language", "ranking_length": 5}

    def __init__(self, head: IntentHead, ranking_length: int) -> None:
        """Wrap a loaded head."""
        self._head = head
        self._ranking_length = ranking_length

    @classmethod
    def create(
        cls,
        config: dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
    ) -> IntentHeadClassifier:
        """Load the head; raises IntentHeadMissing when it was not trained."""
        return cls(IntentHead.load(model_folder(config["folder"])), int(config["ranking_length"]))

    def process(self, messages: list[Message]) -> list[Message]:
        """Set `intent`, `intent_ranking` and the head's threshold for the fallback component."""
        for message in messages:
            self._process_one(message)
        return messages

    def _process_one(self, message: Message) -> None:
        text = message.get(TEXT) or ""
        turn = turn_of(message)
        ranking = self._head.rank(text, _vector_of(message), turn.open_question, turn.language)
        named = [{"name": intent, "confidence": confidence} for intent, confidence in ranking]
        message.set(INTENT, dict(named[0]), add_to_output=True)
        message.set(INTENT_RANKING_KEY, named[: self._ranking_length], add_to_output=True)
        message.set("fallback_threshold", self._head.threshold)


def _vector_of(message: Message) -> Any:
    _, sentence = message.get_dense_features(TEXT, [])
    if sentence is None:
        return np.zeros(DIMENSIONS, dtype=np.float32)
    return np.asarray(sentence.features, dtype=np.float32).reshape(-1)
