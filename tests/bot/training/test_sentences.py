"""The training sentences of data/nlu: enough of them, in both languages, each meaning one thing."""

from collections import Counter
from pathlib import Path

import pytest
import yaml

from bot.training.sentences import Sentence, digest, read_sentences

ROOT = Path(__file__).parents[3]
RASA_OWN = {"restart", "back", "session_start", "nlu_fallback"}


@pytest.fixture(scope="module")
def sentences():
    return read_sentences(ROOT / "data/nlu")


@pytest.mark.parametrize(("lang", "floor"), [("en", 25), ("es", 10)])
def test_every_intent_has_enough_sentences(sentences, lang, floor):
    counts = Counter(item.intent for item in sentences if item.lang == lang)
    few = {item.intent: counts[item.intent] for item in sentences if counts[item.intent] < floor}
    assert few == {}


def test_no_sentence_means_two_things(sentences):
    meanings = {}
    for item in sentences:
        meanings.setdefault(item.text.casefold(), set()).add(item.intent)
    assert {text: intents for text, intents in meanings.items() if len(intents) > 1} == {}


def test_no_sentence_stands_twice(sentences):
    counts = Counter((item.text.casefold(), item.lang) for item in sentences)
    assert [key for key, count in counts.items() if count > 1] == []


def test_no_intent_takes_a_name_rasa_claims(sentences):
    assert {item.intent for item in sentences} & RASA_OWN == set()


def test_no_sentence_has_characters_rasa_would_read_as_an_entity(sentences):
    assert [item.text for item in sentences if set(item.text) & set("[]{}") or item.text.startswith("/")] == []


def test_no_held_out_sentence_is_trained_on(sentences):
    held_out = yaml.safe_load((ROOT / "tests/bot/training/held_out_intents.yml").read_text(encoding="utf-8"))
    trained = {item.text.casefold() for item in sentences}
    texts = [text for lang in ("en", "es") for group in held_out[lang].values() for text in group]
    assert [text for text in texts if text.casefold() in trained] == []


def test_telephone_numbers_are_invented_ones(sentences):
    numbers = [item.text for item in sentences if sum(letter.isdigit() for letter in item.text) >= 7]
    assert numbers
    assert [text for text in numbers if "555 01" not in text] == []


def test_a_file_is_read_with_intent_and_language(tmp_path):
    (tmp_path / "a.yml").write_text(
        "nlu:\n- intent: greet\n  metadata: {language: es}\n  examples: |\n    - hola\n    - buenas - buenas\n"
    )
    assert read_sentences(tmp_path) == [
        Sentence("hola", "greet", "es"),
        Sentence("buenas - buenas", "greet", "es"),
    ]


@pytest.mark.parametrize(
    "content",
    [
        "nlu: [",
        "rules: []",
        "nlu:\n- intent: greet\n  examples: |\n    - hi\n",
        "nlu:\n- intent: greet\n  metadata: {language: en}\n  examples: |\n    hi\n",
    ],
)
def test_a_broken_file_is_named(tmp_path, content):
    (tmp_path / "broken.yml").write_text(content)
    with pytest.raises(ValueError, match=r"broken\.yml"):
        read_sentences(tmp_path)


def test_an_empty_folder_is_refused(tmp_path):
    with pytest.raises(ValueError, match="no training sentences"):
        read_sentences(tmp_path)


def test_the_digest_follows_the_sentences_not_their_order():
    one, other = Sentence("hi", "greet", "en"), Sentence("bye", "goodbye", "en")
    assert digest([one, other]) == digest([other, one])
    assert digest([one, other]) != digest([one, Sentence("bye", "greet", "en")])
    assert digest([one]) != digest([Sentence("hi", "greet", "es")])
