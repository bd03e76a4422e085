"""The state of conversations, encrypted in a database of its own, compacted, erased on request."""

from __future__ import annotations

import base64
import contextlib
import json
import os
import sqlite3
import time
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from rasa.core.tracker_store import SerializedTrackerAsText, TrackerStore
from rasa.shared.core.trackers import DialogueStateTracker

from bot.answered import answer_so_far
from bot.compaction import compact

DATABASE_VARIABLE = "FRONTDESK_TRACKER_DB"
KEYS_VARIABLE = "FRONTDESK_KEYS"
KEYS_FILE_VARIABLE = "FRONTDESK_KEYS_FILE"
LOOK_SECONDS = 1.0
VERSION = 1
NONCE_BYTES = 12
# In WAL mode NORMAL survives the end of the process at any point; a power cut may take the very last turns of
# the dialogue's state, whose messages the api has. FULL waits for the disk at the end of every turn.
SETTINGS = ("PRAGMA journal_mode=WAL", "PRAGMA synchronous=NORMAL", "PRAGMA secure_delete=ON")
TABLE = "CREATE TABLE IF NOT EXISTS tracker (session_id TEXT PRIMARY KEY, sealed BLOB NOT NULL)"


class SealBroken(Exception):
    """A stored conversation cannot be opened: unknown key, another row's bytes, or changed ones."""


class Keys:
    """`id:base64key,…`: the first seals, every one opens; bytes are laid out as in api/crypto.py.

    With a `file` (var/secrets.env) the list is read again when the file changes, looked at once a second at most and
    at once for a key that is not known: `frontdesk keys rotate` brings in a new key under a running bot.
    """

    def __init__(self, text: str, file: Path | None = None) -> None:
        self._read(text)
        self._file, self._state, self._looks_at = file, (0, 0), 0.0

    def _look(self, at_once: bool = False) -> None:
        if self._file is None or (time.monotonic() < self._looks_at and not at_once):
            return
        self._looks_at = time.monotonic() + LOOK_SECONDS
        with contextlib.suppress(FileNotFoundError):
            found = self._file.stat()
            lines = self._file.read_text().splitlines() if self._state != _state_of(found) else []
            for line in lines:
                if line.startswith(f"{KEYS_VARIABLE}="):
                    self._read(line.split("=", 1)[1])
                    self._state = _state_of(found)

    def _read(self, text: str) -> None:
        pairs = [entry.strip().split(":", 1) for entry in text.split(",") if entry.strip()]
        if not pairs or any(len(pair) != 2 for pair in pairs):
            raise ValueError(f"{KEYS_VARIABLE} must look like 'k1:<base64 of 32 bytes>', separated by commas")
        self._keys = {name: base64.b64decode(value) for name, value in pairs}
        if any(len(key) != 32 for key in self._keys.values()):
            raise ValueError(f"each key of {KEYS_VARIABLE} must be 32 bytes long")
        self._first = pairs[0][0]

    def seal(self, plain: bytes, row: str) -> bytes:
        """Encrypt for one row: the bytes do not open in another."""
        self._look()
        name, nonce = self._first.encode(), os.urandom(NONCE_BYTES)
        text = AESGCM(self._keys[self._first]).encrypt(nonce, plain, _bound_to(row))
        return bytes([VERSION, len(name)]) + name + nonce + text

    def open(self, sealed: bytes, row: str) -> bytes:
        """Decrypt. Raises SealBroken."""
        end = 2 + sealed[1]
        name = sealed[2:end].decode(errors="replace")
        self._look(at_once=name not in self._keys)
        key = self._keys.get(name)
        if sealed[0] != VERSION or key is None:
            raise SealBroken("unknown version or key")
        try:
            return AESGCM(key).decrypt(
                sealed[end : end + NONCE_BYTES], sealed[end + NONCE_BYTES :], _bound_to(row)
            )
        except InvalidTag:
            raise SealBroken("changed, or of another row") from None


def _state_of(found: os.stat_result) -> tuple[int, int]:
    return found.st_mtime_ns, found.st_ino


def _bound_to(row: str) -> bytes:
    return f"tracker.sealed.{row}".encode()


class SealedTrackerStore(TrackerStore, SerializedTrackerAsText):
    """Rasa's tracker store over one SQLite file; written through at the end of each turn."""

    def __init__(
        self,
        domain: Any = None,
        event_broker: Any = None,
        host: str | None = None,
        database: str | None = None,
        keys: str | None = None,
        **ignored: Any,
    ) -> None:
        super().__init__(domain, event_broker)
        path = Path(database or os.environ[DATABASE_VARIABLE])
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        file = os.environ.get(KEYS_FILE_VARIABLE) if keys is None else None
        self._keys = Keys(keys if keys is not None else os.environ[KEYS_VARIABLE], Path(file) if file else None)
        self._db = sqlite3.connect(path, isolation_level=None, check_same_thread=False, timeout=5)
        os.chmod(path, 0o600)
        for statement in (*SETTINGS, TABLE):
            self._db.execute(statement)

    async def save(self, tracker: DialogueStateTracker) -> None:
        """Write the compacted state of one conversation, and in the same row the answer of the turn being taken.

        Together, so that a process that dies has either both or neither.
        """
        events = compact([event.as_dict() for event in tracker.events], tracker.current_slot_values())
        state = {"name": tracker.sender_id, "events": events, "answer": answer_so_far()}
        plain = json.dumps(state).encode()
        row = (tracker.sender_id, self._keys.seal(plain, tracker.sender_id))
        self._db.execute("INSERT OR REPLACE INTO tracker VALUES (?, ?)", row)

    async def retrieve(self, sender_id: str) -> DialogueStateTracker | None:
        """The conversation, or None. Raises SealBroken rather than begin it anew in silence."""
        plain = self._read(sender_id)
        return None if plain is None else self.deserialise_tracker(sender_id, plain)

    def answer_of(self, session_id: str, turn_id: str) -> dict[str, Any] | None:
        """What was answered in that turn, when it was the last one of its conversation. Raises SealBroken."""
        plain = self._read(session_id)
        kept = json.loads(plain).get("answer") if plain is not None else None
        return kept["body"] if kept and kept["turn_id"] == turn_id else None

    def _read(self, session_id: str) -> bytes | None:
        query = "SELECT sealed FROM tracker WHERE session_id = ?"
        row = self._db.execute(query, (session_id,)).fetchone()
        return None if row is None else self._keys.open(row[0], session_id)

    async def keys(self) -> Iterable[str]:
        """The sessions that have a state."""
        return [row[0] for row in self._db.execute("SELECT session_id FROM tracker")]

    async def erase(self, session_id: str) -> None:
        """Forget a conversation; the freed bytes are overwritten and the log is emptied."""
        self._db.execute("DELETE FROM tracker WHERE session_id = ?", (session_id,))
        self._db.execute("PRAGMA wal_checkpoint(TRUNCATE)")

    def close(self) -> None:
        """Close the file."""
        self._db.close()
