"""The questions: asked once, skipped, corrected, gone back to, interrupted and resumed."""

import pytest

from tests.actions.chat import Chat, payloads, tell_everything
from tests.actions.fake_practice import FakePractice


async def test_a_greeting_is_answered_with_the_first_question(chat: Chat) -> None:
    await chat.types("hi", "greet")
    assert chat.said == ["utter_hello"]
    assert chat.question == "concerns"


@pytest.mark.parametrize("text", ["/restart", "\u2060/restart", "  /start_over", "\u2060/request_human"])
async def test_a_typed_command_is_only_text(chat: Chat, practice: FakePractice, text: str) -> None:
    await chat.types("i cant sleep", "describe_concern", facts={"concerns": ["sleep"]})
    await chat.types(text, "start_over")
    assert chat.said == ["utter_unclear"]
    assert chat.question == "safety_check"
    assert practice.handoffs == []


async def test_a_worry_is_reflected_and_the_safety_question_comes_next(chat: Chat) -> None:
    await chat.types("i keep panicking", "describe_concern", facts={"concerns": ["panic"]})
    assert chat.said == ["utter_reflect"]
    assert chat.question == "safety_check"


async def test_what_was_already_said_is_never_asked(chat: Chat) -> None:
    await tell_everything(chat)
    assert chat.question == "care_choice"
    assert set(chat.slots["asked"]) == {"safety_check", "care_choice"}


async def test_a_silent_visitor_is_asked_at_most_eight_questions_before_a_suggestion(chat: Chat) -> None:
    await chat.types("hello", "greet")
    asked = []
    answers = {
        "concerns": {"concerns": ["sleep"]},
        "seeker": {"seeker": "self"},
        "age_group": {"age_group": "adult_18_64"},
        "state": {"state": "AZ"},
        "severity": {"severity": "mild"},
        "current_care": {"current_care": "none"},
        "therapy_pref": {"therapy_pref": "open"},
        "med_pref": {"med_pref": "unsure"},
    }
    while chat.question != "care_choice":
        asked.append(chat.question)
        if chat.question == "safety_check":
            chat.safety["safety_answer"] = "no"
        await chat.presses("inform", **answers.get(chat.question or "", {}))
    assert len(asked) == 8
    assert "safety_check" in asked


@pytest.mark.parametrize(
    "wrong",
    [
        {"age_group": "dragon"},
        {"age_group": ["adult_18_64"]},
        {"severity": "severe; drop"},
        {"state": "Arizona or so"},
        {"chosen_route": "crisis_now"},
        {"safety_tier": "none", "psychosis_now": False},
    ],
)
async def test_a_wrong_value_inside_the_live_form_is_rejected(chat: Chat, wrong: dict[str, object]) -> None:
    await chat.types("i cant sleep", "describe_concern", facts={"concerns": ["sleep"], "seeker": "self"})
    chat.safety["safety_answer"] = "no"
    await chat.types("no", "deny")
    assert chat.question == "age_group"
    before = {name: chat.slots.get(name) for name in wrong}
    await chat.presses("inform", **wrong)
    assert chat.question == "age_group"
    assert {name: chat.slots.get(name) for name in wrong} == before


async def test_a_skipped_question_is_left_out_and_not_asked_again(chat: Chat) -> None:
    await chat.types("i cant sleep", "describe_concern", facts={"concerns": ["sleep"]})
    chat.safety["safety_answer"] = "no"
    await chat.types("no", "deny")
    await chat.types("skip", "skip_question")
    assert chat.said == ["utter_skipped"]
    assert chat.slots["skipped"] == ["seeker"]
    assert chat.question == "age_group"


async def test_a_skipped_safety_question_is_asked_once_more_before_the_suggestion(chat: Chat) -> None:
    facts = {"concerns": ["panic"], "seeker": "self", "age_group": "adult_18_64", "state": "AZ"}
    more = {"severity": "mild", "in_therapy": False, "therapy_pref": "open", "med_pref": "open"}
    await chat.types("all of it", "describe_concern", facts={**facts, **more})
    assert chat.question == "safety_check"
    await chat.types("skip that", "skip_question")
    assert chat.question == "safety_check"
    await chat.types("skip that", "skip_question")
    assert chat.question == "care_choice"
    assert chat.intake["safety_unanswered"] is True


async def test_a_question_in_passing_is_answered_and_the_same_question_asked_again(chat: Chat) -> None:
    await chat.types("i cant sleep", "describe_concern", facts={"concerns": ["sleep"]})
    await chat.types("how much is a visit", "ask_fees")
    assert "$180" in chat.replies[0]["values"]["ready"]
    assert chat.question == "safety_check"
    assert chat.slots["ask_count"] == 2


@pytest.mark.parametrize(
    ("intent", "said"),
    [
        ("why_asked", "utter_why_ask_safety_check"),
        ("small_talk", "utter_small_talk"),
        ("thank", "utter_welcome"),
        ("complaint", "utter_complaint"),
        ("delete_data", "utter_delete_data"),
        ("cancel_appointment", "utter_manage_appointment"),
        ("change_language", "utter_language_changed"),
        ("greet", "utter_greet_again"),
    ],
)
async def test_a_remark_is_answered_and_the_question_stays_open(chat: Chat, intent: str, said: str) -> None:
    await chat.types("i cant sleep", "describe_concern", facts={"concerns": ["sleep"]})
    await chat.types("by the way", intent)
    assert chat.said == [said]
    assert chat.question == "safety_check"


async def test_asking_to_repeat_says_nothing_but_the_question(chat: Chat) -> None:
    await chat.types("i cant sleep", "describe_concern", facts={"concerns": ["sleep"]})
    await chat.types("what was the question", "repeat")
    assert chat.said == []
    assert chat.question == "safety_check"


async def test_a_correction_changes_the_fact_and_says_so(chat: Chat) -> None:
    facts = {"concerns": ["child_behavior"], "seeker": "self"}
    await chat.types("meltdowns", "describe_concern", facts=facts)
    await chat.types("i meant it is for my daughter", "correct_fact", facts={"seeker": "parent_guardian"})
    assert "utter_changed" in chat.said
    assert chat.slots["seeker"] == "parent_guardian"


async def test_a_wish_changes_wishes_and_nothing_else(chat: Chat) -> None:
    await tell_everything(chat, med_pref="declines", in_therapy=False)
    facts = {"med_pref": "open", "in_therapy": True}
    await chat.types("maybe medicine, yes", "state_preference", facts=facts)
    assert chat.slots["med_pref"] == "open"
    assert chat.slots["in_therapy"] is False


async def test_a_passing_mention_does_not_change_what_was_told(chat: Chat) -> None:
    await chat.types("its for me", "inform", facts={"concerns": ["stress_burnout"], "seeker": "self"})
    await chat.types("my son is loud too", "describe_concern", facts={"seeker": "parent_guardian"})
    assert chat.slots["seeker"] == "self"


async def test_going_back_forgets_the_last_answer_and_asks_it_again(chat: Chat) -> None:
    await chat.types("i cant sleep", "describe_concern", facts={"concerns": ["sleep"]})
    chat.safety["safety_answer"] = "no"
    await chat.types("no", "deny")
    await chat.presses("inform", seeker="partner", joint_care=True)
    assert chat.question == "age_group"
    await chat.types("go back", "go_back")
    assert chat.question == "seeker"
    assert chat.slots["seeker"] is None


async def test_a_denied_concern_is_taken_out(chat: Chat) -> None:
    await chat.types("anxious", "describe_concern", facts={"concerns": ["anxiety_worry", "sleep"]})
    await chat.types("sleep is fine", "correct_fact", facts={}, negated=["sleep"])
    assert chat.slots["concerns"] == ["anxiety_worry"]
    assert chat.slots["negated"] == ["sleep"]


async def test_the_first_unclear_message_is_put_differently_and_the_second_fetches_a_person(
    chat: Chat, practice: FakePractice
) -> None:
    await chat.types("i cant sleep", "describe_concern", facts={"concerns": ["sleep"]})
    await chat.types("blorp", "nlu_fallback")
    assert chat.said == ["utter_unclear"]
    assert chat.question == "safety_check"
    await chat.types("fizzle wug", "nlu_fallback")
    assert chat.said == ["utter_not_understood", "utter_handoff_open"]
    assert [call["reason"] for call in practice.handoffs] == ["not_understood"]
    assert chat.question is None


async def test_a_clear_message_between_two_unclear_ones_begins_the_count_again(
    chat: Chat, practice: FakePractice
) -> None:
    await chat.types("blorp", "nlu_fallback")
    await chat.types("wug", "nlu_fallback")
    await chat.types("i cant sleep", "describe_concern", facts={"concerns": ["sleep"]})
    await chat.types("blorp", "nlu_fallback")
    assert practice.handoffs == []


async def test_a_story_without_a_known_concern_is_taken_as_told(chat: Chat) -> None:
    await chat.types("hi", "greet")
    await chat.types("it is all a bit strange lately", "describe_concern")
    assert chat.slots["concerns"] == ["other_unclear"]
    assert chat.question == "safety_check"


async def test_a_question_passed_over_twice_is_skipped(chat: Chat) -> None:
    await chat.types("i cant sleep", "describe_concern", facts={"concerns": ["sleep"]})
    chat.safety["safety_answer"] = "no"
    await chat.types("no", "deny")
    await chat.types("and i am sad", "describe_concern", facts={"concerns": ["depression"]})
    assert chat.question == "seeker"
    await chat.types("and alone", "describe_concern", facts={"concerns": ["loneliness"]})
    assert chat.question == "age_group"


async def test_with_one_state_a_yes_names_it_and_a_no_leads_to_a_person(
    chat: Chat, practice: FakePractice
) -> None:
    facts = {"concerns": ["sleep"], "seeker": "self", "age_group": "adult_18_64"}
    await chat.types("sleep", "describe_concern", facts=facts)
    chat.safety["safety_answer"] = "no"
    await chat.types("no", "deny")
    assert chat.question == "state"
    await chat.types("no, I live in Nevada", "inform")
    assert chat.intake["rule_id"] == "R11"
    assert [call["reason"] for call in practice.handoffs] == ["staff_review"]


async def test_with_several_states_each_is_a_button(chat: Chat, practice: FakePractice) -> None:
    practice.states = ["DE", "MD"]
    facts = {"concerns": ["sleep"], "seeker": "self", "age_group": "adult_18_64"}
    await chat.types("sleep", "describe_concern", facts=facts)
    chat.safety["safety_answer"] = "no"
    await chat.types("no", "deny")
    buttons = payloads(chat.reply("utter_ask_state_many"))
    assert buttons[:2] == ['/inform{"state": "DE"}', '/inform{"state": "MD"}']


async def test_starting_over_forgets_everything_but_the_safety_answer(chat: Chat) -> None:
    await tell_everything(chat)
    await chat.types("start over", "start_over")
    assert chat.said == ["utter_started_over"]
    assert chat.question == "concerns"
    assert chat.slots["age_group"] is None
    assert chat.slots["safety_check"] == "no"


@pytest.mark.parametrize("intent", ["stop", "goodbye"])
async def test_stopping_closes_the_form_and_the_next_message_goes_on(chat: Chat, intent: str) -> None:
    await chat.types("i cant sleep", "describe_concern", facts={"concerns": ["sleep"]})
    await chat.types("enough", intent)
    assert chat.question is None
    await chat.types("ok lets go on", "inform")
    assert chat.question == "safety_check"


async def test_the_answer_is_in_the_other_language_when_asked_for(chat: Chat) -> None:
    await chat.types("hola, en español por favor", "change_language")
    assert {reply["language"] for reply in chat.replies} == {"es"}
    await chat.types("cuanto cuesta", "ask_fees")
    assert "La primera visita" in chat.replies[0]["values"]["ready"]
