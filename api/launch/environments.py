"""Keeps the two Python environments equal to their hash-locked requirement files."""

import os
import shutil
import subprocess
from pathlib import Path

from api.settings import ROOT

ENVIRONMENTS = ROOT / "var" / "env"
REQUIREMENTS = ROOT / "requirements"
PYTHON_VERSIONS = {"bot": "3.10", "app": "3.11"}


def python_of(name: str) -> Path:
    """The interpreter of an environment, `bot` or `app`."""
    return ENVIRONMENTS / name / "bin" / "python"


def is_current(name: str) -> bool:
    """True when the environment was synced from the present lock file."""
    lock, synced = REQUIREMENTS / f"{name}.txt", ENVIRONMENTS / name / ".lock"
    return synced.exists() and synced.read_bytes() == lock.read_bytes()


def sync(name: str) -> None:
    """Make the environment, or bring it in line with its lock file. Raises CalledProcessError; uv has said why."""
    folder, lock = ENVIRONMENTS / name, REQUIREMENTS / f"{name}.txt"
    python = os.environ.get(f"FRONTDESK_PYTHON_{name.upper()}", PYTHON_VERSIONS[name])
    if not python_of(name).exists():
        _uv("venv", "--quiet", "--clear", "--python", python, str(folder))
    _uv("pip", "sync", "--quiet", "--require-hashes", "--python", str(python_of(name)), str(lock))
    shutil.copyfile(lock, folder / ".lock")


def lock(name: str) -> None:
    """Resolve an extra of pyproject.toml again and write its hash-locked file; no index address is written."""
    _uv(
        *("pip", "compile", "--quiet", "pyproject.toml", "--extra", name, "--upgrade"),
        *("--python-version", PYTHON_VERSIONS[name], "--generate-hashes", "--no-emit-index-url", "--no-header"),
        *("--override", "requirements/overrides.txt", "-o", f"requirements/{name}.txt"),
    )


def _uv(*arguments: str) -> None:
    subprocess.run([os.environ.get("UV", "uv"), *arguments], cwd=ROOT, check=True)
