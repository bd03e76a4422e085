"""Which slips of the thumb are forgiven, and which words are left alone."""

import pytest

from bot.language.typos import Typos, forgiven_words, ordinary_words, slips_between


@pytest.mark.parametrize(
    ("left", "right", "slips"),
    [
        ("panic", "panic", 0),
        ("pannic", "panic", 1),
        ("anixety", "anxiety", 1),
        ("anxity", "anxiety", 1),
        ("anxiefy", "anxiety", 1),
        ("anxeti", "anxiety", 2),
        ("cat", "elephant", 3),
    ],
)
def test_slips_are_counted_up_to_two(left: str, right: str, slips: int) -> None:
    assert slips_between(left, right, 2) == slips


@pytest.mark.parametrize("typed", ["anxity", "anixety", "anxiefy", "anxiiety"])
def test_one_slip_in_a_long_word_is_forgiven(typed: str) -> None:
    assert Typos(["anxiety", "sleep"]).correct(typed) == "anxiety"


@pytest.mark.parametrize("typed", ["slep", "nxiety", "bnxiety", "anxeti", "anxiety", "x", "", "anxi3ty"])
def test_short_words_other_first_letters_and_more_slips_are_not(typed: str) -> None:
    assert Typos(["anxiety", "sleep"]).correct(typed) is None


def test_two_slips_are_forgiven_in_the_longest_words_where_asked() -> None:
    assert Typos(["escitalopram"], twice=True).correct("ecsitaloprom") == "escitalopram"
    assert Typos(["escitalopram"]).correct("ecsitaloprom") is None


def test_ordinary_words_are_never_corrected() -> None:
    typos = Typos(["concerta", "anxiety"])
    assert typos.correct("concert") is None
    assert typos.correct("concerts") is None
    assert "concern" in ordinary_words()


def test_no_word_is_both_forgiven_and_ordinary_by_mistake() -> None:
    assert len(forgiven_words()) > 200
    assert "buscar" not in forgiven_words()
