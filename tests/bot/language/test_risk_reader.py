"""The pattern language of the risk data: what each sign matches, and what cannot be read."""

import pytest

from bot.language.risk_patterns import STOP, Book, Words
from bot.language.risk_reader import Macros, PatternError

MACROS = {"WANT": "want to | need to", "MYSELF": "myself | my self", "DEEP": "{WANT} {MYSELF}?"}


def matches(pattern: str, text: str, barriers: str = "not") -> list[str]:
    """The stretches of `text` a pattern matches; words separated by blanks, | ends a sentence."""
    macros = Macros(MACROS, {"cant": ("can", "not")})
    row = macros.read(pattern)
    stems = frozenset(word for word in macros.vocabulary if word.endswith("*"))
    words = Words(text.split(), stems, frozenset(barriers.split()), frozenset({0}))
    return [" ".join(words.words[found.first : found.end]) for found in Book([(row, None)]).find(words)]


@pytest.mark.parametrize(
    ("pattern", "text", "found"),
    [
        ("kill myself", "i kill myself", ["kill myself"]),
        ("kill myself", "kill and myself", []),
        ("{WANT} die", "i need to die", ["need to die"]),
        ("{DEEP} die", "want to my self die", ["want to my self die"]),
        ("suicid*", "suicidal suicide", ["suicidal", "suicide"]),
        ("(a|b c) d", "b c d a d", ["b c d", "a d"]),
        ("die tonight?", "die tonight", ["die tonight"]),
        ("die tonight?", "die today", ["die"]),
        ("die (now|soon)? ok", "die ok", ["die ok"]),
        ("a .. z", "a b c d z", ["a b c d z"]),
        ("a .. z", "a b c d e z", []),
        ("a ..4 z", "a b c d e z", ["a b c d e z"]),
        ("a .. z", "a not z", []),
        ("a .. z", f"a {STOP} z", []),
        ("# pills", "30 pills 5 pills x pills", ["30 pills", "5 pills"]),
        ("## pills", "30 pills 5 pills", ["30 pills"]),
        ("a _ z", "a b z", ["a b z"]),
        ("a _ z", "a z", []),
        ("^ done $", "done", ["done"]),
        ("^ done $", "i am done", []),
        ("done $", f"i am done {STOP} ok", ["done"]),
        ("^ done", f"ok {STOP} done now", ["done"]),
        ("end (it|$)", "end", ["end"]),
        ("i cant", "i can not", ["i can not"]),
        ("😭 die", "😭 die", ["😭 die"]),
        (".. die", "want to die", ["want to die", "to die", "die"]),
    ],
)
def test_a_pattern_matches_the_longest_stretch_from_each_first_word(
    pattern: str, text: str, found: list[str]
) -> None:
    assert matches(pattern, text) == found


@pytest.mark.parametrize(
    ("pattern", "reason"),
    [
        ("", "empty"),
        ("(a|) b", "empty"),
        ("a?", "optional"),
        ("(a b", "not closed"),
        ("a | b", "opening"),
        ("a ) b", "opening"),
        ("Kill", "cannot read"),
        ("don't", "cannot read"),
        ("{NOWHERE}", "unknown macro"),
        ("..", "must be there"),
        ("{low} a", "cannot read"),
    ],
)
def test_a_broken_pattern_is_refused_with_the_reason(pattern: str, reason: str) -> None:
    with pytest.raises(PatternError, match=reason):
        Macros(MACROS).read(pattern)


def test_macros_that_go_in_a_circle_are_refused() -> None:
    with pytest.raises(PatternError, match="circle: A → B → A"):
        Macros({"A": "x {B}", "B": "{A} | y"}).part("A")


def test_many_patterns_are_told_apart_by_what_they_stand_for() -> None:
    macros = Macros(MACROS)
    book = Book(
        [(macros.read("kill myself"), "one"), (macros.read("myself"), "two"), (macros.read("never"), "three")]
    )
    found = {(each.payload, each.first, each.end) for each in book.find(Words("i kill myself".split()))}
    assert found == {("one", 1, 3), ("two", 2, 3)}
