"""The inbox: highest risk first, then who has waited longest, in one query."""

import pytest
from sqlalchemy import event

from api.handoff import service
from api.handoff.schemas import Outcome
from api.vocabulary import HandoffReason, Tier

KEY = b"an audit key for tests"


def inbox(desk):
    with desk.database.reading() as db:
        return service.inbox(db)


def test_risk_comes_before_waiting_and_waiting_before_lateness(desk):
    calm_long = desk.waits(Tier.NONE, 50)
    calm_short = desk.waits(Tier.NONE, 5)
    urgent = desk.waits(Tier.URGENT, 1)
    watch = desk.waits(Tier.WATCH, 2)
    crisis_short = desk.waits(Tier.CRISIS, 3)
    crisis_long = desk.waits(Tier.CRISIS, 4)
    emergency = desk.waits(Tier.EMERGENCY, 0)
    expected = [emergency, crisis_long, crisis_short, urgent, watch, calm_long, calm_short]
    assert [entry.session_id for entry in inbox(desk)] == [session.id for session in expected]


def test_an_entry_tells_what_a_list_needs(desk, dana):
    session = desk.visitor("es")
    desk.request(session, HandoffReason.SAFETY, tier=Tier.URGENT, callback={"phone": "+15205550142"})
    desk.take_over(session, dana)
    (entry,) = inbox(desk)
    assert (entry.reason, entry.tier, entry.status) == ("safety", "urgent", "assigned")
    assert (entry.assignee_id, entry.assignee_name, entry.language) == (dana.id, "Dana", "es")
    assert (entry.mode, entry.wants_callback) == ("staff", True)


def test_what_is_resolved_leaves_the_inbox(desk, dana):
    session = desk.waits(Tier.NONE, 5)
    desk.do(service.resolve, session, dana, Outcome.ANSWERED, desk.now, KEY)
    assert inbox(desk) == []


@pytest.mark.parametrize("count", [1, 30])
def test_the_inbox_is_one_query_however_long_it_is(desk, dana, count):
    for _ in range(count):
        desk.take_over(desk.visitor(), dana)
    statements = []
    event.listen(desk.database.engine, "before_cursor_execute", lambda *args: statements.append(args[2]))
    assert len(inbox(desk)) == count
    assert len([text for text in statements if text.startswith("SELECT")]) == 1
