"""Rasa with our domain, rules and wording, a tiny understanding, and an action server played by hand: the form's
mechanics. One action call a turn; the form closes and opens again; nothing leads to silence."""

import asyncio
import base64
import copy
import os
from pathlib import Path

import pytest
import yaml

ROOT = Path(__file__).parents[3]
CONFIG = """
recipe: default.v1
language: en
assistant_id: mechanics
pipeline:
- name: WhitespaceTokenizer
- name: KeywordIntentClassifier
- name: FallbackClassifier
  threshold: 0.3
policies:
- name: RulePolicy
  core_fallback_action_name: action_default_fallback
- name: AugmentedMemoizationPolicy
"""
WORDS = """
version: "3.1"
nlu:
- intent: greet
  examples: |
    - hello
    - hola
- intent: describe_concern
  examples: |
    - panicking
    - sleepless
- intent: thank
  examples: |
    - thanks
    - gracias
- intent: request_human
  examples: |
    - person
    - human
"""
KEY = base64.b64encode(b"k" * 32).decode()


@pytest.fixture(scope="module")
def model(tmp_path_factory):
    """Trained once, about ten seconds."""
    os.environ["RASA_TELEMETRY_ENABLED"] = "false"
    from rasa.model_training import train

    folder = tmp_path_factory.mktemp("mechanics")
    (folder / "config.yml").write_text(CONFIG)
    (folder / "nlu.yml").write_text(WORDS)
    files = [str(folder / "nlu.yml"), *(str(ROOT / "data" / name) for name in ("rules", "stories", "responses"))]
    result = train(str(ROOT / "domain.yml"), str(folder / "config.yml"), files, output=str(folder))
    return result.model


class PlayedActions:
    """Takes the place of the action server: `answers` maps a visitor's text to slots and messages."""

    url = "http://actions"

    def __init__(self):
        self.kwargs = yaml.safe_load((ROOT / "bot/endpoints.yml").read_text())["action_endpoint"]
        self.calls = []
        self.answers = {}

    async def request(self, json, **options):
        assert "domain" not in json
        text = json["tracker"]["latest_message"]["text"]
        self.calls.append((json["next_action"], text))
        if json["next_action"] == "action_default_fallback":
            return {"events": [{"event": "followup", "name": "intake_form"}], "responses": []}
        question, messages = self.answers.get(text, ("age_group", []))
        slots = {"stage": "intake", "ask_count": 1, "requested_slot": question}
        facts = {"custom": {"frontdesk_facts": {"intake": {}, "open_question": question}}}
        events = [{"event": "slot", "name": name, "value": value} for name, value in slots.items()]
        return {"events": events, "responses": copy.deepcopy([*messages, facts])}


@pytest.fixture
def house(model, tmp_path):
    from rasa.core.agent import Agent

    from bot import tuning
    from bot.tracker_store import SealedTrackerStore
    from bot.wording import Wording

    tuning.apply()
    actions = PlayedActions()
    store = SealedTrackerStore(None, database=str(tmp_path / "trackers.db"), keys=f"k1:{KEY}")
    agent = Agent.load(model, action_endpoint=actions, generator=Wording(), tracker_store=store)
    yield agent, actions
    store.close()


def talk(house, *messages):
    """Send messages through the channel's own reading; the replies of the last one."""
    from bot.channel import CollectedReplies, read_call

    agent, actions = house

    async def send():
        for message in messages:
            actions.calls.clear()
            replies = CollectedReplies()
            text, payload = (message, None) if isinstance(message, str) else message
            body = {"sender_id": "session-0001", "text": text, "payload": payload, "metadata": {"language": "en"}}
            await agent.handle_message(read_call(body, replies))
        return replies

    return asyncio.run(send())


def texts(replies):
    return [message["text"] for message in replies.messages]


def test_the_first_message_of_any_kind_opens_the_form_with_one_action_call(house):
    replies = talk(house, "hello")
    assert house[1].calls == [("validate_intake_form", "hello")]
    assert texts(replies) == ["How old is the person who would come?"]
    assert replies.facts["open_question"] == "age_group"


@pytest.mark.parametrize("message", ["panicking", "person", "blorp wug", "thanks"])
def test_inside_the_form_every_message_is_one_action_call(house, message):
    talk(house, "hello", message)
    assert house[1].calls == [("validate_intake_form", message)]


def test_what_an_action_says_stands_before_the_question(house):
    house[1].answers["panicking"] = ("age_group", [{"response": "utter_reflect_plain"}])
    replies = talk(house, "panicking")
    assert texts(replies) == ["Thank you for telling me.", "How old is the person who would come?"]


def test_a_question_the_form_does_not_speak_is_left_to_the_action(house):
    house[1].answers["panicking"] = ("care_choice", [{"response": "utter_choice_is_yours"}])
    assert texts(talk(house, "panicking")) == ["It is your choice, and you can change it later."]


def test_the_form_closes_at_once_and_the_next_message_opens_it_again(house):
    house[1].answers["person"] = (None, [{"response": "utter_welcome"}])
    replies = talk(house, "person")
    assert texts(replies) == ["You're welcome."]
    assert replies.facts["open_question"] is None
    assert len(house[1].calls) == 1
    assert texts(talk(house, "hello")) == ["How old is the person who would come?"]


def test_the_form_may_close_again_and_again(house):
    house[1].answers["thanks"] = (None, [{"response": "utter_welcome"}])
    for _ in range(3):
        assert texts(talk(house, "hello", "thanks", "thanks")) == ["You're welcome."]
        assert house[1].calls == [("validate_intake_form", "thanks")]


def test_a_button_needs_no_understanding_and_carries_its_facts(house):
    replies = talk(house, "hello", ("Me", '/inform{"seeker": "self"}'))
    assert house[1].calls == [("validate_intake_form", "Me")]
    assert texts(replies)


def test_an_intent_without_a_rule_is_handed_to_the_form_and_not_met_with_silence(house):
    replies = talk(house, ("Odd", "/not_an_intent_of_ours"))
    assert house[1].calls == [("action_default_fallback", "Odd"), ("validate_intake_form", "Odd")]
    assert texts(replies) == ["How old is the person who would come?"]


def test_a_conversation_survives_a_restart_of_the_process(house, model, tmp_path):
    from rasa.core.agent import Agent

    from bot.tracker_store import SealedTrackerStore
    from bot.wording import Wording

    talk(house, "hello")
    store = SealedTrackerStore(None, database=str(tmp_path / "trackers.db"), keys=f"k1:{KEY}")
    again = Agent.load(model, action_endpoint=house[1], generator=Wording(), tracker_store=store), house[1]
    talk(again, "blorp")
    assert house[1].calls == [("validate_intake_form", "blorp")]
    store.close()


def test_a_hundred_turns_later_a_turn_is_as_small_as_before(house):
    from rasa.shared.core.events import UserUttered

    talk(house, *["hello"] * 30)
    tracker = asyncio.run(house[0].tracker_store.retrieve("session-0001"))
    assert sum(isinstance(event, UserUttered) for event in tracker.events) == 8
