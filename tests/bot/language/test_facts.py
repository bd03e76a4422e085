"""What read_facts promises: the facts a message states, and none that it does not."""

import re
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from bot.language.facts import read_facts, understand_record

SENTENCES = Path(__file__).parent / "sentences" / "facts.txt"
VALUES = {
    "seeker": {"self", "parent_guardian", "partner", "other_adult"},
    "age_group": {"adult_18_64", "older_65plus", "teen_13_17", "child_6_12", "child_0_5"},
    "joint_care": {True},
    "guardian_ok": {True, False},
    "severity": {"mild", "moderate", "severe"},
    "duration": {"lt_2w", "2w_3m", "3m_12m", "gt_12m"},
    "in_therapy": {True, False},
    "therapy_not_enough": {True},
    "on_medication": {True, False},
    "medication_not_enough": {True},
    "med_pref": {"wants", "open", "unsure", "declines"},
    "therapy_pref": {"wants", "open", "unsure", "declines"},
    "request": {
        "new_care", "refill_here", "refill_transfer", "controlled_request", "side_effect", "dose_question",
        "stopping_or_ran_out", "forms_records_legal", "evaluation_testing", "human", "info",
    },
    "perinatal": {"trying", "pregnant", "postpartum"},
    "substance": {"use_concern", "dependence"},
    "high_risk_med": {True},
    "modality": {"video", "in_person", "phone"},
    "language": {"en", "es"},
}  # fmt: skip


class Case(NamedTuple):
    """A sentence, the open question, the facts it states, those it must not, and whom it is about."""

    text: str
    question: str | None
    stated: dict[str, Any]
    unstated: list[str]
    about: str | None


def read_case(line: str) -> Case:
    told, expected = (part.strip() for part in line.split("=>"))
    text, _, question = told.partition(" @")
    wanted, _, about = (part.strip() for part in expected.partition("#"))
    parts = [part.strip() for part in wanted.split(",") if part.strip()]
    pairs = [part.split("=") for part in parts if not part.startswith("!")]
    values = {"true": True, "false": False}
    stated = {fact: values.get(value, value) for fact, value in pairs}
    return Case(text, question or None, stated, [p[1:] for p in parts if p.startswith("!")], about or None)


CASES = [
    read_case(line)
    for line in SENTENCES.read_text(encoding="utf-8").splitlines()
    if "=>" in line and not line.startswith("#")
]


@pytest.mark.parametrize("case", CASES, ids=[f"{case.text} @{case.question}" for case in CASES])
def test_a_sentence_states_its_facts_and_no_others(case: Case) -> None:
    found = read_facts(case.text, case.question)
    assert {fact: found.facts.get(fact) for fact in case.stated} == case.stated
    assert [fact for fact in case.unstated if fact in found.facts] == []
    assert case.about is None or found.about == case.about


@pytest.mark.parametrize("fact", VALUES)
def test_every_value_of_a_fact_has_a_sentence_that_states_it(fact: str) -> None:
    assert {case.stated[fact] for case in CASES if fact in case.stated} == VALUES[fact]


def test_every_value_found_is_one_of_the_codes_of_the_design() -> None:
    for case in CASES:
        for fact, value in read_facts(case.text, case.question).facts.items():
            if fact in VALUES:
                assert value in VALUES[fact], (case.text, fact, value)


def test_a_long_first_message_fills_most_of_the_intake() -> None:
    found = read_facts(
        "Hi, I'm 34 and live in Tucson. I've had panic attacks and can't sleep for about 6 months, it gets in the "
        "way of my job. I take lexapro but it's not enough, I'm not in therapy. I'd like therapy, open to meds too. "
        "Video visits please."
    )
    expected = {
        "seeker": "self",
        "age_group": "adult_18_64",
        "state": "AZ",
        "concerns": ["panic", "sleep"],
        "duration": "3m_12m",
        "severity": "moderate",
        "on_medication": True,
        "medication_not_enough": True,
        "in_therapy": False,
        "therapy_pref": "wants",
        "med_pref": "open",
        "modality": "video",
    }
    assert {fact: found.facts.get(fact) for fact in expected} == expected
    assert found.medications == ["escitalopram"]
    assert found.preference == "therapy"


def test_the_json_has_the_fields_of_the_contract_and_the_quotes() -> None:
    found = read_facts("not depressed, just can't sleep. I take 50mg of zoloft").to_dict()
    assert found == {
        "concerns": ["sleep"],
        "negated": ["depression"],
        "about": "self",
        "severity": "unknown",
        "duration": "unknown",
        "in_therapy": None,
        "on_medication": True,
        "medications": ["sertraline"],
        "preference": None,
        "facts": {"on_medication": True, "seeker": "self", "concerns": ["sleep"]},
        "quotes": {
            "on_medication": "I take 50mg of zoloft",
            "seeker": "I take 50mg of zoloft",
            "concerns": "just can't sleep",
        },
    }


def test_a_message_that_states_nothing_finds_nothing() -> None:
    for text in ("", "   ", "hello", "ok thanks", "???", "🙂", "gracias"):
        assert read_facts(text).facts == {}


def test_a_quote_is_the_clause_as_it_was_typed() -> None:
    quotes = read_facts("Bad week… I DON'T want meds, but I’d like therapy; ok?").quotes
    assert quotes["med_pref"] == "I DON'T want meds"
    assert quotes["therapy_pref"] == "I’d like therapy"


@pytest.mark.parametrize(
    ("text", "preference"),
    [
        ("I want therapy", "therapy"),
        ("I want medication", "medication"),
        ("I want both therapy and medication", "combined"),
        ("open to either", "none"),
        ("no meds please", "therapy"),
        ("I don't want therapy, only meds", "medication"),
        ("cant sleep", None),
        ("not sure about meds", None),
    ],
)
def test_the_preference_follows_from_the_two_wishes(text: str, preference: str | None) -> None:
    assert read_facts(text).preference == preference


def test_an_answer_means_nothing_without_its_question() -> None:
    for text in ("no", "a bit", "34", "yes", "neither", "often"):
        assert read_facts(text).facts == {}


def test_understand_adds_to_one_object_and_passes_the_rest_through() -> None:
    asked: list[tuple[str, str | None, str | None]] = []

    def classify(text: str, question: str | None, lang: str | None) -> tuple[str, float]:
        asked.append((text, question, lang))
        return "inform", 0.93

    answer = understand_record({"id": 7, "text": "34", "context": "age_group", "lang": "en"}, classify)
    assert asked == [("34", "age_group", "en")]
    assert answer["id"] == 7
    assert (answer["intent"], answer["confidence"]) == ("inform", 0.93)
    assert answer["facts"] == {"age_group": "adult_18_64"}
    contract = "concerns negated about severity duration in_therapy on_medication medications preference facts"
    assert set(contract.split()) <= set(answer)


def test_understand_refuses_an_object_without_text() -> None:
    with pytest.raises(ValueError, match=re.escape("`text` must be a string")):
        understand_record({"text": None}, lambda *_: ("inform", 1.0))
