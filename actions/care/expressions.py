"""The conditions of rules: checked once when a rules file is read, evaluated by simpleeval, never by eval.

simpleeval alone would find an unknown name only when a visitor reaches it, and would let a misspelt value be
unequal for ever. So each condition is checked against the facts before it is accepted. What passes is small:
names of facts, texts, True, False, None, and, or, not, ==, !=, in, not in, parentheses.
"""

from __future__ import annotations

import ast
import difflib
import operator
import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from simpleeval import EvalWithCompoundTypes

from actions.care.facts import Fact, Scalar, show

OPERATORS: Mapping[type[ast.AST], Callable[..., bool]] = {
    ast.Eq: operator.eq,
    ast.NotEq: operator.ne,
    ast.In: lambda item, items: item in items,
    ast.NotIn: lambda item, items: item not in items,
    ast.Not: operator.not_,
}
NODES = (ast.BoolOp, ast.UnaryOp, ast.Compare, ast.Name, ast.Constant, ast.Tuple)


class ExpressionError(ValueError):
    """A condition that is not of the small language, or that could never mean what it says."""


class _OnePerThread(threading.local):
    """simpleeval keeps the running expression's names on itself: threads must not share one."""

    def __init__(self) -> None:
        self.evaluator = EvalWithCompoundTypes(operators=dict(OPERATORS), functions={})
        self.evaluator.nodes = {kind: self.evaluator.nodes[kind] for kind in NODES}


_local = _OnePerThread()


@dataclass(frozen=True, slots=True)
class Expression:
    """A checked condition. `names` are the facts it reads."""

    source: str
    tree: ast.expr
    names: frozenset[str]

    def holds(self, facts: Mapping[str, object]) -> bool:
        """Whether it is true of these facts, which must hold every name of `names`."""
        evaluator = _local.evaluator
        evaluator.names = facts
        return bool(evaluator.eval(self.source, self.tree))


def parse(source: str, facts: Mapping[str, Fact]) -> Expression:
    """A condition over `facts`. Raises ExpressionError with the reason."""
    try:
        tree = ast.parse(source.strip(), mode="eval").body
        _check(tree, facts)
    except (SyntaxError, ValueError, MemoryError, RecursionError) as error:
        raise (
            error if isinstance(error, ExpressionError) else ExpressionError(f"cannot be read: {error}")
        ) from None
    names = frozenset(node.id for node in ast.walk(tree) if isinstance(node, ast.Name))
    return Expression(source, tree, names)


def _check(node: ast.expr, facts: Mapping[str, Fact]) -> None:
    match node:
        case ast.BoolOp(values=values):
            for value in values:
                _check(value, facts)
        case ast.UnaryOp(op=ast.Not(), operand=operand):
            _check(operand, facts)
        case ast.Name(id=name):
            _check_yes_no(_fact(name, facts))
        case ast.Compare(left=left, ops=[op], comparators=[right]):
            _check_comparison(left, op, right, facts)
        case ast.Constant(value=bool()):
            return
        case _:
            raise _not_allowed(node)


def _check_yes_no(fact: Fact) -> None:
    if not fact.is_yes_no:
        raise ExpressionError(f"{fact.name} is not a yes/no fact: compare it with a value")


def _check_comparison(left: ast.expr, op: ast.cmpop, right: ast.expr, facts: Mapping[str, Fact]) -> None:
    match left, op, right:
        case ast.Name(id=name), ast.Eq() | ast.NotEq(), ast.Constant():
            _check_values(_fact(name, facts), [right], many=False)
        case ast.Name(id=name), ast.In() | ast.NotIn(), ast.Tuple(elts=[_, *_] as items):
            _check_values(_fact(name, facts), items, many=False)
        case ast.Constant(), ast.In() | ast.NotIn(), ast.Name(id=name):
            _check_values(_fact(name, facts), [left], many=True)
        case _:
            shown = ast.unparse(ast.Compare(left, [op], [right]))
            raise ExpressionError(f"{shown}: write fact == value, fact in (values) or value in list of facts")


def _check_values(fact: Fact, items: list[ast.expr], many: bool) -> None:
    if fact.many is not many:
        raise ExpressionError(f"{fact.name} is {'a list' if fact.many else 'no list'}")
    for item in items:
        value = _constant(item)
        if not fact.accepts(value):
            raise ExpressionError(f"{fact.name} can never be {show(value)}{_hint(value, fact.allowed)}")


def _constant(node: ast.expr) -> object:
    if not isinstance(node, ast.Constant):
        raise _not_allowed(node)
    return node.value


def _fact(name: str, facts: Mapping[str, Fact]) -> Fact:
    if name not in facts:
        raise ExpressionError(f"unknown name {name}{_hint(name, tuple(facts))}")
    return facts[name]


def _hint(word: object, known: tuple[Scalar, ...]) -> str:
    texts = [item for item in known if isinstance(item, str)]
    near = difflib.get_close_matches(str(word), texts, n=1)
    return f" (meant {near[0]}?)" if near else ""


def _not_allowed(node: ast.expr) -> ExpressionError:
    return ExpressionError(f"{ast.unparse(node)}: {type(node).__name__} is not allowed in a condition")
