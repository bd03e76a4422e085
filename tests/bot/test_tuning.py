"""The corrections to Rasa: for this version only, and what they replace still does its work."""

import jsonschema
import pytest
import rasa
from rasa.core.actions.action import RemoteAction
from rasa.core.agent import Agent
from rasa.core.tracker_store import InMemoryTrackerStore

from bot import tuning

GOOD = {"events": [{"event": "slot", "name": "seeker", "value": "self"}], "responses": [{"text": "hello"}]}
BAD = [
    {"events": [{"event": "slot"}]},
    {"events": [{"name": "seeker"}]},
    {"events": "none"},
    {"responses": ["hello"]},
    [],
]


@pytest.fixture
def action():
    before = RemoteAction._validate_action_result, Agent._create_tracker_store
    tuning.apply()
    yield RemoteAction("validate_intake_form", None)
    RemoteAction._validate_action_result, Agent._create_tracker_store = before[0], staticmethod(before[1])


def test_a_good_result_passes(action):
    assert action._validate_action_result(GOOD) is True


@pytest.mark.parametrize("result", BAD)
def test_a_bad_result_is_still_rejected(action, result):
    with pytest.raises(jsonschema.ValidationError):
        action._validate_action_result(result)


def test_the_correction_is_in_place(action):
    assert RemoteAction._validate_action_result is tuning.validate_action_result
    assert tuning.result_validator() is tuning.result_validator()


def test_a_store_that_fails_is_not_replaced_by_memory(action):
    store = InMemoryTrackerStore(None)
    assert Agent(tracker_store=store).tracker_store is store


def test_without_a_store_nothing_starts(action):
    with pytest.raises(RuntimeError):
        Agent()


def test_it_was_written_for_this_version_of_rasa():
    assert rasa.__version__ == tuning.RASA_VERSION


def test_another_version_is_refused(monkeypatch):
    monkeypatch.setattr(rasa, "__version__", "3.6.22")
    with pytest.raises(tuning.WrongVersion):
        tuning.apply()
