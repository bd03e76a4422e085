"""`practice check`: clear refusals, and what is missing before a practice goes live."""

from datetime import timedelta

import pytest

from api import practice
from api.launch import going_live
from api.outbox import OutboxEntry
from api.pausing import PauseSwitch
from api.safety import alerts, trial
from api.settings import ROOT
from tests.factories import OPEN_AT, make_settings

PROFILE = ROOT / "data/practices/tucson_integrative.yml"


@pytest.fixture
def installed(tmp_path, monkeypatch):
    """An installation of its own."""
    monkeypatch.setenv("FRONTDESK_VAR", str(tmp_path))
    monkeypatch.delenv("FRONTDESK_DATABASE_URL", raising=False)
    return tmp_path


def broken(tmp_path, *changes):
    text = PROFILE.read_text("utf-8")
    for old, new in changes:
        assert old in text
        text = text.replace(old, new, 1)
    path = tmp_path / "mine.yml"
    path.write_text(text, "utf-8")
    return path


def test_a_good_profile_passes_by_name_and_by_path(installed):
    for name in ("tucson_integrative", str(PROFILE)):
        [finding] = going_live.check(name)
        assert finding.line() == "  ok   profile of Saguaro Integrative Psychiatry"


def test_every_fault_of_a_profile_is_named_with_file_line_and_key(tmp_path):
    path = broken(tmp_path, ("tz: America/Phoenix", "tz: Arizona"), ("minutes: 45", "minutes: 44"))
    with pytest.raises(practice.ProfileBroken) as refusal:
        going_live.check(str(path))
    first, second = str(refusal.value).splitlines()
    number = PROFILE.read_text("utf-8").splitlines().index("tz: America/Phoenix") + 1
    assert first.startswith(f"{path}:{number}: tz: ")
    assert "services.1.minutes" in second


def test_a_new_installation_passes_hours_and_telephone_and_is_told_all_the_rest(installed):
    found = {finding.what: finding for finding in going_live.check("tucson_integrative", go_live=True)}
    assert [what for what, finding in found.items() if not finding.passed] == [
        *(("on-call list",) if not getattr(practice.load("tucson_integrative"), "on_call", None) else ()),
        "test alert",
        "mail to staff",
        "clinician's signature under the safety words",
    ]
    assert "practice test-alert" in found["test alert"].advice
    assert "sign-off" in found["clinician's signature under the safety words"].line()


def test_a_test_alert_counts_only_when_somebody_acknowledged_it_lately(installed):
    assert "I have seen this" in going_live.raise_trial()
    with going_live.installation() as (_settings, database), database.writing() as db:
        alert = trial.last(db, going_live.SystemClock().now())
        raised = alert.raised_at
        assert not going_live.test_alert(db, raised).passed
        assert "nobody has pressed" in going_live.test_alert(db, raised).advice
        alerts.acknowledge(db, alert.id, "staff", raised + timedelta(seconds=9))
        passed = going_live.test_alert(db, raised + timedelta(days=29))
        assert passed.passed
        assert "after 9 s" in passed.what
        assert not going_live.test_alert(db, raised + timedelta(days=31)).passed


def test_a_test_alert_goes_the_way_of_a_real_one(installed):
    going_live.raise_trial()
    with going_live.installation() as (_settings, database), database.reading() as db:
        [entry] = [one for one in db.query(OutboxEntry) if one.topic == alerts.TOPIC]
        assert entry.payload["tier"] == "emergency"


class WithMail:
    """Settings as the mail room adds them."""

    mail = "smtp"


def test_mail_passes_when_the_letter_about_a_test_alert_was_delivered(installed):
    going_live.raise_trial()
    now = going_live.SystemClock().now()
    with going_live.installation() as (_settings, database), database.writing() as db:
        assert "no channel" in going_live.mail(db, make_settings(installed), now).advice
        assert "no test letter" in going_live.mail(db, WithMail(), now).advice
        alert = trial.last(db, now)
        payload = {"alert_id": alert.id, "about": "alert"}
        entry = OutboxEntry(topic="mail_staff", payload=payload, created_at=now, due_at=now, last_error="Refused")
        db.add(entry)
        db.flush()
        assert "Refused" in going_live.mail(db, WithMail(), now).advice
        entry.delivered_at = now
        db.flush()
        assert going_live.mail(db, WithMail(), now).passed
        entry.payload = {"alert_id": "a real one"}
        db.flush()
        assert not going_live.mail(db, WithMail(), now).passed


def test_a_practice_that_does_not_open_or_cannot_be_called_is_told(tmp_path):
    profile = practice.read(PROFILE)
    closed = profile.model_copy(update={"hours": practice.WeeklyHours()})
    assert going_live.hours(profile, OPEN_AT).passed
    assert not going_live.hours(closed, OPEN_AT).passed
    assert not going_live.telephone(profile.model_copy(update={"phone": "12"})).passed


@pytest.mark.parametrize(("people", "passes"), [([], False), (["a"], False), (["a", "b"], True)])
def test_an_on_call_list_has_two_people(people, passes):
    class OnCall:
        on_call = people

    assert going_live.on_call(OnCall()).passed is passes


def test_a_signature_holds_for_the_words_as_they_stand(installed, monkeypatch):
    assert "LCSW" in going_live.sign_off("Ana Ruiz", "LCSW")
    settings = make_settings(installed)
    assert going_live.signature(settings).passed
    monkeypatch.setattr(going_live.signing_off, "digest_of", lambda: "changed")
    after = going_live.signature(settings)
    assert not after.passed
    assert "have changed" in after.advice


def test_a_signature_needs_a_name_and_credentials(installed):
    with pytest.raises(ValueError, match="credentials"):
        going_live.sign_off("Ana Ruiz", " ")
    assert not (installed / "sign_off.json").exists()


def test_pausing_by_command_is_written_down_and_can_be_taken_back(installed):
    assert "is paused" in going_live.set_pause(on=True)
    assert PauseSwitch(installed).read().by == "command"
    assert "nothing changed" in going_live.set_pause(on=True)
    assert "answering again" in going_live.set_pause(on=False)
    assert not PauseSwitch(installed).is_on
    with going_live.installation() as (_settings, database), database.reading() as db:
        from api.audit import AuditEvent

        assert [one.action for one in db.query(AuditEvent)] == ["practice.pause", "practice.resume"]


def test_pausing_works_while_the_database_does_not(installed, monkeypatch):
    monkeypatch.setenv("FRONTDESK_DATABASE_URL", f"sqlite:///{installed}/no/such/folder/x.db")
    assert "could not be told" in going_live.set_pause(on=True)
    assert PauseSwitch(installed).is_on
