"""Which question comes next, as plain functions over what is known."""

import pytest

from actions.care.pathways import default_rules
from actions.questions import decision_for, early_decision, is_answered, next_question, open_questions

RULES = default_rules()
ADULT = {
    "concerns": ["panic"],
    "safety_check": "no",
    "seeker": "self",
    "age_group": "adult_18_64",
    "state": "AZ",
    "state_served": True,
}


def test_the_order_is_that_of_the_protocol() -> None:
    order = []
    answers: dict[str, dict[str, object]] = {
        "concerns": {"concerns": ["panic"]},
        "safety_check": {"safety_check": "no"},
        "seeker": {"seeker": "self"},
        "age_group": {"age_group": "adult_18_64"},
        "state": {"state": "AZ", "state_served": True},
        "severity": {"severity": "mild"},
        "current_care": {"in_therapy": False},
        "med_pref": {"med_pref": "open"},
    }
    known: dict[str, object] = {}
    while question := next_question(known, RULES):
        order.append(question)
        known.update(answers[question])
        known["asked"] = list(order)
    assert order == list(answers)


@pytest.mark.parametrize(
    ("known", "question"),
    [
        ({"request": "refill_here"}, "concerns"),
        ({"in_therapy": False}, "current_care"),
        ({"joint_care": True}, "seeker"),
        ({"skipped": ["severity"]}, "severity"),
        ({"safety_check": "open"}, "safety_check"),
        ({"state_served": False}, "state"),
    ],
)
def test_it_counts_as_answered_in_whatever_form_it_was_said(known: dict[str, object], question: str) -> None:
    assert is_answered(question, known)


@pytest.mark.parametrize("nothing", [None, "unknown", []])
def test_nothing_said_is_not_an_answer(nothing: object) -> None:
    assert not is_answered("severity", {"severity": nothing})


@pytest.mark.parametrize(
    ("facts", "rule"),
    [
        ({"safety_tier": "urgent"}, "R03"),
        ({"safety_tier": "watch_open"}, "R04"),
        ({"psychosis_now": True}, "R05"),
        ({"substance": "withdrawal_risk"}, "R06"),
        ({"request": "side_effect"}, "R08"),
        ({"safety_tier": "crisis"}, "R04"),
    ],
)
def test_what_asks_for_a_call_today_waits_for_no_other_question(facts: dict[str, object], rule: str) -> None:
    decision = early_decision(facts, RULES)
    assert decision is not None
    assert decision.rule_id == rule
    assert decision.route == "same_day_callback"


@pytest.mark.parametrize(
    ("facts", "rule"),
    [
        ({**ADULT, "state_served": False}, "R11"),
        ({**ADULT, "seeker": "other_adult"}, "R13"),
        ({**ADULT, "age_group": "teen_13_17"}, "R14"),
        ({**ADULT, "request": "forms_records_legal"}, "R10"),
    ],
)
def test_what_only_staff_can_decide_is_not_followed_by_needless_questions(
    facts: dict[str, object], rule: str
) -> None:
    decision = early_decision(facts, RULES)
    assert decision is not None
    assert decision.rule_id == rule


def test_staff_only_matters_wait_for_the_safety_question() -> None:
    assert early_decision({**ADULT, "state_served": False, "safety_check": None}, RULES) is None


def test_an_age_not_asked_yet_is_not_an_unknown_age() -> None:
    assert early_decision({**ADULT, "age_group": None}, RULES) is None


def test_an_eating_concern_is_asked_how_strong_it_is_because_that_decides_who_helps() -> None:
    known = {**ADULT, "concerns": ["eating"]}
    assert early_decision(known, RULES) is None
    assert next_question(known, RULES) == "severity"
    assert decision_for({**known, "severity": "severe"}, RULES).rule_id == "R09"
    assert next_question({**known, "severity": "mild"}, RULES) is None


def test_a_decided_matter_is_not_followed_by_questions_about_preferences() -> None:
    known = {**ADULT, "concerns": ["eating"], "severity": "mild"}
    decision = early_decision(known, RULES)
    assert decision is not None
    assert decision.rule_id == "R20"


def test_eight_questions_leave_no_room_for_a_ninth() -> None:
    assert len(open_questions({})) == 8
    assert "therapy_pref" not in open_questions({})
    assert "therapy_pref" in open_questions({"concerns": ["panic"]})
