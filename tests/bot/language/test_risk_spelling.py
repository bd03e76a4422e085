"""Disguises, slang and slips are undone towards the loaded words; real words are left alone."""

import pytest

from bot.language.risk_data import load_rules
from bot.language.text import Break


def words(text: str) -> list[str]:
    return [word.word for word in load_rules().speller.read(text)]


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("im", "i am"),
        ("cant", "can not"),
        ("kmsss", "kms"),
        ("dieeee", "die"),
        ("overdosse", "overdose"),
        ("k1ll", "kill"),
        ("su1cid3", "suicide"),
        ("$uicide", "suicide"),
        ("s*icide", "suicide"),
        ("k i l l", "kill"),
        ("s u i c i d e", "suicide"),
        ("i w a n t to", "i want to"),
        ("killmyself", "kill myself"),
        ("sucide", "suicide"),
        ("sertaline", "sertraline"),
        ("tonite", "tonight"),
        ("5x", "5 x"),
        ("I'll", "i will"),
        ("ill do it", "i will do it"),
        ("mentally ill", "mentally ill"),
        ("id rather", "i would rather"),
        ("my id card", "my id card"),
        ("we're", "we are"),
        ("we were", "we were"),
        ("kiero", "quiero"),
    ],
)
def test_what_was_meant_is_read(typed: str, meant: str) -> None:
    assert " ".join(words(typed)) == meant


@pytest.mark.parametrize(
    "typed",
    ["billing", "bridge", "fridge", "meditation", "concert", "beach", "painting", "homeless", "laughter", "quejarme", "buscar",
     "better", "planned", "mom2kids", "3pm", "10am", "covid19", "h*", "a*b*c", "99", "weekly", "treat", "ability", "dinner"],
)  # fmt: skip
def test_real_words_and_numbers_are_left_alone(typed: str) -> None:
    assert "".join(words(typed)).replace(" ", "") == typed.replace("*", "")


def test_a_repaired_word_keeps_its_place_and_what_stood_before_it() -> None:
    [first, second, third] = load_rules().speller.read("ok. im")
    assert (first.word, second.word, third.word) == ("ok", "i", "am")
    assert (second.start, second.end, third.start, third.end) == (4, 6, 4, 6)
    assert (second.before, third.before) == (Break.SENTENCE, Break.NONE)


def test_a_very_long_word_is_read_in_time_and_kept() -> None:
    assert words("xy" * 2000) == ["xy" * 2000]
