"""Wording: both languages or nothing, and opening times in words."""

from datetime import UTC, datetime, timedelta

import pytest

from api.wording import FOLDER, Wording, WordingBroken, load

MONDAY_8 = datetime(2026, 3, 2, 15, 0, tzinfo=UTC)
SUNDAY_NOON = datetime(2026, 3, 1, 19, 5, tzinfo=UTC)


@pytest.fixture
def folder(tmp_path):
    def write(text):
        (tmp_path / "chat.yml").write_text(text, encoding="utf-8")
        return tmp_path

    return write


def test_every_file_of_the_product_is_complete():
    for path in FOLDER.glob("*.yml"):
        assert Wording.load([path.stem]).phrases


def test_fields_are_filled_and_variants_come_in_turn(folder):
    wording = Wording.load(["chat"], folder("a: {en: ['one {x}', 'two {x}'], es: ['uno {x}', 'dos {x}']}"))
    assert [wording.say("chat.a", "en", turn, x=5) for turn in range(3)] == ["one 5", "two 5", "one 5"]
    assert wording.say("chat.a", "es", x=5) == "uno 5"
    assert wording.say("chat.a", "fr", x=5) == "one 5"


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("a: {en: one}", "both"),
        ("a: {en: one, es: ''}", "both"),
        ("a: one", "both"),
        ("a: {en: [one, two], es: [uno]}", "same number"),
        ("a: {en: 'one {x}', es: uno}", "fields"),
        ("a: [", "YAML"),
        ("- a", "keys"),
    ],
)
def test_a_broken_file_is_refused_by_name_and_reason(folder, text, reason):
    with pytest.raises(WordingBroken, match=rf"chat\.yml.*{reason}"):
        Wording.load(["chat"], folder(text))


def test_a_missing_file_is_refused(tmp_path):
    with pytest.raises(WordingBroken, match="no such file"):
        Wording.load(["chat"], tmp_path)


def test_a_page_gets_the_first_variant_of_each_text():
    assert load("safety")["help_now"]["en"].startswith("Help is here")


@pytest.mark.parametrize(
    ("moment", "language", "words"),
    [
        (MONDAY_8, "en", "Monday at 8 am, our time"),
        (MONDAY_8, "es", "el lunes a las 8:00, hora local"),
        (SUNDAY_NOON, "en", "Sunday at 12:05 pm, our time"),
        (None, "en", "on our next open day"),
    ],
)
def test_opening_times_are_said_on_the_practices_clock(moment, language, words):
    now = datetime(2026, 3, 1, 17, tzinfo=UTC)
    assert Wording.load().opening(moment, "America/Phoenix", language, now) == words


@pytest.mark.parametrize(
    ("days", "words"),
    [
        (6, "Monday at 8 am, our time"),
        (7, "Monday, March 2, at 8 am, our time"),
        (21, "Monday, March 2, at 8 am, our time"),
    ],
)
def test_after_a_long_closure_the_date_is_said_too(days, words):
    opens = datetime(2026, 3, 2, 15, tzinfo=UTC)
    now = opens - timedelta(days=days, hours=-1)
    assert Wording.load().opening(opens, "America/Phoenix", "en", now) == words


def test_the_first_phrase_for_a_signal_is_found():
    wording = Wording.load()
    assert wording.for_signals("safety.advice_", {"CHILD_ABUSE"}) == "safety.advice_child"
    assert wording.for_signals("safety.advice_", {"AMBIG"}) is None


def test_the_version_of_the_notice_is_known():
    assert Wording.load().version("notice")
