"""Walks the audit chain and names the first entry that was changed, removed or moved."""

import hmac
from collections.abc import Iterator
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from api.audit import GENESIS, HEAD_ID, HEAD_LOST, AuditEvent, AuditHead, digest_after, seal_of

BATCH = 1_000


@dataclass(frozen=True)
class Verdict:
    """What the walk found: how many entries stand, the last digest, and the first fault in words (None: whole)."""

    entries: int
    digest: str
    fault: str | None


def verify(db: Session, key: bytes) -> Verdict:
    """Walk the chain from its first entry to the sealed head, in one reading unit of work."""
    if db.get_bind().dialect.name == "postgresql":
        # The view of one instant, as SQLite gives it: entries that are added meanwhile are not behind the end.
        db.connection(execution_options={"isolation_level": "REPEATABLE READ"})
    head = db.get(AuditHead, HEAD_ID)
    number, digest = 0, GENESIS
    for entry in _entries(db):
        fault = _fault_at(db, key, number, digest, entry)
        if fault:
            return Verdict(number, digest, fault)
        number, digest = entry.number, entry.digest
    return Verdict(number, digest, _fault_at_end(key, head, number, digest))


def _entries(db: Session) -> Iterator[AuditEvent]:
    query = select(AuditEvent).order_by(AuditEvent.number).limit(BATCH)
    rows = db.scalars(query).all()
    while rows:
        yield from rows
        last = rows[-1].number
        db.expunge_all()
        rows = db.scalars(query.where(AuditEvent.number > last)).all()


def _fault_at(db: Session, key: bytes, number: int, digest: str, entry: AuditEvent) -> str | None:
    if entry.number != number + 1:
        missing = (
            f"entry {number + 1} is"
            if entry.number == number + 2
            else f"entries {number + 1} to {entry.number - 1} are"
        )
        return f"{missing} missing: removed, or given another number"
    if not hmac.compare_digest(entry.digest, digest_after(key, digest, entry)):
        return _why_broken(db, key, entry)
    if entry.action == HEAD_LOST:
        return f"entry {entry.number}: the head was missing when it was written; entries before it may be gone"
    return None


def _why_broken(db: Session, key: bytes, entry: AuditEvent) -> str:
    """An entry that fits behind another one was moved; one that fits nowhere was changed."""
    others = db.scalars(select(AuditEvent.digest))
    moved = any(entry.digest == digest_after(key, other, entry) for other in (GENESIS, *others))
    if moved:
        return f"entry {entry.number} is out of order: it was written behind another entry"
    return f"entry {entry.number} was changed, or one before it was removed and the rest numbered anew"


def _fault_at_end(key: bytes, head: AuditHead | None, number: int, digest: str) -> str | None:
    if head is None:
        return "the head is missing: nothing says where the chain must end" if number else None
    if not hmac.compare_digest(head.seal, seal_of(key, head.number, head.digest)):
        return "the head was changed: nothing says where the chain must end"
    if head.number > number:
        return f"entries {number + 1} to {head.number} are missing at the end"
    if (head.number, head.digest) != (number, digest):
        return f"entry {head.number + 1} stands behind the sealed end"
    return None
