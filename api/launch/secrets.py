"""The secrets of this installation: made at the first run, kept in `var/secrets.env` (0600)."""

import os
import secrets
from pathlib import Path

from api.crypto import Keyring
from api.settings import ROOT

FILE = "secrets.env"
NAMES = ("SIGNING_SECRET", "SERVICE_TOKEN", "BOT_TOKEN", "ACTIONS_TOKEN", "AUDIT_KEY")


def load(folder: Path = ROOT / "var") -> dict[str, str]:
    """The secrets as environment variables (`FRONTDESK_…`), made when missing.

    A variable that is set in the environment already wins over the file.
    """
    path = folder / FILE
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    if not path.exists():
        write(path, _generate())
    pairs = [line.split("=", 1) for line in path.read_text().splitlines() if "=" in line]
    return {name: os.environ.get(name, value) for name, value in pairs}


def replace(path: Path, values: dict[str, str]) -> None:
    """Change some values of a file at once: whoever reads it finds either the old or the new."""
    lines = [line.split("=", 1) for line in path.read_text().splitlines() if "=" in line]
    fresh = path.with_name(f".{path.name}.new")
    fresh.unlink(missing_ok=True)
    write(fresh, {**{name: value for name, value in lines}, **values})
    fresh.replace(path)


def _generate() -> dict[str, str]:
    made = {f"FRONTDESK_{name}": secrets.token_urlsafe(32) for name in NAMES}
    return {"FRONTDESK_KEYS": Keyring.generate(), **made}


def write(path: Path, values: dict[str, str]) -> None:
    """A new file that only its owner may read. Raises FileExistsError."""
    # Created with its final mode: there is no moment in which others could read it.
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "w") as file:
        file.writelines(f"{name}={value}\n" for name, value in values.items())
        file.flush()
        os.fsync(file.fileno())
