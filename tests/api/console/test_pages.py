"""What the staff pages show and to whom, and what they write down."""

from datetime import timedelta

import pytest

from api.audit import AuditEvent
from api.console import display
from api.console.views import cut
from api.handoff import service as handoff
from api.transcript import service as transcript
from api.vocabulary import HandoffReason, Role
from tests.factories import OPEN_AT
from tests.fakes import says


def later(house, minutes=1):
    house.clock.instant += timedelta(minutes=minutes)


def ask(house, visitor, **more):
    """A person is asked for, as the actions do it."""
    later(house)
    with house.database.writing() as db:
        session = transcript.find(db, visitor.session_id)
        handoff.request(db, session, HandoffReason.VISITOR_REQUEST, house.clock.now(), **more)
    later(house)


def read(house):
    return [entry for entry in house.rows(AuditEvent) if entry.action == "transcript.read"]


async def test_the_inbox_stands_by_risk_and_then_by_wait(desk, house):
    calm, early = await house.visitor(), await house.visitor()
    ask(house, early)
    ask(house, calm)
    late = await house.visitor()
    await late.says("i took all my pills")
    page = (await desk.get("/staff/")).text
    places = [page.index(f"/staff/chats/{one.session_id}") for one in (late, early, calm)]
    assert places == sorted(places)
    assert "<title>(3) Inbox</title>" in page


async def test_opening_a_chat_and_reading_on_are_both_written_down(desk, house, visitor):
    await visitor.says("hello")
    await desk.get(f"/staff/chats/{visitor.session_id}")
    assert len(read(house)) == 1
    await desk.get(f"/staff/chats/{visitor.session_id}/messages?after=0")
    assert len(read(house)) == 2
    await desk.get(f"/staff/chats/{visitor.session_id}/messages?after=99")
    assert len(read(house)) == 2
    assert {entry.subject for entry in read(house)} == {f"session:{visitor.session_id}"}


@pytest.mark.parametrize(
    ("role", "before", "after"),
    [
        (Role.CLINICIAN, True, True),
        (Role.ADMINISTRATOR, True, True),
        (Role.FRONT_DESK, False, True),
        (Role.AUDITOR, False, False),
    ],
)
async def test_who_may_read_what_was_said_before_and_after_a_person_was_asked_for(
    stranger, house, visitor, role, before, after
):
    await visitor.says("the whole story")
    ask(house, visitor)
    await visitor.says("hello person")
    await stranger.sign_in(role)
    for path in ("", "/messages?after=0"):
        page = (await stranger.get(f"/staff/chats/{visitor.session_id}{path}")).text
        assert ("the whole story" in page) is before
        assert ("hello person" in page) is after


async def test_the_message_that_raised_the_handoff_by_itself_is_part_of_the_story(stranger, house, visitor):
    await visitor.says("i took all my pills because of him")
    await stranger.sign_in(Role.FRONT_DESK)
    page = (await stranger.get(f"/staff/chats/{visitor.session_id}")).text
    assert "because of him" not in page
    assert "took all my pills" not in page
    assert "emergency" in page


async def test_what_follows_after_the_person_left_is_hidden_from_the_front_desk(stranger, house, visitor):
    ask(house, visitor)
    await stranger.sign_in(Role.FRONT_DESK)
    await stranger.press(visitor.session_id, "take-over")
    later(house)
    await visitor.says("for the front desk")
    later(house)
    await stranger.press(visitor.session_id, "hand-back")
    later(house)
    await visitor.says("for the program alone")
    page = (await stranger.get(f"/staff/chats/{visitor.session_id}")).text
    assert "for the front desk" in page
    assert "for the program alone" not in page


async def test_reasons_and_rules_are_for_clinicians(stranger, house, visitor):
    facts = {"suggested_route": "therapy", "rule_id": "R39", "rules_version": "9.9", "why": "the clinical reason"}
    house.bot.answer = lambda turn: says("Noted.", facts={**facts, "concerns": ["panic"], "state": "AZ"})
    await visitor.says("hello")
    await stranger.sign_in(Role.FRONT_DESK)
    page = (await stranger.get(f"/staff/chats/{visitor.session_id}")).text
    assert "Therapy" in page
    assert not [hidden for hidden in ("the clinical reason", "R39", "9.9", "panic") if hidden in page]
    await stranger.sign_in(Role.CLINICIAN)
    page = (await stranger.get(f"/staff/chats/{visitor.session_id}")).text
    assert not [shown for shown in ("the clinical reason", "R39", "9.9", "panic") if shown not in page]


async def test_a_refused_action_says_why_and_keeps_the_typed_text(desk, visitor):
    answer = await desk.press(visitor.session_id, "reply", text="nobody has this chat yet")
    assert answer.status_code == 409
    assert "Nobody waits in this chat any more." in answer.text


async def test_a_reason_is_never_taken_from_the_address(desk, visitor):
    page = await desk.get(f"/staff/chats/{visitor.session_id}?problem=Call+this+number")
    assert "Call this number" not in page.text


async def test_the_same_reply_twice_within_seconds_is_one_reply(desk, house, visitor):
    await desk.press(visitor.session_id, "take-over")
    for _ in range(2):
        assert (await desk.press(visitor.session_id, "reply", text="Hello.")).status_code == 303
    later(house)
    await desk.press(visitor.session_id, "reply", text="Hello.")
    assert (await visitor.texts()).count("Hello.") == 2


async def test_acknowledging_clears_every_alert_of_the_chat_once(desk, house, visitor):
    await visitor.says("i cut last night")
    await visitor.says("i took all my pills")
    await desk.press(visitor.session_id, "acknowledge")
    await desk.press(visitor.session_id, "acknowledge")
    assert len([entry for entry in house.rows(AuditEvent) if entry.action == "alert.acknowledge"]) == 2
    assert "unseen" not in (await desk.get("/staff/inbox")).text


@pytest.mark.parametrize("path", ["chats/nobody", "chats/nobody/messages", "appointments?day=2026-13-45"])
async def test_what_is_not_there_is_a_page_not_a_dump(desk, path):
    answer = await desk.get(f"/staff/{path}")
    assert answer.status_code in (404, 422)
    assert answer.headers["content-type"].startswith("text/html")


async def test_an_unknown_action_or_outcome_does_no_harm(desk, house, visitor):
    assert (await desk.press(visitor.session_id, "explode")).status_code == 422
    await desk.press(visitor.session_id, "take-over")
    assert (await desk.press(visitor.session_id, "close", outcome="<b>")).status_code == 303
    assert house.rows(handoff.Handoff)[0].outcome == "answered"


@pytest.mark.parametrize(
    ("text", "spans", "parts"),
    [
        ("abcdef", [], [("abcdef", False)]),
        ("abcdef", [(1, 3)], [("a", False), ("bc", True), ("def", False)]),
        ("abcdef", [(1, 4), (2, 6)], [("a", False), ("bcd", True), ("ef", True)]),
        ("abcdef", [(4, 99)], [("abcd", False), ("ef", True)]),
        ("abcdef", [(7, 9), (3, 3)], [("abcdef", False)]),
        ("", [(0, 2)], []),
    ],
)
def test_marks_cut_a_text_without_losing_a_letter(text, spans, parts):
    assert cut(text, spans) == parts
    assert "".join(piece for piece, _ in cut(text, spans)) == text


@pytest.mark.parametrize(
    ("minutes", "shown"),
    [(-3, "0 min"), (0, "0 min"), (59, "59 min"), (130, "2 h 10 min"), (1500, "1 day"), (4400, "3 days")],
)
def test_a_wait_is_told_in_words(minutes, shown):
    assert display.waited(OPEN_AT, OPEN_AT + timedelta(minutes=minutes)) == shown


def test_a_moment_of_another_day_has_its_day(house):
    zone = house.app.state.frontdesk.profile.zone
    assert display.moment(OPEN_AT, OPEN_AT, zone) == "10:00 am"
    assert display.moment(OPEN_AT, OPEN_AT + timedelta(days=1), zone) == "Mon 2 Mar, 10:00 am"
    assert display.clock_time(OPEN_AT + timedelta(hours=2, minutes=5), zone) == "12:05 pm"
