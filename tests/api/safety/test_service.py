"""The gate: hears a message, moves the state, names what follows."""

import pytest

from api.safety import alerts, service
from api.safety.hearing import Heard, listen
from api.safety.models import Alert, SafetyState
from api.safety.service import Inbound
from api.vocabulary import Mode, Tier
from tests.factories import CLOSED_AT, OPEN_AT
from tests.fakes import FakeScreening, FakeSignal


@pytest.fixture
def consider(db, gate, session):
    def say(text, *, answer=None, mode=Mode.BOT, open_question=None, language="en", now=OPEN_AT, typed=True):
        heard = listen(gate.ears, text, ()) if typed else Heard()
        inbound = Inbound(session.id, language, mode, text, heard, answer, open_question)
        verdict = gate.consider(db, inbound, now)
        service.raise_alert(db, gate.profile, session.id, 7, verdict, now)
        db.flush()
        return verdict

    return say


def test_an_ordinary_message_is_no_part_of_the_safety_trail(consider):
    verdict = consider("panic attacks at work")
    assert (verdict.tier, verdict.line, verdict.goes_on, verdict.is_trail) == (Tier.NONE, None, True, False)


def test_a_crisis_message_is_alerted_with_the_words_that_caused_it(consider, db):
    verdict = consider("sometimes i want to die")
    assert verdict.alerts
    [alert] = db.query(Alert)
    assert (alert.tier, alert.message_seq, alert.rules_version) == ("crisis", 7, "test")
    assert alert.signals[0]["words"] == "i want to die"


def test_words_cut_in_the_middle_of_an_emoji_can_be_shown(gate):
    class Whole:
        """Ears that take a whole text for one signal."""

        def screen(self, text, previous):
            return FakeScreening("crisis", (FakeSignal("SI_PASSIVE", "crisis", (0, len(text))),))

    [signal] = listen(Whole(), "i want to die \ud83d", ()).signals
    assert signal.words == "i want to die ?"


def test_a_chat_without_risk_leaves_no_row_behind(consider, db):
    consider("panic attacks at work")
    assert db.query(SafetyState).count() == 0


def test_watch_raises_no_alert(consider, db):
    consider("i can't do this anymore")
    assert db.query(Alert).count() == 0


def test_each_rise_is_alerted_and_the_same_again_is_not(consider, db):
    consider("i cut last night")
    consider("i cut last night")
    consider("i want to die")
    consider("i want to die")
    consider("i took all my pills")
    assert [alert.tier for alert in db.query(Alert).order_by(Alert.raised_at, Alert.tier)] == [
        "crisis",
        "emergency",
        "urgent",
    ]


def test_a_new_grave_signal_at_the_same_tier_is_alerted(consider, db):
    consider("i want to die")
    consider("i could hurt my ex")
    assert db.query(Alert).count() == 2


def test_a_yes_to_the_direct_question_is_alerted_as_a_signal_of_its_own(consider, db):
    consider("i can't do this anymore")
    consider("yes")
    [alert] = db.query(Alert)
    assert alert.signals[0]["id"] == "DIRECT_YES"
    assert alert.signals[0]["words"] == "yes"


def test_an_answer_taken_by_the_safety_conversation_belongs_to_the_trail(consider):
    consider("i can't do this anymore")
    verdict = consider("not sure")
    assert verdict.is_trail
    assert verdict.message_tier == Tier.WATCH


def test_a_pressed_answer_needs_no_reading(consider, db, session):
    consider("i can't do this anymore")
    verdict = consider("No", answer="no", typed=False)
    assert verdict.goes_on
    assert service.state_of(db, session.id).tier == Tier.NONE


def test_the_bots_safety_question_is_read_by_the_gate(consider, db, session):
    consider("no", open_question="safety_check")
    assert service.facts_for_bot(service.state_of(db, session.id))["safety_answer"] == "no"


def test_a_pressed_safety_answer_counts_whatever_the_bot_says_it_is_asking(consider, db, session):
    consider("Yes", answer="yes", typed=False, open_question="seeker")
    assert service.state_of(db, session.id).universal_answer == "yes"
    assert service.state_of(db, session.id).tier == Tier.URGENT


def test_other_questions_of_the_bot_are_none_of_the_gates_business(consider, db, session):
    consider("no", open_question="severity")
    assert service.state_of(db, session.id).universal_answer is None


def test_who_types_that_they_want_to_go_on_is_asked_the_direct_question(consider):
    consider("i want to die")
    consider("no")
    consider("no")
    assert "I have to ask first" in consider("i want to go on").line.text
    assert "I have to ask first" in consider("i want to go on").line.text


def test_wanting_to_die_is_never_read_as_wanting_to_go_on(consider, gate):
    consider("i want to die")
    consider("no")
    consider("no")
    gate.ears.chooses = lambda text, label: True
    assert "I have to ask first" not in consider("i want to die").line.text


def test_a_number_with_leave_to_speak_to_the_machine_becomes_a_call_back(consider):
    consider("i cut last night")
    verdict = consider("520-555-0134, you can leave a message")
    assert verdict.callback == {"phone": "+15205550134", "leave_message": True}


def test_leaving_a_message_is_never_assumed(consider):
    consider("i cut last night")
    assert consider("520-555-0134").callback == {"phone": "+15205550134", "leave_message": False}


def test_lines_follow_the_signals_that_raised_the_alarm_into_later_scripts(consider):
    consider("he is hitting me")
    verdict = consider("what now")
    assert "dv" in [card["id"] for card in verdict.line.payload["resources"]]


def test_the_visitor_hears_that_somebody_has_seen_it_once_an_alert_is_answered(consider, db, gate):
    consider("i want to die")
    alerts.acknowledge(db, db.query(Alert).one().id, "dana", OPEN_AT)
    seen = gate.wording.say("safety.team_knows", "en")
    assert seen in consider("hello?").line.text


def test_after_hours_the_script_says_when_the_office_opens(consider):
    assert "Monday at 8 am" in consider("i want to die", now=CLOSED_AT).line.text


def test_beside_staff_the_script_is_spoken_once(consider):
    assert consider("i want to die", mode=Mode.STAFF).line is not None
    again = consider("i want to die", mode=Mode.STAFF)
    assert again.line is None
    assert not again.alerts


def test_help_now_tells_staff_and_shows_lines(db, gate, session):
    verdict = gate.ask_for_help(db, session.id, "en", OPEN_AT)
    assert verdict.fetches
    assert not verdict.alerts
    assert verdict.line.payload["resources"][0]["id"] == "us_911"
    assert verdict.is_trail


def test_a_reminder_is_only_for_chats_in_crisis(consider, db, gate, session):
    assert gate.remind(db, session.id, "en", OPEN_AT) is None
    consider("i want to die")
    assert "988" in gate.remind(db, session.id, "en", OPEN_AT).text
    consider("i took all my pills")
    assert "911" in gate.remind(db, session.id, "en", OPEN_AT).text


def test_who_is_in_crisis_may_not_book(consider, db, session):
    assert not service.in_crisis(db, session.id)
    consider("i want to die")
    assert service.in_crisis(db, session.id)


@pytest.mark.parametrize(
    ("said", "tier", "facts"),
    [
        ("hello", "none", {}),
        ("i can't do this anymore", "watch_open", {}),
        ("scared of my boyfriend", "urgent", {}),
        ("i hear whispers", "none", {"psychosis_now": True}),
        ("stopped my xanax", "none", {"substance": "withdrawal_risk"}),
        ("ran out of effexor", "none", {"request": "stopping_or_ran_out"}),
    ],
)
def test_the_bot_is_told_the_tier_in_clinical_words(consider, db, session, said, tier, facts):
    consider(said)
    told = service.facts_for_bot(service.state_of(db, session.id))
    assert told["safety_tier"] == tier
    assert told["safety_answer"] is None
    assert facts.items() <= told.items()


def test_a_skipped_safety_question_is_told_as_unanswered(consider, db, session):
    consider("i'd rather not say", open_question="safety_check")
    told = service.facts_for_bot(service.state_of(db, session.id))
    assert (told["safety_answer"], told["safety_unanswered"]) == (None, True)


def test_only_a_question_or_a_crisis_holds_the_bot_back(consider, db, session):
    assert not service.holds_bot_back(service.state_of(db, session.id))
    consider("i can't do this anymore")
    assert service.holds_bot_back(service.state_of(db, session.id))
    consider("not sure")
    assert not service.holds_bot_back(service.state_of(db, session.id))
    consider("i want to die")
    assert service.holds_bot_back(service.state_of(db, session.id))
