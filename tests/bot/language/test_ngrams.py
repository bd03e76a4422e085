"""Character n-grams: what they keep of a text and what they fold away."""

import numpy as np

from bot.language.ngrams import NgramVocabulary, count_ngrams, spelled_words


def test_numbers_of_the_same_kind_are_the_same_word():
    assert spelled_words("im 34") == spelled_words("im 57")
    assert spelled_words("im 34") != spelled_words("im 7")


def test_a_question_mark_counts_and_accents_do_not():
    assert spelled_words("¿Cuánto cuesta?") == ["cuanto", "cuesta", "?"]
    assert spelled_words("cuanto cuesta") == ["cuanto", "cuesta"]


def test_ngrams_know_where_a_word_begins():
    assert " pa" in count_ngrams("panic")
    assert " an" not in count_ngrams("panic")


def test_ngrams_of_a_single_sentence_are_not_learned():
    vocabulary = NgramVocabulary.learn(["refill please", "refill now", "goodbye"])
    assert "refi" in vocabulary.ngrams
    assert "good" not in vocabulary.ngrams


def test_weights_have_length_one_and_are_empty_for_unknown_text():
    vocabulary = NgramVocabulary.learn(["refill please", "refill now", "now please"])
    places, weights = vocabulary.weigh("refill")
    assert np.isclose(np.linalg.norm(weights), 1)
    assert list(places) == sorted(places)
    assert len(vocabulary.weigh("жжж")[0]) == 0


def test_rare_ngrams_weigh_more_than_common_ones():
    vocabulary = NgramVocabulary.learn(["my refill", "my refill", "my cat", "my dog", "my son"])
    places, weights = vocabulary.weigh("my refill")
    of = {vocabulary.ngrams[place]: weight for place, weight in zip(places, weights, strict=True)}
    assert of["refi"] > of[" my "]
