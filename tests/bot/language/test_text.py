"""Text as typed becomes folded words that remember where they stood."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.language.text import Break, fold, read_text, squeeze


@pytest.mark.parametrize(
    ("typed", "folded"),
    [
        ("Don’t", "dont"),
        ("MAÑANA", "manana"),
        ("ki\u200bll", "kill"),
        ("su\u00adicide", "suicide"),
        ("Ｋｉｌｌ", "kill"),
        ("kі\u0301ll", "kill"),  # a Cyrillic i with an accent on it
        ("straße", "strasse"),
        ("abc123", "abc123"),
        ("", ""),
        ("\ud800", ""),
    ],
)
def test_folding_takes_away_case_accents_apostrophes_and_what_nobody_sees(typed: str, folded: str) -> None:
    assert fold(typed) == folded


@pytest.mark.parametrize(
    ("word", "keep", "squeezed"),
    [("kmssss", 1, "kms"), ("sooo", 2, "soo"), ("1000", 1, "1000"), ("aab11", 1, "ab11"), ("", 1, "")],
)
def test_runs_of_a_letter_are_cut_and_numbers_left_alone(word: str, keep: int, squeezed: str) -> None:
    assert squeeze(word, keep) == squeezed


def test_words_know_their_place_in_what_was_typed() -> None:
    typed = "I’m  DONE—ok?"
    text = read_text(typed)
    assert text.words == ["im", "done", "ok"]
    assert [typed[token.start : token.end] for token in text.tokens] == ["I’m", "DONE", "ok"]
    assert text.span(0, 1) == (0, 9)


@pytest.mark.parametrize(
    ("typed", "before"),
    [
        ("a b", Break.NONE),
        ("a, b", Break.CLAUSE),
        ("a - b", Break.CLAUSE),
        ("a... b", Break.CLAUSE),
        ("a/b", Break.CLAUSE),
        ("a\nb", Break.LINE),
        ("a.\nb", Break.SENTENCE),
        ("a! b", Break.SENTENCE),
        ("¿a? ¿b?", Break.SENTENCE),
        ("a. b", Break.SENTENCE),
        ("well-being", Break.NONE),
    ],
)
def test_what_stands_between_two_words_parts_them(typed: str, before: Break) -> None:
    assert read_text(typed).tokens[1].before == before


def test_letters_with_dots_between_them_are_one_word_and_an_emoji_is_a_word() -> None:
    assert read_text("k.m.s 🔪 4p.m").words == ["kms", "🔪", "4p", "m"]


def test_sentences_end_at_marks_and_at_lines() -> None:
    assert read_text("one two. three\nfour").sentences() == [(0, 2), (2, 3), (3, 4)]
    assert read_text("").sentences() == []


@settings(max_examples=400, deadline=None)
@given(st.text(st.characters(codec=None), max_size=200))
def test_any_string_becomes_words_with_places_inside_it_and_in_order(typed: str) -> None:
    tokens = read_text(typed).tokens
    ends = [0]
    for token in tokens:
        assert token.word
        assert ends[-1] <= token.start < token.end <= len(typed)
        ends.append(token.end)
