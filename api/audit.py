"""Append-only record of who read or changed what: ids only, chained by HMAC under a key outside the database."""

import hashlib
import hmac
from datetime import datetime

from sqlalchemy import String, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from api.database import Base, UtcDateTime

GENESIS = "0" * 64


class AuditEvent(Base):
    """One entry. `digest` covers the entry and the digest before it."""

    __tablename__ = "audit_event"

    number: Mapped[int] = mapped_column(primary_key=True, autoincrement=True)
    at: Mapped[datetime] = mapped_column(UtcDateTime)
    actor: Mapped[str] = mapped_column(String(40))
    action: Mapped[str] = mapped_column(String(40))
    subject: Mapped[str] = mapped_column(String(80))
    digest: Mapped[str] = mapped_column(String(64))


def record(db: Session, key: bytes, *, at: datetime, actor: str, action: str, subject: str) -> AuditEvent:
    """Append an entry inside the caller's unit of work; `actor` and `subject` are ids such as `staff:<id>`."""
    before = db.scalar(select(AuditEvent.digest).order_by(AuditEvent.number.desc()).limit(1)) or GENESIS
    line = "|".join((before, at.isoformat(timespec="microseconds"), actor, action, subject))
    digest = hmac.new(key, line.encode(), hashlib.sha256).hexdigest()
    entry = AuditEvent(at=at, actor=actor, action=action, subject=subject, digest=digest)
    db.add(entry)
    db.flush()
    return entry
