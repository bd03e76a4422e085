"""Undoes disguises, slang and slips of the thumb, towards the words of the reviewed risk data only."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from itertools import product
from typing import NamedTuple

from bot.language.text import Break, Token, read_text, squeeze
from bot.language.typos import slips_between

_CHUNK = re.compile(r"[A-Za-z\d@$!|*€+]{3,24}")
_LETTER, _SIGN = re.compile(r"[A-Za-z]"), re.compile(r"[\d@$!|*€+]")
_DIGITS_APART = re.compile(r"\d+|\D+")
_APOSTROPHES = frozenset("'’‘ʼ´`′＇")
_LONG = 6  # shorter words are too close to others to be guessed at
_LONGEST = 24
_MOST_READINGS = 64
_MOST_JOINED = 40


class Contextual(NamedTuple):
    """A real word that mostly stands for something else: "ill" for i will, unless after a word as "mentally"."""

    means: tuple[str, ...]
    unless_after: frozenset[str]
    only_before: frozenset[str]


class SpellingData(NamedTuple):
    """The reviewed lists of data/language/risk/spelling.yml."""

    expand: Mapping[str, tuple[str, ...]]
    apostrophe: Mapping[str, tuple[str, ...]]
    signs: Mapping[str, str]
    slips: frozenset[str]
    real_words: frozenset[str]
    joined: frozenset[str]
    contextual: Mapping[str, Contextual]


class Word(NamedTuple):
    """A repaired word, its span in the original text and what stood before it."""

    word: str
    start: int
    end: int
    before: Break


class Speller:
    """Repairs words towards a vocabulary, leaves alone what it does not know, keeps nothing it reads."""

    def __init__(self, vocabulary: frozenset[str], data: SpellingData) -> None:
        self.data = data
        self.stems = frozenset(word for word in vocabulary if word.endswith("*"))
        self.words = frozenset(vocabulary - self.stems) | data.expand.keys()
        self._near: dict[str, list[str]] = defaultdict(list)
        self._by_length: dict[int, list[str]] = defaultdict(list)
        for word in sorted(self.words):
            self._by_length[len(word)].append(word)
        for word in sorted(data.slips):
            for variant in (word, *_one_letter_less(word)) if len(word) >= _LONG else ():
                self._near[variant].append(word)

    def read(self, text: str) -> list[Word]:
        """The repaired words of `text`; one token may give several words. Linear time, never raises."""
        tokens = list(self._tokens(text))
        neighbours = ["", *(token.word for token in tokens), ""]
        around = zip(neighbours, neighbours[2:], strict=False)
        return [
            word for token, beside in zip(tokens, around, strict=True) for word in self._words(token, text, beside)
        ]

    def knows(self, word: str) -> bool:
        """True for a word of the vocabulary, an expansion, or a word with a known stem."""
        sizes = range(3, min(len(word), _LONGEST) + 1)
        return word in self.words or any(word[:size] + "*" in self.stems for size in sizes)

    def undisguise(self, text: str) -> str:
        """Signs and digits that stand for letters put right ("k1ll", "s*icide"); the length never changes."""
        return _CHUNK.sub(lambda found: self._plain(found.group()), text)

    def repair(self, word: str, apostrophe: bool = False) -> tuple[str, ...]:
        """The words a folded token stands for: "im" → i am, "kmsss" → kms, "sucide" → suicide, "5x" → 5 x."""
        if apostrophe and word in self.data.apostrophe:
            return self.data.apostrophe[word]
        meant = self._meant(word)
        pieces = _DIGITS_APART.findall(word)
        # One piece alone is no word with a digit in it: an old numeral such as U+103D1 is neither letter nor digit.
        if meant is None and len(pieces) > 1 and word.isalnum():
            return tuple(part for piece in pieces for part in self.repair(piece))
        if meant is None:
            return self._parted(word) or (word,)
        return self.data.expand.get(meant, (meant,))

    def _words(self, token: Token, text: str, beside: tuple[str, str]) -> Iterator[Word]:
        before = token.before
        apostrophe = not _APOSTROPHES.isdisjoint(text[token.start : token.end])
        for word in self._in_context(token.word, beside) or self.repair(token.word, apostrophe):
            yield Word(word, token.start, token.end, before)
            before = Break.NONE

    def _in_context(self, word: str, beside: tuple[str, str]) -> tuple[str, ...]:
        rule = self.data.contextual.get(word)
        if rule is None or beside[0] in rule.unless_after:
            return ()
        return rule.means if not rule.only_before or beside[1] in rule.only_before else ()

    def _tokens(self, text: str) -> Iterator[Token]:
        """Tokens, with letters that were typed apart ("k i l l") put together where that makes a known word."""
        tokens = read_text(self.undisguise(text)).tokens
        at = 0
        while at < len(tokens):
            size = self._spelled_out(tokens, at)
            word = "".join(token.word for token in tokens[at : at + size])
            yield Token(word, tokens[at].start, tokens[at + size - 1].end, tokens[at].before)
            at += size

    def _spelled_out(self, tokens: Sequence[Token], at: int) -> int:
        end = at
        while (
            end < min(len(tokens), at + _MOST_JOINED) and len(tokens[end].word) == 1 and tokens[end].word.isalpha()
        ):
            end += 1
        run = "".join(token.word for token in tokens[at:end])
        fits = [size for size in range(3, len(run) + 1) if run[:size] in self.words]
        fits += [size for size in self._partings(run) if size > 2 and self._marked(run[:size])]
        return max(fits, default=1)

    def _plain(self, chunk: str) -> str:
        core = chunk.rstrip("!*+")
        if len(core) < 3 or not _LETTER.search(core) or not _SIGN.search(core):
            return chunk
        reading = next((each for each in self._readings(core.lower()) if self.knows(each)), core)
        return reading + chunk[len(core) :]

    def _readings(self, core: str) -> Iterator[str]:
        if "*" not in core:
            choices = [self.data.signs.get(sign, sign) for sign in core]
            readings = product(*choices)
            yield from ("".join(letters) for letters, _ in zip(readings, range(_MOST_READINGS), strict=False))
        elif sum(letter.isalpha() for letter in core) >= 2:
            shape = re.compile(re.sub(r"\\\*", ".", re.escape(core)))
            yield from filter(shape.fullmatch, self._by_length.get(len(core), ()))

    def _meant(self, word: str) -> str | None:
        """The known word meant, the word itself where it is a real one, or None."""
        if self.knows(word) or word in self.data.real_words:
            return word
        return self._shortened(word) or self._slip(squeeze(word[: 4 * _LONGEST], 2))

    def _shortened(self, word: str) -> str | None:
        """The known word without its repeated letters; a mere double letter only towards the loaded words."""
        drawn_out = squeeze(word, 2) != word
        for keep in (2, 1):
            short = squeeze(word, keep)
            known = self.knows(short) if drawn_out else short in self.data.slips
            if short != word and known and (len(short) > 3 or len(word) - len(short) > 1):
                return short
        return None

    def _slip(self, word: str) -> str | None:
        """The long word one slip away: a letter missing, added or wrong, or two swapped."""
        if not _LONG - 1 <= len(word) <= _LONGEST or not word.isalpha() or word in self.data.real_words:
            return None
        variants = (word, *_one_letter_less(word))
        near = {known for variant in variants for known in self._near.get(variant, ())}
        close = [known for known in near if slips_between(word, known, 1) <= 1]
        return min(close, key=lambda known: (known[0] != word[0], known), default=None)

    def _parted(self, word: str) -> tuple[str, ...]:
        """Words run together ("killmyself") around one of the reviewed markers; empty when they do not fit."""
        if len(word) > _MOST_JOINED or not self._marked(word):
            return ()
        parts = self._partings(word).get(len(word), ())
        return tuple(piece for part in parts for piece in self.data.expand.get(part, (part,)))

    def _marked(self, word: str) -> bool:
        return any(marker in word for marker in self.data.joined)

    def _partings(self, word: str) -> dict[int, tuple[str, ...]]:
        """Each length up to which known words fill `word`, with the fewest words that do; empty without a marker."""
        best: dict[int, tuple[str, ...]] = {0: ()} if self._marked(word) else {}
        for end in range(1, len(word) + 1):
            fits = [(*best[start], word[start:end]) for start in best if word[start:end] in self.words]
            if fits:
                best[end] = min(fits, key=len)
        return best


def _one_letter_less(word: str) -> Iterator[str]:
    return (word[:at] + word[at + 1 :] for at in range(len(word)))
