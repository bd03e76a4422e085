"""Every reply of every scripted conversation stands up to every item of the rubric."""

import pytest

from api.vocabulary import Tier
from tests.api.safety.rubric import judges, never_said  # noqa: F401 (they register their items)
from tests.api.safety.rubric.item import ITEMS
from tests.api.safety.rubric.play import turns
from tests.api.safety.rubric.report import faults, judged
from tests.api.safety.rubric.script import conversations

SITUATIONS = {
    *("explicit", "indirect", "means_seeking", "asks_for_method", "third_party", "minor", "violence", "overdose"),
    *(
        "psychosis",
        "postpartum",
        "harm_to_others",
        "during_booking",
        "during_staff",
        "before_consent",
        "after_hours",
    ),
    *("split", "negation", "answered_yes", "answered_no", "answered_unsure", "answered_skip", "changes_topic"),
    *(
        "step_down",
        "emergency_stays",
        "second_message",
        "silence",
        "are_you_human",
        "quits",
        "abroad",
        "help_button",
    ),
}


@pytest.mark.parametrize("name", ITEMS)
def test_every_reply_stands_up_to(name):
    assert judged(ITEMS[name]), "judged nothing"
    assert faults(ITEMS[name]) == []


@pytest.mark.parametrize("script", conversations(), ids=lambda script: script.id)
def test_the_chat_stands_where_the_script_says(script):
    played = [turn for turn in turns() if turn.conversation is script]
    assert [(turn.number, str(turn.after)) for turn in played] == [
        (number, step.tier or str(turn.after))
        for (number, step), turn in zip(enumerate(script.steps, 1), played, strict=True)
    ]


def test_there_are_enough_conversations_of_every_kind_in_both_languages():
    by_language = {
        language: [one for one in conversations() if one.language == language] for language in ("en", "es")
    }
    assert len(by_language["en"]) >= 36
    assert len(by_language["es"]) >= 24
    assert len({one.id for one in conversations()}) == len(conversations())
    for language, ours in by_language.items():
        assert SITUATIONS - {what for one in ours for what in one.shows} == set(), language


def test_there_are_at_least_fifteen_items():
    assert len(ITEMS) >= 15


def test_no_emergency_ever_steps_down():
    assert [str(turn) for turn in turns() if turn.before == Tier.EMERGENCY != turn.after] == []


def test_texts_without_danger_are_met_without_the_safety_conversation():
    calm = [turn for turn in turns() if turn.conversation.about == "nothing"]
    assert calm
    assert [str(turn) for turn in calm if turn.replies or not turn.bot_called] == []
