"""The sentence encoder as the application reads it, on any Python."""

import json
import shutil
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest

from bot.language.encoder import MAX_WINDOWS, WINDOW_TOKENS, Encoder, EncoderMissing, _windows

BUILT = Path(__file__).parents[3] / "models" / "encoder"


@pytest.fixture(scope="module")
def encoder():
    return Encoder.load(BUILT)


def likeness(encoder, one, other):
    first, second = encoder.encode([one, other])
    return float(first @ second)


def test_a_vector_has_384_numbers_and_length_one(encoder):
    vectors = encoder.encode(["i cant sleep", "no", ""])
    assert vectors.shape == (3, 384)
    assert vectors.dtype == np.float32
    assert np.allclose(np.linalg.norm(vectors, axis=1), 1, atol=1e-5)


def test_no_texts_give_no_vectors(encoder):
    assert encoder.encode([]).shape == (0, 384)


@pytest.mark.parametrize(
    ("said", "alike", "unlike"),
    [
        ("i cant sleep at night", "insomnia keeps me up", "what insurance do you take"),
        ("get me a real person", "i want to speak with a human", "i feel sad every day"),
        ("how much does a session cost", "what are your fees", "my son is 9"),
    ],
)
def test_sentences_that_mean_the_same_are_nearer(encoder, said, alike, unlike):
    assert likeness(encoder, said, alike) > likeness(encoder, said, unlike) + 0.1


def test_a_text_has_the_same_vector_alone_and_among_others(encoder):
    alone = encoder.encode(["i keep having panic attacks"])[0]
    among = encoder.encode(["hello", "i keep having panic attacks", "word " * 300])[1]
    assert np.array_equal(alone, among)


def test_the_same_text_always_has_the_same_vector(encoder):
    text = "my marriage is falling apart and i cannot sleep. " * 20
    assert np.array_equal(encoder.encode([text]), Encoder.load(BUILT).encode([text]))


def test_what_stands_at_the_end_of_a_long_text_is_read(encoder):
    start = "We went to the lake on a warm day and the children swam. " * 30
    about_panic = encoder.encode(["i keep having panic attacks"])[0]
    plain, ending = encoder.encode([start, start + "I keep having panic attacks. " * 12])
    assert float(ending @ about_panic) > float(plain @ about_panic) + 0.05


@pytest.mark.parametrize(
    "text",
    [
        "",
        " \n\t ",
        "\x00\x00",
        "\ud800 alone \udfff",
        "\u202e right to left \u200b\u200d",
        "<script>alert(1)</script>",
        "[SEP] [CLS] [PAD]",
        "🙂" * 2000,
        "ab! " * 250_000,
        "x" * 4001,
        "我很难过 أنا حزين मैं दुखी हूँ",
    ],
)
def test_no_string_makes_it_raise(encoder, text):
    vector = encoder.encode([text])[0]
    assert np.isfinite(vector).all()
    assert abs(float(np.linalg.norm(vector)) - 1) < 1e-3


def test_windows_cover_every_token_and_overlap():
    ids = list(range(1000))
    windows = _windows(ids)
    assert all(len(window) == WINDOW_TOKENS - 2 for window in windows)
    assert {token for window in windows for token in window} == set(ids)
    assert all(first[-1] >= second[0] for first, second in pairwise(windows))


def test_the_number_of_windows_is_bounded_and_the_ends_are_kept():
    windows = _windows(list(range(100_000)))
    assert len(windows) == MAX_WINDOWS
    assert windows[0][0] == 0
    assert windows[-1][-1] == 99_999


def test_four_thousand_characters_of_one_token_each_are_read_whole():
    windows = _windows(list(range(4000)))
    assert {token for window in windows for token in window} == set(range(4000))


def test_an_absent_encoder_is_named_with_what_to_do(tmp_path):
    with pytest.raises(EncoderMissing, match="frontdesk train"):
        Encoder.load(tmp_path)


def test_a_damaged_file_is_refused(tmp_path):
    folder = tmp_path / "encoder"
    shutil.copytree(BUILT, folder)
    model = folder / json.loads((folder / "encoder.json").read_text())["model"]
    content = bytearray(model.read_bytes())
    content[len(content) // 2] ^= 1
    model.write_bytes(content)
    with pytest.raises(EncoderMissing, match="not the file that was built"):
        Encoder.load(folder)


def test_a_loaded_encoder_opens_its_model_only_for_a_text():
    encoder = Encoder.load(BUILT)
    assert encoder._opened is None
    encoder.encode(["hello"])
    assert encoder._opened is not None
