"""Trains everything the bot needs, in order, and only what changed: encoder, language heads, Rasa model.

Run as `python -m bot.training.train [--force]` in the bot environment, from anywhere; one line per step.
What works stays in place until its successor is complete.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from bot.training import encoder, intents, risk

Say = Callable[[str], None]

ROOT = Path(__file__).resolve().parents[2]
MODEL_NAME = "frontdesk"
RASA_DATA = ("data/nlu", "data/rules", "data/stories", "data/responses")
# What a trained Rasa model depends on. The components' code counts: their graph is part of the model.
RASA_INPUTS = ("config.yml", "domain.yml", "domain", *RASA_DATA, "bot/components", "requirements/bot.txt")
LINES_ON_FAILURE = 25


class TrainingFailed(RuntimeError):
    """Rasa could not train; the message holds the end of what it said."""


@dataclass(frozen=True)
class Places:
    """Where the inputs stand and where the models go."""

    root: Path = ROOT
    models: Path = ROOT / "models"

    @property
    def rasa(self) -> Path:
        """The folder of the Rasa model and of the note on what it was made from."""
        return self.models / "rasa"


def train_all(places: Places, force: bool = False, say: Say = print) -> None:
    """Build or train what is missing or changed; raises OSError, ValueError or TrainingFailed."""
    encoder.build(places.models / "encoder", say)
    intents.build(places.root / "data/nlu", places.models / "encoder", places.models / "language", say, force)
    risk.build(places.root / "data", places.models, say, force)
    train_rasa(places, force, say)


def train_rasa(places: Places, force: bool = False, say: Say = print) -> bool:
    """Train the Rasa model unless its inputs are those of the last one; True when it was trained."""
    made_from = inputs_digest(places.root)
    if not force and is_trained(places.rasa, made_from):
        say("dialogue: ready")
        return False
    say("dialogue: training (about half a minute)")
    started = time.monotonic()
    places.rasa.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix=".rasa-", dir=places.models) as staging:
        run_rasa(places.root, Path(staging))
        _keep(Path(staging) / f"{MODEL_NAME}.tar.gz", places.rasa, made_from)
    say(f"dialogue: trained in {time.monotonic() - started:.0f} s")
    return True


def inputs_digest(root: Path) -> str:
    """A sha256 over the paths and contents of everything in RASA_INPUTS."""
    digest = hashlib.sha256()
    for path in _files(root):
        digest.update(f"{path.relative_to(root)}\0".encode())
        digest.update(hashlib.sha256(path.read_bytes()).digest())
    return digest.hexdigest()


def is_trained(folder: Path, made_from: str) -> bool:
    """Whether `folder` holds a whole model made from these inputs."""
    try:
        note = json.loads((folder / f"{MODEL_NAME}.json").read_text(encoding="utf-8"))
        return bool(note["inputs"] == made_from and note["model"] == _digest_of(folder / f"{MODEL_NAME}.tar.gz"))
    except (OSError, ValueError, KeyError):
        return False


def run_rasa(root: Path, out: Path) -> None:
    """`rasa train` into `out` (bot/__main__.py), in a process of its own; nothing leaves the machine."""
    command = [sys.executable, "-W", "ignore", "-m", "bot", "train"]
    command += ["--config", "config.yml", "--domain", "domain.yml"]
    command += ["--data", *(name for name in RASA_DATA if (root / name).is_dir())]
    command += ["--out", str(out), "--fixed-model-name", MODEL_NAME]
    settings = {
        "RASA_TELEMETRY_ENABLED": "false",
        "TF_CPP_MIN_LOG_LEVEL": "3",
        "CUDA_VISIBLE_DEVICES": "-1",
        "PYTHONPATH": str(ROOT),
    }
    done = subprocess.run(
        command,
        cwd=root,
        env={**os.environ, **settings},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        errors="replace",
        check=False,
    )
    if done.returncode != 0 or not (out / f"{MODEL_NAME}.tar.gz").is_file():
        last = "\n".join(done.stdout.splitlines()[-LINES_ON_FAILURE:])
        raise TrainingFailed(f"rasa train ended with {done.returncode}:\n{last}")


def _files(root: Path) -> Iterator[Path]:
    for name in RASA_INPUTS:
        place = root / name
        found = [place] if place.is_file() else place.rglob("*") if place.is_dir() else []
        yield from sorted(path for path in found if path.is_file() and path.suffix != ".pyc")


def _keep(model: Path, folder: Path, made_from: str) -> None:
    note = json.dumps({"inputs": made_from, "model": _digest_of(model)}, indent=2)
    model.replace(folder / model.name)
    unfinished = folder / f".{MODEL_NAME}.json"
    unfinished.write_text(note + "\n", encoding="utf-8")
    unfinished.replace(folder / f"{MODEL_NAME}.json")


def _digest_of(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


def main(arguments: list[str] | None = None) -> int:
    """Train from the command line; 1 with the reason when a step fails, the earlier models untouched."""
    parser = argparse.ArgumentParser(prog="python -m bot.training.train", description=__doc__)
    parser.add_argument("--force", action="store_true", help="train heads and dialogue even if nothing changed")
    given = parser.parse_args(arguments)
    try:
        train_all(Places(), given.force, lambda line: print(line, flush=True))
    except (OSError, ValueError, TrainingFailed) as error:
        print(f"training failed: {error}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
