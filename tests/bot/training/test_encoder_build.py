"""Building the encoder: only from the reviewed weights, once, whole or not at all, faithful to the original."""

import json
from pathlib import Path

import numpy as np
import pytest

from bot.language.encoder import CLS, SEP, Encoder
from bot.training import encoder as building

ROOT = Path(__file__).parents[3]
BUILT = ROOT / "models/encoder"
TEXTS = [
    "i keep having panic attacks at work",
    "hello",
    "no",
    "quiero hablar con una persona",
    "my 6yo has huge meltdowns and the school keeps calling",
    "can i get a refill of my zoloft",
    "do you take blue cross",
]


def test_the_weights_are_found_without_importing_their_wheel():
    import sys

    assert (building.find_weights() / "model.safetensors").is_file()
    assert building.CARRIER not in sys.modules
    assert "torch" not in sys.modules


def test_other_weights_are_refused(tmp_path):
    (tmp_path / "model.safetensors").write_bytes(b"other weights")
    with pytest.raises(building.WeightsMismatch, match=r"model\.safetensors.*expected 53aa51172d"):
        building.check_weights(tmp_path)


def test_a_built_encoder_is_not_built_again():
    lines = []
    assert building.build(BUILT, lines.append) is False
    assert lines == ["encoder: ready"]


@pytest.mark.parametrize("change", ["recipe", "weights_sha256", "files"])
def test_an_encoder_of_another_making_counts_as_not_built(tmp_path, change):
    card = json.loads((BUILT / "encoder.json").read_text())
    for name in card["files"]:
        (tmp_path / name).write_bytes((BUILT / name).read_bytes())
    (tmp_path / "encoder.json").write_text(json.dumps(card))
    assert building.is_built(tmp_path)
    card[change] = {**card["files"], "tokenizer.json": "0"} if change == "files" else "other"
    (tmp_path / "encoder.json").write_text(json.dumps(card))
    assert not building.is_built(tmp_path)


def test_a_failed_build_leaves_the_older_encoder_and_no_litter(tmp_path, monkeypatch):
    out = tmp_path / "encoder"
    out.mkdir()
    (out / "older").write_text("still here")

    def fail(folder, weights, say):
        (folder / "half").write_text("half")
        raise ValueError("export failed")

    monkeypatch.setattr(building, "_build_into", fail)
    with pytest.raises(ValueError, match="export failed"):
        building.build(out, lambda line: None)
    assert [path.name for path in tmp_path.iterdir()] == ["encoder"]
    assert (out / "older").read_text() == "still here"


def test_a_successful_build_takes_the_place_of_the_older_one(tmp_path, monkeypatch):
    out = tmp_path / "encoder"
    out.mkdir()
    (out / "older").write_text("old")
    monkeypatch.setattr(building, "_build_into", lambda folder, weights, say: (folder / "new").write_text("new"))
    assert building.build(out, lambda line: None) is True
    assert [path.name for path in out.iterdir()] == ["new"]
    assert [path.name for path in tmp_path.iterdir()] == ["encoder"]


def test_the_int8_vectors_are_near_those_of_the_original_network():
    import tensorflow as tf

    encoder = Encoder.load(BUILT)
    bert = building.load_tensorflow_model(building.find_weights())
    for text, vector in zip(TEXTS, encoder.read(TEXTS), strict=True):
        ids = tf.constant([[CLS, *encoder._token_ids(text), SEP]])
        original = building.sentence_vectors(bert, ids, tf.ones_like(ids)).numpy()[0]
        assert (np.sum((original * vector).reshape(2, -1), axis=1) > 0.95).all(), text


def test_padding_does_not_change_the_original_vector():
    import tensorflow as tf

    bert = building.load_tensorflow_model(building.find_weights())
    ids = tf.constant([[CLS, 7592, SEP, 0, 0]])
    padded = building.sentence_vectors(bert, ids, tf.constant([[1, 1, 1, 0, 0]])).numpy()
    plain = building.sentence_vectors(bert, ids[:, :3], tf.ones((1, 3), tf.int32)).numpy()
    assert np.allclose(padded, plain, atol=1e-5)
