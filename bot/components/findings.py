"""Rasa component: puts what bot.language found in a message on it, under the key `findings`."""

from __future__ import annotations

from typing import Any

from rasa.engine.graph import ExecutionContext, GraphComponent
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage
from rasa.shared.nlu.constants import ENTITIES, TEXT
from rasa.shared.nlu.training_data.message import Message

from bot.components.turn import turn_of
from bot.language.facts import read_facts


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.ENTITY_EXTRACTOR, is_trainable=False)
class FindingsReader(GraphComponent):
    """Facts, concerns, denials, medicines and preferences of the text, as the JSON of Findings.to_dict().

    Times are not read here: they depend on the clock of the turn, which the actions know.
    """

    @classmethod
    def create(
        cls,
        config: dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
    ) -> FindingsReader:
        """Nothing to load: bot.language reads its reviewed data once."""
        return cls()

    def process(self, messages: list[Message]) -> list[Message]:
        """Set `findings` on every message; entities stay empty, facts take their place."""
        for message in messages:
            turn = turn_of(message)
            text = message.get(TEXT) or ""
            found = read_facts(text, turn.open_question, turn.language).to_dict()
            message.set("findings", found, add_to_output=True)
            if message.get(ENTITIES) is None:
                message.set(ENTITIES, [], add_to_output=True)
        return messages
