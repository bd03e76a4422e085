"""Sentence vectors in the api: those of the encoder, worked out once, and in the shape the bot reads."""

import base64

import numpy as np
import pytest

from api.gateways.vectors import FOLDER, KEPT, SentenceVectors
from bot.language.encoder import Encoder


@pytest.fixture(scope="module")
def vectors():
    loaded = SentenceVectors()
    loaded.load()
    return loaded


def test_a_vector_is_the_encoders_own_and_says_which_encoder(vectors):
    encoder = Encoder.load(FOLDER)
    vector = vectors.of("i cannot sleep")
    assert vector.encoder == encoder.digest
    assert np.array_equal(vector.values, encoder.read(["i cannot sleep"])[0])


def test_a_text_is_worked_out_once_while_it_is_kept(vectors):
    assert vectors.of("the same words") is vectors.of("the same words")


def test_only_the_last_texts_are_kept(vectors):
    first = vectors.of("text 0")
    for number in range(KEPT):
        vectors.of(f"other {number}")
    assert vectors.of("text 0") is not first
    assert len(vectors._kept) == KEPT


def test_the_numbers_survive_the_way_to_the_bot(vectors):
    vector = vectors.of("hello")
    sent = np.frombuffer(base64.b64decode(vector.to_dict()["values"]), dtype="<f4")
    assert np.array_equal(sent, vector.values)


def test_without_a_built_encoder_there_is_no_vector_and_no_error(tmp_path):
    vectors = SentenceVectors(tmp_path)
    vectors.load()
    assert vectors.of("hello") is None
