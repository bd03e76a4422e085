"""What the bot says: both languages everywhere, the same words for the same turn, values put in once."""

import asyncio
import functools
import re
from pathlib import Path

import pytest
import yaml
from rasa.core.tracker_store import InMemoryTrackerStore
from rasa.shared.core.domain import Domain
from rasa.shared.core.events import SlotSet, UserUttered

from bot.wording import Teller, UnknownWording, Wording

ROOT = Path(__file__).parents[2]
RESPONSES = {
    name: entries
    for path in sorted((ROOT / "data/responses").glob("*.yml"))
    for name, entries in yaml.safe_load(path.read_text())["responses"].items()
}
# Said nowhere: diagnoses, orders, doses (D02), words that hurt, and exclamation marks.
FORBIDDEN = re.compile(
    r"!|\byou (need|must|suffer)\b|\byou should\b|\byou have (depression|anxiety|ptsd|adhd|bipolar)"
    r"|\b(mg|dose)\b|diagnos|usted necesita|debe tomar|tiene que tomar|customer|client\b|as i said",
    re.IGNORECASE,
)
PLACES = re.compile(r"\{(\w+)\}")


def in_loop(test):
    """Run an async test to its end: no plugin is needed for it."""

    @functools.wraps(test)
    def run(*arguments, **fixtures):
        return asyncio.run(test(*arguments, **fixtures))

    return run


def of(name, language):
    return [entry for entry in RESPONSES[name] if entry["metadata"]["language"] == language]


@pytest.mark.parametrize("name", sorted(RESPONSES))
def test_every_response_is_in_english_and_spanish_with_the_same_places_and_buttons(name):
    english, spanish = of(name, "en"), of(name, "es")
    assert english
    assert spanish
    if name != "utter_and":
        assert len(english) == len(spanish)
    for one, other in zip(english, spanish, strict=False):
        assert set(PLACES.findall(one["text"])) == set(PLACES.findall(other["text"]))
        payloads = [[button["payload"] for button in entry.get("buttons", [])] for entry in (one, other)]
        assert payloads[0] == payloads[1]


@pytest.mark.parametrize("name", sorted(RESPONSES))
def test_no_response_diagnoses_orders_doses_or_exclaims(name):
    for entry in RESPONSES[name]:
        assert not FORBIDDEN.search(entry["text"]), entry["text"]


@pytest.mark.parametrize("name", sorted(RESPONSES))
def test_a_response_asks_one_question_at_most_and_its_variants_differ(name):
    for language in ("en", "es"):
        texts = [entry["text"] for entry in of(name, language)]
        assert len(set(texts)) == len(texts)
        # The reason for coming by phone and the leave to use voicemail are confirmed in one breath.
        assert all(text.count("?") <= 1 for text in texts)


def test_no_response_is_spoken_by_rasas_form_of_itself():
    """Rasa says any `utter_ask_<slot>` when the form opens that slot, beside what the action said."""
    slots = yaml.safe_load((ROOT / "domain.yml").read_text())["forms"]["intake_form"]["required_slots"]
    assert not {f"utter_ask_{slot}" for slot in slots} & set(RESPONSES)


def test_every_rule_has_its_reason_and_every_concern_its_name():
    pathways = yaml.safe_load((ROOT / "data/care/pathways.yml").read_text())
    for rule in pathways["pathways"]:
        assert f"utter_why_{rule['id']}" in RESPONSES
    for concern in pathways["concern_ids"]:
        assert f"utter_concern_{concern}" in RESPONSES


def test_every_response_the_actions_name_exists():
    named = set()
    for path in (ROOT / "actions").glob("*.py"):
        named |= set(re.findall(r'"(utter_[a-z_A-Z0-9]+)"', path.read_text()))
    assert named
    assert named <= set(RESPONSES)


def tracker_of(**slots):
    store = InMemoryTrackerStore(Domain.load(str(ROOT / "domain.yml")))
    tracker = store.init_tracker("session-0001")
    metadata = {"practice": {"name": "Saguaro", "phone": "+15205550142"}}
    tracker.update(UserUttered("hi", {"name": "greet"}, metadata=metadata))
    for name, value in slots.items():
        tracker.update(SlotSet(name, value))
    return tracker


@pytest.fixture
def wording():
    made = Wording()
    made.responses = RESPONSES
    return made


@in_loop
async def test_the_language_of_the_chat_decides(wording):
    english = await wording.generate("utter_welcome", tracker_of(language="en"), "frontdesk")
    spanish = await wording.generate("utter_welcome", tracker_of(language="es"), "frontdesk")
    assert (english["text"], spanish["text"]) == ("You're welcome.", "Con gusto.")


@in_loop
async def test_an_action_may_be_ahead_of_the_slot(wording):
    said = await wording.generate("utter_welcome", tracker_of(language="en"), "frontdesk", language="es")
    assert said["text"] == "Con gusto."


@in_loop
async def test_the_same_turn_is_always_said_in_the_same_words(wording):
    said = {(await wording.generate("utter_unclear", tracker_of(), "frontdesk"))["text"] for _ in range(20)}
    assert len(said) == 1


@in_loop
async def test_a_question_asked_again_is_put_in_other_words_with_the_same_buttons(wording):
    name = "utter_ask_intake_form_age_group"
    first, again, third = [
        await wording.generate(name, tracker_of(ask_count=count), "frontdesk") for count in (1, 2, 3)
    ]
    assert first["text"] != again["text"]
    assert first["text"] == third["text"]
    assert first["buttons"] == again["buttons"]
    assert {"title": "13 to 17", "payload": '/inform{"age_group": "teen_13_17"}'} in first["buttons"]


@in_loop
async def test_the_practices_phone_is_written_as_people_write_it(wording):
    said = await wording.generate("utter_after_booking", tracker_of(), "frontdesk")
    assert "520-555-0142" in said["text"]


@in_loop
async def test_the_suggestion_puts_the_visitors_words_and_the_reason_together(wording):
    parts = [{"say": "utter_said_quote", "quote": "panicking at work {now}"}, {"say": "utter_said_med_pref_open"}]
    values = {"said": {"join": parts}, "why": {"say": "utter_why_R39"}}
    said = await wording.generate("utter_suggest_visit", tracker_of(), "frontdesk", values=values)
    assert said["text"] == (
        "You said “panicking at work {now}” and that you're open to medicine. "
        "Many people start with talk therapy for this. Would you like that, or something else?"
    )


@in_loop
async def test_quick_replies_of_an_action_get_their_labels(wording):
    choices = [
        {"label": "utter_label_person", "payload": "/request_human"},
        {"label": {"text": "Tue 3 Mar, 4:30 pm"}, "payload": "/choose_time"},
    ]
    said = await wording.generate("utter_welcome", tracker_of(), "frontdesk", choices=choices)
    assert [button["title"] for button in said["buttons"]] == ["Talk to a person", "Tue 3 Mar, 4:30 pm"]


@pytest.mark.parametrize(
    ("language", "items", "words"),
    [
        ("en", ["a"], "a"),
        ("en", ["a", "b", "c"], "a, b and c"),
        ("es", ["ansiedad", "insomnio"], "ansiedad e insomnio"),
        ("es", ["ansiedad", "hielo"], "ansiedad y hielo"),
        ("es", ["pena", "ira"], "pena e ira"),
    ],
)
def test_lists_are_said_as_people_say_them(language, items, words):
    assert Teller(RESPONSES, language, {}).words({"join": items}) == words


@pytest.mark.parametrize(
    ("language", "words"),
    [("en", "Tuesday, March 3 at 8:05 am"), ("es", "el martes 3 de marzo a las 8:05 am")],
)
def test_a_moment_is_told_in_the_practices_zone(language, words):
    value = {"moment": "2026-03-03T15:05:00Z", "tz": "America/Phoenix"}
    assert Teller(RESPONSES, language, {}).words(value) == words


def test_an_unknown_moment_is_not_invented():
    assert Teller(RESPONSES, "en", {}).words({"moment": None}) == "on the next working day"


@pytest.mark.parametrize(("name", "values"), [("utter_nothing", {}), ("utter_ask_reach", {})])
def test_a_wording_that_does_not_exist_is_a_fault_not_a_gap(name, values):
    with pytest.raises(UnknownWording):
        Teller(RESPONSES, "en", {}).text(name, values)
