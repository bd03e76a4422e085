"""The turns of the product beside those of a bot asked directly, where both bots said the same."""

from collections.abc import Sequence
from dataclasses import dataclass

from bench.figures import Figure, median, quantile
from bench.visitor import TEN_TURNS

TURN_BOUND = 0.4
Replies = Sequence[tuple[str, ...]]


@dataclass(frozen=True)
class Agreement:
    """Numbers of the turns both bots answered alike, and of those they did not."""

    same: tuple[int, ...]
    different: tuple[int, ...]


def agreement(ours: Replies, stock: Replies) -> Agreement:
    """Compare the replies turn by turn. The wording has no random variants, so the text names the response."""
    same = tuple(number for number, (a, b) in enumerate(zip(ours, stock, strict=True)) if a == b)
    return Agreement(same, tuple(number for number in range(len(ours)) if number not in same))


def turn_figures(
    product: Sequence[Sequence[float]], stock: Sequence[Sequence[float]], agreed: Agreement
) -> list[Figure]:
    """Median and p95 of the agreed turns, product against stock; none when nothing was answered alike."""
    ours, theirs = pick(product, agreed.same), pick(stock, agreed.same)
    if not ours:
        return []
    return [
        Figure("a visitor's turn, median", median(ours), "ms", median(theirs), "stock asked directly", TURN_BOUND),
        Figure(
            "a visitor's turn, p95",
            quantile(ours, 0.95),
            "ms",
            quantile(theirs, 0.95),
            "stock asked directly",
            TURN_BOUND,
        ),
    ]


def pick(visitors: Sequence[Sequence[float]], numbers: Sequence[int]) -> list[float]:
    """The times of these turns of every visitor."""
    return [visitor[number] for visitor in visitors for number in numbers]


def notes(agreed: Agreement, ours: Replies, stock: Replies) -> list[str]:
    """Which turns were left out, with what each bot said."""
    said = [f"{len(agreed.same)} of {len(TEN_TURNS)} turns were answered alike and are compared."]
    return said + [
        f"Left out: turn {number + 1}, “{TEN_TURNS[number]}”. Ours: “{' '.join(ours[number])}” "
        f"Stock: “{' '.join(stock[number])}”"
        for number in agreed.different
    ]
