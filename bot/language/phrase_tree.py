"""The compiled form of many phrases: nodes joined by words, sharing common beginnings."""

from collections.abc import Hashable, Iterable
from typing import Generic, TypeVar

from bot.language.phrase_patterns import Choice, Gap, Pattern, Sequence, Words

Label = TypeVar("Label", bound=Hashable)
_LARGE = 8


class Node:
    """A place in a phrase: where each word leads, and what lies behind a gap."""

    __slots__ = ("gaps", "next", "only_way", "shared")

    def __init__(self, only_way: bool) -> None:
        self.next: dict[str, list[Node]] = {}
        self.gaps: list[tuple[int, Node]] = []
        self.shared: dict[frozenset[str], Node] = {}
        self.only_way = only_way  # one path leads here, so phrases may share what follows


class PhraseTree(Generic[Label]):
    """Phrases planted one by one. Large word sets are stored once, as classes a word belongs to."""

    def __init__(self) -> None:
        self.root = Node(only_way=True)
        self.words: set[str] = set()
        self._labels: dict[int, list[Label]] = {}
        self._classes: dict[frozenset[str], str] = {}
        self._classes_of: dict[str, list[str]] = {}

    def plant(self, pattern: Pattern, label: Label) -> None:
        """Adds one phrase."""
        for end in self._grow(pattern, [self.root]):
            labels = self._labels.setdefault(id(end), [])
            if label not in labels:
                labels.append(label)

    def labels_of(self, node: Node) -> list[Label]:
        """What ends at a node."""
        return self._labels.get(id(node), [])

    def with_classes(self, keys: Iterable[str]) -> tuple[str, ...]:
        """`keys` of a word and the classes they belong to."""
        known = list(keys)
        classes = (name for key in known for name in self._classes_of.get(key, ()))
        return tuple(dict.fromkeys([*known, *classes]))

    def _grow(self, pattern: Pattern, starts: list[Node]) -> list[Node]:
        """Grows `pattern` from every start; returns the nodes where it ends."""
        if isinstance(pattern, Words):
            return [self._step(pattern.words, starts)]
        if isinstance(pattern, Gap):
            return [self._gap(pattern.most, starts)]
        if isinstance(pattern, Sequence):
            for part in pattern.parts:
                starts = self._grow(part, starts)
            return starts
        return self._choose(pattern, starts)

    def _choose(self, choice: Choice, starts: list[Node]) -> list[Node]:
        ends = list(starts) if choice.optional else []
        for option in choice.options:
            ends.extend(self._grow(option, starts))
        return list({id(end): end for end in ends}.values())

    def _step(self, words: frozenset[str], starts: list[Node]) -> Node:
        alone = starts[0] if len(starts) == 1 and starts[0].only_way else None
        if alone is not None and words in alone.shared:
            return alone.shared[words]
        target = Node(only_way=alone is not None)
        if alone is not None:
            alone.shared[words] = target
        for key in self._keys(words):
            for start in starts:
                start.next.setdefault(key, []).append(target)
        return target

    def _gap(self, most: int, starts: list[Node]) -> Node:
        behind = Node(only_way=False)
        for start in starts:
            start.gaps.append((most, behind))
        return behind

    def _keys(self, words: frozenset[str]) -> list[str]:
        if words not in self._classes:
            self.words |= words
            if len(words) <= _LARGE:
                return sorted(words)
            self._classes[words] = f"<{len(self._classes)}>"
            for word in words:
                self._classes_of.setdefault(word, []).append(self._classes[words])
        return [self._classes[words]]
