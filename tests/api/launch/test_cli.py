"""What the command line promises: names of the contract, clear refusals."""

import os
import subprocess
import sys

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


@pytest.mark.parametrize(
    "command", [("rules", "dry-run"), ("keys", "rotate"), ("audit", "verify"), ("staff", "list")]
)
def test_a_command_that_is_not_built_yet_says_so_and_exits_three(command):
    done = _frontdesk(*command)
    assert (done.returncode, "not built yet" in done.stderr) == (3, True)


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
