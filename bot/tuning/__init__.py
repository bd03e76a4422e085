"""The few corrections to Rasa, each for one reason and for one version of it."""

from __future__ import annotations

import rasa
from rasa.core.actions.action import RemoteAction
from rasa.core.agent import Agent
from rasa.core.processor import MessageProcessor
from rasa.core.tracker_store import TrackerStore
from rasa.shared.core.events import Event
from rasa.shared.core.slots import Slot
from rasa.utils.endpoints import EndpointConfig

from bot.tuning import calls, events, logs, predictions, results, slots

RASA_VERSION = "3.6.21"


class WrongVersion(RuntimeError):
    """These corrections were written for another Rasa: look at each before raising RASA_VERSION."""


def keep_tracker_store(store: TrackerStore | None, domain: object) -> TrackerStore:
    """The configured store as it is. Raises RuntimeError without one.

    Rasa wraps every store so that a failing one is replaced by memory: a conversation that cannot be opened
    would begin anew in silence, and be kept unencrypted. Here the turn fails, and the api fetches a person.
    """
    if store is None:
        raise RuntimeError("bot/endpoints.yml names no tracker store")
    store.domain = domain
    return store


def apply() -> None:
    """Put the corrections in place. Raises WrongVersion under any other Rasa."""
    if rasa.__version__ != RASA_VERSION:
        raise WrongVersion(f"bot/tuning is for Rasa {RASA_VERSION}, this is {rasa.__version__}")
    Agent._create_tracker_store = staticmethod(keep_tracker_store)
    RemoteAction._validate_action_result = results.validate_action_result
    RemoteAction._action_call_format = calls.action_call
    EndpointConfig.session = calls.kept_session
    Event.resolve_by_type = staticmethod(events.resolve_by_type)
    MessageProcessor._predict_next_with_tracker = predictions.predict_next
    Slot.__copy__ = slots.copy_slot
    logs.apply()
