"""A test alert: raised like a real one, so that a practice sees whether it reaches somebody who answers."""

from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from api.practice import Profile
from api.safety import alerts
from api.safety.hearing import Signal
from api.safety.models import Alert
from api.transcript import service as transcript
from api.vocabulary import Author, Kind, Tier
from api.wording import Wording

# Stands where a real alert names its rules, so that no count of real ones takes it in.
VERSION = "trial"
FRESH = timedelta(days=30)


def raise_trial(db: Session, profile: Profile, wording: Wording, now: datetime) -> Alert:
    """Raise one in a chat of its own, whose only message says that it is a test."""
    session, _token = transcript.open_session(db, language="en", now=now)
    text = wording.say("chat.trial", "en")
    message = transcript.append(db, session, Author.BOT, Kind.TEXT, text, now=now)
    signal = Signal("TEST", Tier.EMERGENCY, words="")
    return alerts.raise_alert(db, profile, session.id, message.seq, Tier.EMERGENCY, [signal], VERSION, now)


def last(db: Session, now: datetime) -> Alert | None:
    """The newest test alert of the last 30 days, an acknowledged one first."""
    query = select(Alert).where(Alert.rules_version == VERSION, Alert.raised_at >= now - FRESH)
    found = list(db.scalars(query.order_by(Alert.raised_at.desc())))
    return next((alert for alert in found if alert.acknowledged_at is not None), found[0] if found else None)
