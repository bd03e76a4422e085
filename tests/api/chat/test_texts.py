"""Typed text: made storable without changing what it says."""

import json

from hypothesis import given
from hypothesis import strategies as st

from api.chat.texts import for_bot, is_empty, storable, to_hear

ANY_TEXT = st.text(alphabet=st.characters(exclude_categories=()), max_size=60)


@given(ANY_TEXT)
def test_every_string_becomes_storable_and_keeps_its_length(text):
    kept = storable(text)
    assert len(kept) == len(text)
    assert kept.encode("utf-8").decode("utf-8") == kept
    assert "\x00" not in kept
    assert json.loads(json.dumps(kept, ensure_ascii=False)) == kept


@given(st.text(alphabet=st.characters(exclude_categories=["Cs", "Cc"]), max_size=60))
def test_text_without_unstorable_characters_stays_as_it_is(text):
    assert storable(text) == text


def test_line_breaks_and_tabs_stay():
    assert storable("a\r\nb\tc") == "a\r\nb\tc"


@given(ANY_TEXT)
def test_no_text_reaches_the_bot_as_a_command(text):
    assert not for_bot(text).lstrip().startswith("/")


def test_ordinary_text_reaches_the_bot_unchanged():
    assert for_bot("either/or") == "either/or"


def test_what_nobody_could_see_is_empty():
    assert is_empty("\u200b \n")
    assert not is_empty(".")
    assert not is_empty("👍")


def test_of_a_very_long_text_beginning_and_end_are_heard():
    assert to_hear("x" * 12_000) == "x" * 12_000
    heard = to_hear("begin " + "x" * 60_000 + " end")
    assert heard.startswith("begin ")
    assert heard.endswith(" end")
    assert len(heard) < 12_010
