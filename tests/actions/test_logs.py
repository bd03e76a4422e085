"""What the action server's process may write."""

import io
import json
import logging
import sys

import pytest

from actions import logs
from actions.settings import SettingsError

CANARY = "MY CANARY sings at night"


@pytest.fixture
def told(monkeypatch):
    """What goes to standard error."""
    stream = io.StringIO()
    monkeypatch.setattr(sys, "stderr", stream)
    return stream


@pytest.fixture
def cut(monkeypatch, told):
    """The process set up as in production; everything as it was afterwards."""
    monkeypatch.setenv("FRONTDESK_ENVIRONMENT", "production")
    root, hook, factory = logging.getLogger(), sys.excepthook, logging.getLogRecordFactory()
    handlers, level = list(root.handlers), root.level
    logs.apply()
    yield lambda: [json.loads(line) for line in told.getvalue().splitlines()]
    logging.setLogRecordFactory(factory)
    logging.captureWarnings(False)
    logging.raiseExceptions = True
    sys.excepthook = hook
    root.handlers[:], root.level = handlers, level


@pytest.mark.parametrize("name", ["rasa_sdk.executor", "uvicorn.error", "httpx"])
def test_a_line_of_a_library_says_who_and_where_and_no_more(cut, name):
    try:
        raise ValueError(CANARY)
    except ValueError:
        logging.getLogger(name).exception("failed with %s", CANARY)
    (line,) = cut()
    assert "CANARY" not in json.dumps(line)
    assert (line["logger"], line["level"]) == (name, "error")
    assert "ValueError at " in line["event"]


def test_our_own_line_is_written(cut):
    logging.getLogger("frontdesk.actions").error("action failed: %s at %s", "KeyError", "form.py:3")
    assert cut()[0]["event"] == "action failed: KeyError at form.py:3"


def test_an_uncaught_error_says_its_kind_and_one_of_ours_its_reason(cut, capsys):
    sys.excepthook(KeyError, KeyError(CANARY), None)
    sys.excepthook(SettingsError, SettingsError("FRONTDESK_API_URL is not set"), None)
    said = capsys.readouterr().err
    assert "CANARY" not in said
    assert "FRONTDESK_API_URL is not set" in said
