"""US school grade of an English text after Flesch and Kincaid, with a syllable count of our own."""

import re

SENTENCE_END = re.compile(r"(?<=[.!?;:])\s+|\n+")
WORD = re.compile(r"[A-Za-z']+|\d[\d,.-]*")
VOWELS = re.compile(r"[aeiouy]+")
# Endings whose e is not heard: made, times, used.
SILENT = re.compile(r"(?:[^laeiouy]e|[^aeiouy]es|[^aeioutdy]ed)$")
# Said apart although the vowels touch: therapist is fine, but idea, being, science.
APART = re.compile(r"i[ao]|eo|ua|ui(?!d)|ying|eing|iou(?!s)")
SAID_TOGETHER = re.compile(r"eople|[tcsg]i(?:on|ous|al|an|ent)|qu|gui|gua|ui[lt]")


def syllables(word: str) -> int:
    """How many syllables a word has, at least one; a number counts as two."""
    if word[0].isdigit():
        return 2
    letters = word.lower().strip("'")
    count = len(VOWELS.findall(letters))
    count += len(APART.findall(SAID_TOGETHER.sub("x", letters)))
    count -= bool(SILENT.search(letters)) and count > 1
    return max(1, count)


def sentences(text: str) -> list[list[str]]:
    """The words of each sentence; lists and clauses after a semicolon or colon count as sentences of their own."""
    found = [WORD.findall(part) for part in SENTENCE_END.split(text)]
    return [words for words in found if words]


def grade(text: str) -> float:
    """0.39 × words a sentence + 11.8 × syllables a word − 15.59 (Kincaid and others, 1975)."""
    found = sentences(text)
    words = [word for sentence in found for word in sentence]
    if not words:
        return 0.0
    return 0.39 * len(words) / len(found) + 11.8 * sum(map(syllables, words)) / len(words) - 15.59


def longest_sentence(text: str) -> int:
    """Words of the longest sentence."""
    return max((len(words) for words in sentences(text)), default=0)
