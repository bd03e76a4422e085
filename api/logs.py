"""What the api's process may write to its log: events and ids; never a word of a chat, whoever logs it.

Our own lines go through structlog and an allow-list of keys, whose values must look like an id, a code or a number.
Lines of libraries, warnings and uncaught errors are cut to who spoke, where, and the kind of error: their texts can
quote what they could not read. Every line is one JSON object, in development a readable one.
"""

import json
import logging
import os
import re
import sys
import threading
import traceback
from collections.abc import Mapping, MutableMapping
from typing import Any

import structlog

KEYS = frozenset(
    {
        *("event", "level", "timestamp", "request_id", "logger", "error", "status", "route", "place"),
        *("session_id", "turn_id", "handoff_id", "alert_id", "appointment_id", "id", "letter"),
        *("topic", "tier", "reason", "repeat", "seq", "attempts", "name", "event_kind", "calendar"),
    }
)
# An id, a code, a time, a place in the source: no blanks, so no sentence; short, so no long word either.
PLAIN = re.compile(r"[\w./:{}<>,+-]{0,120}", re.ASCII)
# Lines of the server itself that carry no content.
ALLOWED = ("Application startup", "Application shutdown", "Invalid HTTP request received", "[Errno ")

Event = MutableMapping[str, Any]


def formatter() -> logging.Formatter:
    """Set up this process; named in api/logging.json, which uvicorn reads before it loads the app."""
    is_production = os.environ.get("FRONTDESK_ENVIRONMENT") == "production"
    render = _as_json if is_production else _as_text
    structlog.configure(
        processors=[
            structlog.contextvars.merge_contextvars,
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            only_allowed,
            lambda _logger, _name, event: render(event),
        ],
        logger_factory=structlog.PrintLoggerFactory(sys.stderr),
    )
    cut_the_rest()
    return _Formatter(render)


def only_allowed(_logger: Any, _name: str, event: Event) -> Event:
    """A processor of structlog: keep allowed keys with plain values, and name the keys that were left out."""
    kept = {key: value for key, value in event.items() if key in KEYS and is_plain(value)}
    left_out = sorted(key for key in event if key not in kept and is_plain(key))
    return {**kept, "left_out": ",".join(left_out)} if left_out else kept


def is_plain(value: Any) -> bool:
    """True for numbers, yes and no, nothing, and texts that cannot hold a sentence."""
    return value is None or isinstance(value, (int, float)) or bool(PLAIN.fullmatch(str(value)))


def cut_the_rest() -> None:
    """From now on no logger, warning or uncaught error of this process can write more than its kind and place."""
    logging.setLogRecordFactory(record)
    logging.captureWarnings(True)
    # A line that cannot be written would otherwise be shown with what it was made of.
    logging.raiseExceptions = False
    sys.excepthook = lambda kind, error, trace: print(f"ended by {in_full_if_ours(error)}", file=sys.stderr)
    threading.excepthook = lambda given: print(f"thread ended by {in_short(given.exc_value)}", file=sys.stderr)
    sys.unraisablehook = lambda given: print(f"ignored {in_short(given.exc_value)}", file=sys.stderr)


def record(
    name: str,
    level: int,
    path: str,
    line: int,
    message: Any,
    arguments: Any,
    error: Any,
    function: str | None = None,
    stack: str | None = None,
    **more: Any,
) -> logging.LogRecord:
    """A library's log record without its text."""
    raised = error[1] if isinstance(error, tuple) else error
    text = str(message) if str(message).startswith(ALLOWED) and not arguments else "not_shown"
    if raised:
        text = f"{text} {in_short(raised)}"
    return logging.LogRecord(name, level, path, line, text, None, None, function, None, **more)


def in_short(error: BaseException | None) -> str:
    """Kind of error and place, innermost first; without its text, which may quote what it could not read."""
    if error is None:
        return "no error"
    frames = traceback.extract_tb(error.__traceback__)[-3:]
    places = ", ".join(f"{frame.filename}:{frame.lineno}" for frame in reversed(frames))
    return f"{type(error).__name__} at {places or '?'}"


def in_full_if_ours(error: BaseException) -> str:
    """As `in_short`, with the sentence where the error is one of ours: at a start it says what is to be mended."""
    is_ours = type(error).__module__.startswith("api.")
    return f"{in_short(error)}: {error}" if is_ours else in_short(error)


def _as_json(event: Mapping[str, Any]) -> str:
    return json.dumps(event, default=str)


def _as_text(event: Mapping[str, Any]) -> str:
    rest = " ".join(f"{key}={value}" for key, value in event.items() if key not in ("timestamp", "level", "event"))
    return f"{event.get('timestamp', '')} {event.get('level', ''):7} {event.get('event', '')} {rest}".rstrip()


class _Formatter(logging.Formatter):
    """Lines of libraries in the same form as ours; what they say was cut by `record` before."""

    def __init__(self, render: Any) -> None:
        super().__init__()
        self._render = render

    def format(self, record: logging.LogRecord) -> str:
        """One line."""
        event = {
            "event": "library",
            "level": record.levelname.lower(),
            "logger": record.name,
            "place": f"{record.pathname}:{record.lineno}",
            "said": record.getMessage(),
        }
        return str(self._render(event))
