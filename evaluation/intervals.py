"""Shares with their uncertainty: every figure of a card is a count out of a count, and says how sure it is."""

from dataclasses import dataclass
from math import sqrt

# Two-sided 95 %.
Z = 1.959964


@dataclass(frozen=True)
class Share:
    """`hits` out of `total`. An empty share has no value and an interval of everything."""

    hits: int
    total: int

    @property
    def value(self) -> float:
        """The share itself, 0…1."""
        return self.hits / self.total if self.total else float("nan")

    @property
    def interval(self) -> tuple[float, float]:
        """Wilson's 95 % interval (Wilson 1927): holds near 0 and 1, where these figures live."""
        if not self.total:
            return 0.0, 1.0
        spread = Z * Z / self.total
        middle = (self.value + spread / 2) / (1 + spread)
        half = Z / (1 + spread) * sqrt(self.value * (1 - self.value) / self.total + spread / (4 * self.total))
        return max(0.0, middle - half), min(1.0, middle + half)

    def __str__(self) -> str:
        low, high = self.interval
        return f"{self.value:.3f} ({low:.3f}–{high:.3f}; {self.hits}/{self.total})" if self.total else "none"


def gap(better: Share, worse: Share) -> tuple[float, float]:
    """`better` − `worse` and the upper end of its 95 % interval (Newcombe 1998, method 10)."""
    difference = better.value - worse.value
    up = better.interval[1] - better.value
    down = worse.value - worse.interval[0]
    return difference, difference + sqrt(up * up + down * down)
