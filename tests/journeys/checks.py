"""What a journey may expect of the chat after a step, and what no journey may ever hear."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Mapping
from typing import Any

from tests.journeys.patterns import matches
from tests.journeys.script import as_list
from tests.journeys.visitor import Message, Visitor

# Never said: a diagnosis, a dose, a treatment somebody "needs", words that hurt (clinical §4), raw templates.
FORBIDDEN = (
    r"/\byou (have|suffer from) (clinical |severe |major )?(depression|anxiety|ptsd|adhd|bipolar|ocd|psychosis)/",
    r"/\byou (need|must take|should take) (therapy|medication|medicine|meds|pills|treatment|to take)/",
    r"/\b\d+ ?(mg|milligrams)\b/",
    r"/committed suicide|failed attempt|everyone feels that way|think positive/",
    r"/\{[a-z_]+\}|utter_[a-z]|\bundefined\b|Traceback/",
)
# Asked in the same words again is bad manners; a crisis line may be repeated once (clinical §4).
MOST_IN_A_ROW = {"crisis": 2}


def failures(expected: Mapping[str, Any], visitor: Visitor, question: Callable[[], str | None]) -> list[str]:
    """What is otherwise than expected, in words; `question` says what is being asked."""
    found: list[str] = []
    for word, wanted in expected.items():
        if word == "question":
            asked = question()
            if not is_asked(wanted, asked):
                found.append(f"expected the question {wanted}, found {asked}")
        else:
            found += CHECKS[word](wanted, visitor)
    return found


def is_asked(wanted: Any, asked: str | None) -> bool:
    """Whether the open question is the wanted one, or one of them; null wants none."""
    return asked is None if wanted is None else asked in as_list(wanted)


def never(
    patterns: tuple[str, ...], fresh: list[Message], everything: list[Message], may_repeat: bool
) -> list[str]:
    """What must not be in what was just said: forbidden words, a booking without an id, the same block again."""
    found = [
        f"never says {pattern!r}, but said {message.text!r}"
        for message in fresh
        for pattern in (*FORBIDDEN, *patterns)
        if message.author == "bot" and matches(pattern, message.text)
    ]
    for message in fresh:
        if message.kind == "booked" and not all(
            one.get("id") for one in message.payload.get("appointments", [{}])
        ):
            found.append("called something booked without the id of an appointment")
    if not may_repeat:
        found += [f"said the same again: {text!r}" for text in repeated(everything, fresh)]
    return found


def repeated(everything: list[Message], fresh: list[Message]) -> list[str]:
    """Texts of the bot that came too often in a row, visitor's messages between them not counted."""
    said = [message for message in everything if message.author == "bot" and message.text.strip()]
    found, run = [], 1
    for before, message in itertools.pairwise(said):
        run = run + 1 if (message.text, message.labels) == (before.text, before.labels) else 1
        if run > MOST_IN_A_ROW.get(message.kind, 1) and message in fresh:
            found.append(message.text)
    return found


def _says(wanted: Any, visitor: Visitor) -> list[str]:
    heard = "\n".join(message.text for message in visitor.fresh)
    return [f"expected to hear {pattern!r}" for pattern in as_list(wanted) if not matches(pattern, heard)]


def _never_says(wanted: Any, visitor: Visitor) -> list[str]:
    heard = "\n".join(message.text for message in visitor.fresh)
    return [f"must not say {pattern!r}" for pattern in as_list(wanted) if matches(pattern, heard)]


def _kinds(wanted: Any, visitor: Visitor) -> list[str]:
    kinds = [message.kind for message in visitor.fresh]
    return [f"expected a message of kind {kind}, found {kinds}" for kind in as_list(wanted) if kind not in kinds]


def _never_kinds(wanted: Any, visitor: Visitor) -> list[str]:
    kinds = [message.kind for message in visitor.fresh]
    return [f"must not send a message of kind {kind}" for kind in as_list(wanted) if kind in kinds]


def _quick_replies(wanted: Any, visitor: Visitor) -> list[str]:
    offered = visitor.offered()
    labels = [label for _, label in offered.labels] if offered else []
    return [
        f"expected a quick reply {pattern!r}, offered: {labels}"
        for pattern in as_list(wanted)
        if not any(matches(pattern, label) for label in labels)
    ]


def _never_quick_replies(wanted: Any, visitor: Visitor) -> list[str]:
    labels = [label for message in visitor.fresh for _, label in message.labels]
    return [
        f"must not offer {pattern!r}: {label!r}"
        for pattern in as_list(wanted)
        for label in labels
        if matches(pattern, label)
    ]


def _payload(wanted: Mapping[str, Any], visitor: Visitor) -> list[str]:
    payloads = [message.payload for message in visitor.fresh if message.payload]
    if any(all(payload.get(key) in as_list(value) for key, value in wanted.items()) for payload in payloads):
        return []
    return [f"expected a payload with {dict(wanted)}, found {payloads}"]


def _mode(wanted: Any, visitor: Visitor) -> list[str]:
    return [] if visitor.mode in as_list(wanted) else [f"expected mode {wanted}, found {visitor.mode}"]


def _tier(wanted: Any, visitor: Visitor) -> list[str]:
    return [] if visitor.tier in as_list(wanted) else [f"expected tier {wanted}, found {visitor.tier}"]


def _silent(wanted: bool, visitor: Visitor) -> list[str]:
    said = [message.text for message in visitor.fresh if message.author == "bot" and message.kind != "marker"]
    return [f"the bot must be silent, but said {said}"] if wanted and said else []


CHECKS: Mapping[str, Callable[[Any, Visitor], list[str]]] = {
    "says": _says,
    "never_says": _never_says,
    "kinds": _kinds,
    "never_kinds": _never_kinds,
    "quick_replies": _quick_replies,
    "never_quick_replies": _never_quick_replies,
    "payload": _payload,
    "mode": _mode,
    "tier": _tier,
    "silent": _silent,
}
