"""Rasa component: puts the encoder's sentence vector on each message."""

from __future__ import annotations

from typing import Any

from rasa.engine.graph import ExecutionContext, GraphComponent
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage
from rasa.shared.nlu.constants import FEATURE_TYPE_SENTENCE, TEXT
from rasa.shared.nlu.training_data.features import Features
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData

from bot.components.folders import model_folder
from bot.components.vectors import vector_of
from bot.language.encoder import DIMENSIONS, Encoder, Vectors


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.MESSAGE_FEATURIZER, is_trainable=False)
class EncoderFeaturizer(GraphComponent):
    """all-MiniLM-L6-v2 as a dense sentence feature of shape (1, 768)."""

    @staticmethod
    def get_default_config() -> dict[str, Any]:
        """`folder`: where bot.training.encoder put the encoder."""
        return {"folder": "models/encoder"}

    def __init__(self, encoder: Encoder) -> None:
        """Wrap a loaded encoder."""
        self._encoder = encoder

    @classmethod
    def create(
        cls,
        config: dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
    ) -> EncoderFeaturizer:
        """Load the encoder; raises EncoderMissing when it was not built."""
        return cls(Encoder.load(model_folder(config["folder"])))

    def process(self, messages: list[Message]) -> list[Message]:
        """Add the vector to every message that has text."""
        for message in messages:
            text = message.get(TEXT)
            if text:
                vector = self._vector(text).reshape(1, DIMENSIONS)
                message.add_features(Features(vector, FEATURE_TYPE_SENTENCE, TEXT, "EncoderFeaturizer"))
        return messages

    def _vector(self, text: str) -> Vectors:
        """The one the api sent with the turn, else one of our own: a text is encoded once."""
        sent = vector_of(text, self._encoder.digest)
        return self._encoder.read([text]) if sent is None else sent

    def process_training_data(self, training_data: TrainingData) -> TrainingData:
        """Pass the sentences on untouched: nothing in the pipeline learns from vectors inside Rasa."""
        return training_data

    @staticmethod
    def required_components() -> list[type[GraphComponent]]:
        """None: the encoder reads the text itself."""
        return []
