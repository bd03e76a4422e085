"""Journey files: an unknown word is refused with its line; the shipped ones cover the promised visitors."""

import re
from pathlib import Path

import pytest

from tests.journeys.checks import CHECKS
from tests.journeys.script import EXPECT, ScriptError, load

HERE = Path(__file__).parent
SHIPPED = sorted(HERE.glob("*.yml"))


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("steps: [{say: hi}]", "1: misses journey"),
        ("journey: x\nsteps: []", "1: misses steps"),
        ("- a", "1: must be a mapping"),
        ("journey: [x", "1: cannot be read"),
        ("journey: x\nstep: 1\nsteps: [{say: hi}]", "1: journey file: unknown step"),
        ("journey: x\nclock: noon\nsteps: [{say: hi}]", "1: clock must be open or closed"),
        ("journey: x\nsteps:\n- {say: hi}\n- {say: hi, choose: a}", "4: one action a step, not choose and say"),
        ("journey: x\nsteps:\n- {say: 5}", "3: say must be a text"),
        ("journey: x\nsteps:\n- {choose: [a]}", "3: choose must be a label"),
        ("journey: x\nsteps:\n- hello", "3: step must be a mapping"),
        ("journey: x\nsteps:\n- {expect: {sais: hi}}", "3: expect: unknown sais"),
        ("journey: x\nsteps:\n- {database: {visits: 1}}", "3: database: unknown visits"),
        ("journey: x\nsteps:\n- {until: {kinds: a}}", "3: until: unknown kinds"),
        ("journey: x\nsteps:\n- {wait_for: {from: staff}}", "3: wait_for: unknown from"),
        ("journey: x\nsteps:\n- {staff: dance}", "3: staff: unknown dance"),
        (
            "journey: x\nanswers: {age_group: {tell: a}}\nsteps: [{say: hi}]",
            "1: answer to age_group: unknown tell",
        ),
    ],
)
def test_a_file_that_cannot_mean_what_it_says_is_refused(tmp_path, text, reason):
    path = tmp_path / "one.yml"
    path.write_text(text, "utf-8")
    with pytest.raises(ScriptError) as refusal:
        load(path)
    assert str(refusal.value).startswith(f"{path}:{reason}")


def test_a_missing_file_is_refused(tmp_path):
    with pytest.raises(ScriptError, match="cannot be read"):
        load(tmp_path / "none.yml")


def test_every_word_of_expect_has_its_check():
    assert set(CHECKS) | {"question"} == EXPECT


@pytest.mark.parametrize("path", SHIPPED, ids=[path.stem for path in SHIPPED])
def test_a_shipped_journey_can_be_read(path):
    journey = load(path)
    assert journey.steps
    assert re.fullmatch(r"[a-z_]+", path.stem)


def test_the_promised_visitors_are_all_there():
    promised = {
        "therapy_chosen",
        "medication_management_chosen",
        "both_chosen",
        "another_visit_chosen",
        "a_person_at_once",
        "after_hours",
        "a_minor",
        "out_of_state",
        "crisis_in_mid_booking",
        "a_question_inside_the_intake",
        "a_correction",
        "everything_in_one_message",
    }
    assert promised <= {path.stem for path in SHIPPED}


def test_no_journey_uses_a_telephone_number_that_could_be_somebodys():
    numbers = [number for path in SHIPPED for number in re.findall(r"\d{3}-\d{3}-\d{4}", path.read_text("utf-8"))]
    assert numbers
    assert all(re.fullmatch(r"\d{3}-555-01\d\d", number) for number in numbers)
