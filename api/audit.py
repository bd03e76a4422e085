"""Append-only record of who read or changed what: ids only, chained by HMAC under a key outside the database.

Every entry's digest covers the digest before it; a sealed head names the last entry and how many there are, so that
entries taken from the end are missed too. Numbers are given under a lock and have no gaps.
"""

import hashlib
import hmac
from datetime import UTC, datetime

from sqlalchemy import String, select, text
from sqlalchemy.orm import Mapped, Session, mapped_column

from api.database import Base, UtcDateTime

GENESIS = "0" * 64
HEAD_ID = 1
HEAD_LOST = "audit.head_lost"
# Any number will do, as long as nothing else in the database takes the same one.
PG_LOCK = 4_170_001


class AuditEvent(Base):
    """One entry. `digest` covers the entry and the digest before it."""

    __tablename__ = "audit_event"

    number: Mapped[int] = mapped_column(primary_key=True, autoincrement=True)
    at: Mapped[datetime] = mapped_column(UtcDateTime)
    actor: Mapped[str] = mapped_column(String(40))
    action: Mapped[str] = mapped_column(String(40))
    subject: Mapped[str] = mapped_column(String(80))
    digest: Mapped[str] = mapped_column(String(64))


class AuditHead(Base):
    """The one row that says where the chain ends; `seal` is an HMAC of the other columns."""

    __tablename__ = "audit_head"

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    number: Mapped[int]
    digest: Mapped[str] = mapped_column(String(64))
    seal: Mapped[str] = mapped_column(String(64))


def record(db: Session, key: bytes, *, at: datetime, actor: str, action: str, subject: str) -> AuditEvent:
    """Append an entry inside the caller's unit of work; `actor` and `subject` are ids such as `staff:<id>`.

    Writers wait for each other until the unit of work ends: two entries can never follow the same one.
    """
    head = _locked_head(db, key, at)
    entry = _append(db, key, head, AuditEvent(at=at, actor=actor, action=action, subject=subject))
    db.flush()
    return entry


def _append(db: Session, key: bytes, head: AuditHead, entry: AuditEvent) -> AuditEvent:
    entry.number = head.number + 1
    entry.digest = digest_after(key, head.digest, entry)
    db.add(entry)
    head.number, head.digest = entry.number, entry.digest
    head.seal = seal_of(key, head.number, head.digest)
    return entry


def _locked_head(db: Session, key: bytes, at: datetime) -> AuditHead:
    # SQLite has one writer already: its units of work open with BEGIN IMMEDIATE.
    if db.get_bind().dialect.name == "postgresql":
        db.execute(text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": PG_LOCK})
    head = db.get(AuditHead, HEAD_ID, populate_existing=True)
    if head is not None:
        return head
    last = db.scalar(select(AuditEvent).order_by(AuditEvent.number.desc()).limit(1))
    head = AuditHead(
        id=HEAD_ID, number=last.number if last else 0, digest=last.digest if last else GENESIS, seal=""
    )
    db.add(head)
    if last is not None:
        # Work must go on, but the chain says for good that its end was once unknown: `audit verify` fails on it.
        _append(db, key, head, AuditEvent(at=at, actor="system", action=HEAD_LOST, subject=f"entry:{last.number}"))
    return head


def digest_after(key: bytes, before: str, entry: AuditEvent) -> str:
    """The digest an entry must have when `before` is the digest of the one it follows."""
    at = entry.at.astimezone(UTC).isoformat(timespec="microseconds")
    line = "|".join((before, at, entry.actor, entry.action, entry.subject))
    return hmac.new(key, line.encode(), hashlib.sha256).hexdigest()


def seal_of(key: bytes, number: int, digest: str) -> str:
    """The seal of a head."""
    return hmac.new(key, f"head|{number}|{digest}".encode(), hashlib.sha256).hexdigest()
