"""Where the components find the trained models: below the repository, wherever Rasa was started."""

from __future__ import annotations

from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]


def model_folder(configured: str) -> Path:
    """`configured` as it is when absolute, else below the repository root."""
    return ROOT / configured
