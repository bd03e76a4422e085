"""What counts as a fact, what a missing one means, and what an intake hands to the rules."""

import pytest

from actions.care.facts import Fact, FactError, FactSchema, show

AGE = Fact("age_group", ("adult_18_64", "teen_13_17", "unknown"))
THERAPY = Fact("in_therapy", (None, True, False))
MANIA = Fact("mania_now", (False, True))
CONCERNS = Fact("concerns", ("sleep", "panic"), many=True)
TIER = Fact("safety_tier", ("none", "watch_open"))
SCHEMA = FactSchema({fact.name: fact for fact in (AGE, THERAPY, MANIA, CONCERNS, TIER)})


def test_missing_facts_take_their_first_value():
    assert SCHEMA.complete({}) == {
        "age_group": "adult_18_64",
        "in_therapy": None,
        "mania_now": False,
        "concerns": [],
        "safety_tier": "none",
    }


def test_a_given_fact_is_kept_and_a_concern_named_twice_counts_once():
    facts = SCHEMA.complete({"age_group": "unknown", "in_therapy": False, "concerns": ["panic", "sleep", "panic"]})
    assert facts["age_group"] == "unknown"
    assert facts["in_therapy"] is False
    assert facts["concerns"] == ["panic", "sleep"]


def test_two_completions_never_share_a_list():
    SCHEMA.complete({})["concerns"].append("sleep")
    assert SCHEMA.complete({})["concerns"] == []


@pytest.mark.parametrize(
    ("given", "message"),
    [
        ({"age_group": "adult"}, 'fact age_group: "adult" is not one of adult_18_64, teen_13_17, unknown'),
        ({"age_group": None}, "fact age_group: null is not one of"),
        ({"age_group": ["unknown"]}, 'fact age_group: ["unknown"] is not one of'),
        ({"in_therapy": 1}, "fact in_therapy: 1 is not one of null, true, false"),
        ({"in_therapy": "true"}, 'fact in_therapy: "true" is not one of'),
        ({"mania_now": 0}, "fact mania_now: 0 is not one of false, true"),
        ({"concerns": "sleep"}, 'fact concerns: "sleep" is not a list of sleep, panic'),
        ({"concerns": ["sleep", "flying"]}, 'fact concerns: "flying" is not one of sleep, panic'),
        ({"concerns": {"sleep": 1}}, "is not a list of"),
        ({"race": "x", 3: "y"}, 'unknown facts: "race", 3; known: age_group, in_therapy'),
        (["age_group"], 'facts: ["age_group"] is not an object of facts'),
        (None, "facts: null is not an object of facts"),
    ],
)
def test_a_wrong_fact_is_refused_with_its_name_its_value_and_what_is_allowed(given, message):
    with pytest.raises(FactError) as refusal:
        SCHEMA.complete(given)
    assert message in str(refusal.value)


def test_only_facts_of_yes_no_and_nobody_said_are_yes_no():
    assert THERAPY.is_yes_no
    assert MANIA.is_yes_no
    assert not AGE.is_yes_no
    assert not CONCERNS.is_yes_no


def test_a_list_fact_accepts_what_it_may_hold():
    assert CONCERNS.accepts("sleep")
    assert not CONCERNS.accepts(["sleep"])


def test_an_intake_gives_its_facts_and_keeps_names_quotes_and_times_to_itself():
    intake = {
        "concerns": ["sleep"],
        "in_therapy": True,
        "quotes": {"concerns": "no sleep"},
        "state": "AZ",
        "asked": [],
    }
    assert SCHEMA.from_intake(intake) == SCHEMA.complete(
        {"concerns": ["sleep"], "in_therapy": True, "age_group": "unknown"}
    )


@pytest.mark.parametrize("intake", [{}, {"age_group": None}])
def test_an_age_nobody_said_is_unknown_not_adult(intake):
    assert SCHEMA.from_intake(intake)["age_group"] == "unknown"


def test_null_in_an_intake_is_an_answer_only_where_null_is_one():
    facts = SCHEMA.from_intake({"in_therapy": None, "mania_now": None, "concerns": None, "safety_tier": None})
    assert facts == SCHEMA.from_intake({})


def test_a_watch_without_a_clear_answer_is_an_open_one():
    assert SCHEMA.from_intake({"safety_tier": "watch"})["safety_tier"] == "watch_open"
    assert SCHEMA.from_intake({"safety_tier": "none"})["safety_tier"] == "none"


def test_a_wrong_value_in_an_intake_is_still_refused():
    with pytest.raises(FactError, match="age_group"):
        SCHEMA.from_intake({"age_group": "42"})
    with pytest.raises(FactError, match="safety_tier"):
        SCHEMA.from_intake({"safety_tier": {"watch": 1}})


def test_a_value_in_a_message_is_cut_and_what_is_no_json_shows_its_kind():
    assert show("x" * 500) == '"' + "x" * 76 + "..."
    assert show("ñ") == '"ñ"'
    assert show({1, 2}) == "a set"
