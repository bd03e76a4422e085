"""`frontdesk screen` and `understand`: the language floor with its models, put together as a live chat does it."""

import sys
from functools import partial

from api.chat.ears import second_layer
from api.gateways.vectors import SentenceVectors
from api.launch.jsonl import Step
from api.settings import ROOT

MODELS = ROOT / "models"


def screening() -> Step:
    """The JSONL step of `screen`: both layers; before the first training the patterns alone, and it says so."""
    from bot.language.risk import screen_record

    vectors = SentenceVectors()
    vectors.load()
    second = second_layer(vectors) if (MODELS / "language").is_dir() else None
    if second is None:
        print("frontdesk: no trained risk head, the patterns alone: run './frontdesk train'", file=sys.stderr)
    return partial(screen_record, second=second)


def step() -> Step:
    """The JSONL step of `understand`. Raises FileNotFoundError when nothing was trained yet."""
    from bot.language.understanding import Understanding

    if not all((MODELS / name).is_dir() for name in ("encoder", "language")):
        raise FileNotFoundError("the language models are not built yet: run './frontdesk train'")
    return Understanding.load(MODELS).understand
