"""What is said about other people reaches its tier: harm to them and by them, voices, and their wish to die."""

from pathlib import Path

import pytest
import yaml

from bot.language.risk import screen
from bot.language.risk_data import TIERS

HERE = Path(__file__).parent
BATCHES = ("risk_others", "risk_others_fresh", "risk_others_last", "risk_others_unseen")
CRISIS = TIERS.index("crisis")


def read(name):
    return yaml.safe_load((HERE / f"{name}.yml").read_text(encoding="utf-8"))


def risky():
    """Every message with the tier, the signal and the language a person gave it."""
    return [
        (text, tier, signal, lang)
        for batch in BATCHES
        for tier, signals in read(batch).items()
        for signal, languages in signals.items()
        for lang, block in languages.items()
        for text in block.splitlines()
    ]


def harmless():
    """Messages that are no emergency, with the highest tier each may reach and whether it is an everyday one."""
    found = []
    for batch in BATCHES:
        data = read(f"{batch}_ordinary")
        found += [(text, "none", True) for block in data["ordinary"].values() for text in block.splitlines()]
        for tier, blocks in data["hard"].items():
            found += [(text, tier, False) for block in blocks.values() for text in block.splitlines()]
    return found


@pytest.fixture(scope="module")
def judged():
    return [(*message, screen(message[0])) for message in risky()]


def test_the_sentences_are_many_distinct_and_bilingual():
    texts = [text for text, *_ in risky()]
    assert len(texts) == len(set(texts)) >= 500
    assert sum(lang == "es" for *_, lang in risky()) / len(texts) >= 0.35
    assert len(harmless()) >= 300


@pytest.mark.parametrize("lang", ["en", "es"])
def test_danger_is_hardly_ever_missed(judged, lang):
    wanted = [each for each in judged if each[1] in ("emergency", "crisis") and each[3] == lang]
    missed = [each[0] for each in wanted if each[4].tier == "none"]
    assert len(missed) / len(wanted) <= 0.01, missed


@pytest.mark.parametrize("lang", ["en", "es"])
def test_the_tier_is_right(judged, lang):
    wanted = [each for each in judged if each[3] == lang]
    wrong = [(each[0], each[1], each[4].tier) for each in wanted if each[4].tier != each[1]]
    assert len(wrong) / len(wanted) <= 0.07, wrong


@pytest.mark.parametrize("signal", sorted({signal for _, _, signal, _ in risky()}))
def test_each_signal_reaches_its_tier(judged, signal):
    wanted = [each for each in judged if each[2] == signal]
    wrong = [(each[0], each[4].tier) for each in wanted if each[4].tier != each[1]]
    assert len(wrong) / len(wanted) <= 0.07, wrong


@pytest.mark.parametrize("signal", sorted({signal for _, _, signal, _ in risky()}))
def test_the_signal_names_what_is_the_matter(judged, signal):
    wanted = [each for each in judged if each[2] == signal]
    other = [each[0] for each in wanted if signal not in {found.id for found in each[4].signals}]
    assert len(other) / len(wanted) <= 0.15, other


def test_hard_negatives_do_not_become_a_crisis():
    messages = [text for text, _, everyday in harmless() if not everyday]
    raised = [text for text in messages if TIERS.index(screen(text).tier) >= CRISIS]
    assert len(raised) / len(messages) <= 0.02, raised


def test_everyday_messages_about_others_raise_nothing():
    messages = [text for text, _, everyday in harmless() if everyday]
    raised = [text for text in messages if screen(text).tier != "none"]
    assert len(raised) / len(messages) <= 0.007, raised


def test_hard_negatives_stay_at_their_tier():
    messages = [(text, highest) for text, highest, everyday in harmless() if not everyday]
    above = [text for text, highest in messages if TIERS.index(screen(text).tier) > TIERS.index(highest)]
    assert len(above) / len(messages) <= 0.05, above
