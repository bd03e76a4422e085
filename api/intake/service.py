"""Keeps what the bot knows of one chat: the facts travel back with every turn and replace the ones before."""

from datetime import datetime
from typing import Any

from sqlalchemy import delete
from sqlalchemy.orm import Session

from api.intake.models import Intake

# clinical.md §2, age_group
MINORS = frozenset({"child_0_5", "child_6_12", "teen_13_17"})
OPEN_COLUMNS = ("suggested_route", "chosen_route", "rule_id", "rules_version")


def store(db: Session, session_id: str, facts: dict[str, Any], now: datetime) -> None:
    """Write the facts of a turn; an answer without facts leaves the known ones in place."""
    if not facts:
        return
    intake = db.get(Intake, session_id)
    if intake is None:
        intake = Intake(id=session_id)
        db.add(intake)
    intake.facts = facts
    intake.updated_at = now
    for name in OPEN_COLUMNS:
        value = facts.get(name)
        setattr(intake, name, str(value) if value is not None else None)


def facts_of(db: Session, session_id: str) -> dict[str, Any]:
    """What is known of a chat; empty before the first turn."""
    intake = db.get(Intake, session_id)
    return dict(intake.facts or {}) if intake else {}


def is_from_minor(db: Session, session_id: str) -> bool:
    """True when the intake says that the person who writes is under 18; a parent who writes for a child is not."""
    facts = facts_of(db, session_id)
    return facts.get("age_group") in MINORS and facts.get("seeker") in (None, "self")


def erase(db: Session, session_id: str) -> None:
    """Forget the facts of a chat."""
    db.execute(delete(Intake).where(Intake.id == session_id))
