"""Keeps what the bot knows of one chat: the facts travel back with every turn and replace the ones before."""

from datetime import datetime
from typing import Any

from sqlalchemy import delete
from sqlalchemy.orm import Session

from api.intake.models import Intake

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


def erase(db: Session, session_id: str) -> None:
    """Forget the facts of a chat."""
    db.execute(delete(Intake).where(Intake.id == session_id))
