"""A figure with its reference and its bound, and the ways to show a list of them."""

import json
import math
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field

from rich.console import Console
from rich.table import Table


@dataclass(frozen=True)
class Figure:
    """One measured value. `reference` was measured in the same run; `bound` is the most that value/reference may be.

    Without a reference, `bound` is in the unit of the value.
    """

    name: str
    value: float
    unit: str
    reference: float | None = None
    reference_name: str = ""
    bound: float | None = None

    @property
    def ratio(self) -> float | None:
        """Value over reference; the value itself where there is none."""
        return self.value / self.reference if self.reference else None

    @property
    def held(self) -> bool | None:
        """True when within the bound, None when there is none."""
        compared = self.ratio if self.reference else self.value
        return None if self.bound is None or compared is None else compared <= self.bound


@dataclass
class Report:
    """What a measurement found: figures, and notes on what was left out or could not be measured."""

    figures: list[Figure] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    failed: bool = False

    @property
    def all_held(self) -> bool:
        """True when everything was measured and no figure is beyond its bound."""
        return not self.failed and all(figure.held is not False for figure in self.figures)


def median(values: Sequence[float]) -> float:
    """The middle of the sorted values."""
    return quantile(values, 0.5)


def quantile(values: Sequence[float], share: float) -> float:
    """The smallest value that at least `share` of the values do not exceed (nearest rank)."""
    ranked = sorted(values)
    return ranked[max(math.ceil(share * len(ranked)) - 1, 0)]


def as_json(report: Report, about: Mapping[str, str]) -> str:
    """The report as JSON: what it was measured on, each figure with ratio and verdict, and the notes."""
    rows = [{**asdict(figure), "ratio": figure.ratio, "held": figure.held} for figure in report.figures]
    return json.dumps({"about": dict(about), "figures": rows, "notes": report.notes}, indent=2, ensure_ascii=False)


def as_markdown(figures: Sequence[Figure]) -> str:
    """The list as a table for docs/benchmarks.md."""
    rows = ["| figure | value | reference | ratio | at most | held |", "|---|---|---|---|---|---|"]
    for figure in figures:
        cells = (
            figure.name,
            f"{figure.value:.4g} {figure.unit}",
            f"{figure.reference_name} {figure.reference:.4g} {figure.unit}" if figure.reference else "",
            f"{figure.ratio:.3f}" if figure.ratio is not None else "",
            f"{figure.bound:g}" if figure.bound is not None else "",
            {True: "yes", False: "**no**", None: ""}[figure.held],
        )
        rows.append(f"| {' | '.join(cells)} |")
    return "\n".join(rows)


def show(figures: Sequence[Figure]) -> None:
    """Print the list as a table."""
    table = Table("figure", "value", "reference", "ratio", "at most", "held")
    for line in as_markdown(figures).splitlines()[2:]:
        table.add_row(*(cell.strip() for cell in line.strip("|").split("|")))
    Console().print(table)
