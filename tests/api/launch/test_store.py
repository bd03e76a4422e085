"""What the first run makes of an empty folder."""

import io

import pytest
from rich.console import Console
from sqlalchemy import func, select

from api.database import Database
from api.handoff.models import Handoff
from api.launch import secrets, staffing, store
from api.scheduling.models import Appointment
from api.transcript.models import ChatSession


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
