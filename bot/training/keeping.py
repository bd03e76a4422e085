"""Keeps a trained head beside a card that says what it was made from; each is replaced whole."""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any


def is_kept(folder: Path, name: str, made_from: str) -> bool:
    """Whether `folder` holds the head `name` made from these inputs, undamaged."""
    card = read_card(folder, name)
    return card.get("inputs") == made_from and card.get("file") == file_digest(folder / name)


def keep(folder: Path, name: str, save: Callable[[Path], None], card: dict[str, Any]) -> None:
    """Write head and card; a card that does not fit its file means: train again."""
    folder.mkdir(parents=True, exist_ok=True)
    staging = folder / f".{os.getpid()}.npz"
    save(staging)
    staging.replace(folder / name)
    note = folder / f".{os.getpid()}.json"
    note.write_text(json.dumps({**card, "file": file_digest(folder / name)}, indent=2) + "\n", encoding="utf-8")
    note.replace(card_path(folder, name))


def read_card(folder: Path, name: str) -> dict[str, Any]:
    """The card of a head; empty when there is none that can be read."""
    try:
        card: dict[str, Any] = json.loads(card_path(folder, name).read_text(encoding="utf-8"))
        return card
    except (OSError, ValueError):
        return {}


def card_path(folder: Path, name: str) -> Path:
    """intents.npz has intents.json."""
    return (folder / name).with_suffix(".json")


def file_digest(path: Path) -> str:
    """The sha256 of a file; empty when it is not there."""
    try:
        return hashlib.sha256(path.read_bytes()).hexdigest()
    except OSError:
        return ""
