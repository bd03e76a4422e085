"""What follows from the facts before a rule is asked: the lead concern, the severity, who is a minor."""

import pytest

from actions.care.pathways import decide, default_rules

RULES = default_rules()


@pytest.mark.parametrize(
    ("concerns", "lead"),
    [
        ([], "other_unclear"),
        (["grief"], "grief"),
        (["grief", "depression"], "grief"),
        (["depression", "bipolar_mood"], "bipolar_mood"),
        (["anxiety_worry", "eating"], "eating"),
        (["bipolar_mood", "eating", "psychosis_like"], "psychosis_like"),
        (["medication_question"], "medication_question"),
        (["medication_question", "sleep"], "sleep"),
        (["medication_side_effect", "medication_question", "panic"], "panic"),
        (["medication_side_effect", "medication_question"], "medication_side_effect"),
        (["other_unclear"], "other_unclear"),
    ],
)
def test_the_lead_concern_follows_the_clinics_order(concerns, lead):
    assert decide({"concerns": concerns}, RULES).facts["lead"] == lead


@pytest.mark.parametrize(
    ("severity", "sev"),
    [("unknown", "moderate"), ("mild", "mild"), ("moderate", "moderate"), ("severe", "severe")],
)
def test_an_unknown_severity_counts_as_moderate(severity, sev):
    assert decide({"severity": severity}, RULES).facts["sev"] == sev


@pytest.mark.parametrize(
    ("age_group", "minor"),
    [
        ("child_0_5", True),
        ("child_6_12", True),
        ("teen_13_17", True),
        ("adult_18_64", False),
        ("older_65plus", False),
        ("unknown", False),
    ],
)
def test_a_minor_is_under_eighteen(age_group, minor):
    assert decide({"age_group": age_group}, RULES).facts["minor"] is minor
