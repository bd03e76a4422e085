"""Time mentions: where a text names days or hours, and what is said between them."""

from __future__ import annotations

from typing import NamedTuple

from bot.language.times_calendar import Day, Today
from bot.language.times_clock import read_clock
from bot.language.times_data import times_data
from bot.language.times_days import read_date
from bot.language.times_hours import Clock
from bot.language.times_points import stands
from bot.language.times_spans import read_days
from bot.language.times_words import Word

_LINKS = {"stop": "stop", "BUT": "but", "break": "stop", "comma": "comma", "OR": "or", "AND": "and"}
# The strongest meaning of a word that is no part of a mention comes first.
_ROLES = (
    "CORRECT",
    "EXCEPT",
    "anaphora",
    "bad",
    "cannot",
    "event",
    "symptom",
    "want",
    "NOT",
    "person",
    "fill",
    "counted",
)
# Bounds and numbers that no mention took: what they bound or count was not understood.
_BOUNDS = ("AFTER", "BEFORE", "BETWEEN", "UNTIL", "NEXT", "COMING", "WITHIN", "REST", "LATER")
_UNREAD = ("number", "ordinal", "date", "clock", "no_clock", "edge", "habit")


class Item(NamedTuple):
    """A stretch of the text.

    `role`: "mention" (with `days` or `clocks`), a link ("and", "or", "comma", "but", "stop"), or what a
    word says about the mentions around it: want, event, symptom, cannot, bad, unread, NOT, EXCEPT, CORRECT, person,
    fill, unknown.
    """

    role: str
    text: str
    days: tuple[Day, ...] = ()
    clocks: tuple[Clock, ...] = ()
    apart: bool = False


def _role(word: Word) -> str:
    """What a word outside a mention says."""
    link = next((role for kind, role in _LINKS.items() if word.is_a(kind)), "")
    role = next((role for role in _ROLES if word.is_a(role)), "")
    role = "unread" if role == "anaphora" else role
    if role in ("CORRECT", "EXCEPT", "unread", "cannot", "bad") or not link:
        grammar = any(kind.isupper() or kind in ("unit", "month") for kind in word.kinds)
        return role or ("fill" if grammar and not word.is_a(*_UNREAD, *_BOUNDS) else "unknown")
    return link


def _mention(words: list[Word], at: int, today: Today) -> tuple[Item, int] | None:
    """The mention at `at` and where it ends: days or hours, whichever reads further."""
    days, clocks = read_days(words, at, today), read_clock(words, at)
    if days and (not clocks or days[1] >= clocks[1]):
        return Item("mention", _text(words, at, days[1]), days=tuple(days[0])), days[1]
    if clocks:
        return Item("mention", _text(words, at, clocks[1]), clocks=tuple(clocks[0])), clocks[1]
    return None


def _text(words: list[Word], at: int, end: int) -> str:
    return " ".join(word.text for word in words[at:end])


def _mark_moves(words: list[Word], today: Today) -> list[Word]:
    """In "move it from tuesday to thursday" the "to" begins the new time and ends no range."""
    marked = list(words)
    moving = False
    for at, word in enumerate(words):
        moving = (moving or word.is_a("MOVE")) and not word.is_a("stop", "BUT")
        if moving and word.is_a("TO") and read_date(words, at + 1, today):
            marked[at] = Word(word.text, {"MOVED": True})
    return marked


def _turn_edges(words: list[Word]) -> list[Word]:
    """ "early friday morning" is read as "friday early morning"."""
    turned = list(words)
    for at in range(len(words) - 2):
        edge, day, part = turned[at : at + 3]
        name = f"{edge.kinds.get('edge')}_{part.kinds.get('part')}"
        if day.is_a("day", "habit", "relative") and name in times_data()["parts"]:
            turned[at : at + 3] = [
                Word("", {"fill": True}),
                day,
                Word(f"{edge.text} {part.text}", {"part": name}),
            ]
    return turned


def _is_half_read(words: list[Word], at: int, before: list[Item]) -> bool:
    """Whether part of a time was not understood: a date on its own, or a number right beside a mention.

    "saturday 14th 9" with an unread "14th" must not become "saturday".
    """
    word = words[at]
    if word.is_a("date") or (word.is_a("ordinal") and word.text[0].isdigit()):
        return True
    if word.is_a("month", *_BOUNDS):
        return not word.is_a("fill", "event")
    if word.text == "a las":
        return True
    if word.is_a("NOT", "EXCEPT"):
        return at + 1 < len(words) and not words[at + 1].kinds
    if word.kinds.get("unit") in ("week", "weekend", "month") and at and not words[at - 1].kinds:
        return True  # "nerxt week"
    beside = bool(before) and before[-1].role == "mention"
    return beside and (word.is_a("number", "no_clock") or word.kinds.get("unit") == "week")  # "friday week"


def read_items(words: list[Word], today: Today) -> list[Item]:
    """The text as mentions, links and words, in order."""
    words = _mark_moves(_turn_edges(words), today)
    items: list[Item] = []
    at = 0
    while at < len(words):
        found = _mention(words, at, today)
        if found:
            items.append(found[0])
            at = found[1]
        else:
            role = "moved" if stands(words, at, "MOVED") else _role(words[at])
            role = "fill" if words[at].text == "so" and stands(words, at + 1, "symptom", "event") else role
            items.append(Item("unread" if _is_half_read(words, at, items) else role, words[at].text))
            if role == "stop" and words[at].is_a("want"):  # "and want": a new statement that wants something
                items.append(Item("want", words[at].text))
            at += 1
    return items
