"""What the bot's process may print: our own lines and a short list of Rasa's; never a word of a message."""

from __future__ import annotations

import logging
import sys
import traceback
from types import TracebackType
from typing import Any

OURS = "frontdesk"
# Rasa's lines that name no content; every other line is reduced to who spoke, where, and the kind of error.
ALLOWED = (
    "Starting Rasa server on ",
    "Loading model ",
    "Rasa server is up and running.",
    "Starting worker",
    "Stopping worker",
)


def apply() -> None:
    """From now on every record of this process is cut, whichever logger, level or handler it goes to."""
    logging.setLogRecordFactory(record)
    logging.captureWarnings(True)
    sys.excepthook = report_end


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
    """A log record without content: lines of Rasa and its libraries, and texts of errors, can quote a visitor."""
    if not _is_allowed(name, message):
        message, arguments = f"not shown ({path}:{line})", None
    if error:
        raised = error[1] if isinstance(error, tuple) else error
        message, arguments = f"{_one_line(message, arguments)} [{in_short(raised)}]", None
    return logging.LogRecord(name, level, path, line, message, arguments, None, function, None, **more)


def _one_line(message: Any, arguments: Any) -> str:
    return str(message) % arguments if arguments else str(message)


def _is_allowed(name: str, message: Any) -> bool:
    return name.split(".")[0] == OURS or (isinstance(message, str) and message.startswith(ALLOWED))


def in_short(error: BaseException | None) -> str:
    """Kind of error and place, innermost first; without its text, which may quote what it could not read."""
    if error is None:
        return "no error"
    frames = traceback.extract_tb(error.__traceback__)[-3:]
    places = ", ".join(f"{frame.filename}:{frame.lineno}" for frame in reversed(frames))
    return f"{type(error).__name__} at {places or '?'}"


def report_end(kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
    """The last word of a process that fails: as short as a log line."""
    print(f"ended by {in_short(error)}", file=sys.stderr)
