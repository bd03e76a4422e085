"""The few corrections to Rasa, each for one reason and for one version of it."""

from __future__ import annotations

import functools
from typing import Any

import jsonschema
import rasa
from rasa.core.actions.action import RemoteAction
from rasa.core.agent import Agent
from rasa.core.tracker_store import TrackerStore

RASA_VERSION = "3.6.21"


class WrongVersion(RuntimeError):
    """These corrections were written for another Rasa: look at each before raising RASA_VERSION."""


@functools.cache
def result_validator() -> Any:
    """The validator of action results, compiled once."""
    schema = RemoteAction.action_response_format_spec()
    validator = jsonschema.validators.validator_for(schema)
    validator.check_schema(schema)
    return validator(schema)


def validate_action_result(self: RemoteAction, result: dict[str, Any]) -> bool:
    """Check an action's answer. Raises jsonschema.ValidationError, as Rasa's own does.

    Rasa calls `jsonschema.validate`, which checks the schema against its meta-schema on every action result:
    three quarters of a form turn (performance.md §3.1).
    """
    result_validator().validate(result)
    return True


def keep_tracker_store(store: TrackerStore | None, domain: Any) -> TrackerStore:
    """The configured store as it is. Raises RuntimeError without one.

    Rasa wraps every store so that a failing one is replaced by memory: a conversation that cannot be opened would
    begin anew in silence, and be kept unencrypted. Here the turn fails, and the api fetches a person.
    """
    if store is None:
        raise RuntimeError("bot/endpoints.yml names no tracker store")
    store.domain = domain
    return store


def apply() -> None:
    """Put the corrections in place. Raises WrongVersion under any other Rasa."""
    if rasa.__version__ != RASA_VERSION:
        raise WrongVersion(f"bot/tuning.py is for Rasa {RASA_VERSION}, this is {rasa.__version__}")
    RemoteAction._validate_action_result = validate_action_result
    Agent._create_tracker_store = staticmethod(keep_tracker_store)
