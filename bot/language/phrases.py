"""Finds many reviewed phrases in one pass over the words of a message; each phrase carries a label."""

from collections.abc import Collection, Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Generic, TypeVar

from bot.language.phrase_patterns import PatternReader
from bot.language.phrase_tree import Node, PhraseTree
from bot.language.plain_words import Word, number_of, same_words, split_words
from bot.language.text import Break
from bot.language.typos import Typos, forgiven_words

Label = TypeVar("Label", bound=Hashable)
_SHORTEST_STEM = 2
_LONGEST_STEM = 16


@dataclass(frozen=True, slots=True)
class Match(Generic[Label]):
    """A phrase found: its label and the first and last word it covers (both included)."""

    label: Label
    first: int
    last: int


_Threads = dict[tuple[int, int], tuple[Node, int, int]]
"""(node, first word) → (node, first word, how many more words its gap may skip)."""


class PhraseBook(Generic[Label]):
    """A set of labelled phrases, compiled once. `find` is linear in the number of words."""

    def __init__(
        self,
        phrases: Iterable[tuple[Label, str]],
        groups: Mapping[str, str] | None = None,
        forgiven: Collection[str] | None = None,
        twice: bool = False,
    ) -> None:
        """`phrases` are (label, line of the phrase language); `groups` the lines its <names> stand for.

        `forgiven`: the words in which a slip of the thumb is forgiven; those of data/language/spelling.yml
        when left out; `twice`: two slips in the longest of them. Raises PatternError on a broken line.
        """
        reader = PatternReader(_usual_words, groups or {})
        self._tree: PhraseTree[Label] = PhraseTree()
        for label, line in phrases:
            self._tree.plant(reader.read(line), label)
        self._stems = frozenset(word[:-1] for word in self._tree.words if word.endswith("*"))
        self._typos = Typos(forgiven_words() & self._tree.words if forgiven is None else forgiven, True)
        self._keys_of = lru_cache(maxsize=8192)(self._read_keys)

    def _read_keys(self, word: str) -> tuple[str, ...]:
        """Everything a word counts as: itself, its usual form, its corrected form, a number, its stems."""
        forms = [word]
        if (usual := same_words().get(word)) is not None:
            forms.append(usual)
        elif not self._begins_like_a_stem(word) and (corrected := self._typos.correct(word)) is not None:
            forms.append(corrected)
        keys = dict.fromkeys(forms)
        if number_of(word) is not None:
            keys["#"] = None
        for form in forms:
            keys.update((form[:end] + "*", None) for end in self._stem_ends(form))
        return self._tree.with_classes(keys)

    def _stem_ends(self, word: str) -> list[int]:
        ends = range(_SHORTEST_STEM, min(len(word), _LONGEST_STEM) + 1)
        return [end for end in ends if word[:end] in self._stems]

    def _begins_like_a_stem(self, word: str) -> bool:
        return bool(self._stem_ends(word))

    def find(self, words: Sequence[Word]) -> list[Match[Label]]:
        """Every phrase in `words`, overlapping ones too, by where they end. No phrase crosses a sentence."""
        found: dict[Match[Label], None] = {}
        threads: _Threads = {}
        for at, word in enumerate(words):
            if word.before == Break.SENTENCE:
                threads = {}
            threads = self._advance(threads, self._keys_of(word.text), at)
            for node, first, _ in threads.values():
                for label in self._tree.labels_of(node):
                    found[Match(label, first, at)] = None
        return list(found)

    def _advance(self, threads: _Threads, keys: tuple[str, ...], at: int) -> _Threads:
        moved: _Threads = {}
        for node, first, left in [(self._tree.root, at, 0), *threads.values()]:
            for key in keys:
                for child in node.next.get(key, ()):
                    _enter(moved, child, first)
            if left > 1:
                _keep(moved, node, first, left - 1)
        return moved


def _enter(moved: _Threads, node: Node, first: int) -> None:
    """Arrives at a node, and at what lies behind each gap that begins there."""
    _keep(moved, node, first, 0)
    for gap, behind in node.gaps:
        _keep(moved, behind, first, gap + 1)


def _keep(moved: _Threads, node: Node, first: int, left: int) -> None:
    known = moved.get((id(node), first))
    if known is None or known[2] < left:
        moved[id(node), first] = (node, first, left)


@lru_cache(maxsize=16384)
def _usual_words(written: str) -> tuple[str, ...]:
    """Phrase data may be written with short forms too: they count as the usual word."""
    return tuple(same_words().get(word, word) for word in split_words(written))
