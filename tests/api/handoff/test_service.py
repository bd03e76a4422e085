"""What fetching a person promises: one open handoff a chat, one staff member in it, both ends marked."""

from datetime import UTC, datetime

import pytest
from sqlalchemy.exc import IntegrityError

from api.audit import AuditEvent
from api.crypto import new_id
from api.errors import BadInput, Conflict, HandoffClosed
from api.handoff import service
from api.handoff.models import Handoff
from api.handoff.schemas import Outcome
from api.outbox import OutboxEntry
from api.practice import load
from api.transcript import service as transcript
from api.transcript.models import Message
from api.vocabulary import Author, HandoffReason, HandoffStatus, Kind, Mode, Tier

KEY = b"an audit key for tests"
CALLBACK = {"phone": "+15205550142", "email": None, "leave_message": True}


def test_a_request_waits_and_staff_are_told_by_ids_only(desk):
    session = desk.visitor()
    handoff = desk.request(session, tier=Tier.URGENT, callback=CALLBACK)
    assert (handoff.status, handoff.waiting_since) == (HandoffStatus.REQUESTED, desk.now)
    (entry,) = desk.rows(OutboxEntry)
    assert entry.topic == "handoff_requested"
    assert entry.payload == {
        "handoff_id": handoff.id,
        "session_id": session.id,
        "reason": "visitor_request",
        "tier": "urgent",
    }


def test_asking_again_keeps_the_one_handoff_and_its_place_in_the_line(desk):
    session = desk.visitor()
    first = desk.request(session)
    desk.now = datetime(2026, 3, 2, 18, tzinfo=UTC)
    again = desk.request(session, HandoffReason.OUT_OF_SCOPE)
    assert (again.id, again.waiting_since, again.reason) == (first.id, first.waiting_since, "visitor_request")
    assert len(desk.rows(Handoff)) == len(desk.rows(OutboxEntry)) == 1


def test_a_call_back_is_added_encrypted_and_later_replaced(desk):
    session = desk.visitor()
    desk.request(session)
    desk.request(session, callback=CALLBACK)
    (handoff,) = desk.rows(Handoff)
    assert handoff.callback == CALLBACK
    assert b"5550142" not in handoff.callback_sealed
    desk.request(session)
    assert desk.rows(Handoff)[0].callback == CALLBACK
    desk.request(session, callback=CALLBACK | {"leave_message": False})
    assert desk.rows(Handoff)[0].callback["leave_message"] is False


def test_more_risk_raises_reason_and_tier_and_tells_staff_again(desk):
    session = desk.visitor()
    desk.request(session, HandoffReason.NOT_UNDERSTOOD)
    desk.request(session, HandoffReason.STAFF_REVIEW, tier=Tier.URGENT)
    (handoff,) = desk.rows(Handoff)
    assert (handoff.reason, handoff.tier) == ("staff_review", "urgent")
    assert [entry.topic for entry in desk.rows(OutboxEntry)] == ["handoff_requested", "handoff_escalated"]


def test_less_risk_changes_nothing(desk):
    session = desk.visitor()
    desk.request(session, HandoffReason.SAFETY, tier=Tier.CRISIS)
    desk.request(session, HandoffReason.VISITOR_REQUEST, tier=Tier.NONE)
    (handoff,) = desk.rows(Handoff)
    assert (handoff.reason, handoff.tier) == ("safety", "crisis")
    assert len(desk.rows(OutboxEntry)) == 1


def test_safety_becomes_the_reason_without_lowering_the_tier(desk):
    session = desk.visitor()
    desk.request(session, tier=Tier.URGENT)
    desk.request(session, HandoffReason.SAFETY, tier=Tier.WATCH)
    (handoff,) = desk.rows(Handoff)
    assert (handoff.reason, handoff.tier) == ("safety", "urgent")


def test_after_one_is_resolved_a_new_one_can_be_asked_for(desk, dana):
    session = desk.visitor()
    first = desk.request(session)
    desk.take_over(session, dana)
    desk.do(service.hand_back, session, dana, desk.now, KEY)
    assert desk.request(session).id != first.id


def test_the_database_itself_allows_one_open_handoff_a_chat(desk):
    session = desk.visitor()
    desk.request(session)

    def work(db, chat):
        second = Handoff(id=new_id(), session_id=chat.id, reason="safety", waiting_since=desk.now)
        db.add(second)

    with pytest.raises(IntegrityError):
        desk.do(work, session)


def test_two_who_ask_in_the_same_moment_share_one_handoff(desk, monkeypatch):
    session = desk.visitor()
    first = desk.request(session)
    answers = [None, service.find_open]

    def blind_once(db, session_id):
        answer = answers.pop(0)
        return answer(db, session_id) if answer else None

    monkeypatch.setattr(service, "find_open", blind_once)
    assert desk.request(session).id == first.id
    assert len(desk.rows(OutboxEntry)) == 1


def test_taking_over_silences_the_bot_and_marks_who_joined(desk, dana):
    session = desk.visitor()
    desk.request(session)
    handoff = desk.take_over(session, dana)
    assert (handoff.status, handoff.assignee_id) == (HandoffStatus.ASSIGNED, dana.id)
    assert desk.mode(session) == Mode.STAFF
    (message,) = desk.rows(Message)
    assert (message.author, message.kind) == (Author.BOT, Kind.MARKER)
    assert message.extra["payload"] == {"marker": "staff_joined"}
    assert message.text == "Dana has joined. You are now writing with a person."
    (noted,) = desk.rows(AuditEvent)
    assert (noted.actor, noted.action) == (f"staff:{dana.id}", "handoff.take_over")


def test_taking_over_twice_changes_nothing(desk, dana):
    session = desk.visitor()
    first = desk.take_over(session, dana)
    assert desk.take_over(session, dana).id == first.id
    assert len(desk.rows(Message)) == len(desk.rows(AuditEvent)) == 1


def test_a_second_staff_member_is_told_who_has_the_chat(desk, dana, luis):
    session = desk.visitor()
    desk.take_over(session, dana)
    with pytest.raises(Conflict, match="Dana has this chat") as refused:
        desk.take_over(session, luis)
    assert refused.value.extra["assignee"] == {"id": dana.id, "name": "Dana"}
    assert desk.rows(Handoff)[0].assignee_id == dana.id


def test_a_chat_in_which_nobody_asked_can_be_joined(desk, dana):
    session = desk.visitor()
    assert desk.take_over(session, dana).reason == "staff_review"
    assert desk.mode(session) == Mode.STAFF


def test_the_markers_speak_the_language_of_the_chat(desk, dana):
    session = desk.visitor("es")
    desk.take_over(session, dana)
    assert desk.rows(Message)[0].text == "Dana está aquí. Ahora escribe con una persona."


def test_a_reply_reaches_the_chat_under_the_name_of_the_staff_member(desk, dana):
    session = desk.visitor()
    desk.take_over(session, dana)
    message = desk.do(service.reply, session, dana, "Hello, I am Dana.", desk.now)
    assert (message.author, message.kind, message.text) == (Author.STAFF, Kind.TEXT, "Hello, I am Dana.")
    assert (message.extra["name"], message.staff_member_id) == ("Dana", dana.id)


@pytest.mark.parametrize("text", ["", " \n", "x" * 4001])
def test_an_empty_or_endless_reply_is_refused(desk, dana, text):
    session = desk.visitor()
    desk.take_over(session, dana)
    with pytest.raises(BadInput):
        desk.do(service.reply, session, dana, text, desk.now)


def test_only_who_took_the_chat_over_may_write(desk, dana, luis):
    session = desk.visitor()
    with pytest.raises(HandoffClosed):
        desk.do(service.reply, session, dana, "Hello", desk.now)
    desk.request(session)
    with pytest.raises(Conflict, match="take this chat over first"):
        desk.do(service.reply, session, dana, "Hello", desk.now)
    desk.take_over(session, dana)
    with pytest.raises(Conflict, match="Dana has this chat"):
        desk.do(service.reply, session, luis, "Hello", desk.now)
    assert [message.kind for message in desk.rows(Message)] == [Kind.MARKER]


def test_handing_back_wakes_the_bot_and_marks_the_end(desk, dana):
    session = desk.visitor()
    desk.take_over(session, dana)
    handoff = desk.do(service.hand_back, session, dana, desk.now, KEY)
    assert (handoff.status, handoff.outcome, handoff.resolved_at) == ("resolved", "handed_back", desk.now)
    assert desk.mode(session) == Mode.BOT
    assert desk.rows(Message)[-1].extra["payload"] == {"marker": "handed_back"}
    with pytest.raises(HandoffClosed):
        desk.do(service.hand_back, session, dana, desk.now, KEY)


def test_only_who_has_a_chat_can_hand_it_back(desk, dana, luis):
    session = desk.visitor()
    desk.take_over(session, dana)
    with pytest.raises(Conflict):
        desk.do(service.hand_back, session, luis, desk.now, KEY)
    assert desk.mode(session) == Mode.STAFF


def test_resolving_closes_the_chat_with_its_outcome(desk, dana):
    session = desk.visitor()
    desk.take_over(session, dana)
    handoff = desk.do(service.resolve, session, dana, Outcome.BOOKED, desk.now, KEY)
    assert (handoff.status, handoff.outcome) == ("resolved", "booked")
    assert desk.mode(session) == Mode.CLOSED
    assert desk.rows(Message)[-1].extra["payload"] == {"marker": "closed"}
    with pytest.raises(HandoffClosed):
        desk.do(service.resolve, session, dana, Outcome.OTHER, desk.now, KEY)
    with pytest.raises(HandoffClosed):
        desk.take_over(session, dana)


def test_resolving_without_closing_gives_the_chat_back_to_the_bot(desk, dana):
    session = desk.visitor()
    desk.take_over(session, dana)
    desk.do(service.resolve, session, dana, Outcome.ANSWERED, desk.now, KEY, close_chat=False)
    assert desk.mode(session) == Mode.BOT
    assert desk.rows(Message)[-1].extra["payload"] == {"marker": "handed_back"}


def test_a_call_back_that_was_made_is_resolved_without_anybody_having_joined(desk, dana):
    session = desk.visitor()
    desk.request(session, callback=CALLBACK)
    desk.do(service.resolve, session, dana, Outcome.CALLED_BACK, desk.now, KEY, close_chat=False)
    assert desk.rows(Message) == []
    assert [event.action for event in desk.rows(AuditEvent)] == ["handoff.resolve"]


def test_a_colleague_cannot_resolve_what_somebody_has(desk, dana, luis):
    session = desk.visitor()
    desk.take_over(session, dana)
    with pytest.raises(Conflict, match="Dana"):
        desk.do(service.resolve, session, luis, Outcome.OTHER, desk.now, KEY)


def test_an_erased_chat_cannot_be_joined(desk, dana):
    session = desk.visitor()
    desk.request(session)
    desk.do(transcript.erase_session, session, desk.now)
    with pytest.raises(HandoffClosed):
        desk.take_over(session, dana)


def test_the_highest_tier_of_a_chat_is_that_of_its_riskiest_message(desk):
    session = desk.visitor()
    assert desk.do(service.highest_tier, session) == Tier.NONE
    for tier in (None, Tier.URGENT, Tier.WATCH):
        desk.do(transcript.append, session, Author.VISITOR, Kind.TEXT, "…", now=desk.now, tier=tier)
    assert desk.do(service.highest_tier, session) == Tier.URGENT


def test_while_open_the_usual_wait_is_said_and_nothing_is_promised_while_closed():
    profile = load("tucson_integrative")
    there = service.opening(profile, datetime(2026, 3, 2, 17, tzinfo=UTC))
    assert (there.open_now, there.opens_at, there.minutes) == (True, None, 10)
    away = service.opening(profile, datetime(2026, 3, 1, 17, tzinfo=UTC))
    assert (away.open_now, away.opens_at) == (False, datetime(2026, 3, 2, 15, tzinfo=UTC))
