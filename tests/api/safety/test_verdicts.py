"""Verdicts of staff: given after an alert was seen, exported without text unless asked for, read again whole."""

import io
import json

import pytest

from api import practice
from api.audit import AuditEvent
from api.errors import BadInput, Conflict
from api.safety import alerts, verdicts
from api.safety.hearing import Signal
from api.safety.models import Judgement
from api.transcript import service as transcript
from api.vocabulary import Author, Kind, Tier
from tests.factories import OPEN_AT

PROFILE = practice.load("tucson_integrative")
SAID = "canary words i want to die"
SIGNAL = Signal("SI_ACTIVE", Tier.CRISIS, (13, 26), ("still",), "i want to die")
NOTE = "a note with a canary"


@pytest.fixture
def alert(db, session):
    message = transcript.append(db, session, Author.VISITOR, Kind.TEXT, SAID, now=OPEN_AT)
    raised = alerts.raise_alert(db, PROFILE, session.id, message.seq, Tier.CRISIS, [SIGNAL], "v7", OPEN_AT)
    alerts.acknowledge(db, raised.id, "dana", OPEN_AT)
    return raised


def exported(db, **more):
    out = io.StringIO()
    count = verdicts.export(db, out, key=b"k", actor="staff:dana", now=OPEN_AT, **more)
    lines = out.getvalue().splitlines()
    assert count == len(lines)
    return lines


def test_an_export_holds_signals_and_version_and_no_word_of_anybody(db, alert):
    verdicts.give(db, alert.id, "dana", Judgement.FALSE, NOTE, OPEN_AT)
    [line] = exported(db)
    assert "canary" not in line
    assert "want to die" not in line
    assert json.loads(line) == {
        "id": alert.id,
        "raised_on": "2026-03-02",
        "tier": "crisis",
        "verdict": "false",
        "outcome": None,
        "signals": [{"id": "SI_ACTIVE", "tier": "crisis", "span": [13, 26], "modifiers": ["still"]}],
        "rules_version": "v7",
        "language": "en",
    }


def test_text_and_note_come_only_when_they_are_asked_for_and_the_audit_log_says_so(db, alert):
    verdicts.give(db, alert.id, "dana", Judgement.RIGHT, NOTE, OPEN_AT)
    [read] = verdicts.read(exported(db, with_text=True))
    assert (read.text, read.note, read.verdict) == (SAID, NOTE, Judgement.RIGHT)
    exported(db)
    events = [event.subject for event in db.query(AuditEvent).filter_by(action="verdicts.export")]
    assert events == ["verdicts:1:text", "verdicts:1"]


def test_what_is_exported_is_read_again_as_it_was(db, alert):
    verdicts.give(db, alert.id, "dana", Judgement.MISSED_ELSEWHERE, "", OPEN_AT)
    [read] = verdicts.read([*exported(db), "\n"])
    assert (read.id, read.tier, read.rules_version, read.language) == (alert.id, Tier.CRISIS, "v7", "en")
    assert (read.text, read.note) == (None, None)
    assert read.signals[0]["id"] == "SI_ACTIVE"


def test_an_alert_without_a_verdict_is_not_exported(db, alert):
    assert exported(db) == []


def test_a_message_that_was_erased_leaves_no_text_behind(db, alert, session):
    verdicts.give(db, alert.id, "dana", Judgement.RIGHT, "", OPEN_AT)
    for message in transcript.messages_after(db, session.id, 0, 9):
        message.text = None
    db.flush()
    [read] = verdicts.read(exported(db, with_text=True))
    assert read.text is None


def test_a_verdict_needs_somebody_who_has_seen_the_alert_and_a_note_of_a_sane_length(db, alert, session):
    unseen = alerts.raise_alert(db, PROFILE, session.id, None, Tier.URGENT, [], "v7", OPEN_AT)
    with pytest.raises(Conflict):
        verdicts.give(db, unseen.id, "dana", Judgement.RIGHT, "", OPEN_AT)
    with pytest.raises(BadInput, match="at most 1000"):
        verdicts.give(db, alert.id, "dana", Judgement.RIGHT, "x" * 1001, OPEN_AT)
    assert alert.verdict is None


def test_the_note_is_encrypted(db, alert):
    verdicts.give(db, alert.id, "dana", Judgement.RIGHT, NOTE, OPEN_AT)
    assert b"canary" not in alert.note_sealed
    assert alert.note == NOTE


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        ("{", "line 2: not a verdict"),
        ("[]", "line 2: not a verdict"),
        ('{"id": "a"}', "line 2: 'tier' is missing"),
        ('{"id": "a", "tier": "mild", "verdict": "right"}', "line 2: not a verdict: 'mild'"),
    ],
)
def test_a_broken_line_is_named(line, reason):
    with pytest.raises(verdicts.VerdictsBroken, match="line 2") as broken:
        list(verdicts.read(["", line]))
    assert str(broken.value).startswith(reason)
