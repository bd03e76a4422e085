"""Which lines are shown."""

import re

import pytest

from api.safety.resources import Resources, ResourcesBroken


def ids(cards):
    return [card["id"] for card in cards]


def test_911_and_988_always_come_first(resources):
    for signals in (set(), {"VIOLENCE_NOW"}, {"SI_PASSIVE"}):
        assert ids(resources.choose(signals, "en"))[:2] == ["us_911", "us_988"]


def test_at_most_three_others_are_shown(resources):
    everything = {signal for meant, _ in resources.for_signals for signal in meant}
    assert len(resources.choose(everything, "en")) == 5


@pytest.mark.parametrize(
    ("signal", "line"),
    [
        ("ATTEMPT_NOW", "poison"),
        ("DV_ONGOING", "dv"),
        ("SEXUAL_ASSAULT_RECENT", "rainn"),
        ("CHILD_ABUSE", "childhelp"),
        ("POSTPARTUM_PSYCHOSIS", "maternal"),
        ("WITHDRAWAL_RISK", "samhsa"),
    ],
)
def test_the_line_for_a_signal_comes_before_the_general_ones(resources, signal, line):
    assert ids(resources.choose({signal}, "en"))[2] == line


def test_spanish_gets_the_spanish_words_and_keys(resources):
    cards = {card["id"]: card for card in resources.choose(set(), "es")}
    assert cards["us_988"]["text"] == "AYUDA to 988"
    assert "oprima 2" in cards["us_988"]["name"]
    assert cards["ctl"]["text"] == "AYUDA to 741741"


def test_a_key_to_press_stands_in_the_name_and_not_in_the_number(resources):
    vets = resources.card("vets", "en")
    assert vets["call"] == "988"
    assert "press 1" in vets["name"]


def test_every_number_can_be_dialled(resources):
    for line in resources.table:
        card = resources.card(line, "en")
        assert re.fullmatch(r"\d{3,11}", card.get("call", "911"))


def test_a_line_without_a_check_date_is_not_shown(resources):
    assert "anad" not in resources.table


def write(folder, lines, choice):
    (folder / "crisis_resources.yml").write_text(f"crisis_resources:\n{lines}", encoding="utf-8")
    (folder / "resource_choice.yml").write_text(f"resource_choice:\n{choice}", encoding="utf-8")


def test_a_choice_that_names_an_unverified_line_is_refused(tmp_path):
    write(
        tmp_path,
        "- {id: us_911, name: {en: E, es: E}, verified_on: null}\n",
        "  {always: [us_911], for_signals: [], otherwise: [], most_others: 3, press: {en: '', es: ''}}\n",
    )
    with pytest.raises(ResourcesBroken, match="us_911"):
        Resources.load(tmp_path)


@pytest.mark.parametrize("text", [None, "crisis_resources: [\n"])
def test_a_missing_or_broken_file_is_refused_by_name(tmp_path, text):
    if text:
        (tmp_path / "crisis_resources.yml").write_text(text, encoding="utf-8")
    with pytest.raises(ResourcesBroken, match=r"crisis_resources\.yml"):
        Resources.load(tmp_path)


def test_elsewhere_no_line_of_ours_is_shown_but_911_and_988_and_a_page_for_every_country(resources):
    cards = resources.choose({"VIOLENCE_NOW"}, "en", "MX")
    assert ids(cards) == ["us_911", "us_988", "intl"]
    assert cards[-1]["url"] == "https://findahelpline.com"
