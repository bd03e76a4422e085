"""Context modifiers: which reach a finding, from which side, how far, and what they cannot touch."""

import pytest

from bot.language.context import CATEGORIES, Modifier, Modifiers, Target
from bot.language.risk_patterns import STOP, Found, Words

STOPS = frozenset({"but"})
BARRIERS = frozenset({"not"})


def reaching(
    sentence: str,
    modifier: str,
    target: str,
    *,
    category: str = "negated",
    direction: str = "before",
    scope: int = 0,
    kind: str = "said",
    through: str = "",
    kinds: tuple[str, ...] = ("said", "named"),
    others: tuple[Found[Modifier], ...] = (),
) -> list[str]:
    """The categories that reach the words `target` of `sentence`, given one modifier on the words `modifier`.

    A word that begins with a comma stands after one, a word that begins with a slash begins a line.
    """
    raw = sentence.split()
    words = [word.lstrip("/,") for word in raw]
    found = Found(
        Modifier(category, direction, scope, frozenset(kinds), frozenset(through.split())), *place(words, modifier)
    )
    target_first, target_end = place(words, target)
    edges, pauses = (frozenset(at for at, word in enumerate(raw) if word.startswith(sign)) for sign in ("/", ","))
    modifiers = Modifiers([found, *others], Words(words, barriers=BARRIERS, edges=edges, pauses=pauses))
    return list(modifiers.of(Target(target_first, target_end, kind), STOPS))


def place(words: list[str], part: str) -> tuple[int, int]:
    wanted = part.split()
    starts = (at for at in range(len(words)) if words[at : at + len(wanted)] == wanted)
    first = next(starts)
    return first, first + len(wanted)


def test_a_modifier_reaches_what_follows_within_its_scope() -> None:
    assert reaching("no plans to die", "no", "die", scope=2) == ["negated"]
    assert reaching("no plans to die", "no", "die", scope=1) == []


def test_a_modifier_before_does_not_reach_back() -> None:
    assert reaching("die no", "no", "die", scope=5) == []


def test_a_modifier_after_reaches_back_and_not_forward() -> None:
    assert reaching("die years ago", "years ago", "die", direction="after", category="past") == ["past"]
    assert reaching("years ago die", "years ago", "die", direction="after", category="past") == []


def test_a_modifier_around_reaches_both_ways_and_within() -> None:
    for sentence in ("once die", "die once"):
        assert reaching(sentence, "once", "die", direction="around", category="past") == ["past"]
    assert reaching("die once here", "once", "die once here", direction="around", category="past") == ["past"]


def test_sentence_ends_and_stop_words_part_a_modifier_from_its_target() -> None:
    assert reaching(f"no {STOP} die", "no", "die", scope=5) == []
    assert reaching("no but die", "no", "die", scope=5) == []


def test_no_modifier_reaches_across_a_line() -> None:
    assert reaching("no /die", "no", "die", scope=5, kind="named") == []
    assert reaching("no /die", "no", "die", scope=5) == []
    assert reaching("used /to die", "used to", "die", category="past") == []


def test_a_comma_parts_a_full_statement_from_all_but_a_quotation() -> None:
    assert reaching("no ,die", "no", "die") == []
    assert reaching("no ,die", "no", "die", kind="named") == ["negated"]
    assert reaching("says ,die", "says", "die", category="quoted") == ["quoted"]


def test_a_modifier_with_a_list_of_words_passes_only_through_these() -> None:
    assert reaching("no harm or suicide", "no", "suicide", scope=5, through="harm or") == ["negated"]
    assert reaching("no time or suicide", "no", "suicide", scope=5, through="harm or") == []


def test_a_modifier_only_touches_the_kinds_it_is_made_for() -> None:
    assert reaching("no suicide", "no", "suicide", kinds=("named",), kind="said") == []
    assert reaching("no suicide", "no", "suicide", kinds=("named",), kind="named") == ["negated"]


def test_an_idiom_silences_a_full_statement_only_when_it_is_half_of_it() -> None:
    over = {"category": "idiom", "direction": "over"}
    assert reaching("kill me lol", "kill me lol", "kill me", **over) == ["idiom"]
    assert reaching("want to kill myself tonight lol", "tonight lol", "want to kill myself tonight", **over) == []
    assert reaching(
        "want to kill myself tonight lol", "tonight lol", "want to kill myself tonight", kind="named", **over
    ) == ["idiom"]
    assert reaching("kill me lol", "lol", "kill me", **over) == []


def test_a_quotation_counts_wherever_it_shares_words_with_the_statement() -> None:
    quoted = {"category": "quoted", "direction": "over"}
    assert reaching("client said she wants to die now", "client said she", "she wants to die now", **quoted) == [
        "quoted"
    ]


def test_a_negation_may_run_into_its_target_but_not_when_the_target_holds_the_negation_itself() -> None:
    assert reaching("am not going to kill myself", "am not going to", "going to kill myself") == ["negated"]
    assert reaching("am not here", "am not", "not here") == []
    assert reaching("going to kill", "going", "going to kill") == []


@pytest.mark.parametrize(("inside", "expected"), [(True, []), (False, ["past"])])
def test_a_modifier_inside_a_pseudo_modifier_is_none(inside: bool, expected: list[str]) -> None:
    pseudo = Found(Modifier("pseudo", "over", 0, frozenset()), 0 if inside else 1, 4)
    assert reaching("am in high school suicidal", "am in high school" if inside else "am in", "suicidal",
                    category="past", direction="around", scope=9, others=(pseudo,)) == expected  # fmt: skip


def test_categories_come_in_their_order_and_each_once() -> None:
    past = Found(Modifier("past", "around", 9, frozenset({"said"})), 0, 1)
    again = Found(Modifier("past", "around", 9, frozenset({"said"})), 1, 2)
    assert reaching("once ago no die", "no", "die", others=(past, again)) == ["negated", "past"]
    assert CATEGORIES.index("negated") < CATEGORIES.index("past")


def test_a_far_away_modifier_costs_nothing_and_reaches_nothing() -> None:
    assert reaching("no " + "x " * 500 + "die", "no", "die", scope=3) == []
