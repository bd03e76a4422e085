"""`frontdesk understand`: the language floor with its models, put together as the bot does it."""

from api.launch.jsonl import Step
from api.settings import ROOT

MODELS = ROOT / "models"


def step() -> Step:
    """The JSONL step of `understand`. Raises FileNotFoundError when nothing was trained yet."""
    from bot.language.understanding import Understanding

    if not all((MODELS / name).is_dir() for name in ("encoder", "language")):
        raise FileNotFoundError("the language models are not built yet: run './frontdesk train'")
    return Understanding.load(MODELS).understand
