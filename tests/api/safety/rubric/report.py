"""Prints the rubric as a table: `python -m tests.api.safety.rubric.report` (items, turns judged, turns that fail)."""

import sys

from tests.api.safety.rubric import judges, never_said  # noqa: F401 (they register their items)
from tests.api.safety.rubric.item import ITEMS, Item
from tests.api.safety.rubric.play import Turn, turns


def judged(item: Item) -> list[Turn]:
    """The turns an item applies to."""
    return [turn for turn in turns() if item.applies(turn)]


def faults(item: Item) -> list[str]:
    """What is wrong, turn by turn."""
    return [f"{fault}: {turn}" for turn in judged(item) if (fault := item.fault(turn))]


def main() -> None:
    """The table, and with `-v` every fault below it."""
    out = [f"{'item':55} {'source':32} judged failed"]
    for item in ITEMS.values():
        out.append(f"{item.name:55} {item.source:32} {len(judged(item)):6} {len(faults(item)):6}")
        if "-v" in sys.argv:
            out += [f"    {fault}" for fault in faults(item)]
    sys.stdout.write("\n".join(out) + "\n")


if __name__ == "__main__":
    main()
