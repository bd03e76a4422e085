"""`./frontdesk evaluate [--update-cards]`: measures on the held-out sets; exit 1 when a release falls under its floor."""

import argparse
import json
import sys
from pathlib import Path

from api.chat.ears import second_layer
from api.gateways.vectors import FOLDER, SentenceVectors
from bot.language.encoder import Encoder
from evaluation import card
from evaluation.held_out import ROOT, TOO_NEAR, nearest, safety_sentences, training_texts
from evaluation.safety import SafetyMeasure, measure

CARDS = ROOT / "models" / "cards"
FLOORS = CARDS / "floors.json"
# Rounding differs between processors: a handful of a thousand sentences lie that near to a threshold.
OTHER_PROCESSOR = 0.005


def main(arguments: list[str] | None = None) -> int:
    """Measure, say it, write the cards if asked. Exit 1: a figure is worse than the last released one."""
    parser = argparse.ArgumentParser(prog="frontdesk evaluate", description=__doc__)
    parser.add_argument("--update-cards", action="store_true", help="write models/cards")
    given = parser.parse_args(arguments)
    measured, too_near = _measure()
    for mark in measured.marks:
        shown = str(mark.share) if mark.share else f"{mark.value:.3f}"
        print(f"{'held  ' if mark.holds else 'MISSED'}  {mark.name}: {shown}")
    if given.update_cards:
        _write(CARDS / "safety.md", card.page(measured, too_near))
        _write(FLOORS, json.dumps({mark.name: round(mark.value, 4) for mark in measured.marks}, indent=2) + "\n")
    return _worse_than_released(measured) + (too_near > 0)


def _measure() -> tuple[SafetyMeasure, int]:
    vectors = SentenceVectors()
    vectors.load()
    sentences = safety_sentences()
    cosines = nearest([each.text for each in sentences], training_texts(), Encoder.load(FOLDER))
    near = [each.place for each, cosine in zip(sentences, cosines, strict=True) if cosine > TOO_NEAR]
    if near:
        print(f"nearer than {TOO_NEAR} to a training sentence: {', '.join(near)}", file=sys.stderr)
    return measure(sentences, second_layer(vectors)), len(near)


def _worse_than_released(measured: SafetyMeasure) -> int:
    """1 when a figure of this build is worse than the one of the released card, by more than a processor makes."""
    floors = json.loads(FLOORS.read_text(encoding="utf-8")) if FLOORS.exists() else {}
    worse = [
        mark.name
        for mark in measured.marks
        if mark.name in floors
        and (floors[mark.name] - mark.value) * (1 if mark.is_floor else -1) > OTHER_PROCESSOR
    ]
    for name in worse:
        print(f"worse than the released card: {name}", file=sys.stderr)
    return int(bool(worse))


def _write(path: Path, text: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")
    print(f"written: {path.relative_to(ROOT)}")


if __name__ == "__main__":
    sys.exit(main())
