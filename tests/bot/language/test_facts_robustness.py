"""read_facts and find_concerns read anything without failing, quickly, and in time linear in the text."""

import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.language.concerns import find_concerns
from bot.language.facts import read_facts
from bot.language.medicines import find_medicines

QUESTIONS = [None, "concerns", "safety_check", "seeker", "age_group", "state", "severity", "current_care"]
QUESTIONS += ["therapy_pref", "med_pref", "care_choice", "preferred_times", "contact", "no such question"]
WORDS = (
    "i my son is 8 34 not no never depressed cant sleep zoloft on off meds therapy want open but and in "
    "or me arizona AZ tengo mi hijo no puedo dormir pastillas since for 3 months , . ?   ' st. ran out of "
    "mg"
).split()
STORY = (
    "ive been so depressed lately and i cant get out of bed anymore, nothing feels fun and my husband says im not "
    "myself, my mom died in june and i take zoloft but its not working so maybe therapy would help"
)


@settings(max_examples=150, deadline=None)
@given(st.text(max_size=120), st.sampled_from(QUESTIONS))
def test_no_text_makes_it_fail(text: str, question: str | None) -> None:
    read_facts(text, question)
    find_medicines(text)


@settings(max_examples=150, deadline=None)
@given(st.lists(st.sampled_from(WORDS), max_size=25), st.sampled_from(QUESTIONS))
def test_no_mixture_of_its_own_words_makes_it_fail(words: list[str], question: str | None) -> None:
    text = " ".join(words)
    found = read_facts(text, question)
    assert set(found.quotes) <= set(found.facts)
    assert all(quote in text for quote in found.quotes.values())


@settings(max_examples=100, deadline=None)
@given(st.lists(st.sampled_from(WORDS), max_size=25))
def test_every_span_lies_in_the_text(words: list[str]) -> None:
    text = " ".join(words)
    for mention in (*find_concerns(text), *find_medicines(text)):
        start, end = mention.span
        assert 0 <= start < end <= len(text)


@pytest.mark.parametrize(
    "text",
    [
        "\x00",
        "\ud800",
        "a" * 4000,
        "no " * 1300,
        "my son is 8 " * 330,
        "\u202edepressed\u202c",
        "(((((",
        "1" * 4000,
    ],
    ids=["nul", "surrogate", "one word", "no no no", "sons", "right to left", "brackets", "digits"],
)
def test_awkward_texts_are_read(text: str) -> None:
    read_facts(text)
    read_facts(text, "age_group")


def fastest(text: str, rounds: int = 7) -> float:
    """The least time in seconds of several readings: what the work costs, not what the machine was doing."""
    times = []
    for _ in range(rounds):
        begun = time.perf_counter()
        find_concerns(text)
        times.append(time.perf_counter() - begun)
    return min(times)


def test_the_concerns_of_forty_words_take_less_than_five_milliseconds() -> None:
    assert len(STORY.split()) >= 40
    find_concerns(STORY)
    assert fastest(STORY) < 0.005


def test_ten_times_the_text_takes_about_ten_times_as_long() -> None:
    once, often = STORY + ". ", (STORY + ". ") * 10
    find_concerns(often)
    assert fastest(often) < 30 * fastest(once)
