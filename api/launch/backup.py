"""`frontdesk backup` and `restore`: one archive with the databases, the secrets, and a manifest that names each digest.

The copy is taken under running chats: SQLite's online backup and pg_dump both see the state of one instant, so every
message that was committed before it is in, and none half.
"""

import hashlib
import json
import os
import shutil
import sqlite3
import tarfile
import tempfile
from contextlib import closing
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from api.launch import postgres, secrets
from api.launch.keeping import CannotDo, Installation, alone, sqlite_file

FORMAT = 1
MANIFEST = "manifest.json"
SQLITE, TRACKER, POSTGRES = "frontdesk.db", "tracker.db", "frontdesk.dump"
KNOWN = {MANIFEST, secrets.FILE, SQLITE, TRACKER, POSTGRES}
PIECE = 1 << 20


@dataclass(frozen=True)
class Restored:
    """What was brought back, and when it had been taken."""

    files: tuple[str, ...]
    taken_at: str


def backup(installation: Installation, folder: Path, now: datetime) -> Path:
    """Write an archive into `folder`; its path. Raises CannotDo."""
    target = folder / f"frontdesk-{now.astimezone(UTC):%Y%m%dT%H%M%SZ}.tar"
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    with alone(installation.folder), tempfile.TemporaryDirectory(prefix=".frontdesk-", dir=folder) as made:
        if target.exists():
            raise CannotDo(f"{target} exists already")
        parts = Path(made)
        # The bot's memory first: a chat whose last turn it does not know goes on; the other way round it would
        # remember words nobody finds in the transcript.
        if installation.tracker.exists():
            _copy_sqlite(installation.tracker, parts / TRACKER)
        _copy_database(installation, parts)
        secrets.write(parts / secrets.FILE, installation.values)
        _write_manifest(parts, now)
        _pack(parts, target)
    return target


def _copy_database(installation: Installation, parts: Path) -> None:
    file = installation.sqlite_file
    if file is not None:
        _copy_sqlite(file, parts / SQLITE)
    else:
        postgres.dump(installation.settings.database_url, parts / POSTGRES)


def _copy_sqlite(source: Path, target: Path) -> None:
    """All pages in one step: one reader's view of a database in WAL mode, which no writer waits for."""
    with closing(sqlite3.connect(source, timeout=30)) as live, closing(sqlite3.connect(target)) as copy:
        live.backup(copy, pages=-1)
        copy.execute("PRAGMA journal_mode=DELETE")
        (state,) = copy.execute("PRAGMA quick_check").fetchone()
    if state != "ok":
        raise CannotDo(f"{source} is damaged: {state}")


def _write_manifest(parts: Path, now: datetime) -> None:
    files = {
        path.name: {"sha256": _digest(path), "bytes": path.stat().st_size} for path in sorted(parts.iterdir())
    }
    manifest = {"format": FORMAT, "taken_at": now.astimezone(UTC).isoformat(timespec="seconds"), "files": files}
    (parts / MANIFEST).write_text(json.dumps(manifest, indent=2))


def _digest(path: Path) -> str:
    digest = hashlib.sha256()
    with path.open("rb") as file:
        while piece := file.read(PIECE):
            digest.update(piece)
    return digest.hexdigest()


def _pack(parts: Path, target: Path) -> None:
    """Under its name only once it is whole and on the disk; it holds keys, so only its owner may read it."""
    growing = target.with_name(f".{target.name}.part")
    growing.unlink(missing_ok=True)
    descriptor = os.open(growing, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "wb") as file:
        with tarfile.open(fileobj=file, mode="w") as archive:
            for path in [parts / MANIFEST, *sorted(each for each in parts.iterdir() if each.name != MANIFEST)]:
                archive.add(path, arcname=path.name)
        file.flush()
        os.fsync(file.fileno())
    growing.replace(target)


# ---- the way back


def restore(archive: Path, folder: Path, database_url: str) -> Restored:
    """Bring an archive back into a folder that holds no installation. Nothing is done unless every part is right.

    Raises CannotDo: something is there already, the archive is damaged, or it is of another kind of database.
    """
    with alone(folder), tempfile.TemporaryDirectory(prefix=".restore-", dir=folder) as made:
        parts = Path(made)
        files, taken_at = _unpack(archive, parts)
        targets = _targets(files, folder, database_url)
        if there := [str(path) for target in targets.values() for path in _with_logs(target) if path.exists()]:
            raise CannotDo(
                f"{', '.join(there)}: there is an installation already; move it away, or restore into an empty "
                "folder with FRONTDESK_VAR=FOLDER"
            )
        if POSTGRES in files:
            postgres.restore(database_url, parts / POSTGRES)
        for name, target in targets.items():
            target.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            os.chmod(parts / name, 0o600)
            shutil.move(parts / name, target)
    return Restored(tuple(sorted(files)), taken_at)


def _targets(names: set[str], folder: Path, database_url: str) -> dict[str, Path]:
    file = sqlite_file(database_url)
    if (file is None) != (POSTGRES in names):
        kind = "PostgreSQL" if POSTGRES in names else "SQLite"
        raise CannotDo(f"this archive holds a {kind} database; set FRONTDESK_DATABASE_URL to one of that kind")
    targets = {TRACKER: folder / TRACKER, secrets.FILE: folder / secrets.FILE, SQLITE: file or folder / SQLITE}
    # The secrets come last: an installation without them is none.
    return {name: targets[name] for name in (SQLITE, TRACKER, secrets.FILE) if name in names}


def _with_logs(target: Path) -> list[Path]:
    # A left-over write-ahead log would be played into the restored file.
    return [target, *(target.with_name(target.name + end) for end in ("-wal", "-shm"))]


def _unpack(archive: Path, parts: Path) -> tuple[set[str], str]:
    """Names of the parts of an archive, each compared with its digest, and when it was taken. Raises CannotDo."""
    try:
        with tarfile.open(archive) as opened:
            for member in opened:
                if member.name not in KNOWN or not member.isfile():
                    raise CannotDo(f"{archive} holds {member.name!r}, which no backup of this program holds")
                opened.extract(member, parts, filter="data")
        manifest = json.loads((parts / MANIFEST).read_text())
        said = {name: each["sha256"] for name, each in manifest["files"].items()}
        form, taken_at = manifest["format"], str(manifest["taken_at"])
    except (OSError, tarfile.TarError, ValueError, LookupError, AttributeError, TypeError) as error:
        raise CannotDo(f"{archive} cannot be read as a backup: {error}") from None
    if form != FORMAT:
        raise CannotDo(f"{archive} is of a newer form than this program knows; use the program that made it")
    for name, digest in said.items():
        if not (parts / name).exists() or _digest(parts / name) != digest:
            raise CannotDo(f"{archive} is damaged: {name} is not what the manifest says")
    return set(said), taken_at
