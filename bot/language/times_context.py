"""What belongs to an appointment: tells "tuesday works" from "I panic at night" and "my exam on friday"."""

from __future__ import annotations

from bot.language.times_mentions import Item

PADDING = ("fill", "person", "and", "or", "moved")
STORY = ("event", "symptom", "unknown", "counted")


def _is_strong(item: Item) -> bool:
    """Names a day or date of its own, not only a part of the day, "every day" or "as soon as possible"."""
    return any(day.kind not in ("any",) and len(day.weekdays) < 7 for day in item.days)


def _is_weak(item: Item) -> bool:
    """Says so little that a story may say it too: "at night", "every day", "asap"."""
    return not _is_strong(item) and all(clock.kind in ("part", "any") for clock in item.clocks)


def groups_of(items: list[Item]) -> list[list[int]]:
    """Places of mentions with only padding between them; "at night, mornings" side by side are two groups."""
    groups: list[list[int]] = []
    open_group = False
    for at, item in enumerate(items):
        if item.role == "mention":
            vague = open_group and _is_weak(item) and groups[-1][-1] == at - 1 and _is_weak(items[at - 1])
            groups[-1:] = [[*groups[-1], at]] if open_group and not vague else [*groups[-1:], [at]]
            open_group = True
        elif item.role not in PADDING:
            open_group = False
    return groups


def _distance(items: list[Item], group: list[int], *roles: str) -> int:
    """Words between a group and the nearest item of one of `roles`; a large number without one."""
    places = [at for at, item in enumerate(items) if item.role in roles]
    return min((min(abs(at - group[0]), abs(at - group[-1])) for at in places), default=999)


def _is_praised(items: list[Item], group: list[int]) -> bool:
    """Whether the group is the subject of a want: "mornings are best"."""
    after = [item.role for item in items[group[-1] + 1 : group[-1] + 4] if item.role != "fill"]
    return after[:1] == ["want"]


def _counts_in_story(items: list[Item], group: list[int], strong: bool) -> bool:
    """Whether a mention counts in a statement that also tells a story."""
    wanted, happened = _distance(items, group, "want"), _distance(items, group, "event")
    if wanted == 999 or happened <= wanted:
        return False
    if _distance(items, group, "symptom") == 999:
        return True
    habit = any(day.habit for at in group for day in items[at].days)
    wants_before = any(item.role == "want" for item in items[: group[0]])
    return _is_praised(items, group) or (strong and not habit and wants_before)


def counts(items: list[Item], group: list[int], after_story: bool) -> bool:
    """Whether the mentions of a group are about coming in."""
    strong = any(_is_strong(items[at]) for at in group)
    if any(item.role in STORY for item in items):
        return _counts_in_story(items, group, strong)
    if strong or any(item.role == "want" for item in items):
        return True
    return not (after_story and all(_is_weak(items[at]) for at in group))


def is_story(items: list[Item]) -> bool:
    """Whether a statement tells what happened or how it feels and asks for nothing."""
    roles = {item.role for item in items}
    return bool(roles & set(STORY)) and "want" not in roles
