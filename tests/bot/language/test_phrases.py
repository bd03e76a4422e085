"""The phrase language of data/language: what a line matches, and what is refused."""

import pytest

from bot.language.phrase_patterns import PatternError
from bot.language.phrases import Match, PhraseBook
from bot.language.plain_words import read_words

GROUPS = {"child": "(son|daughter|little one)", "loop": "a <loop>"}


def found(line: str, text: str) -> list[str]:
    words = read_words(text)
    matches = PhraseBook([("it", line)], GROUPS, forgiven=()).find(words)
    return [" ".join(word.text for word in words[match.first : match.last + 1]) for match in matches]


@pytest.mark.parametrize(
    ("line", "text", "expected"),
    [
        ("cant sleep", "I can’t sleep", ["can not sleep"]),
        ("cant sleep", "cannot sleep", ["can not sleep"]),
        ("depress*", "depressed", ["depressed"]),
        ("for # months", "for 3 months", ["for 3 months"]),
        ("for # months", "for three months", ["for three months"]),
        ("(fall|stay put) asleep", "stay put asleep", ["stay put asleep"]),
        ("so (very)? sad", "so sad", ["so sad"]),
        ("so very? sad", "so very sad", ["so very sad"]),
        ("moved ~ lost", "moved here and lost", ["moved here and lost"]),
        ("moved ~1 lost", "moved here and lost", []),
        ("my <child>", "my little one", ["my little one"]),
        ("sad ~2 (today)?", "sad but fine", ["sad"]),
        ("your name", "ur name", ["ur name"]),
        ("so bad", "sooo bad", ["so bad"]),
        ("8 years", "8yrs", ["8 years"]),
        ("cant sleep", "I can't. Sleep well", []),
        ("no duermo", "No  duermo", ["no duermo"]),
    ],
)
def test_a_line_matches_what_it_says(line: str, text: str, expected: list[str]) -> None:
    assert found(line, text) == expected


@pytest.mark.parametrize(
    "line", ["(a|b", "a)", "?", "<nobody> cries", "a <loop>", "~3", "(|)", "af*ir", "&", "*", "( )"]
)
def test_a_broken_line_is_refused(line: str) -> None:
    with pytest.raises(PatternError):
        PhraseBook([("it", line)], GROUPS)


def test_labels_and_word_positions_are_given() -> None:
    book = PhraseBook([("low", "so sad"), ("low mood", "sad"), ("low", "so (sad|low)")], forgiven=())
    assert set(book.find(read_words("I feel so sad"))) == {Match("low", 2, 3), Match("low mood", 3, 3)}


def test_a_slip_is_forgiven_only_in_the_words_named() -> None:
    book = PhraseBook([("it", "severe insomnia")], forgiven=("insomnia",))
    assert book.find(read_words("severe insomina"))
    assert not book.find(read_words("sevrre insomnia"))
