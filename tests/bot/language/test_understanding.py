"""`understand`, as the command and the chat have it."""

from pathlib import Path

import pytest

from bot.language.understanding import Understanding

MODELS = Path(__file__).parents[3] / "models"


@pytest.fixture(scope="module")
def understanding():
    return Understanding.load(MODELS)


def test_a_message_gives_intent_concerns_and_facts(understanding):
    answer = understanding.understand({"text": "i keep having panic attacks at work", "id": 7})
    assert answer["id"] == 7
    assert answer["intent"] == "describe_concern"
    assert answer["concerns"] == ["panic"]
    assert 0 < answer["confidence"] <= 1


def test_the_last_question_is_part_of_the_meaning(understanding):
    asked = understanding.understand({"text": "tuesday at 4", "context": "preferred_times"})
    offered = understanding.understand({"text": "tuesday at 4", "context": "appointment_slot"})
    assert (asked["intent"], offered["intent"]) == ("inform", "choose_time")


def test_a_message_nobody_could_understand_falls_back(understanding):
    assert understanding.understand({"text": "rrr"})["intent"] == "nlu_fallback"


@pytest.mark.parametrize("record", [{}, {"text": None}, {"text": 5}, {"text": ["a"]}])
def test_a_record_without_text_is_refused(understanding, record):
    with pytest.raises(ValueError, match="text"):
        understanding.understand(record)


@pytest.mark.parametrize("text", ["", "\x00", "\ud800", "🙂" * 500, "a" * 50_000])
def test_no_string_makes_it_raise(understanding, text):
    assert understanding.understand({"text": text})["intent"]
