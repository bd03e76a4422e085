"""What the action server's process may write: kinds of errors and places; never what a visitor wrote."""

from __future__ import annotations

import json
import logging
import os
import sys
import traceback
from typing import Any

OURS = "frontdesk"
# Lines of the server itself that carry no content.
ALLOWED = ("Application startup", "Application shutdown", "Invalid HTTP request received", "[Errno ")


def apply() -> None:
    """From now on every record of this process is cut, whichever library it comes from, and has one form."""
    logging.setLogRecordFactory(record)
    logging.captureWarnings(True)
    sys.excepthook = lambda kind, error, trace: print(f"ended by {in_full_if_ours(error)}", file=sys.stderr)
    handler = logging.StreamHandler()
    handler.setFormatter(_Json() if os.environ.get("FRONTDESK_ENVIRONMENT") == "production" else _Text())
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(logging.WARNING)
    # A line that cannot be written would otherwise be shown with what it was made of.
    logging.raiseExceptions = False


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
    """A log record without content: lines of rasa_sdk and its libraries, and texts of errors, can quote a visitor."""
    if name.split(".")[0] != OURS and not (str(message).startswith(ALLOWED) and not arguments):
        message, arguments = "not_shown", None
    if error:
        raised = error[1] if isinstance(error, tuple) else error
        message, arguments = f"{message} {in_short(raised)}", None
    return logging.LogRecord(name, level, path, line, message, arguments, None, function, None, **more)


def in_short(error: BaseException | None) -> str:
    """Kind of error and place, innermost first; without its text."""
    if error is None:
        return "no error"
    frames = traceback.extract_tb(error.__traceback__)[-3:]
    places = ", ".join(f"{frame.filename}:{frame.lineno}" for frame in reversed(frames))
    return f"{type(error).__name__} at {places or '?'}"


def in_full_if_ours(error: BaseException) -> str:
    """As `in_short`, with the sentence where the error is one of ours: at a start it says what is to be mended."""
    is_ours = type(error).__module__.startswith("actions.")
    return f"{in_short(error)}: {error}" if is_ours else in_short(error)


class _Json(logging.Formatter):
    def format(self, record: logging.LogRecord) -> str:
        place = f"{record.pathname}:{record.lineno}"
        line = {"event": record.getMessage(), "level": record.levelname.lower(), "logger": record.name}
        return json.dumps({**line, "timestamp": self.formatTime(record), "place": place})


class _Text(logging.Formatter):
    def format(self, record: logging.LogRecord) -> str:
        place = f"{record.pathname}:{record.lineno}"
        return (
            f"{self.formatTime(record)} {record.levelname.lower()} {record.name} {record.getMessage()} ({place})"
        )
