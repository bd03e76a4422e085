"""Encryption of single values at rest: AES-GCM under a list of keys, bound to table, column and row.

A sealed value is `version (1 byte) | key id length (1) | key id | nonce (12) | ciphertext`. The first key of the
list seals, every key opens, so that a key can be added, used for new rows, and later retired (`keys rotate`).
The associated data names table, column and row id: a value copied into another row does not open.
"""

import base64
import json
import os
import secrets
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Self

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

VERSION = 1
NONCE_BYTES = 12
KEYS_VARIABLE = "FRONTDESK_KEYS"
LOOK_SECONDS = 1.0


class SealBroken(Exception):
    """A sealed value cannot be opened: wrong key, wrong row, or changed bytes."""


class UnknownKey(SealBroken):
    """A value was sealed under a key that is not in the list."""


def new_id() -> str:
    """A random identifier: 32 hexadecimal digits, usable as row id and in URLs."""
    return secrets.token_hex(16)


@dataclass(frozen=True)
class Keyring:
    """Named 256-bit keys in order of preference."""

    keys: tuple[tuple[str, bytes], ...]

    @classmethod
    def parse(cls, text: str) -> Self:
        """Read `id:base64key,id:base64key`. Raises ValueError, without the key, when one is malformed."""
        pairs = [entry.strip().split(":", 1) for entry in text.split(",") if entry.strip()]
        if not pairs or any(len(pair) != 2 for pair in pairs):
            raise ValueError("FRONTDESK_KEYS must look like 'k1:<base64 of 32 bytes>', separated by commas")
        keys = tuple((name, base64.b64decode(value)) for name, value in pairs)
        if any(len(key) != 32 for _, key in keys):
            raise ValueError("each key of FRONTDESK_KEYS must be 32 bytes long (base64)")
        return cls(keys)

    @staticmethod
    def generate(key_id: str = "k1") -> str:
        """A new key list with one random key, in the form `parse` reads."""
        return f"{key_id}:{base64.b64encode(os.urandom(32)).decode()}"

    @property
    def first(self) -> str:
        """The name of the key that seals."""
        return self.keys[0][0]

    @property
    def prefix(self) -> bytes:
        """How every value begins that is sealed under the first key."""
        name = self.first.encode()
        return bytes([VERSION, len(name)]) + name

    @property
    def text(self) -> str:
        """The list in the form `parse` reads."""
        return ",".join(f"{name}:{base64.b64encode(key).decode()}" for name, key in self.keys)

    def with_new_key(self) -> "Keyring":
        """A new random key in front of the others, under a name none of them has."""
        # One above the highest: a name is never used twice, so a value left behind would be missed, not misread.
        numbers = [int(name[1:]) for name, _ in self.keys if name[:1] == "k" and name[1:].isdigit()]
        name = f"k{max(numbers, default=0) + 1}"
        return Keyring(((name, os.urandom(32)), *self.keys))

    def only_first(self) -> "Keyring":
        """The key that seals, alone."""
        return Keyring(self.keys[:1])

    def seal(self, plain: bytes, associated: str) -> bytes:
        """Encrypt under the first key, bound to `associated`."""
        nonce = os.urandom(NONCE_BYTES)
        return self.prefix + nonce + AESGCM(self.keys[0][1]).encrypt(nonce, plain, associated.encode())

    def open(self, sealed: bytes, associated: str) -> bytes:
        """Decrypt; raises SealBroken when version, key, row or bytes do not match."""
        if len(sealed) < 2 or sealed[0] != VERSION:
            raise SealBroken("unknown version of a sealed value")
        end = 2 + sealed[1]
        key_id = key_id_of(sealed)
        key = dict(self.keys).get(key_id)
        if key is None:
            raise UnknownKey(f"no key named {key_id!r} in FRONTDESK_KEYS")
        nonce, body = sealed[end : end + NONCE_BYTES], sealed[end + NONCE_BYTES :]
        try:
            return AESGCM(key).decrypt(nonce, body, associated.encode())
        except InvalidTag:
            raise SealBroken("a sealed value was changed or belongs to another row") from None


def key_id_of(sealed: bytes) -> str:
    """The name of the key a value was sealed under."""
    return sealed[2 : 2 + sealed[1]].decode(errors="replace")


def bound_to(table: str, column: str, row_id: str) -> str:
    """What a sealed value of a row is bound to."""
    return f"{table}.{column}.{row_id}"


class Keys:
    """The keys of a process: those it began with, or those of a file that is read again when it changes.

    A process looks at the file once a second at most, and at once when it meets a key it does not know: so that
    `keys rotate` can bring in a new key, and take the old one away, under running processes.
    """

    def __init__(self, keyring: Keyring, file: Path | None = None) -> None:
        self._keyring, self._file = keyring, file
        self._state: tuple[int, int] | None = None
        self._looks_at = 0.0

    def current(self) -> Keyring:
        """The keys as they stand."""
        if self._file is not None and time.monotonic() >= self._looks_at:
            self._look(self._file)
        return self._keyring

    def open(self, sealed: bytes, associated: str) -> bytes:
        """Decrypt; a key nobody knew a second ago may be in the file by now. Raises SealBroken."""
        try:
            return self.current().open(sealed, associated)
        except UnknownKey:
            if self._file is None:
                raise
            self._look(self._file)
            return self._keyring.open(sealed, associated)

    def _look(self, file: Path) -> None:
        self._looks_at = time.monotonic() + LOOK_SECONDS
        try:
            found = file.stat()
        except FileNotFoundError:
            return  # being restored, perhaps: the keys at hand go on serving
        state = (found.st_mtime_ns, found.st_ino)
        if state == self._state:
            return
        if lines := [line for line in file.read_text().splitlines() if line.startswith(f"{KEYS_VARIABLE}=")]:
            self._keyring, self._state = Keyring.parse(lines[0].split("=", 1)[1]), state


_keys: list[Keys] = []


def install_keyring(keyring: Keyring, file: Path | None = None) -> None:
    """Set the keys of this process (once, by the composition root); `file` is read again when it changes."""
    _keys[:] = [Keys(keyring, file)]


def installed_keys() -> Keys:
    """The keys of this process. Raises RuntimeError before `install_keyring`."""
    if not _keys:
        raise RuntimeError("no keyring installed: create_app() or a test fixture must do it")
    return _keys[0]


class Sealed:
    """A JSON value of a mapped row, kept encrypted in the bytes column named by `column`.

    The row needs `id` before the value is set; a missing one is made. Reading gives the value or None.
    """

    def __init__(self, column: str) -> None:
        self.column = column

    def _associated(self, row: Any) -> str:
        return bound_to(row.__tablename__, self.column, row.id)

    def __get__(self, row: Any, owner: type | None = None) -> Any:
        if row is None:
            return self
        sealed = getattr(row, self.column)
        return None if sealed is None else json.loads(installed_keys().open(sealed, self._associated(row)))

    def __set__(self, row: Any, value: Any) -> None:
        if row.id is None:
            row.id = new_id()
        plain = None if value is None else json.dumps(value).encode()
        ring = installed_keys().current()
        setattr(row, self.column, None if plain is None else ring.seal(plain, self._associated(row)))
