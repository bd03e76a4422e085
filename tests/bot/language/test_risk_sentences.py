"""Every sentence of the reviewed lists gets the tier a person gave it, and the signal named beside it."""

from pathlib import Path

import pytest
import yaml

from bot.language.risk import screen
from bot.language.risk_data import TIERS, load_rules

LISTS = (
    "risk_clinical.yml",  # clinical.md §4, word for word
    "risk_health.yml",  # body, mind, medicines
    "risk_indirect.yml",  # suicide in the first person
    "risk_ordinary.yml",  # hard negatives and what clinics read all day
    "risk_fresh.yml",  # second batches, written without a look at the patterns
    "risk_fresh_ordinary.yml",
    "risk_last.yml",  # a third
)
SENTENCES = [
    pytest.param(line, group["tier"], group.get("signal"), id=f"{group['tier']}: {line}")
    for name in LISTS
    for group in yaml.safe_load((Path(__file__).parent / name).read_text(encoding="utf-8"))["groups"]
    for language in ("en", "es")
    for line in group.get(language, "").splitlines()
]


@pytest.mark.parametrize(("sentence", "tier", "signal"), SENTENCES)
def test_a_sentence_gets_the_tier_a_person_gave_it(sentence: str, tier: str, signal: str | None) -> None:
    screening = screen(sentence)
    found = {each.id for each in screening.signals}
    assert screening.tier == tier, found
    assert signal is None or signal in found


def test_the_lists_hold_hundreds_of_sentences_in_both_languages_and_of_every_tier() -> None:
    assert len(SENTENCES) >= 1300
    assert {sentence.values[1] for sentence in SENTENCES} == set(TIERS)


def test_every_signal_of_the_clinical_design_can_be_reached() -> None:
    rules = load_rules()
    by_pattern = {meaning.signal for meaning in rules.patterns.payloads}
    by_combination = {each.meaning.signal for each in rules.combinations}
    assert by_pattern | by_combination | {"IDIOM"} >= set(rules.signals)
