"""`up --demo`: puts the invented chats of `data/demo` into an empty database, through the rooms' own services."""

from datetime import datetime, timedelta
from typing import Any

import yaml
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from api import practice
from api.clock import SystemClock
from api.database import Database
from api.handoff import service as handoff
from api.intake.models import Intake
from api.safety import alerts
from api.safety import service as safety
from api.safety.models import SafetyState
from api.scheduling import service as scheduling
from api.scheduling.offers import free_slots
from api.scheduling.office import Office
from api.scheduling.schemas import Contact
from api.scheduling.slots import Wanted
from api.settings import ROOT, Settings
from api.transcript import service as transcript
from api.transcript.models import ChatSession
from api.vocabulary import Author, HandoffReason, Kind, Tier

SAMPLES = ROOT / "data" / "demo" / "chats.yml"
RULES_VERSION = "demo"


def seed(settings: Settings) -> int:
    """Seed a database that holds no chat yet; the number of chats made."""
    database = Database(settings.database_url)
    samples = yaml.safe_load(SAMPLES.read_text(encoding="utf-8"))["chats"]
    try:
        with database.writing() as db:
            if db.scalar(select(func.count()).select_from(ChatSession)):
                return 0
            for sample in samples:
                _seed_one(db, settings, sample, SystemClock().now())
        return len(samples)
    finally:
        database.close()


def _seed_one(db: Session, settings: Settings, sample: dict[str, Any], now: datetime) -> None:
    began = now - timedelta(minutes=sample["minutes_ago"])
    session, _ = transcript.open_session(db, language="en", now=began)
    session.consented_at = began
    tier = Tier(sample.get("tier", Tier.NONE))
    for minutes, line in enumerate(sample["lines"]):
        ((author, text),) = line.items()
        at = began + timedelta(minutes=minutes)
        transcript.append(db, session, Author(author), Kind.TEXT, text, now=at)
    _keep_facts(db, session, sample["facts"], began)
    if tier is not Tier.NONE:
        db.add(SafetyState(session_id=session.id, tier=tier))
        profile = practice.load(settings.practice)
        alerts.raise_alert(db, profile, session.id, len(sample["lines"]), tier, [], RULES_VERSION, began)
    if "handoff" in sample:
        handoff.request(db, session, HandoffReason(sample["handoff"]), began, tier=tier)
    if "book" in sample:
        _book(db, settings, session, sample["book"], now)


def _keep_facts(db: Session, session: ChatSession, facts: dict[str, Any], at: datetime) -> None:
    intake = Intake(id=session.id, updated_at=at, rules_version=RULES_VERSION)
    intake.suggested_route, intake.chosen_route = facts.get("suggested_route"), facts.get("chosen_route")
    intake.rule_id = facts.get("rule_id")
    intake.facts = facts
    db.add(intake)


def _book(db: Session, settings: Settings, session: ChatSession, wish: dict[str, Any], now: datetime) -> None:
    profile = practice.load(settings.practice)
    office = Office(
        profile=profile,
        base_url=settings.base_url,
        signing_secret=settings.signing_secret.get_secret_value(),
        audit_key=settings.audit_key.get_secret_value().encode(),
        in_crisis=safety.in_crisis,
    )
    contact = Contact(name=wish["name"], phone=wish["phone"], email=None, leave_message=True, text_consent=False)
    wanted = Wanted(service=wish["service"])
    slots = free_slots(db, office, wanted, now + timedelta(days=wish["days"] - 1))
    if slots:
        scheduling.book_slot(db, office, session, slots[0].id, contact, now)
