"""Modifiers around a finding, after ConText: negated, past, hypothetical, someone else, quoted, and more."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from itertools import accumulate
from typing import Literal, NamedTuple, get_args

from bot.language.risk_patterns import STOP, Found, Labels, Words

Category = Literal[
    "pseudo", "negated", "topic", "idiom", "quoted", "unwanted", "former", "present", "past", "hypothetical", "someone_else",
    "asked",
]  # fmt: skip
Direction = Literal["before", "after", "around", "over"]
CATEGORIES: tuple[str, ...] = get_args(Category)
PSEUDO = "pseudo"
SILENCING = ("idiom", "topic")
SAID = "said"
QUOTED = "quoted"  # a colon or a comma may stand before what is quoted
PRESENT = "present"
DIRECTIONS: tuple[str, ...] = get_args(Direction)


@dataclass(frozen=True)
class Modifier:
    """What a modifying phrase says about a target, and how far it reaches (Harkema et al. 2009, ConText).

    category: `pseudo` = looks like a modifier and is none ("i am in high school", "not only").
    direction: `before` its target, `after` it, `around` = anywhere near or in it, `over` = it shares words
        with it; an idiom or topic shares at least half of the words of a full statement.
    scope: how many words may stand between the two; sentence ends and stop words ("but") always part them.
    through: if not empty, only these words may stand between.
    kinds: the kinds of target it can modify (`said`, `named`).
    """

    category: str
    direction: str
    scope: int
    kinds: frozenset[str]
    through: Labels = frozenset()


class Target(NamedTuple):
    """A finding that may be modified: its words `[first, end)` and its kind."""

    first: int
    end: int
    kind: str


class Modifiers:
    """The modifiers found in one text, in its order; none across a line, none inside a pseudo modifier."""

    def __init__(self, found: Iterable[Found[Modifier]], words: Words) -> None:
        self.words = words
        whole = [each for each in found if words.edges.isdisjoint(range(each.first + 1, each.end))]
        inside = _inside_pseudo([each for each in whole if each.payload.category == PSEUDO])
        real = [each for each in whole if each.payload.category != PSEUDO and not inside(each)]
        self.found = sorted(real, key=lambda each: each.first)
        self._firsts = [each.first for each in self.found]
        self._widest = max((each.payload.scope + each.end - each.first for each in real), default=0)

    def near(self, target: Target) -> list[Found[Modifier]]:
        """Those that could reach a target: the text may be long, the work for each target stays short."""
        first = bisect_left(self._firsts, target.first - self._widest)
        return self.found[first : bisect_right(self._firsts, target.end + self._widest)]

    def of(self, target: Target, stops: Labels) -> dict[str, Found[Modifier]]:
        """The modifiers that reach a target, by category, in the order of `CATEGORIES`."""
        near = [each for each in self.near(target) if target.kind in each.payload.kinds]
        reaching = [each for each in near if _reaches(each, target, self.words, stops)]
        first: dict[str, Found[Modifier]] = {}
        for each in sorted(reaching, key=lambda each: CATEGORIES.index(each.payload.category)):
            first.setdefault(each.payload.category, each)
        return first


def _inside_pseudo(pseudo: list[Found[Modifier]]) -> Callable[[Found[Modifier]], bool]:
    """Whether a modifier lies wholly inside one of the pseudo modifiers."""
    pseudo.sort(key=lambda each: each.first)
    firsts = [each.first for each in pseudo]
    furthest = list(accumulate((each.end for each in pseudo), max))

    def inside(each: Found[Modifier]) -> bool:
        before = bisect_right(firsts, each.first)
        return before > 0 and each.end <= furthest[before - 1]

    return inside


def _reaches(found: Found[Modifier], target: Target, words: Words, stops: Labels) -> bool:
    modifier = found.payload
    shared = min(found.end, target.end) - max(found.first, target.first)
    if shared > 0:
        return _touches(found, target, shared, words)
    first, end = (found.end, target.first) if found.end <= target.first else (target.end, found.first)
    fits = modifier.direction in ("before" if first == found.end else "after", "around")
    between = words.words[first:end]
    if not fits or len(between) > modifier.scope or not _passes(between, modifier.through, stops):
        return False
    said = target.kind == SAID and modifier.category != QUOTED
    parting = words.pauses if said or modifier.category == PRESENT else words.edges
    return parting.isdisjoint(range(first, end + 1))


def _touches(found: Found[Modifier], target: Target, shared: int, words: Words) -> bool:
    """Whether a modifier counts that shares words with its target.

    What silences a full statement must be half of it. What stands before or after its target may run into it
    ("not going to" and "going to kill myself"), but not with the negation itself ("am not" and "not here").
    """
    direction = found.payload.direction
    if direction == "over":
        silences = target.kind == SAID and found.payload.category in SILENCING
        return not silences or 2 * shared >= target.end - target.first
    if direction == "before":
        return found.first < target.first and words.barriers.isdisjoint(words.words[target.first : found.end])
    return direction == "around" or found.end > target.end


def _passes(between: Sequence[str], through: Labels, stops: Labels) -> bool:
    if through:
        return through.issuperset(between)
    return STOP not in between and stops.isdisjoint(between)
