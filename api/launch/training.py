"""Runs `bot.training.train` in the bot environment and shows its progress."""

import subprocess

from rich.console import Console

from api.launch import environments
from api.settings import ROOT

MODEL = ROOT / "models" / "rasa"


class TrainingFailed(Exception):
    """Training ended with an error; its last lines were shown."""


def has_model() -> bool:
    """True when some model was built."""
    return any(MODEL.glob("*.tar.gz"))


def run(force: bool, console: Console) -> None:
    """Build what changed: encoder, language heads, Rasa model. Raises TrainingFailed."""
    command = [str(environments.python_of("bot")), "-m", "bot.training.train", *(["--force"] if force else [])]
    with console.status("Checking what has to be trained") as status:
        process = subprocess.Popen(
            command, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, errors="replace"
        )
        last: list[str] = []
        for line in process.stdout or ():
            last = [*last[-30:], line.rstrip()]
            status.update(line.strip()[:100])
    if process.wait() != 0:
        console.print("\n".join(last), highlight=False, markup=False)
        raise TrainingFailed("training failed; the lines above say why. The model before it was kept")
