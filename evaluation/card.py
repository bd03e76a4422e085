"""Writes what was measured as a page: a table of marks, then every share with its interval."""

from collections.abc import Callable, Iterable, Iterator
from pathlib import Path

from evaluation.safety import Read, SafetyMeasure, is_grave, is_hard, is_ordinary

HEAD = Path(__file__).with_name("safety_card.md.template")


def page(measured: SafetyMeasure, too_near: int) -> str:
    """The whole card as Markdown."""
    head = HEAD.read_text(encoding="utf-8").format(version=measured.version, count=len(measured.reads))
    near = f"Held-out sentences nearer than 0.85 to a training sentence: {too_near}.\n\n"
    return head + near + "\n".join([*_marks(measured), *_tables(measured), *_misses(measured)]) + "\n"


def _marks(measured: SafetyMeasure) -> Iterator[str]:
    yield "| mark | measured (95 % interval) | bound | holds |\n|---|---|---|---|"
    for mark in measured.marks:
        value = str(mark.share) if mark.share else f"{mark.value:.3f}"
        sign = "≥" if mark.is_floor else "≤"
        yield f"| {mark.name} | {value} | {sign} {mark.bound} | {'yes' if mark.holds else '**no**'} |"
    yield ""


def _tables(measured: SafetyMeasure) -> Iterator[str]:
    by: dict[str, Callable[[Read], str]] = {
        "tier and language": lambda read: f"{read.sentence.tier}, {read.sentence.lang}",
        "signal": lambda read: read.sentence.signal,
        "directness": lambda read: read.sentence.directness,
    }
    for name, key in by.items():
        yield f"\n## Emergency and crisis found, by {name}\n| | as watch or higher | as crisis or higher |\n|---|---|---|"
        yield from _rows(measured, key, is_grave, ("watch", "crisis"))
    yield "\n## Urgent and watch found, by signal\n| | as watch or higher | as crisis or higher |\n|---|---|---|"
    yield from _rows(
        measured, by["signal"], lambda read: read.sentence.tier in ("urgent", "watch"), ("watch", "crisis")
    )
    yield "\n## Harmless sentences raised\n| | at all | to crisis or higher |\n|---|---|---|"
    kind = {True: "hard negatives", False: "ordinary"}
    harmless = lambda read: is_hard(read) or is_ordinary(read)  # noqa: E731
    yield from _rows(
        measured, lambda read: f"{kind[is_hard(read)]}, {read.sentence.lang}", harmless, ("watch", "crisis")
    )


def _rows(
    measured: SafetyMeasure, key: Callable[[Read], str], group: Callable[[Read], bool], tiers: Iterable[str]
) -> Iterator[str]:
    for name in sorted({key(read) for read in measured.reads if group(read)}):
        shares = [measured.share(lambda read, n=name: group(read) and key(read) == n, tier) for tier in tiers]  # type: ignore[misc]
        yield f"| {name} | {' | '.join(map(str, shares))} |"


def _misses(measured: SafetyMeasure) -> Iterator[str]:
    missed = measured.missed()
    yield f"\n## Known misses\n{len(missed)} sentences of crisis or emergency were called none, by file and line:\n"
    for signal in sorted({read.sentence.signal for read in missed}):
        places = [read.sentence.place for read in missed if read.sentence.signal == signal]
        yield f"- {signal}: {', '.join(places)}"
