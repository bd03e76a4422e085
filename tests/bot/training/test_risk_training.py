"""Training the risk head: what it reads, what it refuses, thresholds on unseen sentences, the same result twice."""

import json

import numpy as np
import pytest

from bot.language.encoder import Encoder
from bot.training import risk
from bot.training.train import ROOT

MODELS = ROOT / "models"


def sentence(text, tier="none", signal="NONE", is_hard=False):
    return risk.RiskSentence(text, "en", tier, signal, is_hard)


def test_every_sentence_of_the_project_can_be_read_and_the_trained_head_is_that_of_them():
    sentences = risk.training_sentences(ROOT / "data")
    assert len(sentences) > 3000
    card = json.loads((MODELS / "language" / "risk.json").read_text())
    assert card["inputs"] == risk.inputs_digest(sentences, Encoder.load(MODELS / "encoder").digest)


@pytest.mark.parametrize(
    "line",
    [
        "not json",
        '{"text": "a", "lang": "en", "tier": "bad", "signal": "X"}',
        '{"text": "a", "lang": "fr", "tier": "none", "signal": "NONE"}',
        '{"text": " ", "lang": "en", "tier": "none", "signal": "NONE"}',
        '{"text": "a", "lang": "en", "tier": "none"}',
    ],
)
def test_a_broken_line_is_named(tmp_path, line):
    folder = tmp_path / "language" / "risk_sentences"
    folder.mkdir(parents=True)
    (folder / "some.jsonl").write_text('{"text": "a", "lang": "en", "tier": "none", "signal": "NONE"}\n' + line)
    with pytest.raises(ValueError, match=r"some\.jsonl:2"):
        risk.training_sentences(tmp_path)


def test_one_signal_cannot_have_two_tiers():
    with pytest.raises(ValueError, match="SI_ACTIVE"):
        risk.tiers_of([sentence("a", "crisis", "SI_ACTIVE"), sentence("b", "watch", "SI_ACTIVE")])


def test_the_development_part_is_a_fifth_and_the_same_every_time():
    texts = [f"sentence {number}" for number in range(2000)]
    chosen = [text for text in texts if risk.is_development(text)]
    assert 300 < len(chosen) < 500
    assert chosen == [text for text in texts if risk.is_development(text)]


def test_thresholds_keep_harmless_sentences_within_what_is_allowed():
    unseen = [sentence(f"hard {n}", is_hard=True) for n in range(200)] + [
        sentence(f"plain {n}") for n in range(1000)
    ]
    danger = np.concatenate([np.linspace(0.01, 0.9, 200), np.linspace(0.001, 0.3, 1000)])
    shares = np.stack([1 - danger, danger], axis=1)
    known = [sentence("x"), sentence("y", "crisis", "SI_ACTIVE")]
    watch, crisis = risk.choose_thresholds(unseen, shares, ("NONE", "SI_ACTIVE"), known)
    odds = np.log(danger / (1 - danger))
    assert (odds[:200] >= watch).mean() <= risk.HARD_WATCH + 0.005
    assert (odds[200:] >= watch).mean() <= risk.ORDINARY_WATCH
    assert (odds[:200] >= crisis).mean() <= risk.HARD_CRISIS + 0.005


def test_a_small_head_learns_what_it_was_shown(tmp_path):
    texts = {
        "NONE": ("what does a visit cost", "can i come on tuesday", "where do i park"),
        "SI_ACTIVE": ("i want to end my life", "thinking of ending it all", "i want to be dead tonight"),
    }
    tiers = {"NONE": "none", "SI_ACTIVE": "crisis"}
    known = [
        sentence(f"{text}{end}", tiers[signal], signal)
        for signal, every in texts.items()
        for text in every
        for end in ("", " please", " ok", " now", " today", " thanks", " really", " you know")
    ]
    known += [sentence(f"{text} lol", is_hard=True) for text in texts["NONE"] for _ in range(1)]
    known += [sentence(f"killing time number {n}", is_hard=True) for n in range(20)]
    head, measure = risk.train(known, Encoder.load(MODELS / "encoder"), "v")
    assert head.version == "v"
    assert measure["unseen"] > 0
    vectors = Encoder.load(MODELS / "encoder").read(["i want to end my life", "what does a visit cost"])
    found = [
        head.labels[int(head.shares(t, v).argmax())]
        for t, v in zip(("i want to end my life", "what does a visit cost"), vectors, strict=True)
    ]
    assert found == ["SI_ACTIVE", "NONE"]
