"""What can and cannot get into a log line, whoever writes it."""

import io
import json
import logging
import sys
import threading
import warnings

import pytest
import structlog

from api import logs

CANARY = "MY CANARY sings at night"


@pytest.fixture
def told(monkeypatch):
    """What goes to standard error."""
    stream = io.StringIO()
    monkeypatch.setattr(sys, "stderr", stream)
    return stream


@pytest.fixture
def cut(monkeypatch, told):
    """The process set up as uvicorn sets it up in production; everything as it was afterwards."""
    monkeypatch.setenv("FRONTDESK_ENVIRONMENT", "production")
    hooks = sys.excepthook, threading.excepthook, sys.unraisablehook
    factory, configured = logging.getLogRecordFactory(), structlog.get_config()
    # Servers that other tests started leave their loggers as they like them.
    for name in ("uvicorn", "uvicorn.error"):
        for attribute, value in (
            ("level", logging.NOTSET),
            ("propagate", True),
            ("disabled", False),
            ("handlers", []),
        ):
            monkeypatch.setattr(logging.getLogger(name), attribute, value)
    logging.getLogger("uvicorn.error").manager._clear_cache()
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(logs.formatter())
    logging.getLogger().addHandler(handler)
    yield lambda: [json.loads(line) for line in told.getvalue().splitlines()]
    logging.getLogger().removeHandler(handler)
    sys.excepthook, threading.excepthook, sys.unraisablehook = hooks
    logging.setLogRecordFactory(factory)
    logging.captureWarnings(False)
    logging.raiseExceptions = True
    structlog.configure(**configured)


def test_an_event_with_ids_and_codes_is_written_whole(cut):
    structlog.get_logger("api").warning("turn_given_up", turn_id="a1b2", error="TimeoutError", attempts=3)
    (line,) = cut()
    assert {"event": "turn_given_up", "level": "warning", "turn_id": "a1b2", "attempts": 3}.items() <= line.items()
    assert line["timestamp"].endswith("Z")


@pytest.mark.parametrize(
    "given",
    [
        {"text": CANARY},
        {"reason": CANARY},
        {"id": "x" * 121},
        {"topic": {"text": CANARY}},
        {CANARY: 1},
        {"name": "Zoë"},
    ],
)
def test_words_do_not_get_in_neither_under_a_new_key_nor_under_an_allowed_one(cut, given):
    structlog.get_logger("api").info("noticed", **given)
    (line,) = cut()
    assert "CANARY" not in json.dumps(line)
    assert "xxx" not in json.dumps(line)
    assert set(line) <= {"event", "level", "timestamp", "left_out"}


def test_an_event_that_is_a_sentence_is_not_written(cut):
    structlog.get_logger("api").error(f"could not read {CANARY}")
    (line,) = cut()
    assert (line["left_out"], "event" in line) == ("event", False)


def test_the_request_id_stands_on_every_line_of_a_request(cut):
    with structlog.contextvars.bound_contextvars(request_id="abc"):
        structlog.get_logger("api").info("one")
    structlog.get_logger("api").info("two")
    assert [line.get("request_id") for line in cut()] == ["abc", None]


@pytest.mark.parametrize("name", ["uvicorn.error", "sqlalchemy.pool", "asyncio", "api.anything"])
def test_a_line_of_a_library_says_who_and_where_and_no_more(cut, name):
    logger = logging.getLogger(name)
    try:
        raise ValueError(CANARY)
    except ValueError:
        logger.exception("failed with %s", CANARY)
    (line,) = cut()
    assert "CANARY" not in json.dumps(line)
    assert line["logger"] == name
    assert "ValueError at " in line["said"]
    assert "test_logs.py" in line["place"]


def test_the_servers_own_words_are_shown(cut):
    logging.getLogger("uvicorn.error").error("Application startup failed. Exiting.")
    assert cut()[0]["said"] == "Application startup failed. Exiting."


def test_a_warning_is_cut_too(cut):
    with warnings.catch_warnings():
        warnings.simplefilter("always")
        warnings.warn(CANARY, stacklevel=1)
    assert "CANARY" not in json.dumps(cut())


def test_uncaught_errors_say_their_kind_and_place(cut, capsys):
    try:
        raise KeyError(CANARY)
    except KeyError as error:
        sys.excepthook(KeyError, error, error.__traceback__)
        threading.excepthook(threading.ExceptHookArgs((KeyError, error, error.__traceback__, None)))
    said = capsys.readouterr().err
    assert "CANARY" not in said
    assert said.count("KeyError at ") == 2


def test_a_reason_not_to_start_is_told_in_words(cut, capsys):
    from api.main import CannotStart

    sys.excepthook(CannotStart, CannotStart("put a proxy in front"), None)
    said = capsys.readouterr().err
    assert "put a proxy in front" in said


def test_in_development_a_line_is_for_people():
    event = {"timestamp": "T", "level": "info", "event": "notice", "topic": "alert"}
    assert logs._as_text(event) == "T info    notice topic=alert"
