"""A clinician's signature under the present safety wording: a dated record with the digest of what was read."""

import hashlib
import json
from dataclasses import asdict, dataclass
from datetime import date
from functools import cache
from pathlib import Path

from api.settings import ROOT

NAME = "sign_off.json"
# What is said to somebody in danger, and the lines that are shown.
FILES = ("data/wording/safety.yml", "data/care/crisis_resources.yml", "data/care/resource_choice.yml")


@dataclass(frozen=True)
class SignOff:
    """Who read the safety wording, when, and which version of it."""

    name: str
    credentials: str
    signed_on: date
    digest: str


@cache
def digest_of(root: Path = ROOT) -> str:
    """A digest of the safety wording as it stands; any changed letter makes it another one."""
    made = hashlib.sha256()
    for name in FILES:
        content = (root / name).read_bytes()
        made.update(f"{name}:{len(content)}:".encode() + content)
    return made.hexdigest()


def write(folder: Path, name: str, credentials: str, today: date) -> SignOff:
    """Sign the present wording. Raises ValueError without a name or credentials."""
    if not name.strip() or not credentials.strip():
        raise ValueError("a signature has a name and credentials, such as --name 'Ana Ruiz' --credentials LCSW")
    signed = SignOff(name.strip(), credentials.strip(), today, digest_of())
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    content = json.dumps({**asdict(signed), "signed_on": today.isoformat()}, ensure_ascii=False, indent=2)
    (folder / NAME).write_text(f"{content}\n", encoding="utf-8")
    return signed


def read(folder: Path) -> SignOff | None:
    """The last signature, of whatever version; None when there is none or it cannot be read."""
    try:
        held = json.loads((folder / NAME).read_text(encoding="utf-8"))
        signed_on = date.fromisoformat(held["signed_on"])
        return SignOff(str(held["name"]), str(held["credentials"]), signed_on, str(held["digest"]))
    except (OSError, ValueError, KeyError, TypeError):
        return None


def holds(folder: Path) -> bool:
    """True when a clinician has signed the wording as it stands now."""
    signed = read(folder)
    return signed is not None and signed.digest == digest_of()
