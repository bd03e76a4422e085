"""Conditions: what they may say, what is refused before it could mislead, and that nothing is ever run as code."""

import ast
import threading

import pytest
from simpleeval import InvalidExpression

from actions.care.expressions import Expression, ExpressionError, parse
from actions.care.facts import Fact

FACTS = {
    fact.name: fact
    for fact in (
        Fact("severity", ("unknown", "mild", "severe")),
        Fact("in_therapy", (None, True, False)),
        Fact("minor", (False, True)),
        Fact("concerns", ("sleep", "panic"), many=True),
    )
}
SEEN = {"severity": "severe", "in_therapy": None, "minor": False, "concerns": ["panic"]}


@pytest.mark.parametrize(
    ("source", "holds"),
    [
        ("True", True),
        ("False", False),
        ("severity == 'severe'", True),
        ("severity != 'severe'", False),
        ("severity in ('mild', 'severe')", True),
        ("severity not in ('mild','severe')", False),
        ("'panic' in concerns", True),
        ("'sleep' not in concerns", True),
        ("in_therapy", False),
        ("in_therapy == None", True),
        ("not in_therapy and not minor", True),
        ("minor or (in_therapy or severity == 'mild')", False),
        ("minor or 'panic' in concerns", True),
        ("  severity == 'severe'\n  and not minor".replace("\n", " "), True),
    ],
)
def test_a_condition_means_what_it_says(source, holds):
    assert parse(source, FACTS).holds(SEEN) is holds


def test_a_condition_names_the_facts_it_reads():
    assert parse("minor or 'panic' in concerns", FACTS).names == {"minor", "concerns"}
    assert parse("True", FACTS).names == frozenset()


@pytest.mark.parametrize(
    ("source", "reason"),
    [
        ("sevrity == 'mild'", "unknown name sevrity (meant severity?)"),
        ("zzz", "unknown name zzz"),
        ("severity == 'sever'", 'severity can never be "sever" (meant severe?)'),
        ("severity == True", "severity can never be true"),
        ("in_therapy == 1", "in_therapy can never be 1"),
        ("severity in ('mild', 'moderte')", 'severity can never be "moderte"'),
        ("'flying' in concerns", 'concerns can never be "flying"'),
        ("severity", "severity is not a yes/no fact: compare it with a value"),
        ("not concerns", "concerns is not a yes/no fact"),
        ("concerns == 'sleep'", "concerns is a list"),
        ("'mild' in severity", "severity is no list"),
        ("severity in ()", "severity in (): write fact == value"),
        ("'mild' == severity", "'mild' == severity: write fact == value"),
        ("severity == concerns", "write fact == value"),
        ("severity < 'mild'", "severity < 'mild': write fact == value"),
        ("severity in ['mild']", "write fact == value"),
        ("severity in ('mild', minor)", "minor: Name is not allowed"),
        ("'mild' == severity == 'mild'", "Compare is not allowed"),
        ("1", "1: Constant is not allowed"),
        ("'mild'", "Constant is not allowed"),
        ("-minor", "UnaryOp is not allowed"),
        ("minor + minor", "BinOp is not allowed"),
        ("severity.upper() == 'MILD'", "write fact == value"),
        ("minor.__class__", "Attribute is not allowed"),
        ("__import__('os').system('true')", "Call is not allowed"),
        ("print(1)", "Call is not allowed"),
        ("concerns[0]", "Subscript is not allowed"),
        ("lambda: minor", "Lambda is not allowed"),
        ("[minor for minor in concerns]", "ListComp is not allowed"),
        ("minor if minor else minor", "IfExp is not allowed"),
        ("f'{minor}'", "JoinedStr is not allowed"),
        ("(minor := True)", "NamedExpr is not allowed"),
        ("minor = True", "cannot be read"),
        ("minor; minor", "cannot be read"),
        ("import os", "cannot be read"),
        ("", "cannot be read"),
        ("severity ==", "cannot be read"),
        ("minor\0", "cannot be read"),
        ("(" * 5000 + "minor" + ")" * 5000, "cannot be read"),
    ],
)
def test_anything_else_is_refused_with_its_reason(source, reason):
    with pytest.raises(ExpressionError) as refusal:
        parse(source, FACTS)
    assert reason in str(refusal.value)


def test_a_condition_too_deep_to_check_is_refused_and_breaks_nothing():
    with pytest.raises(ExpressionError, match="cannot be read"):
        parse("not " * 90_000 + "minor", FACTS)


def test_even_an_unchecked_condition_cannot_call_read_attributes_or_compute():
    for source in (
        "concerns.append('sleep')",
        "severity.upper()",
        "str(minor)",
        "minor + 1",
        "concerns[0]",
        "[minor]",
    ):
        tree = ast.parse(source, mode="eval").body
        with pytest.raises(InvalidExpression):
            Expression(source, tree, frozenset()).holds(SEEN)


def test_threads_do_not_see_each_others_facts():
    condition = parse("severity == 'mild' and 'sleep' in concerns and not minor", FACTS)
    kinds = [{**SEEN, "severity": "mild", "concerns": ["sleep"]}, SEEN]
    wrong = []

    def judge(kind):
        wrong.extend(1 for _ in range(400) if condition.holds(kinds[kind]) is not (kind == 0))

    threads = [threading.Thread(target=judge, args=(number % 2,)) for number in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert wrong == []
