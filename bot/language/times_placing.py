"""The mentions that count, in order: what links them, what is excluded, what was taken back."""

from __future__ import annotations

from typing import NamedTuple

from bot.language.times_context import PADDING, counts, groups_of, is_story
from bot.language.times_mentions import Item

_OWN_APPOINTMENT = ("appointment", "appt", "session", "cita", "sesion")


_LINKS = ("or", "and", "comma", "but", "stop")


class Placed(NamedTuple):
    """A mention that counts.

    `link`: what stands before it; `excluded`: "not wednesday"; `apart`: the one before it was closed by a
    predicate of its own ("weekends are best, or …").
    """

    item: Item
    link: str
    excluded: bool
    apart: bool


class _Segment(NamedTuple):
    """One statement: its items, and the link that opened it."""

    items: list[Item]
    link: str


def _segments(items: list[Item]) -> list[_Segment]:
    """Statements, cut at punctuation, "but", "so", "because"."""
    segments, link = [_Segment([], "stop")], "stop"
    for item in items:
        if item.role in ("stop", "comma", "but"):
            link = item.role
            segments.append(_Segment([], link))
        else:
            segments[-1].items.append(item)
    return segments


def _only_padding(items: list[Item]) -> bool:
    return all(item.role in ("fill", "person", "want", "NOT") or item.role in PADDING for item in items)


def _ends_in(items: list[Item], mention: int, refusal: int) -> bool:
    """Whether a statement ends refusing a mention: "mondays I can't do", not "monday I can't sleep"."""
    around = items[mention + 1 : refusal] + items[refusal + 1 :]
    return all(item.role in (*PADDING, "want") for item in around)


class _Refusals(NamedTuple):
    """Places of the mentions a refusal takes away, and of those of which nothing certain is said."""

    excluded: set[int]
    dropped: set[int]


def _following(items: list[Item], groups: list[list[int]], at: int) -> set[int]:
    """The group that begins right after `at`, with only padding between."""
    group = next((group for group in groups if group[-1] > at), [])
    places = [place for place in group if place > at]
    return set(places) if places and _only_padding(items[at + 1 : places[0]]) else set()


def _before(items: list[Item], groups: list[list[int]], at: int) -> set[int]:
    """The group that a refusal at `at` ends."""
    group = next((group for group in reversed(groups) if group[0] < at), [])
    said_after = items[at].role != "NOT" or items[at].text in ("no", "not")  # not "next week but not …"
    return set(group) if group and said_after and _ends_in(items, group[-1], at) else set()


def _refusals(items: list[Item], groups: list[list[int]]) -> _Refusals:
    """What "not", "except", "can't" and "is bad" in a statement take away.

    "tuesdays are bad" excludes, "it is bad at night" does not; beside a story nothing is certain.
    """
    found = _Refusals(set(), set())
    for at, item in enumerate(items):
        if item.role in ("NOT", "EXCEPT", "cannot", "bad"):
            after, before = _following(items, groups, at), _before(items, groups, at)
            if item.role == "bad":
                (found.excluded if before else found.dropped).update(before or after)
            else:
                found.excluded.update(after or (before if item.role != "EXCEPT" else ()))
    if any(item.role in ("event", "symptom") for item in items):
        return _Refusals(set(), found.dropped | found.excluded)
    return found


def _after_move(items: list[Item], places: list[int]) -> list[int]:
    """In "change tuesday to thursday" only what follows the "to"."""
    moved = [at for at, item in enumerate(items) if item.role == "moved"]
    return [at for at in places if at > moved[-1]] if moved else places


def _cleared(segment: _Segment) -> list[Item]:
    """In a request to move an appointment, "my appointment" is no story."""
    if not any(item.role == "moved" or item.text in ("move", "reschedule", "change") for item in segment.items):
        return segment.items
    own = [any(word in item.text for word in _OWN_APPOINTMENT) and item.role == "event" for item in segment.items]
    return [item._replace(role="fill") if mine else item for item, mine in zip(segment.items, own, strict=True)]


def _link_before(items: list[Item], at: int, opened_by: str) -> str:
    """The link between a mention and the one before it; `opened_by` for the first of its statement."""
    before = items[:at]
    last = max((place for place, item in enumerate(before) if item.role == "mention"), default=None)
    links = [item.role for item in before[(last + 1) if last is not None else 0 :] if item.role in ("or", "and")]
    if last is None:
        return opened_by if opened_by in ("but", "stop") or not links else links[0]
    return links[0] if links else "none"


def _carries_on(placed: list[Placed], segment: _Segment) -> bool:
    """Whether an exclusion goes on after a comma: "any day but monday, wednesday or friday"."""
    mentions = [item for item in segment.items if item.role == "mention"]
    pure = all(item.role in ("mention", "fill", "and", "or") for item in segment.items)
    list_ends = any(item.role in ("and", "or") for item in segment.items) or segment.link == "comma"
    earlier = any(not each.excluded for each in placed)
    last_excluded = bool(placed) and placed[-1].excluded
    same_kind = bool(mentions) and last_excluded and bool(mentions[0].days) == bool(placed[-1].item.days)
    return segment.link == "comma" and pure and list_ends and earlier and last_excluded and same_kind


def _place(segment: _Segment, placed: list[Placed], after_story: bool) -> list[Placed]:
    items = _cleared(segment)
    groups = groups_of(items)
    refusals = _refusals(items, groups)
    carried = _carries_on(placed, segment)
    vague = after_story and not refusals.excluded  # "any day but friday" is no story
    kept = {at for group in groups if counts(items, group, vague) for at in group}
    places = _after_move(items, sorted((kept | refusals.excluded) - refusals.dropped))
    return [
        Placed(
            items[at], _link_before(items, at, segment.link), at in refusals.excluded or carried, items[at].apart
        )
        for at in places
    ]


def _corrected(items: list[Item]) -> list[Item]:
    """What follows the last "no wait", "I mean": what was said before it no longer holds."""
    places = [at for at, item in enumerate(items) if item.role == "CORRECT"]
    rest = items[places[-1] + 1 :] if places else items
    return rest if any(item.role == "mention" for item in rest) else items


def _parted(items: list[Item]) -> list[Item]:
    """Items with each mention marked whose forerunner has a predicate of its own ("weekends are best, or …")."""
    marked, praised, linked = list(items), False, False
    for at, item in enumerate(items):
        if item.role == "mention":
            marked[at], praised, linked = item._replace(apart=praised), False, False
        linked = linked or item.role in _LINKS
        praised = praised or (item.role == "want" and not linked)
    return marked


def _is_half_understood(items: list[Item]) -> bool:
    """Whether a statement holds part of a time that was not understood, or an exception of nothing."""
    exceptions = [at for at, item in enumerate(items) if item.role == "EXCEPT"]
    lost = any(not _following(items, groups_of(items), at) for at in exceptions)
    return lost or any(item.role == "unread" for item in items)


def _leaves_out(items: list[Item], kept: int) -> bool:
    """Whether a statement names times that do not count though it tells no story: something was not understood.

    "next week dude, but not tuesday" must not become every day but Tuesday.
    """
    roles = [item.role for item in items]
    return roles.count("mention") > kept and not {"event", "symptom"} & set(roles)


def place_mentions(items: list[Item]) -> list[Placed]:
    """The mentions that are about coming in, in order; those of a visitor's story are left out."""
    placed: list[Placed] = []
    after_story = doubtful = half = False
    for segment in _segments(_parted(_corrected(items))):
        here = _place(segment, placed, after_story)
        half = _is_half_understood(segment.items) or (half and segment.link == "but")
        if here and half:
            return []  # "after 2:30 those days": nobody can say which
        placed += here
        doubtful = doubtful or _leaves_out(segment.items, len(here))
        if any(item.role != "mention" and item.role not in PADDING for item in segment.items):
            after_story = is_story(segment.items)
    names_days = any(each.item.days and not each.excluded for each in placed)
    return placed if names_days or not doubtful else []
