"""The fixed texts: what every script must hold and must never hold (clinical.md §4)."""

import re
from itertools import pairwise

import pytest

from api.safety.conversation import fresh
from api.safety.scripts import WITH_RESOURCES, Speaker
from api.vocabulary import Kind, Tier

LANGUAGES = ("en", "es")
SCRIPTS = [
    "crisis",
    "emergency",
    "urgent",
    "direct",
    "direct_plain",
    "direct_again",
    "watch_open",
    "thanks_no",
    "urgent_again",
    "ask_number",
    "number_noted",
    "number_declined",
    "danger_unsure",
    "may_call",
    "crisis_support",
    "call_911_yes",
    "call_911_no",
    "emergency_support",
    "help_now",
    "nobody_answered",
]
NEVER = re.compile(
    r"committed suicide|failed attempt|se suicidó|think positive|everyone feels|your family needs|as i said"
    r"|i promise|nobody will know|i understand how you feel|i feel |insurance|seguro médico|police|policía",
    re.IGNORECASE,
)


def state_at(tier=Tier.CRISIS, question=None):
    state = fresh("s")
    state.tier, state.open_question = tier, question
    return state


@pytest.fixture
def speaker(wording, resources):
    def make(language="en", opens=None, signals=(), acknowledged=False):
        return Speaker(wording, resources, language, opens, frozenset(signals), acknowledged)

    return make


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("script", SCRIPTS)
def test_no_script_says_what_must_never_be_said(speaker, script, language):
    for tier in (Tier.CRISIS, Tier.EMERGENCY):
        line = speaker(language, "Monday").speak(state_at(tier), (script,))
        assert line.text
        assert not NEVER.search(line.text)
        assert "{" not in line.text


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize(
    "script", ["crisis", "emergency", "urgent", "crisis_support", "emergency_support", "help_now"]
)
def test_every_reply_to_danger_names_988(speaker, script, language):
    for turn in range(8):
        state = state_at()
        state.times_spoken = turn
        assert "988" in speaker(language).speak(state, (script,)).text


@pytest.mark.parametrize("language", LANGUAGES)
def test_an_emergency_names_911_in_text_and_first_among_the_lines(speaker, language):
    line = speaker(language).speak(state_at(Tier.EMERGENCY, "call_911"), ("emergency",))
    assert "911" in line.text
    assert [card["id"] for card in line.payload["resources"]][:2] == ["us_911", "us_988"]
    assert line.payload["tier"] == "emergency"
    assert line.kind == Kind.CRISIS


@pytest.mark.parametrize("script", SCRIPTS)
def test_lines_to_call_come_with_the_scripts_that_need_them_and_no_others(speaker, script):
    line = speaker().speak(state_at(), (script,))
    assert (line.payload is not None) == (script in WITH_RESOURCES)


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("script", ["direct", "crisis_support", "emergency_support", "help_now"])
def test_the_same_block_never_stands_twice_in_a_row(speaker, script, language):
    state = state_at()
    said = [speaker(language).speak(state, (script,)).text for _ in range(5)]
    assert all(one != other for one, other in pairwise(said))


def test_nobody_is_said_to_watch_before_somebody_has_answered_the_alert(speaker, wording):
    seen = wording.say("safety.team_knows", "en")
    for script in ("crisis", "emergency", "crisis_support", "emergency_support"):
        assert seen not in speaker().speak(state_at(), (script,)).text
        assert seen in speaker(acknowledged=True).speak(state_at(), (script,)).text


@pytest.mark.parametrize("script", ["crisis", "emergency", "number_noted", "help_now", "urgent"])
def test_after_hours_the_text_says_when_somebody_will_read_it(speaker, script):
    assert "Monday at 8 am" in speaker(opens="Monday at 8 am").speak(state_at(), (script,)).text
    assert "opens" not in speaker().speak(state_at(), (script,)).text


def test_while_open_the_urgent_text_speaks_of_today(speaker):
    assert "today" in speaker().speak(state_at(Tier.URGENT), ("urgent",)).text
    assert "today" not in speaker(opens="Monday at 8 am").speak(state_at(Tier.URGENT), ("urgent",)).text


@pytest.mark.parametrize(
    ("signals", "words"),
    [
        (("ATTEMPT_NOW",), "1-800-222-1222"),
        (("VIOLENCE_NOW",), "Quick exit"),
        (("THIRD_IMMINENT",), "do not leave them alone"),
        (("HI_IMMINENT",), "move away from the other person"),
        ((), "move away from anything you could use to hurt yourself"),
    ],
)
def test_advice_in_an_emergency_fits_what_was_said(speaker, signals, words):
    assert words in speaker(signals=signals).speak(state_at(Tier.EMERGENCY), ("emergency",)).text


@pytest.mark.parametrize(
    ("signals", "question"),
    [
        (("SI_PASSIVE",), "already done something to hurt yourself?"),
        (("THIRD_SI",), "Are they in danger right now?"),
        (("CHILD_ABUSE",), "Are you in danger right now?"),
    ],
)
def test_the_question_of_danger_is_about_the_right_person(speaker, signals, question):
    assert speaker(signals=signals).speak(state_at(), ("crisis",)).text.endswith(question)


def test_a_worried_friend_is_asked_whether_to_call_about_it(speaker):
    assert "about this" in speaker(signals=("THIRD_SI",)).speak(state_at(), ("may_call",)).text


@pytest.mark.parametrize(
    ("question", "labels"),
    [
        ("direct", ["Yes", "No", "Not sure", "I'd rather not say"]),
        ("in_danger", ["Yes", "No", "Not sure"]),
        ("call_911", ["Yes", "No"]),
        ("may_call", ["Yes", "No"]),
        ("callback_number", ["Please don't call"]),
        (None, ["I want to go on here"]),
    ],
)
def test_the_offered_replies_answer_the_open_question(speaker, question, labels):
    line = speaker().speak(state_at(Tier.CRISIS, question), ("thanks_no",))
    assert [offer["label"] for offer in line.quick_replies] == labels


def test_outside_crisis_nothing_is_offered_without_a_question(speaker):
    assert speaker().speak(state_at(Tier.URGENT), ("thanks_no",)).quick_replies == []


def test_please_do_not_call_means_no(speaker):
    line = speaker().speak(state_at(Tier.URGENT, "callback_number"), ("urgent",))
    assert line.quick_replies[0]["payload"] == '/safety{"answer": "no"}'


PROMISES = re.compile(
    r"tonight|esta noche|\btoday\b|\bhoy\b|right away|in a moment|enseguida|is on (?:the|their) way|en camino"
    r"|(?:someone|somebody|we|alguien) (?:is|are|está) (?:watching|reading|mirando|leyendo)|will call you soon",
    re.IGNORECASE,
)


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("script", SCRIPTS)
def test_after_hours_no_script_promises_anybody_before_the_office_opens(speaker, script, language):
    for tier in (Tier.URGENT, Tier.CRISIS, Tier.EMERGENCY):
        for turn in range(4):
            state = state_at(tier)
            state.times_spoken = turn
            assert not PROMISES.search(speaker(language, "Monday").speak(state, (script,)).text)


@pytest.mark.parametrize("language", LANGUAGES)
def test_when_nobody_answered_the_office_is_named_only_while_it_is_open(wording, resources, language):
    def said(opens):
        return Speaker(wording, resources, language, opens, phone="+15205550142").speak(
            state_at(Tier.EMERGENCY), ("nobody_answered",)
        )

    assert "+15205550142" in said(None).text
    assert "+15205550142" not in said("Monday").text
    assert "Monday" in said("Monday").text
