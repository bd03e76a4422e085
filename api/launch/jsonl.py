"""One JSON object a line in, one out, in the same order: the frame of `screen`, `understand`, `times`, `route`."""

import json
from collections.abc import Callable, Iterable
from typing import Any, TextIO

Step = Callable[[dict[str, Any]], dict[str, Any]]


def run(lines: Iterable[str], output: TextIO, step: Step) -> int:
    """Write the answer to each non-empty line; a bad one gets `{"error": …}` in its place.

    Returns the exit code: 0, or 1 when any line was bad.
    """
    failures = 0
    for line in lines:
        if not line.strip():
            continue
        answer, ok = _answer(line, step)
        failures += not ok
        # Lone surrogates are legal in JSON as escapes; ASCII output keeps them printable.
        output.write(json.dumps(answer) + "\n")
        output.flush()
    return 1 if failures else 0


def _answer(line: str, step: Step) -> tuple[dict[str, Any], bool]:
    try:
        record = json.loads(line)
        if not isinstance(record, dict):
            return {"error": "each line must be one JSON object"}, False
        return step(record), True
    except json.JSONDecodeError as error:
        return {"error": f"not JSON: {error.msg} at column {error.colno}"}, False
    except (ValueError, TypeError, KeyError) as error:
        return {"error": str(error)}, False
