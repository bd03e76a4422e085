"""Typed choices: which of the options shown was meant."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.language.answers import read_choice

TIMES = [
    "Tue 3 Mar, 4:30 pm, video, with Dana Cruz, LCSW",
    "Wed 4 Mar, 9:00 am, in person, with Sam Ortiz, PMHNP",
    "Wed 4 Mar, 4:00 pm, video, with Dana Cruz, LCSW",
    "Fri 6 Mar, 11:00 am, phone, with Sam Ortiz, PMHNP",
]
SPANISH = ["mar 3 mar, 4:30 p. m., video, con Dana Cruz", "mié 4 mar, 9:00 a. m., en persona, con Sam Ortiz"]
CARE = ["Therapy", "Medicine visit", "Both", "Talk to a person"]
ANSWERS = ["No", "Yes", "Not sure", "I'd rather not say"]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (TIMES[2], 2),
        ("the second one", 1),
        ("2nd", 1),
        ("option 2", 1),
        ("#1", 0),
        ("number three please", 2),
        ("the last one", 3),
        ("the earliest", 0),
        ("first", 0),
        ("one", 0),
        ("the 4:30 one", 0),
        ("4:30", 0),
        ("4:30pm works", 0),
        ("16:30", 0),
        ("tuesday works", 0),
        ("i'll take tuesday please", 0),
        ("friday", 3),
        ("9am please", 1),
        ("at 9", 1),
        ("wed 4pm", 2),
        ("wednesday at 4", 2),
        ("wednesday with dana", 2),
        ("the one with sam at 9", 1),
        ("in person", 1),
        ("by phone", None),
        ("phone", 3),
        ("11", 3),
    ],
)
def test_a_time_is_chosen_by_place_day_hour_or_person(text: str, expected: int | None) -> None:
    assert read_choice(text, TIMES) == expected


@pytest.mark.parametrize(
    "text",
    [
        "wednesday",
        "dana",
        "video",
        "with sam",
        "monday",
        "7",
        "not the second",
        "anything but tuesday",
        "tuesday or friday",
        "first or second",
    ]
    + [
        "none of these",
        "another time",
        "tuesday or later",
        "the 4th",
        "",
        "  ",
        "hello",
        "yes",
        "4",
        "wednesday at 3",
        "can i talk to someone",
    ],
)
def test_an_ambiguous_refused_or_unknown_choice_is_none(text: str) -> None:
    assert read_choice(text, TIMES) is None


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("la segunda", 1),
        ("el primero", 0),
        ("martes", 0),
        ("el miércoles", 1),
        ("la de las 4:30", 0),
        ("opción 2", 1),
        ("wednesday", 1),
        ("con sam", 1),
    ]
    + [("la última", 1), ("en persona por favor", 1), ("no, otra", None)],
)
def test_spanish_choices_are_read(text: str, expected: int | None) -> None:
    assert read_choice(text, SPANISH) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("therapy", 0),
        ("Therapy please", 0),
        ("medicine", 1),
        ("both", 2),
        ("a person", 3),
        ("i want to talk to a person", 3),
        ("therapy or both", None),
    ]
    + [("not therapy", None), ("thera", 0), ("the", None)],
)
def test_a_kind_of_visit_is_chosen_by_its_words(text: str, expected: int | None) -> None:
    assert read_choice(text, CARE) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("no", 0),
        ("yes please", 1),
        ("not sure", 2),
        ("rather not say", 3),
        ("I'd rather not say", 3),
        ("nope", None),
    ],
)
def test_a_label_that_begins_with_no_can_be_typed(text: str, expected: int | None) -> None:
    assert read_choice(text, ANSWERS) == expected


def test_nothing_is_chosen_from_nothing() -> None:
    assert read_choice("the first one", []) is None
    assert read_choice("", ["", "a"]) is None


@settings(max_examples=300, deadline=None)
@given(text=st.text(), labels=st.lists(st.text(max_size=40), max_size=5))
def test_any_text_gives_an_index_of_the_list_or_none(text: str, labels: list[str]) -> None:
    chosen = read_choice(text, labels)
    assert chosen is None or 0 <= chosen < len(labels)


@pytest.mark.parametrize("at", range(len(TIMES)))
def test_the_label_itself_always_chooses_it(at: int) -> None:
    assert read_choice(TIMES[at].upper() + ".", TIMES) == at
