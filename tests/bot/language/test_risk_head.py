"""The statistical layer of the screen: what a head makes of likelihoods, pieces of long messages, and the union."""

import numpy as np
import pytest

from bot.language.ngrams import NgramVocabulary
from bot.language.risk import BY_LIKENESS, screen
from bot.language.risk_head import (
    OVERLAP_WORDS,
    PIECE_WORDS,
    Reading,
    RiskHead,
    RiskHeadMissing,
    RiskReader,
    log_odds,
    pieces,
)

LABELS = ("AMBIG", "DV_ONGOING", "NONE", "SI_ACTIVE", "SI_PLAN")
TIERS = ("watch", "urgent", "none", "crisis", "emergency")
NOTHING = np.zeros(768, dtype=np.float32)


def head(watch=0.0, crisis=2.0):
    return RiskHead(
        LABELS,
        TIERS,
        NgramVocabulary([" a"], np.ones(1, dtype=np.float32)),
        np.zeros((5, 769), dtype=np.float32),
        np.zeros(5, dtype=np.float32),
        vector_scale=1.5,
        watch=watch,
        crisis=crisis,
        version="v1",
    )


@pytest.mark.parametrize(
    ("shares", "tier", "signal"),
    [
        ((0.1, 0.1, 0.7, 0.1, 0.0), "none", "AMBIG"),
        ((0.5, 0.1, 0.4, 0.0, 0.0), "watch", "AMBIG"),
        ((0.2, 0.5, 0.3, 0.0, 0.0), "urgent", "DV_ONGOING"),
        ((0.0, 0.0, 0.1, 0.7, 0.2), "crisis", "SI_ACTIVE"),
        ((0.0, 0.0, 0.1, 0.3, 0.6), "emergency", "SI_PLAN"),
        # Danger, but not surely as grave as it looks: a person should look today, no crisis script.
        ((0.0, 0.0, 0.3, 0.5, 0.2), "urgent", "SI_ACTIVE"),
    ],
)
def test_the_tier_follows_from_the_thresholds(shares, tier, signal):
    assert head().judge(np.array(shares, dtype=np.float32)) == (tier, signal)


def test_log_odds_are_finite_at_both_ends():
    assert np.isfinite([log_odds(0.0), log_odds(1.0)]).all()
    assert log_odds(0.5) == 0


def test_a_saved_head_reads_the_same(tmp_path):
    head().save(tmp_path / "risk.npz")
    loaded = RiskHead.load(tmp_path)
    assert (loaded.labels, loaded.tiers, loaded.watch, loaded.version) == (LABELS, TIERS, 0.0, "v1")
    assert np.allclose(loaded.shares("a", NOTHING), head().shares("a", NOTHING))


def test_without_a_head_the_reason_is_told(tmp_path):
    with pytest.raises(RiskHeadMissing, match=r"frontdesk train"):
        RiskHead.load(tmp_path)


def test_a_short_message_is_one_piece_and_a_long_one_is_read_to_its_end():
    assert list(pieces(" i am fine ")) == [(" i am fine ", (1, 10))]
    assert list(pieces(" \n ")) == []
    words = [f"w{number}" for number in range(500)]
    text = " ".join(words)
    read = list(pieces(text))
    assert all(len(piece.split()) <= PIECE_WORDS for piece, _ in read)
    assert all(text[start:end] == piece for piece, (start, end) in read)
    assert {word for piece, _ in read for word in piece.split()} == set(words)
    assert len(read[0][0].split()) - OVERLAP_WORDS == words.index(read[1][0].split()[0])


def test_the_gravest_piece_decides():
    reader = RiskReader(head(), lambda text: NOTHING)
    reader._head.shares = lambda text, vector: np.array(  # type: ignore[method-assign]
        (0, 0, 0.1, 0, 0.9) if "danger" in text else (0, 0, 1, 0, 0), dtype=np.float32
    )
    reading = reader("calm " * 200 + "danger")
    assert reading.tier == "emergency"
    assert reading.span[1] == len("calm " * 200 + "danger")


def test_without_vectors_there_is_no_reading():
    assert RiskReader(head(), lambda text: None)("i am fine") is None


def test_the_higher_tier_of_both_layers_wins_and_says_where_it_comes_from():
    def second(text):
        return Reading("crisis", "SI_ACTIVE", 0.9, (0, len(text)))

    raised = screen("the quiet part got louder", second=second)
    assert raised.tier == "crisis"
    assert raised.signals[-1].modifiers == (BY_LIKENESS,)
    explicit = screen("i took all my pills 20 min ago", second=second)
    assert explicit.tier == "emergency"
    assert all(BY_LIKENESS not in signal.modifiers for signal in explicit.signals)


def test_an_idiom_that_was_recognised_lowers_the_heads_mildest_tier_only():
    idiom = "this deadline is killing me"
    for tier, found in (("watch", "none"), ("crisis", "crisis")):
        assert screen(idiom, second=lambda text, tier=tier: Reading(tier, "SI_ACTIVE", 0.8, (0, 5))).tier == found


def test_a_silent_head_takes_nothing_from_the_patterns():
    assert (
        screen("i want to kill myself", second=lambda text: Reading("none", "AMBIG", 0.0, (0, 5))).tier == "crisis"
    )
