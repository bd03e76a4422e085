"""What the first run makes of an empty folder."""

import io

import pytest
from rich.console import Console
from sqlalchemy import func, select

from api.audit import AuditEvent
from api.database import Database
from api.handoff.models import Handoff
from api.launch import secrets, staffing, store
from api.scheduling.models import Appointment
from api.staff import second_factor, sign_ins
from api.staff import service as staff
from api.transcript.models import ChatSession
from tests.factories import OPEN_AT


@pytest.fixture
def values(tmp_path, monkeypatch):
    monkeypatch.setenv("FRONTDESK_VAR", str(tmp_path))
    return secrets.load(tmp_path)


def _prepare(values, **options):
    output = io.StringIO()
    store.prepare(values, Console(file=output, width=200), **options)
    return output.getvalue()


def _count(tmp_path, model):
    database = Database(f"sqlite:///{tmp_path / 'frontdesk.db'}")
    with database.reading() as db:
        count = db.scalar(select(func.count()).select_from(model))
    database.close()
    return count


def test_the_first_sign_in_is_printed_once(values):
    assert store.FIRST_EMAIL in _prepare(values)
    assert _prepare(values) == ""


def test_a_demo_fills_an_empty_database_and_only_an_empty_one(values, tmp_path):
    assert "invented" in _prepare(values, demo=True)
    made = [_count(tmp_path, model) for model in (ChatSession, Handoff, Appointment)]
    assert min(made) >= 2
    assert "invented" not in _prepare(values, demo=True)
    assert [_count(tmp_path, model) for model in (ChatSession, Handoff, Appointment)] == made


def test_a_colleague_is_added_from_the_command_line(values):
    line = staffing.add("dana@example.org", "Dana", "clinician")
    assert line.startswith("dana@example.org  ")
    with pytest.raises(ValueError, match="already"):
        staffing.add("dana@example.org", "Dana", "clinician")
    with pytest.raises(ValueError, match="role must be one of"):
        staffing.add("eli@example.org", "Eli", "boss")


def test_whoever_is_added_or_reset_must_choose_a_password_and_loses_app_and_sign_ins(values, tmp_path):
    def look(question):
        database = Database(f"sqlite:///{tmp_path / 'frontdesk.db'}")
        with database.writing() as db:
            answer = question(db, staff.require(db, "dana@example.org"))
        database.close()
        return answer

    def set_up(db, member):
        second_factor.prepare(member)
        member.totp_confirmed_at = OPEN_AT
        second_factor.new_recovery_codes(db, member)
        sign_ins.begin(db, member, OPEN_AT)

    staffing.add("dana@example.org", "Dana", "clinician")
    assert look(lambda db, member: member.password_is_temporary)
    look(set_up)
    _, password = staffing.reset("DANA@example.org").split("  ")
    assert look(lambda db, member: staff.with_password(db, member.email, password).password_is_temporary)
    assert look(lambda db, member: (member.has_second_factor, member.totp_secret)) == (False, None)
    assert look(lambda db, member: second_factor.recovery_codes_left(db, member)) == 0
    assert look(lambda db, member: sign_ins.of_member(db, member.id, OPEN_AT)) == []
    assert look(lambda db, _: [row.action for row in db.query(AuditEvent)]) == ["staff.add", "staff.reset"]
