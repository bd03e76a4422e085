"""The intent head, as any Python reads it: right on unseen wording, unsure when it has to be."""

from pathlib import Path

import numpy as np
import pytest
import yaml

from bot.language.encoder import Encoder
from bot.language.intents import EXPECTED, FALLBACK, IntentHead, IntentHeadMissing, settle
from bot.language.ngrams import NgramVocabulary

ROOT = Path(__file__).parents[3]
HELD_OUT = yaml.safe_load((ROOT / "tests/bot/training/held_out_intents.yml").read_text(encoding="utf-8"))


@pytest.fixture(scope="module")
def encoder():
    return Encoder.load(ROOT / "models/encoder")


@pytest.fixture(scope="module")
def head():
    return IntentHead.load(ROOT / "models/language")


def share_right(head, encoder, lang):
    pairs = [(intent, text) for intent, texts in HELD_OUT[lang].items() for text in texts]
    vectors = encoder.read([text for _, text in pairs])
    hits = [
        head.classify(text, vector, None, lang)[0] == intent
        for (intent, text), vector in zip(pairs, vectors, strict=True)
    ]
    return sum(hits) / len(hits)


@pytest.mark.parametrize(("lang", "floor"), [("en", 0.95), ("es", 0.92)])
def test_unseen_sentences_are_understood(head, encoder, lang, floor):
    assert share_right(head, encoder, lang) >= floor


@pytest.mark.parametrize("lang", ["en", "es"])
def test_every_request_for_a_person_is_heard(head, encoder, lang):
    for text in HELD_OUT[lang]["request_human"]:
        assert head.classify(text, encoder.read([text])[0])[0] == "request_human", text


def test_answers_are_understood_in_the_light_of_the_question(head, encoder):
    right = [
        head.classify(text, encoder.read([text])[0], question)[0] == intent
        for question, text, intent in HELD_OUT["in_context"]
    ]
    assert sum(right) / len(right) >= 0.9


def test_a_clock_time_chooses_only_when_times_are_offered(head, encoder):
    vector = encoder.read(["tuesday at 4"])[0]
    assert head.classify("tuesday at 4", vector, "appointment_slot")[0] == "choose_time"
    assert head.classify("tuesday at 4", vector, "preferred_times")[0] == "inform"


@pytest.mark.parametrize("text", ["qpwoei rutz", "mnbv cxzl", "ghgh jkjk", "trlk vvmp", "ooiu wqe zxm"])
def test_letters_without_meaning_are_not_acted_on(head, encoder, text):
    intent, confidence = head.classify(text, encoder.read([text])[0])
    assert intent == "out_of_scope" or confidence < head.threshold


def test_confidences_of_all_intents_sum_to_one_and_are_ordered(head, encoder):
    ranking = head.rank("hello", encoder.read(["hello"])[0])
    confidences = [confidence for _, confidence in ranking]
    assert np.isclose(sum(confidences), 1)
    assert confidences == sorted(confidences, reverse=True)
    assert {intent for intent, _ in ranking} == set(head.labels)


def test_every_expected_answer_is_an_intent_the_head_knows(head):
    assert {intent for intents in EXPECTED.values() for intent in intents} <= set(head.labels)


def test_an_unknown_question_changes_nothing(head, encoder):
    vector = encoder.read(["no"])[0]
    assert head.rank("no", vector, "favourite_colour") == head.rank("no", vector)


@pytest.mark.parametrize("text", ["", "\x00", "\ud800", "🙂" * 500, "a" * 100_000])
def test_no_string_makes_it_raise(head, encoder, text):
    intent, confidence = head.classify(text, encoder.read([text])[0])
    assert intent in head.labels
    assert 0 <= confidence <= 1


@pytest.mark.parametrize(
    ("confidence", "found", "settled"),
    [
        (0.9, {}, "greet"),
        (0.5, {"concerns": ["panic"], "facts": {"concerns": ["panic"]}}, "greet"),
        (0.49, {"concerns": ["panic"], "facts": {"concerns": ["panic"]}}, "describe_concern"),
        (0.49, {"concerns": [], "facts": {"state": "AZ"}}, "inform"),
        (0.49, {"concerns": [], "facts": {"request": "refill_here"}}, "inform"),
        (0.49, {"concerns": ["panic"], "facts": {"request": "human"}}, "request_human"),
        (0.49, {"concerns": [], "facts": {"request": "info"}}, FALLBACK),
        (0.49, {"concerns": [], "facts": {}}, FALLBACK),
        (0.49, {}, FALLBACK),
    ],
)
def test_an_unsure_intent_gives_way_to_what_was_found(confidence, found, settled):
    assert settle("greet", confidence, 0.5, found) == settled


NOTHING = np.zeros(768, dtype=np.float32)


def small_head(temperature=0.5, labels=("greet", "refill")):
    """Knows two n-grams: "hi" speaks for the first label, everything else for the second."""
    weights = np.zeros((2, 2 + 768), dtype=np.float32)
    weights[0, 0] = 3
    return IntentHead(
        labels,
        NgramVocabulary(["hi", "refi"], np.ones(2, dtype=np.float32)),
        weights,
        np.array([0, 1], dtype=np.float32),
        vector_scale=1.5,
        temperature=temperature,
        threshold=0.4,
        encoder_digest="abc",
    )


def test_a_lower_temperature_makes_surer():
    modest, sure = small_head(temperature=1.0), small_head(temperature=0.5)
    assert modest.classify("hi", NOTHING) == ("greet", pytest.approx(1 / (1 + np.exp(-2))))
    assert sure.classify("hi", NOTHING) == ("greet", pytest.approx(1 / (1 + np.exp(-4))))


def test_an_answer_to_the_open_question_becomes_likelier():
    head = small_head(temperature=1.0, labels=("greet", "inform"))
    confidence = dict(head.rank("hi", NOTHING))["inform"]
    assert dict(head.rank("hi", NOTHING, "state"))["inform"] > confidence + 0.1
    assert dict(head.rank("hi", NOTHING, "appointment_slot"))["inform"] > confidence + 0.1


def test_a_head_reads_back_as_it_was_saved(tmp_path):
    saved = small_head()
    saved.save(tmp_path / "intents.npz")
    read = IntentHead.load(tmp_path)
    assert read.rank("hi", NOTHING) == saved.rank("hi", NOTHING)
    assert read.rank("hi", NOTHING)[0][0] == "greet"
    assert read.rank("bye", NOTHING)[0][0] == "refill"
    assert (read.threshold, read.temperature, read.encoder_digest) == (0.4, 0.5, "abc")


def test_an_absent_or_broken_head_is_named_with_what_to_do(tmp_path):
    with pytest.raises(IntentHeadMissing, match="frontdesk train"):
        IntentHead.load(tmp_path)
    (tmp_path / "intents.npz").write_bytes(b"not a head")
    with pytest.raises(IntentHeadMissing, match="frontdesk train"):
        IntentHead.load(tmp_path)
