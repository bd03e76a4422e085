"""`python -m api.launch.sbom FOLDER`: what both environments are made of, as CycloneDX 1.5 JSON, from the lock files."""

import json
import re
import sys
import uuid
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from api.launch import environments
from api.settings import ROOT

ENTRY = re.compile(r"^([A-Za-z0-9][\w.-]*)(?:\[[\w,-]+\])?==([^\s;\\]+)")
HASH = re.compile(r"--hash=sha256:([0-9a-f]{64})")


@dataclass(frozen=True)
class Package:
    """One locked package and the digests of the files it may be installed from."""

    name: str
    version: str
    digests: tuple[str, ...]


def packages(lock: str) -> Iterator[Package]:
    """The packages of a lock file's text, in its order. Raises ValueError for a package without a digest."""
    for block in re.split(r"\n(?=[A-Za-z0-9])", lock):
        found = ENTRY.match(block)
        if found is None:
            continue
        digests = tuple(HASH.findall(block))
        if not digests:
            raise ValueError(f"{found[1]} is locked without a digest")
        yield Package(found[1], found[2], digests)


def bill(name: str) -> dict[str, Any]:
    """The bill of materials of one environment; the same lock file gives the same bill."""
    lock = (ROOT / "requirements" / f"{name}.txt").read_text("utf-8")
    return {
        "bomFormat": "CycloneDX",
        "specVersion": "1.5",
        "serialNumber": f"urn:uuid:{uuid.uuid5(uuid.NAMESPACE_OID, lock)}",
        "version": 1,
        "metadata": {"component": {"type": "application", "bom-ref": "frontdesk", "name": f"frontdesk-{name}"}},
        "components": [_component(package) for package in packages(lock)],
    }


def _component(package: Package) -> dict[str, Any]:
    address = f"pkg:pypi/{package.name}@{package.version}"
    return {
        "type": "library",
        "bom-ref": address,
        "name": package.name,
        "version": package.version,
        "purl": address,
        # A package has one digest for each platform's file; `hashes` would say that all are of one file.
        "properties": [{"name": "frontdesk:sha256", "value": digest} for digest in package.digests],
    }


def write(folder: Path) -> list[Path]:
    """Write the bills of both environments into `folder`; their paths."""
    folder.mkdir(parents=True, exist_ok=True)
    made = []
    for name in environments.PYTHON_VERSIONS:
        path = folder / f"{name}.cdx.json"
        path.write_text(json.dumps(bill(name), indent=1) + "\n", encoding="utf-8")
        made.append(path)
    return made


if __name__ == "__main__":
    for written in write(Path(sys.argv[1])):
        print(written)
