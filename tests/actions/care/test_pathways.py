"""The pathway engine: each rule by example, first match wins, total, reachable, blind to who somebody is."""

import hashlib
import json
import random
import statistics
import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from actions.care.pathways import FactError, decide, default_rules, from_intake, route_record

RULES = default_rules()
IDS = [rule.id for rule in RULES.pathways]
BY_ID = {rule.id: rule for rule in RULES.pathways}
ADULT = {"age_group": "adult_18_64", "state_served": True}


def rule_for(**facts):
    return decide({**ADULT, **facts}, RULES).rule_id


EXAMPLES = {
    "R01": [
        {"safety_tier": "emergency"},
        {"safety_tier": "emergency", "request": "human", "age_group": "unknown"},
    ],
    "R02": [{"safety_tier": "crisis"}, {"safety_tier": "crisis", "mania_now": True, "med_pref": "wants"}],
    "R03": [{"safety_tier": "urgent"}, {"safety_tier": "urgent", "concerns": ["eating"], "severity": "severe"}],
    "R04": [{"safety_tier": "watch_open"}, {"safety_tier": "watch_open", "request": "refill_here"}],
    "R05": [{"psychosis_now": True}, {"mania_now": True, "substance": "withdrawal_risk"}],
    "R06": [{"substance": "withdrawal_risk"}, {"substance": "withdrawal_risk", "request": "side_effect"}],
    "R07": [
        {"perinatal": "postpartum", "severity": "severe"},
        {"perinatal": "pregnant", "high_risk_med": True, "severity": "mild"},
    ],
    "R08": [{"request": "side_effect"}, {"request": "stopping_or_ran_out", "state_served": False}],
    "R09": [
        {"concerns": ["eating"], "severity": "severe"},
        {"concerns": ["sleep", "eating"], "severity": "severe", "age_group": "teen_13_17"},
    ],
    "R10": [{"request": "human"}, {"request": "forms_records_legal"}, {"request": "evaluation_testing"}],
    "R11": [{"state_served": False}, {"state_served": False, "age_group": "unknown"}],
    "R12": [{"age_group": "unknown"}, {"age_group": "unknown", "concerns": ["grief"], "state_served": None}],
    "R13": [{"seeker": "partner"}, {"seeker": "other_adult", "concerns": ["depression"], "med_pref": "wants"}],
    "R14": [
        {"age_group": "teen_13_17"},
        {"age_group": "teen_13_17", "guardian_ok": False, "concerns": ["grief"]},
        {"age_group": "child_6_12", "guardian_ok": None},
    ],
    "R15": [
        {"age_group": "child_0_5", "seeker": "parent_guardian"},
        {"age_group": "child_0_5", "seeker": "parent_guardian", "med_pref": "wants", "severity": "severe"},
    ],
    "R16": [
        {"request": "controlled_request", "substance": "use_concern"},
        {"request": "controlled_request", "substance": "dependence"},
    ],
    "R17": [{"request": "controlled_request"}, {"request": "controlled_request", "med_pref": "declines"}],
    "R18": [{"request": "refill_here"}, {"request": "refill_transfer"}, {"request": "dose_question"}],
    "R19": [
        {"substance": "dependence", "concerns": ["substance_use"]},
        {"concerns": ["substance_use"], "severity": "severe"},
    ],
    "R20": [{"concerns": ["eating"]}, {"concerns": ["grief", "eating"], "severity": "moderate"}],
    "R21": [
        {"concerns": ["psychosis_like"]},
        {"concerns": ["sleep", "psychosis_like"], "med_pref": "wants", "on_medication": True},
    ],
    "R22": [
        {"seeker": "partner", "joint_care": True, "concerns": ["relationship"]},
        {"joint_care": True, "med_pref": "wants", "concerns": ["family_conflict"]},
    ],
    "R23": [
        {"perinatal": "pregnant", "on_medication": True},
        {"perinatal": "trying", "on_medication": True, "severity": "severe"},
    ],
    "R24": [
        {"therapy_pref": "declines", "med_pref": "declines"},
        {"therapy_pref": "declines"},
        {"therapy_pref": "declines", "med_pref": "unsure", "concerns": ["panic"]},
    ],
    "R25": [
        {"med_pref": "declines", "concerns": ["depression"]},
        {"med_pref": "declines", "on_medication": True, "in_therapy": True},
        {"med_pref": "declines", "concerns": ["psychosis_like"]},
    ],
    "R26": [
        {"age_group": "teen_13_17", "guardian_ok": True, "med_pref": "wants", "concerns": ["depression"]},
        {
            "age_group": "child_6_12",
            "seeker": "parent_guardian",
            "therapy_pref": "declines",
            "med_pref": "open",
            "concerns": ["anxiety_worry"],
        },
    ],
    "R27": [
        {"in_therapy": True, "on_medication": True},
        {"in_therapy": True, "on_medication": True, "med_pref": "wants", "therapy_not_enough": True},
    ],
    "R28": [
        {"in_therapy": True, "on_medication": False, "med_pref": "wants"},
        {"in_therapy": True, "therapy_not_enough": True, "med_pref": "unsure"},
    ],
    "R29": [
        {"on_medication": True, "in_therapy": False, "medication_not_enough": True},
        {"on_medication": True, "medication_not_enough": True, "therapy_pref": "wants"},
    ],
    "R30": [
        {"on_medication": True, "therapy_pref": "wants"},
        {"on_medication": True, "in_therapy": False, "therapy_pref": "open", "med_pref": "wants"},
    ],
    "R31": [
        {"therapy_not_enough": True, "med_pref": "open"},
        {"therapy_not_enough": True, "med_pref": "wants", "in_therapy": False, "therapy_pref": "unsure"},
    ],
    "R32": [
        {"med_pref": "wants", "therapy_pref": "wants"},
        {"med_pref": "wants", "therapy_pref": "open", "concerns": ["adhd_attention"]},
    ],
    "R33": [
        {"med_pref": "wants", "concerns": ["panic"]},
        {"concerns": ["medication_question"]},
        {"concerns": ["medication_question"], "therapy_pref": "unsure"},
    ],
    "R34": [
        {"therapy_pref": "declines", "med_pref": "open", "concerns": ["depression"]},
        {"therapy_pref": "declines", "med_pref": "open", "on_medication": True},
    ],
    "R35": [
        {"concerns": ["bipolar_mood"]},
        {"concerns": ["anxiety_worry", "bipolar_mood"], "med_pref": "open", "therapy_pref": "open"},
    ],
    "R36": [
        {"concerns": ["perinatal"]},
        {"perinatal": "pregnant", "concerns": ["depression"], "med_pref": "open"},
    ],
    "R37": [
        {"concerns": ["depression"], "severity": "severe", "med_pref": "open"},
        {"concerns": ["adhd_attention"], "med_pref": "open"},
        {
            "concerns": ["ocd"],
            "severity": "severe",
            "med_pref": "open",
            "age_group": "teen_13_17",
            "guardian_ok": True,
        },
    ],
    "R38": [
        {"concerns": ["panic"], "therapy_pref": "wants", "severity": "moderate"},
        {"concerns": ["sleep"]},
        {"concerns": ["trauma_ptsd"], "severity": "severe"},
    ],
    "R39": [
        {"concerns": ["grief"]},
        {"concerns": ["anxiety_worry"], "severity": "mild"},
        {"concerns": ["trauma_ptsd"], "age_group": "teen_13_17", "guardian_ok": True},
        {"concerns": ["relationship"], "severity": "severe"},
    ],
    "R40": [{}, {"concerns": ["medication_side_effect"]}, {"concerns": ["other_unclear"], "severity": "severe"}],
}


def test_every_rule_has_at_least_two_examples():
    assert list(EXAMPLES) == IDS
    assert all(len(examples) >= 2 for examples in EXAMPLES.values())


@pytest.mark.parametrize(
    ("rule_id", "facts"), [(rule, facts) for rule, all_ in EXAMPLES.items() for facts in all_]
)
def test_the_rule_decides_its_examples(rule_id, facts):
    decision = decide({**ADULT, **facts}, RULES)
    assert decision.rule_id == rule_id
    assert decision.route == BY_ID[rule_id].then
    assert decision.why == BY_ID[rule_id].why["en"]


NEIGHBOURS = [
    # In therapy already, a teen's wish for medicine is a consult beside it, not a question for staff.
    ("R28", {"age_group": "teen_13_17", "guardian_ok": True, "in_therapy": True, "med_pref": "wants"}),
    # A teen with attention trouble may ask for a prescriber as an adult does.
    ("R33", {"age_group": "teen_13_17", "guardian_ok": True, "med_pref": "wants", "concerns": ["adhd_attention"]}),
    # A child's strong anxiety stays with therapy first, where a teen's would be combined.
    (
        "R38",
        {
            "age_group": "child_6_12",
            "seeker": "parent_guardian",
            "concerns": ["anxiety_worry"],
            "severity": "severe",
            "med_pref": "open",
        },
    ),
    ("R39", {"concerns": ["adhd_attention"], "severity": "mild", "med_pref": "open"}),
    ("R07", {"perinatal": "pregnant", "severity": "severe", "request": "side_effect"}),
    ("R36", {"perinatal": "pregnant", "severity": "moderate", "concerns": ["panic"]}),
    ("R22", {"seeker": "partner", "joint_care": True, "in_therapy": True, "on_medication": True}),
    ("R27", {"in_therapy": True, "on_medication": True, "therapy_pref": "declines", "med_pref": "open"}),
]


@pytest.mark.parametrize(("rule_id", "facts"), NEIGHBOURS)
def test_a_neighbouring_rule_does_not_take_what_belongs_to_another(rule_id, facts):
    assert rule_for(**facts) == rule_id


DIGESTS = {"1.0.0": "0d1cea466f1782cb"}


def test_a_change_of_the_rules_raises_their_version():
    said = [(rule.id, rule.when.source, rule.then, rule.lock) for rule in RULES.pathways]
    said += [(modifier.id, modifier.when.source) for modifier in RULES.modifiers]
    digest = hashlib.sha256(json.dumps(said).encode()).hexdigest()[:16]
    assert DIGESTS[RULES.version] == digest, "the rules changed: raise rules_version and note the new digest here"


LOCKED = {"R01", "R02", "R03", "R04", "R05", "R06", "R07", "R08", "R09", "R10", "R11", "R12", "R13", "R14", "R15"}
ROUTES = {
    "crisis_now": "R01 R02",
    "same_day_callback": "R03 R04 R05 R06 R07 R08 R09",
    "staff_review": "R10 R11 R12 R13 R14 R16 R19 R20 R24 R26 R40",
    "medication_management": "R17 R18 R23 R28 R33 R34",
    "therapy": "R15 R22 R25 R30 R39",
    "combined": "R21 R27 R29 R31 R32 R35 R37",
    "therapy_first_med_review": "R36 R38",
}


def test_safety_and_scope_rules_lock_and_no_preference_does():
    assert {rule.id for rule in RULES.pathways if rule.lock} == LOCKED | {"R16", "R19", "R20"}


def test_each_rule_leads_to_its_route():
    routes = {rule: route for route, rules in ROUTES.items() for rule in rules.split()}
    assert {rule.id: rule.then for rule in RULES.pathways} == routes


def test_every_rule_says_why_in_both_languages_and_cites_its_source():
    for rule in RULES.pathways:
        assert set(rule.why) == {"en", "es"}
        assert rule.why["en"] != rule.why["es"]
        assert rule.cite


def test_what_a_visitor_reads_never_says_need_or_names_a_degree_of_illness():
    for rule in RULES.pathways:
        assert "you need" not in rule.why["en"].lower()
        assert "usted necesita" not in rule.why["es"].lower()
        assert "severe depression" not in rule.why["en"].lower()


def test_the_reason_comes_in_the_language_of_the_chat():
    decision = decide({**ADULT, "concerns": ["grief"], "language": "es"}, RULES)
    assert decision.why == "La terapia hablada es el primer paso habitual para esto."
    assert "spanish" in decision.modifiers


MODIFIERS = [
    ("cbt_i", {"concerns": ["grief", "sleep"]}, {"concerns": ["grief"]}),
    ("erp", {"concerns": ["ocd"]}, {"concerns": ["panic"]}),
    ("trauma_focused", {"concerns": ["trauma_ptsd"]}, {}),
    ("dbt", {"concerns": ["emotion_regulation"]}, {}),
    ("parent_training", {"concerns": ["child_behavior"]}, {"age_group": "child_6_12"}),
    ("parent_training", {"age_group": "child_0_5", "seeker": "parent_guardian"}, {}),
    ("couples_safety_check", {"concerns": ["relationship"]}, {"concerns": ["family_conflict"]}),
    ("priority", {"perinatal": "pregnant", "on_medication": True}, {"on_medication": True}),
    ("priority", {"severity": "severe"}, {"severity": "severe", "safety_tier": "urgent"}),
    (
        "coordinate_release",
        {"in_therapy": True, "on_medication": True},
        {"med_pref": "wants", "therapy_pref": "wants"},
    ),
    ("coordinate_release", {"therapy_not_enough": True, "med_pref": "open"}, {"med_pref": "wants"}),
    ("own_therapist", {"in_therapy": True, "med_pref": "wants"}, {"in_therapy": True, "on_medication": True}),
    (
        "pcp_check",
        {"age_group": "older_65plus", "duration": "lt_2w"},
        {"age_group": "older_65plus", "duration": "gt_12m"},
    ),
    ("pcp_check", {"concerns": ["chronic_illness_pain"]}, {"duration": "lt_2w"}),
    ("pcp_check", {"fatigue": True}, {}),
    ("pcp_check", {"first_panic": True, "concerns": ["panic"]}, {"concerns": ["panic"]}),
    ("spanish", {"language": "es"}, {"language": "en"}),
    ("veteran", {"veteran": True}, {}),
    ("affirming", {"concerns": ["gender_sexuality"]}, {}),
    ("offer_screener", {"concerns": ["depression"]}, {"concerns": ["depression"], "safety_tier": "crisis"}),
    ("offer_screener", {"concerns": ["relationship"], "severity": "severe"}, {"concerns": ["relationship"]}),
    (
        "offer_screener",
        {"concerns": ["anxiety_worry"]},
        {"concerns": ["anxiety_worry"], "age_group": "teen_13_17", "guardian_ok": True},
    ),
    ("taper_with_prescriber", {"med_pref": "declines", "on_medication": True}, {"med_pref": "declines"}),
    ("med_info_only", {"med_pref": "unsure"}, {"med_pref": "open"}),
    ("clinician_discuss", {"med_pref": "declines", "concerns": ["bipolar_mood"]}, {"concerns": ["bipolar_mood"]}),
    ("clinician_discuss", {"med_pref": "declines", "concerns": ["psychosis_like"]}, {"med_pref": "declines"}),
]


@pytest.mark.parametrize(("modifier", "with_it", "without_it"), MODIFIERS)
def test_a_modifier_is_added_when_its_condition_holds_and_only_then(modifier, with_it, without_it):
    assert modifier in decide({**ADULT, **with_it}, RULES).modifiers
    assert modifier not in decide({**ADULT, **without_it}, RULES).modifiers


def test_every_modifier_has_an_example():
    assert {modifier.id for modifier in RULES.modifiers} == {row[0] for row in MODIFIERS}


# -- properties over all facts ------------------------------------------------------------------------------------

CONCERNS = RULES.schema.facts["concerns"].allowed
FACTS = st.fixed_dictionaries(
    {},
    optional={
        name: st.lists(st.sampled_from(CONCERNS), max_size=4) if fact.many else st.sampled_from(fact.allowed)
        for name, fact in RULES.schema.facts.items()
    },
)


def first_by_python(facts):
    """What Python itself makes of the rules' own words: an oracle that shares no code with the engine."""
    return next(rule.id for rule in RULES.pathways if eval(rule.when.source, {"__builtins__": {}}, facts))


@settings(max_examples=400, deadline=None)
@given(FACTS)
def test_any_facts_get_one_decision_and_it_is_the_first_rule_that_holds(facts):
    decision = decide(facts, RULES)
    assert decision.rule_id == first_by_python(decision.facts)
    assert decision.route in RULES.routes
    assert decision.rules_version == RULES.version


@settings(max_examples=150, deadline=None)
@given(FACTS)
def test_a_decision_can_be_stored_and_repeated_from_the_facts_it_kept(facts):
    first = decide(facts, RULES)
    kept = json.loads(json.dumps(first.facts))
    again = decide({name: kept[name] for name in RULES.schema.facts}, RULES)
    assert again == first


@settings(max_examples=150, deadline=None)
@given(FACTS, st.data())
def test_facts_for_modifiers_alone_never_change_the_route(facts, data):
    other = {name: data.draw(st.sampled_from(RULES.schema.facts[name].allowed)) for name in sorted(RULES.context)}
    assert decide({**facts, **other}, RULES).rule_id == decide(facts, RULES).rule_id


@settings(max_examples=150, deadline=None)
@given(FACTS, st.sampled_from(["crisis", "emergency"]))
def test_crisis_and_emergency_come_before_everything(facts, tier):
    decision = decide({**facts, "safety_tier": tier}, RULES)
    assert (decision.route, decision.lock) == ("crisis_now", True)


def random_facts(rng):
    """Facts in which most things are as they mostly are, so that late rules are reached as well as early ones."""
    facts = {}
    for name, fact in RULES.schema.facts.items():
        if fact.many:
            facts[name] = rng.sample(CONCERNS, rng.choice((0, 1, 1, 2, 3)))
        elif name not in RULES.context:
            facts[name] = fact.allowed[0] if rng.random() < 0.55 else rng.choice(fact.allowed)
    if rng.random() < 0.8:
        facts.update(safety_tier="none", psychosis_now=False, mania_now=False)
    return facts


def test_every_rule_is_reached_over_a_hundred_thousand_random_fact_sets():
    rng = random.Random(40)
    reached = dict.fromkeys(IDS, 0)
    for _ in range(100_000):
        facts = RULES.derivation.apply(random_facts(rng))
        reached[RULES.first_match(facts).id] += 1
    assert sum(reached.values()) == 100_000
    assert min(reached.values()) >= 20, reached


DEMOGRAPHIC = ("race", "ethnic", "sex", "gender", "religion", "faith", "insurance", "payer", "income", "payment")


def test_no_fact_a_rule_may_read_describes_who_somebody_is():
    names = set(RULES.schema.facts)
    assert not [name for name in names for word in DEMOGRAPHIC if word in name]
    values = {
        str(value) for name, fact in RULES.schema.facts.items() if name != "concerns" for value in fact.allowed
    }
    assert not [value for value in values for word in DEMOGRAPHIC if word in value]


def test_pathways_read_only_clinical_facts_and_what_is_derived_from_them():
    readable = set(RULES.schema.facts) - RULES.context | {"lead", "sev", "minor"}
    assert RULES.context == {"language", "veteran", "fatigue", "first_panic"}
    assert all(rule.when.names <= readable for rule in RULES.pathways)


def test_a_demographic_fact_is_refused_rather_than_ignored():
    with pytest.raises(FactError, match="race"):
        decide({**ADULT, "race": "any"}, RULES)


def test_a_decision_takes_less_than_a_millisecond():
    durations = []
    for _ in range(300):
        start = time.perf_counter()
        decide(ADULT, RULES)  # no rule but the last holds: the longest way
        durations.append(time.perf_counter() - start)
    assert statistics.median(durations) < 0.001


# -- the contract's `route` and the intake ------------------------------------------------------------------------


def test_route_adds_the_decision_and_passes_other_fields_through():
    record = {"id": 7, "facts": {**ADULT, "concerns": ["panic"], "therapy_pref": "wants"}}
    answer = route_record(record)
    assert answer == {
        "id": 7,
        "facts": record["facts"],
        "route": "therapy_first_med_review",
        "rule_id": "R38",
        "rules_version": RULES.version,
        "modifiers": ["offer_screener"],
        "why": "Therapy is a good first step here; a medicine consult is there if you want it.",
        "cite": BY_ID["R38"].cite,
        "lock": False,
    }
    assert json.loads(json.dumps(answer)) == answer
    assert "route" not in record


def test_route_takes_other_rules_when_given():
    assert route_record({"facts": {}}, RULES)["rule_id"] == "R40"


@pytest.mark.parametrize(
    ("record", "message"),
    [
        ({}, '"facts" is missing'),
        ([], '"facts" is missing'),
        ("facts", '"facts" is missing'),
        ({"facts": None}, '"facts" must be an object'),
        ({"facts": ["age_group"]}, '"facts" must be an object'),
        ({"facts": {"age_group": "grown"}}, "age_group"),
    ],
)
def test_route_refuses_a_line_without_usable_facts(record, message):
    with pytest.raises(FactError, match=message):
        route_record(record)


def test_an_intake_in_progress_waits_for_a_person_until_the_age_is_known():
    intake = {"concerns": ["panic"], "stage": "intake", "quotes": {"concerns": "panicking at work"}, "state": "AZ"}
    assert decide(from_intake(intake, RULES), RULES).rule_id == "R12"
    assert decide(from_intake({**intake, **ADULT}, RULES), RULES).rule_id == "R38"
