"""A practice's colour is always readable, whatever it asks for."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from api.widget import theme

COLOURS = st.tuples(*[st.integers(0, 255)] * 3)


@given(COLOURS)
def test_every_colour_becomes_readable_on_both_looks(colour):
    for ground, towards in ((theme.DAY, theme.BLACK), (theme.NIGHT, theme.WHITE)):
        made = theme.until_readable(colour, ground, towards)
        assert theme.contrast(made, ground) >= 4.5


@given(COLOURS)
def test_white_text_stands_out_on_the_colour_of_the_day(colour):
    assert theme.contrast(theme.until_readable(colour, theme.DAY, theme.BLACK), theme.WHITE) >= 4.5


def test_a_colour_that_is_readable_already_is_left_alone():
    assert "--accent:#2c5f5d;" in theme.stylesheet({"accent": "#2c5f5d"})


def test_contrast_is_that_of_the_guideline():
    assert theme.contrast(theme.WHITE, theme.BLACK) == pytest.approx(21)
    assert theme.contrast((118, 118, 118), theme.WHITE) == pytest.approx(4.54, abs=0.01)


def test_short_and_long_hex_are_the_same_colour():
    assert theme.read("#abc") == theme.read("#aabbcc") == (170, 187, 204)


@pytest.mark.parametrize("value", ["red", "#12", "#fff;}body{display:none", "url(x)", "", "#ggg"])
def test_what_is_no_colour_never_reaches_the_stylesheet(value):
    assert theme.stylesheet({"accent": value}) == theme.stylesheet({})
    assert theme.stylesheet({"evil": value}) == theme.stylesheet({})
