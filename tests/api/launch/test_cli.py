"""What the command line promises: names of the contract, clear refusals."""

import os
import sqlite3
import subprocess
import sys
from contextlib import closing

import pytest

from api.settings import ROOT

PROMISED = (
    *("up", "test", "train", "screen", "understand", "times", "route", "evaluate", "journey", "bench", "lock"),
    *("staff", "practice", "rules", "keys", "purge", "backup", "restore", "audit"),
)


def _frontdesk(*arguments, stdin=""):
    command = [sys.executable, "-m", "api.cli", *arguments]
    environment = {**os.environ, "PYTHONPATH": str(ROOT), "COLUMNS": "200"}
    return subprocess.run(
        command, input=stdin, capture_output=True, text=True, cwd=ROOT, env=environment, check=False
    )


def test_help_lists_every_command_of_the_contract():
    listed = _frontdesk("--help").stdout
    assert [name for name in PROMISED if name not in listed] == []


@pytest.mark.parametrize("command", [("rules", "dry-run")])
def test_a_command_that_is_not_built_yet_says_so_and_exits_three(command):
    done = _frontdesk(*command)
    assert (done.returncode, "not built yet" in done.stderr) == (3, True)


@pytest.mark.parametrize("command", [("audit", "verify"), ("keys", "rotate"), ("purge",), ("backup", "x")])
def test_keeping_an_installation_that_is_not_there_says_so(command, tmp_path, monkeypatch):
    monkeypatch.setenv("FRONTDESK_VAR", str(tmp_path / "none"))
    done = _frontdesk(*command)
    assert (done.returncode, "there is no installation" in done.stderr) == (1, True)
    assert not (tmp_path / "none" / "secrets.env").exists()


def test_an_installation_is_kept_from_the_command_line(tmp_path, monkeypatch):
    monkeypatch.setenv("FRONTDESK_VAR", str(tmp_path / "var"))
    added = _frontdesk("staff", "add", "dana@example.org", "--name", "Dana", "--role", "clinician")
    assert added.stdout.startswith("dana@example.org  ")
    assert _frontdesk("staff", "list").stdout == "dana@example.org  Dana  clinician  password only\n"
    reset = _frontdesk("staff", "reset", "dana@example.org")
    assert reset.stdout.startswith("dana@example.org  ")
    assert reset.stdout != added.stdout
    assert "The audit log is whole: 2 entries" in _frontdesk("audit", "verify").stdout
    assert "sealed under the new key" in _frontdesk("keys", "rotate").stdout
    assert _frontdesk("purge", "--dry-run").stdout == "Would delete: nothing\n"
    archive = _frontdesk("backup", str(tmp_path / "kept")).stdout.strip()
    monkeypatch.setenv("FRONTDESK_VAR", str(tmp_path / "new"))
    assert "Restored frontdesk.db, secrets.env, as of" in _frontdesk("restore", archive).stdout
    assert "dana@example.org" in _frontdesk("staff", "list").stdout
    assert "installation already" in _frontdesk("restore", archive).stderr
    _tamper(tmp_path / "new" / "frontdesk.db")
    verified = _frontdesk("audit", "verify")
    assert (verified.returncode, "entry 2 was changed" in verified.stderr) == (1, True)


def _tamper(database):
    with closing(sqlite3.connect(database, isolation_level=None)) as connection:
        connection.execute("UPDATE audit_event SET actor = 'nobody' WHERE number = 2")


def test_nobody_is_reset_who_is_not_there(tmp_path, monkeypatch):
    monkeypatch.setenv("FRONTDESK_VAR", str(tmp_path))
    done = _frontdesk("staff", "reset", "x@example.org")
    assert (done.returncode, "staff list" in done.stderr) == (1, True)


@pytest.mark.parametrize(
    ("command", "line", "key"),
    [
        ("screen", '{"text": "i want to die", "id": 7}', "tier"),
        (
            "times",
            '{"text": "tuesday after 4", "now": "2026-12-01T10:00:00-07:00", "tz": "America/Phoenix"}',
            "windows",
        ),
        ("route", '{"facts": {"age_group": "adult_18_64", "state_served": true, "med_pref": "wants"}}', "rule_id"),
    ],
)
def test_a_jsonl_command_answers_each_line_and_marks_a_bad_one(command, line, key):
    done = _frontdesk(command, stdin=f"{line}\nnonsense\n")
    good, bad = done.stdout.splitlines()
    assert key in good
    assert "error" in bad
    assert done.returncode == 1
