"""The last item of the mood screener: above zero, 988 and the direct question; never lower than urgent (clinical.md §3)."""

import pytest

from api.safety import service
from api.safety.conversation import fresh, item_nine, respond
from api.safety.hearing import Heard
from api.safety.models import Alert, SafetyState
from api.safety.service import Inbound
from api.vocabulary import Mode, Tier
from tests.factories import OPEN_AT


@pytest.mark.parametrize("answer", [1, 2, 3])
def test_any_answer_above_zero_is_urgent_and_asks_directly(answer):
    state = fresh("s")
    outcome = item_nine(state, answer)
    assert outcome.step.says == ("item_nine", "direct_plain")
    assert (outcome.step.goes_on, outcome.step.fetches, outcome.risen) == (False, True, Tier.URGENT)
    assert (state.tier, state.floor, state.open_question) == (Tier.URGENT, Tier.URGENT, "item_nine")


def test_zero_changes_nothing_and_clears_nothing():
    state = fresh("s")
    state.tier = Tier.WATCH
    assert item_nine(state, 0).step.goes_on
    assert (state.tier, state.open_question) == (Tier.WATCH, None)


@pytest.mark.parametrize("answer", [-1, 4, True])
def test_other_answers_are_refused(answer):
    with pytest.raises(ValueError, match="0, 1, 2 or 3"):
        item_nine(fresh("s"), answer)


@pytest.mark.parametrize(
    ("answer", "tier", "says", "confirmed"),
    [
        ("yes", Tier.CRISIS, "crisis", "DIRECT_YES"),
        ("unsure", Tier.CRISIS, "crisis", "DIRECT_UNSURE"),
        ("no", Tier.URGENT, "urgent", None),
        ("skip", Tier.URGENT, "urgent", None),
        (None, Tier.URGENT, "urgent", None),
    ],
)
def test_the_answer_to_the_direct_question_decides(answer, tier, says, confirmed):
    state = fresh("s")
    item_nine(state, 1)
    step = respond(state, Heard(answer=answer)).step
    assert (state.tier, step.says, step.confirmed) == (tier, (says,), confirmed)


def test_in_crisis_the_item_gets_a_line_and_no_new_question():
    state = fresh("s")
    state.tier = Tier.CRISIS
    assert item_nine(state, 2).step.says == ("crisis_support",)
    assert state.tier == Tier.CRISIS


def test_staff_are_told_the_value_and_the_visitor_sees_988(db, gate, session):
    verdict = gate.item_nine(db, session.id, "en", 2, OPEN_AT)
    service.raise_alert(db, gate.profile, session.id, None, verdict, OPEN_AT)
    [alert] = db.query(Alert)
    assert (alert.tier, alert.signals[0]["id"], alert.signals[0]["words"]) == ("urgent", "ITEM9", "item 9: 2")
    assert "988" in verdict.line.text
    assert verdict.line.text.endswith("are you having thoughts of killing yourself?")
    assert [card["id"] for card in verdict.line.payload["resources"]][:2] == ["us_911", "us_988"]
    assert [offer["label"] for offer in verdict.line.quick_replies] == [
        "Yes",
        "No",
        "Not sure",
        "I'd rather not say",
    ]
    assert verdict.fetches


def test_the_typed_answer_is_read_as_one_to_the_direct_question(db, gate, session):
    gate.item_nine(db, session.id, "en", 1, OPEN_AT)
    inbound = Inbound(session.id, "en", Mode.BOT, "yes", Heard(), None, None)
    assert gate.consider(db, inbound, OPEN_AT).tier == Tier.CRISIS


def test_zero_leaves_no_row_and_no_alert(db, gate, session):
    verdict = gate.item_nine(db, session.id, "en", 0, OPEN_AT)
    assert (verdict.line, verdict.alerts, verdict.goes_on, verdict.is_trail) == (None, False, True, False)
    assert db.query(SafetyState).count() == 0
