"""What is deleted when, what stays, and the proof of it."""

from datetime import timedelta

import pytest

from api import audit_check, practice
from api.audit import AuditEvent
from api.chat.visits import ERASE_TOPIC
from api.handoff import service as handoff
from api.handoff.models import Handoff
from api.intake.models import Intake
from api.launch import purge as purging
from api.launch.keeping import CannotDo
from api.outbox import OutboxEntry
from api.safety import alerts
from api.safety.models import Alert
from api.scheduling.models import Appointment
from api.transcript import service as transcript
from api.transcript.models import ChatSession, Message
from api.vocabulary import HandoffReason, Tier
from tests.factories import OPEN_AT

DAY = timedelta(days=1)


def purge(place, days, **options):
    """Purge that many days after the chats; what was done."""
    return dict(purging.purge(place.installation(), OPEN_AT + days * DAY, **options))


@pytest.fixture
def abandoned(place):
    return place.chat(OPEN_AT, "hello", "never mind")


@pytest.fixture
def reachable(place):
    session_id = place.chat(OPEN_AT, "call me")
    ask(place, session_id, callback={"phone": "+15205550142", "email": None, "leave_message": True})
    return session_id


def ask(place, session_id, reason=HandoffReason.VISITOR_REQUEST, **more):
    with place.database.writing() as db:
        made = handoff.request(db, transcript.find(db, session_id), reason, OPEN_AT, **more)
        made.status = "resolved"


@pytest.fixture
def booked(place):
    session_id = place.chat(OPEN_AT, "tuesday please")
    visit(place, session_id)
    return session_id


def visit(place, session_id, start=OPEN_AT + 10 * DAY):
    with place.database.writing() as db:
        row = Appointment(
            practitioner_id="ana", service="therapy", modality="video", start_at=start, group_id="g" * 32,
            end_at=start + timedelta(hours=1), session_id=session_id, created_at=OPEN_AT,
        )  # fmt: skip
        row.contact = {"name": "Rosa Lane"}
        db.add(row)


@pytest.fixture
def alarming(place):
    """One ordinary message, one that raised an alert, facts, and a number for safety's sake."""
    session_id = place.chat(OPEN_AT, "hello")
    seq = place.say(session_id, "i took all my pills", tier=Tier.EMERGENCY)
    with place.database.writing() as db:
        alerts.raise_alert(
            db, practice.load("tucson_integrative"), session_id, seq, Tier.EMERGENCY, [], "test", OPEN_AT
        )
        intake = Intake(id=session_id, updated_at=OPEN_AT)
        intake.facts = {"state": "AZ"}
        db.add(intake)
    ask(place, session_id, HandoffReason.SAFETY, callback={"phone": "+15205550142"})
    return session_id


@pytest.mark.parametrize(
    ("chat", "kind", "days"),
    [("abandoned", "abandoned", 30), ("reachable", "contact", 90), ("booked", "booked", 2567)],
)
def test_a_chat_goes_whole_when_its_time_is_over_and_not_a_day_before(place, request, chat, kind, days):
    session_id = request.getfixturevalue(chat)
    assert purge(place, days) == {}
    assert place.texts(session_id)
    assert purge(place, days + 1) == {kind: 1}
    for model in (ChatSession, Message, Handoff, Appointment, Alert):
        assert place.rows(model) == []


def test_no_trace_of_a_deleted_chat_is_left_in_the_files(place, abandoned):
    sealed = [row.text_sealed for row in place.rows(Message)]
    purge(place, 31)
    left = b"".join(path.read_bytes() for path in place.folder.glob("frontdesk.db*"))
    assert not [one for one in sealed if one in left]


def test_the_bot_is_told_to_forget(place, abandoned):
    purge(place, 31)
    erasures = [entry.payload for entry in place.rows(OutboxEntry) if entry.topic == ERASE_TOPIC]
    assert erasures == [{"session_id": abandoned}]


def test_somebody_who_still_waits_is_not_forgotten_with_the_abandoned(place, abandoned):
    ask(place, abandoned)
    with place.database.writing() as db:
        db.query(Handoff).one().status = "requested"
    assert purge(place, 31) == {}
    assert purge(place, 91) == {"contact": 1}


def test_of_an_alarming_chat_the_story_goes_first_and_the_safety_trail_after_seven_years(place, alarming):
    assert purge(place, 91) == {"story": 1}
    assert place.texts(alarming) == ["i took all my pills"]
    assert place.rows(Intake) == []
    assert len(place.rows(Alert)) == 1
    assert place.rows(Handoff)[0].callback == {"phone": "+15205550142"}
    assert purge(place, 92) == {}
    assert purge(place, 2558) == {"contact": 1}
    assert place.rows(Alert) == place.rows(Message) == place.rows(ChatSession) == []


def test_a_visit_outlives_its_erased_chat_until_its_own_time_is_over(place):
    visit(place, None)
    assert purge(place, 2567) == {}
    assert purge(place, 2568) == {"visit": 1}
    assert place.rows(Appointment) == []


def test_a_chat_on_hold_stays_with_its_visit_until_it_is_released(place, booked, abandoned):
    for session_id in (booked, abandoned):
        purging.hold(place.installation(), session_id, OPEN_AT, on=True)
    assert purge(place, 4000) == {}
    assert len(place.rows(Appointment)) == 1
    purging.hold(place.installation(), abandoned, OPEN_AT, on=False)
    assert purge(place, 4000) == {"abandoned": 1}
    with pytest.raises(CannotDo, match="no chat"):
        purging.hold(place.installation(), "x", OPEN_AT, on=True)


def test_a_dry_run_counts_and_deletes_nothing(place, abandoned, alarming):
    visit(place, None)
    assert purge(place, 2570, dry_run=True) == {"abandoned": 1, "contact": 1, "visit": 1}
    assert (len(place.rows(ChatSession)), place.rows(AuditEvent)) == (2, [])
    assert purge(place, 2570) == {"abandoned": 1, "contact": 1, "visit": 1}


def test_the_audit_log_proves_each_deletion_and_the_run(place, abandoned):
    purge(place, 31)
    rows = [(row.actor, row.action, row.subject) for row in place.rows(AuditEvent)]
    assert rows == [("system", "purge.abandoned", f"session:{abandoned}"), ("system", "purge.run", "abandoned=1")]
    with place.database.reading() as db:
        assert audit_check.verify(db, place.installation().audit_key).fault is None


def test_the_practice_decides_how_long(place, abandoned, monkeypatch):
    monkeypatch.setenv("FRONTDESK_RETENTION_ABANDONED_DAYS", "3")
    assert purge(place, 4) == {"abandoned": 1}


def test_more_chats_than_fit_into_one_step(place):
    for _ in range(purging.BATCH + 3):
        place.chat(OPEN_AT, "x")
    kept = place.chat(OPEN_AT + 20 * DAY, "x")
    assert purge(place, 31) == {"abandoned": purging.BATCH + 3}
    assert [row.id for row in place.rows(ChatSession)] == [kept]
