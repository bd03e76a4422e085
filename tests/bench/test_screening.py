"""The messages the screen is timed with, and that a signal at their end is found."""

from bench import screening
from bot.language.risk import screen


def test_a_short_message_has_exactly_its_words():
    assert {len(screening.message_of_words(40, seed).split()) for seed in range(50)} == {40}


def test_a_long_message_nearly_fills_a_message_and_ends_with_its_last_sentence():
    texts = [screening.message_of_characters(4000, seed, "me quiero morir") for seed in range(20)]
    assert all(3900 < len(text) <= 4000 and text.endswith("me quiero morir") for text in texts)


def test_the_ordinary_part_alone_would_not_be_taken_for_the_signal():
    tiers = {screen(screening.message_of_characters(4000, seed)).tier for seed in range(5)}
    assert tiers.isdisjoint({"crisis", "emergency"})


def test_a_signal_in_the_last_sentence_is_found():
    assert screening.missed_at_the_end() == 0


def test_a_screen_that_stops_early_is_noticed(monkeypatch):
    monkeypatch.setattr(screening, "screen", lambda text: screen(text[:3900]))
    assert screening.missed_at_the_end() == len(screening.LAST_SENTENCES)
