"""Whatever anyone types: never an error, always a tier, spans inside the text, and no padding hides a statement."""

import time
from pathlib import Path

import pytest
import yaml
from hypothesis import example, given, settings
from hypothesis import strategies as st

from bot.language.risk import screen
from bot.language.risk_data import TIERS, load_rules

EXPLICIT = (
    "i want to kill myself",
    "i want to die",
    "i am going to end my life tonight",
    "i just took all my pills",
    "i wish i was dead",
    "quiero matarme",
    "me quiero morir",
    "ya no quiero vivir",
)
ORDINARY = [
    line
    for group in yaml.safe_load((Path(__file__).parent / "risk_ordinary.yml").read_text(encoding="utf-8"))[
        "groups"
    ]
    for language in ("en", "es")
    for line in group.get(language, "").splitlines()
]
JOINTS = (". ", "\n", ", ", " and ", "! ", " ... ", " y ", "\u200b\n", " 😭 ")
RULE_WORDS = sorted(load_rules().speller.words)

anything = st.text(st.characters(codec=None), max_size=400)
nasty = st.text(
    st.sampled_from("\x00\ud800\udfff\u200b\u202e\u2066\u0301\ufe0f\u00ad'’.,!?|*@$10 \n\tkilmyseKILдо😭ñé漢"),
    max_size=120,
)
rule_talk = st.lists(
    st.one_of(st.sampled_from(RULE_WORDS), st.sampled_from((".", ",", "?", "\n", "not", "no", "3"))), max_size=60
)


def check(text: str, previous: tuple[str, ...] = ()) -> None:
    screening = screen(text, previous)
    assert screening.tier in TIERS
    assert 0.0 <= screening.score <= 1.0
    assert screening.lang in ("en", "es")
    for signal in screening.signals:
        start, end = signal.span
        assert 0 <= start < end <= len(text)
        assert TIERS.index(signal.tier) <= TIERS.index(screening.tier)


@settings(max_examples=600, deadline=None)
@given(anything)
@example("\x00\x00")
@example("\ud800 kill myself \udfff")
@example("\u202ei want to die\u202c")
@example("k\u200bi\u200bl\u200bl myself")
@example("'" * 50)
@example("|||| kill | myself")
def test_no_string_is_refused(text: str) -> None:
    check(text)


@settings(max_examples=600, deadline=None)
@given(nasty, st.lists(nasty, max_size=4).map(tuple))
def test_invisible_broken_and_reversed_characters_are_read(text: str, previous: tuple[str, ...]) -> None:
    check(text, previous)


@settings(max_examples=600, deadline=None)
@given(rule_talk, st.lists(rule_talk.map(" ".join), max_size=3).map(tuple))
def test_any_mixture_of_the_words_of_the_rules_is_read(words: list[str], previous: tuple[str, ...]) -> None:
    check(" ".join(words), previous)


@settings(max_examples=600, deadline=None)
@given(
    st.sampled_from(EXPLICIT),
    st.lists(st.sampled_from(ORDINARY), max_size=3),
    st.lists(st.sampled_from(ORDINARY), max_size=3),
    st.sampled_from(JOINTS),
)
def test_harmless_text_around_an_explicit_statement_never_lowers_it_below_crisis(
    statement: str, before: list[str], after: list[str], joint: str
) -> None:
    text = joint.join([*before, statement, *after])
    assert TIERS.index(screen(text).tier) >= TIERS.index("crisis")


@settings(max_examples=300, deadline=None)
@given(st.sampled_from(EXPLICIT), st.lists(st.sampled_from(ORDINARY), max_size=4).map(tuple))
def test_no_earlier_message_lowers_an_explicit_statement(statement: str, previous: tuple[str, ...]) -> None:
    assert TIERS.index(screen(statement, previous).tier) >= TIERS.index("crisis")


@settings(max_examples=300, deadline=None)
@given(st.sampled_from(EXPLICIT), st.data())
def test_case_doubled_letters_and_invisible_characters_hide_no_statement(
    statement: str, data: st.DataObject
) -> None:
    typed = ""
    for letter in statement:
        kind = data.draw(st.sampled_from(("plain", "plain", "upper", "unseen")))
        typed += {"plain": letter, "upper": letter.upper(), "unseen": letter + "\u200b"}[kind]
    assert TIERS.index(screen(typed).tier) >= TIERS.index("crisis")


@pytest.mark.parametrize(
    "piece",
    ["i want to kill myself ", "i do not want to die ", "a ", "i ", "not ", "my ", "k1ll ", "s*icide ", "😀", "\u200b", "really ",
     "years ago ", "s u i c i d x ", "if i was not here ", "no, ", "i cut my arms. ", "don't ", "kill? "],
)  # fmt: skip
def test_the_time_of_a_message_grows_with_its_length_and_no_faster(piece: str) -> None:
    text = (piece * 4000)[:4000]
    screen(text)
    # Four times the length: four times the work, sixteen if anything were quadratic. `bench screen` has the times.
    assert _seconds(text) < 9 * _seconds(text[:1000]) + 0.01


def _seconds(text: str) -> float:
    """Of three readings the quickest: what else the machine does can only make a reading slower."""
    readings = []
    for _ in range(3):
        began = time.thread_time()
        screen(text)
        readings.append(time.thread_time() - began)
    return min(readings)


def test_a_numeral_of_an_old_script_is_only_a_sign() -> None:
    assert screen("\U000103d1").tier == "none"
    assert screen("i want to die \U000103d1").tier == "crisis"
