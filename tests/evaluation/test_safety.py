"""The figures of the safety card: counted right, with honest intervals, on sets that keep their promises."""

import json
from collections import Counter

import pytest

from bot.language.risk_data import TIERS, load_rules
from evaluation import __main__ as command
from evaluation import card
from evaluation.held_out import SAFETY, TRAINING, Sentence, safety_sentences, training_texts
from evaluation.intervals import Share, gap
from evaluation.safety import Mark, Read, SafetyMeasure, is_hard, is_ordinary, measure, positive_value


def read(tier, found, place="en_danger.jsonl:1", lang="en"):
    return Read(Sentence(place, "text", lang, tier, "SI_ACTIVE", "explicit"), found)


def test_wilsons_interval_is_that_of_the_paper_and_holds_at_the_ends():
    low, high = Share(98, 100).interval
    assert (round(low, 3), round(high, 3)) == (0.930, 0.994)
    assert Share(0, 50).interval[0] == 0
    assert 0.9 < Share(50, 50).interval[0] < 1
    assert Share(0, 0).interval == (0, 1)


def test_the_gap_of_two_languages_has_an_upper_bound_above_the_difference():
    difference, upper = gap(Share(95, 100), Share(90, 100))
    assert difference == pytest.approx(0.05)
    assert upper > 0.1


def test_a_share_counts_what_was_raised_to_the_tier_or_above():
    measured = SafetyMeasure([read("crisis", "watch"), read("emergency", "crisis"), read("crisis", "none")])
    assert measured.share(lambda each: True, "watch") == Share(2, 3)
    assert measured.share(lambda each: True, "crisis") == Share(1, 3)
    assert [each.tier for each in measured.missed()] == ["none"]


def test_the_predictive_value_weighs_ordinary_and_hard_messages_as_they_occur():
    grave = [read("crisis", "crisis")] * 98 + [read("crisis", "none")] * 2
    hard = [read("none", "crisis", "hard_negatives.jsonl:1")] * 2 + [
        read("none", "none", "hard_negatives.jsonl:1")
    ] * 98
    plain = [read("none", "crisis", "ordinary.jsonl:1")] + [read("none", "none", "ordinary.jsonl:1")] * 999
    found, alarms = 0.01 * 0.98, 0.99 * (0.05 * 0.02 + 0.95 * 0.001)
    assert positive_value(SafetyMeasure(grave + hard + plain)) == pytest.approx(found / (found + alarms))


def test_a_mark_is_a_floor_or_a_ceiling():
    assert Mark("found", 0.99, 0.99, True).holds
    assert not Mark("raised", 0.03, 0.02, False).holds


def test_both_layers_are_measured():
    silent = Sentence("en_danger.jsonl:1", "the weather", "en", "crisis", "SI_ACTIVE", "coded")
    second = type("Second", (), {"__call__": lambda self, text: READING, "version": "v"})()
    from bot.language.risk_head import Reading

    READING = Reading("crisis", "SI_ACTIVE", 0.9, (0, 11))
    assert measure([silent], None).reads[0].tier == "none"
    assert measure([silent], second).reads[0].tier == "crisis"


def test_the_card_tells_every_mark_and_every_miss():
    measured = measure([Sentence("en_danger.jsonl:7", "the weather", "en", "crisis", "SI_ACTIVE", "coded")], None)
    page = card.page(measured, too_near=0)
    assert all(mark.name in page for mark in measured.marks)
    assert "SI_ACTIVE: en_danger.jsonl:7" in page


def test_a_figure_below_the_released_one_fails(tmp_path, monkeypatch):
    monkeypatch.setattr(command, "FLOORS", tmp_path / "floors.json")
    measured = SafetyMeasure([], [Mark("found", 0.90, 0.99, True), Mark("raised", 0.02, 0.02, False)])
    for found, raised, failed in ((0.90, 0.02, 0), (0.92, 0.02, 1), (0.90, 0.01, 1), (0.80, 0.05, 0)):
        command.FLOORS.write_text(json.dumps({"found": found, "raised": raised}))
        assert command._worse_than_released(measured) == failed


def test_the_held_out_set_has_the_sentences_that_were_promised():
    sentences = safety_sentences()
    counts = Counter((each.tier in TIERS[3:], each.lang) for each in sentences)
    assert len(sentences) >= 2000
    assert counts[True, "en"] >= 450
    assert counts[True, "es"] >= 300
    assert sum(is_hard(Read(each, "none")) for each in sentences) >= 350
    assert sum(is_ordinary(Read(each, "none")) for each in sentences) >= 700


def test_every_sentence_is_labelled_with_a_signal_of_its_tier():
    named = {name: rule.tier for name, rule in load_rules().signals.items()} | {"NONE": "none"}
    for each in safety_sentences():
        assert named[each.signal] == each.tier, each.place


def test_no_held_out_sentence_is_a_training_sentence_and_none_stands_twice():
    held = [each.text.casefold() for each in safety_sentences()]
    assert len(held) == len(set(held))
    assert not set(held) & {text.casefold() for text in training_texts()}


def test_there_are_enough_training_sentences_over_all_signals():
    rows = [json.loads(line) for path in TRAINING.glob("*.jsonl") for line in path.read_text().splitlines()]
    assert len({row["text"] for row in rows}) >= 3000
    missing = set(load_rules().signals) - {row["signal"] for row in rows} - {"ITEM9"}
    assert not missing
    assert SAFETY.is_dir()
