"""The suggestion: its reason, the alternatives, the visitor's choice; locked decisions fetch people."""

import pytest

from actions.recommendation import reasons_for
from tests.actions.chat import Chat, payloads, tell_everything
from tests.actions.fake_practice import FakePractice


async def test_the_suggestion_carries_its_rule_and_offers_every_kind_of_visit_and_a_person(chat: Chat) -> None:
    await tell_everything(chat, concerns=["panic"])
    shown = chat.reply("utter_suggest_visit")
    payload = {"route": "therapy_first_med_review", "rule_id": "R38", "rules_version": "1.0.0"}
    assert shown["custom"] == {"kind": "suggestion", "payload": payload}
    assert shown["values"]["why"] == {"say": "utter_why_R38"}
    assert payloads(shown) == [
        '/choose_care{"chosen_route": "therapy"}',
        '/choose_care{"chosen_route": "combined"}',
        '/choose_care{"chosen_route": "medication_management"}',
        "/request_human",
    ]


async def test_the_reason_names_the_visitors_own_words_and_what_they_are_open_to(chat: Chat) -> None:
    await chat.types(
        "panicking at work",
        "describe_concern",
        facts={
            "concerns": ["panic"],
            "seeker": "self",
            "age_group": "adult_18_64",
            "state": "AZ",
            "severity": "moderate",
            "in_therapy": False,
            "therapy_pref": "declines",
            "med_pref": "open",
        },
        quotes={"concerns": "panicking at work"},
    )
    chat.safety["safety_answer"] = "no"
    await chat.types("no", "deny")
    assert chat.reply("utter_suggest_visit")["values"]["said"] == {
        "join": [
            {"say": "utter_said_quote", "quote": "panicking at work"},
            {"say": "utter_said_severity_moderate"},
            {"say": "utter_said_therapy_pref_declines"},
            {"say": "utter_said_med_pref_open"},
        ]
    }


def test_what_is_in_the_quote_is_not_said_again() -> None:
    known = {
        "severity": "moderate",
        "med_pref": "open",
        "quotes": {"concerns": "panic at work, it gets in the way", "severity": "it gets in the way"},
    }
    said = [part["say"] for part in reasons_for(known)]
    assert said == ["utter_said_quote", "utter_said_med_pref_open"]


@pytest.mark.parametrize(
    ("facts", "rule", "first"),
    [
        ({"concerns": ["grief"]}, "R39", "therapy"),
        ({"med_pref": "wants", "therapy_pref": "unsure"}, "R33", "medication_management"),
        ({"med_pref": "wants", "therapy_pref": "wants"}, "R32", "combined"),
    ],
)
async def test_the_suggested_visit_is_offered_first(
    chat: Chat, facts: dict[str, object], rule: str, first: str
) -> None:
    await tell_everything(chat, **facts)
    assert chat.intake["rule_id"] == rule
    assert payloads(chat.reply("utter_suggest_visit"))[0] == f'/choose_care{{"chosen_route": "{first}"}}'


@pytest.mark.parametrize(
    ("text", "intent", "findings", "chosen"),
    [
        ("yes please", "affirm", {}, "therapy"),
        ("the second one", "inform", {}, "combined"),
        ("just medicine", "state_preference", {"preference": "medication"}, "medication_management"),
    ],
)
async def test_the_choice_may_be_typed(
    chat: Chat, text: str, intent: str, findings: dict[str, object], chosen: str
) -> None:
    await tell_everything(chat)
    await chat.types(text, intent, **findings)
    assert chat.intake["chosen_route"] == chosen
    assert chat.question == "preferred_times"


async def test_the_visitors_override_is_accepted_and_both_are_kept(chat: Chat) -> None:
    await tell_everything(chat)
    await chat.presses("choose_care", chosen_route="medication_management")
    assert chat.intake["suggested_route"] == "therapy_first_med_review"
    assert chat.intake["chosen_route"] == "medication_management"


async def test_a_no_leaves_the_choice_open_in_other_words(chat: Chat) -> None:
    await tell_everything(chat)
    await chat.types("no", "deny")
    assert chat.said == ["utter_choice_is_yours", "utter_ask_again_care_choice"]
    assert chat.question == "care_choice"


async def test_a_changed_preference_changes_the_suggestion(chat: Chat) -> None:
    await tell_everything(chat, concerns=["depression"], severity="severe", med_pref="open")
    assert chat.intake["suggested_route"] == "combined"
    await chat.types("actually no medicine", "correct_fact", facts={"med_pref": "declines"})
    assert chat.said[0] == "utter_changed"
    assert chat.intake["rule_id"] == "R25"


async def test_an_unsure_visitor_is_offered_a_person_first_and_may_book_all_the_same(
    chat: Chat, practice: FakePractice
) -> None:
    await tell_everything(chat, therapy_pref="declines", med_pref="declines")
    assert chat.intake["rule_id"] == "R24"
    assert payloads(chat.reply("utter_suggest_person"))[0] == "/request_human"
    await chat.presses("choose_care", chosen_route="therapy")
    assert chat.question == "preferred_times"
    assert practice.handoffs == []


async def test_a_yes_to_a_persons_review_fetches_the_person(chat: Chat, practice: FakePractice) -> None:
    await tell_everything(chat, therapy_pref="declines", med_pref="declines")
    await chat.types("yes", "affirm")
    assert [call["reason"] for call in practice.handoffs] == ["staff_review"]


async def test_a_locked_therapy_leaves_no_other_visit_to_choose(chat: Chat, practice: FakePractice) -> None:
    practice.ages = ["child_0_5", "adult_18_64"]
    facts = {"concerns": ["child_behavior"], "seeker": "parent_guardian", "age_group": "child_0_5"}
    await tell_everything(chat, **facts)
    assert chat.intake["rule_id"] == "R15"
    offered = payloads(chat.reply("utter_suggest_visit"))
    assert offered == ['/choose_care{"chosen_route": "therapy"}', "/request_human"]
    await chat.presses("choose_care", chosen_route="medication_management")
    assert chat.intake.get("chosen_route") is None
    assert chat.question == "care_choice"


async def test_an_age_nobody_here_sees_is_told_so_before_a_visit_is_offered(
    chat: Chat, practice: FakePractice
) -> None:
    facts = {"concerns": ["child_behavior"], "seeker": "parent_guardian", "age_group": "child_0_5"}
    await tell_everything(chat, **facts)
    assert chat.said[0] == "utter_age_not_served"
    assert [call["reason"] for call in practice.handoffs] == ["staff_review"]


async def test_a_minor_who_writes_alone_is_led_to_a_person_without_needless_questions(
    chat: Chat, practice: FakePractice
) -> None:
    facts = {"concerns": ["loneliness"], "age_group": "teen_13_17", "seeker": "self"}
    await chat.types("im 16 and so alone", "describe_concern", facts=facts)
    chat.safety["safety_answer"] = "no"
    await chat.types("no", "deny")
    assert chat.intake["rule_id"] == "R14"
    assert chat.said == ["utter_why_R14", "utter_handoff_open"]
    assert [call["reason"] for call in practice.handoffs] == ["staff_review"]
    assert chat.question is None


async def test_an_urgent_tier_asks_for_a_call_today_at_any_stage(chat: Chat, practice: FakePractice) -> None:
    await tell_everything(chat)
    chat.safety["safety_tier"] = "urgent"
    await chat.types("ok", "affirm")
    assert chat.said == ["utter_why_R03", "utter_callback_open"]
    assert [call["reason"] for call in practice.handoffs] == ["safety"]
    assert chat.question == "callback"
    assert chat.intake["suggested_route"] == "same_day_callback"


async def test_a_number_the_api_asked_for_already_is_not_asked_again(chat: Chat, practice: FakePractice) -> None:
    chat.metadata["staff_asked_contact"] = True
    chat.safety["safety_tier"] = "urgent"
    await chat.types("i cut sometimes", "describe_concern", facts={"concerns": ["self_harm_no_intent"]})
    assert chat.said == ["utter_why_R03", "utter_callback_known"]
    assert chat.question is None


async def test_a_call_that_is_under_way_is_not_announced_with_every_message(
    chat: Chat, practice: FakePractice
) -> None:
    chat.safety["safety_tier"] = "urgent"
    await chat.types("i cut sometimes", "describe_concern")
    await chat.types("no", "deny")
    assert chat.said == ["utter_callback_declined"]
    await chat.types("thanks", "thank")
    assert chat.said == ["utter_welcome"]
    assert len(practice.handoffs) == 1


async def test_an_unclear_answer_about_safety_is_an_open_watch(chat: Chat) -> None:
    chat.safety["safety_tier"] = "watch_open"
    await chat.types("i just want it to stop", "describe_concern", facts={"concerns": ["depression"]})
    assert chat.intake["rule_id"] == "R04"


async def test_a_skipped_age_is_asked_once_more_before_anything_is_booked(
    chat: Chat, practice: FakePractice
) -> None:
    await tell_everything(chat, age_group="unknown")
    assert chat.question == "age_group"
    await chat.types("skip", "skip_question")
    assert chat.intake["rule_id"] == "R12"
    assert practice.asked("availability") == []
    assert [call["reason"] for call in practice.handoffs] == ["staff_review"]
