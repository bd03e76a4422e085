"""The safety conversation as a pure machine: tiers rise freely and fall only by a clear no (clinical.md §4)."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from api.safety.conversation import ask_for_help, fresh, lift, respond, respond_beside_staff
from api.safety.hearing import Heard, Signal
from api.vocabulary import Tier

NONE, WATCH, URGENT, CRISIS, EMERGENCY = Tier


def at(tier=NONE, question=None, **more):
    state = fresh("s")
    state.tier = tier
    state.floor = URGENT if tier.rank >= URGENT.rank else NONE
    state.open_question = question
    for name, value in more.items():
        setattr(state, name, value)
    return state


def heard(tier=NONE, *ids, answer=None, sets=(), **more):
    signals = tuple(Signal(name, tier, sets=sets) for name in ids or (("ANY",) if tier.rank else ()))
    return Heard(tier=tier, signals=signals, answer=answer, **more)


# ---- no question open


def test_an_ordinary_message_goes_on_to_the_bot_and_says_nothing():
    outcome = respond(at(), heard())
    assert outcome.step.goes_on
    assert outcome.step.keeps
    assert outcome.step.says == ()
    assert outcome.risen is None


def test_watch_speaks_only_the_direct_question_and_keeps_the_message_for_the_bot():
    state = at()
    step = respond(state, heard(WATCH)).step
    assert step.says == ("direct",)
    assert (step.goes_on, step.keeps) == (False, True)
    assert (state.tier, state.open_question) == (WATCH, "direct")


def test_urgent_asks_for_a_number_once_and_fetches_staff():
    state = at()
    step = respond(state, heard(URGENT, "DV_ONGOING")).step
    assert step.says == ("urgent",)
    assert (step.keeps, step.fetches, step.goes_on) == (True, True, False)
    assert state.open_question == "callback_number"
    assert not state.by_facts


def test_another_urgent_signal_is_only_thanked_for():
    state = at(URGENT, callback_asked=True)
    step = respond(state, heard(URGENT, "MED_REACTION")).step
    assert step.says == ("urgent_again",)
    assert step.goes_on
    assert step.fetches


def test_a_watch_signal_in_an_urgent_chat_asks_the_direct_question():
    state = at(URGENT, callback_asked=True)
    assert respond(state, heard(WATCH)).step.says == ("direct",)
    assert state.tier == URGENT


@pytest.mark.parametrize(
    ("tier", "script", "question"), [(CRISIS, "crisis", "in_danger"), (EMERGENCY, "emergency", "call_911")]
)
def test_crisis_and_emergency_speak_their_script_and_the_bot_gets_nothing(tier, script, question):
    state = at()
    outcome = respond(state, heard(tier))
    assert outcome.step.says == (script,)
    assert (outcome.step.goes_on, outcome.step.keeps, outcome.step.fetches) == (False, False, True)
    assert outcome.risen == tier
    assert state.open_question == question


def test_the_script_of_crisis_is_not_spoken_again_while_the_tier_stands():
    state = at(CRISIS)
    outcome = respond(state, heard(CRISIS))
    assert outcome.step.says == ("crisis_support",)
    assert outcome.risen is None


def test_crisis_rises_to_emergency_in_the_middle_of_any_question():
    state = at(CRISIS, "may_call")
    assert respond(state, heard(EMERGENCY)).step.says == ("emergency",)


def test_emergency_only_ever_gets_its_own_lines():
    state = at(EMERGENCY)
    assert respond(state, heard()).step.says == ("emergency_support",)
    assert respond(state, heard(CRISIS)).step.says == ("emergency_support",)
    assert state.tier == EMERGENCY


def test_every_third_message_in_crisis_offers_the_way_back():
    state = at(CRISIS, times_spoken=3)
    assert respond(state, heard()).step.says == ("crisis_support",)
    state.times_spoken = 5
    assert respond(state, heard()).step.says == ("crisis_support", "direct_again")
    assert state.open_question == "direct"


def test_wanting_to_go_on_in_crisis_leads_to_the_direct_question():
    state = at(CRISIS, times_spoken=3)
    assert respond(state, heard(answer="go_on")).step.says == ("crisis_support", "direct_again")


# ---- the direct question


def test_a_clear_no_steps_watch_down_and_lets_the_bot_go_on():
    state = at(WATCH, "direct")
    step = respond(state, heard(answer="no")).step
    assert step.says == ("thanks_no",)
    assert (step.goes_on, step.keeps) == (True, False)
    assert (state.tier, state.direct_answer, state.open_question) == (NONE, "no", None)


def test_a_clear_no_steps_crisis_down_to_urgent_and_never_further():
    state = at(CRISIS, "direct")
    assert respond(state, heard(answer="no")).step.says == ("urgent",)
    assert state.tier == URGENT
    state.open_question = "direct"
    assert respond(state, heard(answer="no")).step.says == ("thanks_no",)
    assert state.tier == URGENT


def test_no_answer_takes_an_emergency_down():
    state = at(EMERGENCY, "direct")
    assert respond(state, heard(answer="no")).step.says == ("emergency_support",)
    assert state.tier == EMERGENCY


def test_yes_is_crisis_and_counts_as_a_signal():
    state = at(WATCH, "direct")
    outcome = respond(state, heard(answer="yes"))
    assert outcome.step.says == ("crisis",)
    assert outcome.step.confirmed == "DIRECT_YES"
    assert outcome.risen == CRISIS
    assert state.direct_answer == "yes"


def test_yes_in_crisis_stays_crisis_without_the_same_block():
    state = at(CRISIS, "direct")
    assert respond(state, heard(answer="yes")).step.says == ("crisis_support",)
    assert state.tier == CRISIS


@pytest.mark.parametrize("answer", ["unsure", "skip"])
def test_without_a_clear_answer_watch_stays_open_and_the_bot_goes_on(answer):
    state = at(WATCH, "direct")
    step = respond(state, heard(answer=answer)).step
    assert step.says == ("watch_open",)
    assert (step.goes_on, step.keeps, step.fetches) == (True, False, True)
    assert (state.tier, state.direct_answer) == (WATCH, answer)


def test_changing_the_topic_leaves_watch_open_and_the_new_topic_reaches_the_bot():
    state = at(WATCH, "direct")
    step = respond(state, heard()).step
    assert (step.says, step.goes_on, step.keeps) == (("watch_open",), True, True)
    assert state.direct_answer == "unanswered"


def test_without_a_clear_answer_crisis_stays_crisis():
    state = at(CRISIS, "direct")
    assert respond(state, heard(answer="unsure")).step.says == ("crisis_support",)
    assert state.tier == CRISIS


def test_wanting_to_go_on_instead_of_answering_is_asked_again():
    state = at(CRISIS, "direct", times_spoken=3)
    assert respond(state, heard(answer="go_on")).step.says == ("crisis_support", "direct_again")
    assert state.open_question == "direct"


def test_a_no_that_does_not_follow_the_direct_question_changes_nothing():
    state = at(CRISIS, "direct", times_spoken=3)
    respond(state, heard())
    respond(state, heard(answer="no"))
    assert state.tier == CRISIS


def test_without_a_clear_answer_urgent_asks_for_the_number_that_was_not_asked_for_yet():
    state = at(URGENT, "direct")
    assert respond(state, heard(answer="unsure")).step.says == ("urgent",)


def test_without_a_clear_answer_urgent_goes_on_when_the_number_was_asked_for():
    state = at(URGENT, "direct", callback_asked=True)
    step = respond(state, heard(answer="skip")).step
    assert (step.says, step.goes_on) == (("watch_open",), True)


def test_no_with_something_urgent_beside_it_is_urgent():
    state = at(WATCH, "direct")
    outcome = respond(state, heard(URGENT, "DV_ONGOING", answer="no"))
    assert outcome.step.says == ("urgent",)
    assert outcome.step.keeps
    assert state.tier == URGENT


def test_something_urgent_instead_of_an_answer_is_urgent():
    state = at(WATCH, "direct")
    assert respond(state, heard(URGENT, "DV_ONGOING")).step.says == ("urgent",)


def test_the_higher_of_answer_and_text_wins():
    state = at(WATCH, "direct")
    assert respond(state, heard(EMERGENCY, answer="no")).step.says == ("emergency",)
    assert state.tier == EMERGENCY


# ---- urgent and the number


def test_a_number_is_taken_and_the_bot_goes_on():
    state = at(URGENT, "callback_number", callback_asked=True)
    step = respond(state, heard(phone="+15205550134")).step
    assert (step.says, step.phone, step.goes_on, step.keeps) == (("number_noted",), True, True, False)


def test_something_else_than_a_number_goes_to_the_bot():
    state = at(URGENT, "callback_number", callback_asked=True)
    step = respond(state, heard()).step
    assert (step.says, step.goes_on, step.keeps) == ((), True, True)
    assert state.open_question is None


@pytest.mark.parametrize("answer", ["no", "skip"])
def test_a_number_may_be_refused(answer):
    state = at(URGENT, "callback_number", callback_asked=True)
    assert respond(state, heard(answer=answer)).step.says == ("number_declined",)


def test_a_bare_yes_is_asked_for_the_number_once():
    state = at(URGENT, "callback_number", callback_asked=True, last_script="urgent")
    assert respond(state, heard(answer="yes")).step.says == ("ask_number",)
    state.last_script = "ask_number"
    assert respond(state, heard(answer="yes")).step.goes_on


def test_self_injury_gets_the_direct_question_after_the_number():
    state = at()
    respond(state, heard(URGENT, "NSSI_CURRENT"))
    step = respond(state, heard(phone="+15205550134")).step
    assert step.says == ("number_noted", "direct_plain")
    assert (step.goes_on, step.phone) == (False, True)
    assert respond(state, heard(answer="no")).step.goes_on
    assert state.tier == URGENT


def test_a_watch_signal_instead_of_a_number_leads_to_the_direct_question():
    state = at(URGENT, "callback_number", callback_asked=True)
    step = respond(state, heard(WATCH)).step
    assert (step.says, step.keeps) == (("direct_plain",), True)


def test_a_number_in_crisis_is_noted_and_nothing_goes_on():
    state = at(CRISIS, "callback_number", callback_asked=True)
    step = respond(state, heard(phone="+15205550134")).step
    assert (step.says, step.phone, step.goes_on) == (("number_noted",), True, False)


def test_something_else_than_a_number_in_crisis_gets_a_line():
    state = at(CRISIS, "callback_number", callback_asked=True)
    assert respond(state, heard()).step.says == ("crisis_support",)


# ---- danger, calling


def test_danger_now_is_an_emergency():
    state = at(CRISIS, "in_danger")
    outcome = respond(state, heard(answer="yes"))
    assert outcome.step.says == ("emergency",)
    assert outcome.step.confirmed == "DANGER_YES"
    assert outcome.risen == EMERGENCY


@pytest.mark.parametrize(
    ("answer", "says"),
    [
        ("no", ("may_call",)),
        ("unsure", ("danger_unsure", "may_call")),
        ("skip", ("danger_unsure", "may_call")),
        (None, ("crisis_support", "may_call")),
    ],
)
def test_without_danger_now_crisis_stays_and_asks_whether_to_call(answer, says):
    state = at(CRISIS, "in_danger")
    assert respond(state, heard(answer=answer)).step.says == says
    assert (state.tier, state.open_question) == (CRISIS, "may_call")


@pytest.mark.parametrize(
    ("answer", "says"), [("no", ("crisis_support",)), ("unsure", ("danger_unsure",)), (None, ("crisis_support",))]
)
def test_whether_to_call_is_asked_once(answer, says):
    state = at(CRISIS, "in_danger", callback_asked=True)
    assert respond(state, heard(answer=answer)).step.says == says


def test_a_number_may_come_at_once():
    state = at(CRISIS, "may_call")
    step = respond(state, heard(phone="+15205550134")).step
    assert step.phone
    assert step.says == ("number_noted", "crisis_support")


@pytest.mark.parametrize(
    ("answer", "says", "question"),
    [
        ("yes", ("ask_number",), "callback_number"),
        ("no", ("number_declined",), None),
        ("skip", ("number_declined",), None),
        ("unsure", ("crisis_support",), None),
        (None, ("crisis_support",), None),
    ],
)
def test_answers_to_may_we_call(answer, says, question):
    state = at(CRISIS, "may_call")
    assert respond(state, heard(answer=answer)).step.says == says
    assert state.open_question == question


@pytest.mark.parametrize(
    ("answer", "says"), [("yes", "call_911_yes"), ("no", "call_911_no"), (None, "emergency_support")]
)
def test_answers_to_can_you_call_911(answer, says):
    state = at(EMERGENCY, "call_911")
    assert respond(state, heard(answer=answer)).step.says == (says,)
    assert (state.tier, state.open_question) == (EMERGENCY, None)


# ---- the bot's question to everyone


def test_no_to_the_universal_question_goes_on():
    state = at()
    step = respond(state, heard(answer="no", universal=True)).step
    assert (step.goes_on, step.says) == (True, ())
    assert state.universal_answer == "no"


def test_yes_to_the_universal_question_is_urgent_and_asks_directly():
    state = at()
    outcome = respond(state, heard(answer="yes", universal=True))
    assert outcome.step.says == ("direct",)
    assert (outcome.step.confirmed, outcome.step.keeps, outcome.step.fetches) == ("UNIVERSAL_YES", True, True)
    assert outcome.risen == URGENT


def test_no_to_the_direct_question_never_takes_a_universal_yes_below_urgent():
    state = at()
    respond(state, heard(answer="yes", universal=True))
    step = respond(state, heard(answer="no")).step
    assert step.says == ("urgent",)
    assert state.tier == URGENT


def test_not_sure_about_the_universal_question_is_watch_and_asks_directly():
    state = at()
    step = respond(state, heard(answer="unsure", universal=True)).step
    assert (step.says, step.keeps) == (("direct",), True)
    assert state.tier == WATCH


def test_not_sure_with_something_urgent_beside_it_is_urgent():
    state = at()
    assert respond(state, heard(URGENT, "DV_ONGOING", answer="unsure", universal=True)).step.says == ("urgent",)


def test_the_universal_question_may_be_skipped():
    state = at()
    assert respond(state, heard(answer="skip", universal=True)).step.goes_on
    assert state.universal_answer == "skip"


def test_something_else_than_an_answer_goes_on_and_leaves_it_unanswered():
    state = at()
    assert respond(state, heard(universal=True)).step.goes_on
    assert state.universal_answer is None


def test_no_with_despair_beside_it_asks_directly():
    state = at()
    assert respond(state, heard(WATCH, answer="no", universal=True)).step.says == ("direct",)


# ---- signals that set facts


def test_a_signal_that_sets_a_fact_is_urgent_by_that_fact():
    state = at()
    respond(state, heard(URGENT, "PSYCHOSIS", sets=(("psychosis_now", True),)))
    assert state.psychosis_now
    assert state.by_facts
    assert state.tier == URGENT


def test_a_plain_urgent_signal_afterwards_makes_the_tier_itself_urgent():
    state = at()
    respond(state, heard(URGENT, "PSYCHOSIS", sets=(("psychosis_now", True),)))
    respond(state, heard(URGENT, "DV_ONGOING"))
    assert not state.by_facts


def test_a_fact_after_a_plain_urgent_signal_leaves_the_tier_urgent():
    state = at()
    respond(state, heard(URGENT, "DV_ONGOING"))
    respond(state, heard(URGENT, "PSYCHOSIS", sets=(("psychosis_now", True),)))
    assert not state.by_facts


def test_unknown_facts_and_facts_of_denied_signals_are_left_alone():
    state = at()
    lift(state, heard(URGENT, "NEW", sets=(("something", True),)))
    lift(state, Heard(signals=(Signal("MANIA", NONE, sets=(("mania_now", True),)),)))
    assert not hasattr(state, "something")
    assert not state.mania_now


def test_crisis_ends_being_urgent_by_facts_only():
    state = at()
    respond(state, heard(URGENT, "PSYCHOSIS", sets=(("psychosis_now", True),)))
    respond(state, heard(CRISIS))
    assert not state.by_facts


# ---- help now


def test_help_now_asks_about_danger_and_fetches_staff():
    state = at()
    outcome = ask_for_help(state)
    assert (outcome.step.says, outcome.step.fetches) == (("help_now",), True)
    assert (state.tier, state.open_question, outcome.risen) == (WATCH, "in_danger", WATCH)


def test_help_now_in_an_emergency_asks_about_911():
    state = at(EMERGENCY)
    assert ask_for_help(state).risen is None
    assert state.open_question == "call_911"


@pytest.mark.parametrize(
    ("answer", "tier", "says"),
    [
        ("no", NONE, ("direct",)),
        ("unsure", NONE, ("danger_unsure", "direct_plain")),
        ("skip", NONE, ("danger_unsure", "direct_plain")),
        (None, WATCH, ("direct",)),
        (None, NONE, ("watch_open",)),
        ("yes", NONE, ("emergency",)),
        (None, URGENT, ("urgent",)),
    ],
)
def test_what_follows_help_now(answer, tier, says):
    state = at()
    ask_for_help(state)
    assert respond(state, heard(tier, answer=answer)).step.says == says


def test_after_help_now_an_urgent_message_still_owes_the_direct_question():
    state = at()
    ask_for_help(state)
    respond(state, heard(URGENT, "DV_ONGOING"))
    assert respond(state, heard(phone="+15205550134")).step.says == ("number_noted", "direct_plain")


# ---- beside staff


def test_beside_staff_only_a_rise_to_crisis_is_spoken():
    state = at()
    assert respond_beside_staff(state, heard(URGENT)).step.says == ()
    assert respond_beside_staff(state, heard(CRISIS)).step.says == ("crisis",)
    assert respond_beside_staff(state, heard(CRISIS)).step.says == ()
    assert respond_beside_staff(state, heard(EMERGENCY)).step.says == ("emergency",)
    assert state.open_question is None


# ---- for every conversation

ANSWERS = st.sampled_from(["yes", "no", "unsure", "skip", "go_on", None])
MESSAGES = st.builds(
    lambda tier, answer, phone, universal: heard(tier, answer=answer, phone=phone, universal=universal),
    st.sampled_from(list(Tier)),
    ANSWERS,
    st.sampled_from([None, "+15205550134"]),
    st.booleans(),
)


@given(st.lists(MESSAGES, max_size=12))
def test_the_laws_of_the_tier_hold_for_every_conversation(messages):
    state = fresh("s")
    for message in messages:
        before, question = Tier(state.tier), state.open_question
        outcome = respond(state, message)
        after = Tier(state.tier)
        assert after.rank >= message.tier.rank or (question == "direct" and message.answer == "no")
        assert after.rank >= before.rank - 1
        if after.rank < before.rank:
            assert (question, message.answer) == ("direct", "no")
        if before == EMERGENCY:
            assert after == EMERGENCY
        if after.rank >= CRISIS.rank:
            assert outcome.step.says
            assert not outcome.step.goes_on
        if state.open_question is not None:
            assert outcome.step.says
            assert not outcome.step.goes_on
        state.times_spoken += bool(outcome.step.says)
        state.last_script = outcome.step.says[-1] if outcome.step.says else state.last_script
