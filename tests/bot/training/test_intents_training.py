"""Training the intent head: calibrated, given its threshold by unseen sentences, only when something changed."""

import json
from pathlib import Path

from bot.language.encoder import Encoder
from bot.language.intents import IntentHead
from bot.training import intents as training
from bot.training.sentences import Sentence

ENCODER = Path(__file__).parents[3] / "models/encoder"
TOPICS = {
    "ask_fees": [
        "how much is it",
        "what does it cost",
        "your prices please",
        "cost of a visit",
        "is it expensive",
    ],
    "greet": ["hello", "hi there", "hello you", "good morning", "hey hello"],
    "refill": ["refill my pills", "need a refill", "more pills please", "my pills ran out", "refill now"],
}


def write_topics(folder, extra=""):
    folder.mkdir(exist_ok=True)
    blocks = [
        f"- intent: {intent}\n  metadata: {{language: en}}\n  examples: |\n"
        + "".join(f"    - {text}\n" for text in texts)
        for intent, texts in TOPICS.items()
    ]
    (folder / "topics.yml").write_text("nlu:\n" + "".join(blocks) + extra)
    return folder


def test_a_head_is_trained_once_and_again_only_when_a_sentence_changes(tmp_path):
    data, out, lines = write_topics(tmp_path / "nlu"), tmp_path / "language", []
    assert training.build(data, ENCODER, out, lines.append) is True
    assert training.build(data, ENCODER, out, lines.append) is False
    assert lines[-1] == "intents: ready"
    write_topics(data, extra="    - refill refill\n")
    assert training.build(data, ENCODER, out, lines.append) is True
    assert training.build(data, ENCODER, out, lines.append, force=True) is True


def test_a_trained_head_reads_sentences_it_has_not_seen(tmp_path):
    training.build(write_topics(tmp_path / "nlu"), ENCODER, tmp_path, lambda line: None)
    head, encoder = IntentHead.load(tmp_path), Encoder.load(ENCODER)
    assert head.encoder_digest == encoder.digest
    for text, intent in [("what would i pay", "ask_fees"), ("good evening", "greet"), ("out of pills", "refill")]:
        assert head.classify(text, encoder.read([text])[0])[0] == intent


def test_a_damaged_head_is_trained_again(tmp_path):
    data = write_topics(tmp_path / "nlu")
    training.build(data, ENCODER, tmp_path, lambda line: None)
    (tmp_path / "intents.npz").write_bytes(b"damaged")
    assert training.build(data, ENCODER, tmp_path, lambda line: None) is True
    IntentHead.load(tmp_path)


def test_the_measure_is_written_beside_the_head(tmp_path):
    training.build(write_topics(tmp_path / "nlu"), ENCODER, tmp_path, lambda line: None)
    measure = json.loads((tmp_path / "intents.json").read_text())["measure"]
    assert measure["en"]["sentences"] == 15
    assert 0 <= measure["en"]["right"] <= 1
    assert measure["threshold"] == IntentHead.load(tmp_path).threshold


def test_the_encoder_and_the_sentences_decide_whether_to_train():
    sentences = [Sentence("hi", "greet", "en")]
    assert training.inputs_digest(sentences, "a") != training.inputs_digest(sentences, "b")
    assert training.inputs_digest(sentences, "a") != training.inputs_digest([*sentences, *sentences], "a")


def test_missing_sentences_end_with_one_line_of_reason(tmp_path, capsys):
    assert training.main(["--data", str(tmp_path), "--out", str(tmp_path)]) == 1
    assert "no training sentences" in capsys.readouterr().err
