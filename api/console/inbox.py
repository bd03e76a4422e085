"""The inbox: every chat that wants a person, riskiest first, then who has waited longest."""

from collections import defaultdict
from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from api.console import roles
from api.handoff import service as handoff
from api.handoff.schemas import InboxEntry
from api.intake.models import Intake
from api.safety import alerts, escalation
from api.safety.models import Alert, AlertStep
from api.transcript.models import ChatSession, Message
from api.vocabulary import Tier

MOST_WORDS = 3


@dataclass(frozen=True)
class InboxRow:
    """One chat that wants a person: a waiting or taken handoff, an unseen alert, or both."""

    session_id: str
    tier: Tier
    waiting_since: datetime
    reason: str | None
    assignee: str | None
    language: str
    wants_callback: bool
    words: tuple[str, ...]
    unseen: int
    route: str | None
    # Whom the unseen alerts were told to, and when the next one is.
    told: tuple[AlertStep, ...] = ()
    next_at: datetime | None = None

    @property
    def order(self) -> tuple[int, datetime]:
        """Risk first, then the longest wait."""
        return (-self.tier.rank, self.waiting_since)


def inbox(db: Session, role: str) -> list[InboxRow]:
    """Chats that wait, riskiest first. Only clinicians and administrators see the words behind an alert."""
    waiting = {entry.session_id: entry for entry in handoff.inbox(db)}
    unseen: dict[str, list[Alert]] = defaultdict(list)
    for alert in alerts.unacknowledged(db):
        unseen[alert.session_id].append(alert)
    wanted = set(waiting) | set(unseen)
    sessions = db.scalars(select(ChatSession).where(ChatSession.id.in_(wanted)))
    routes = dict(
        db.execute(select(Intake.id, Intake.suggested_route).where(Intake.id.in_(wanted))).tuples().all()
    )
    found = [alert for several in unseen.values() for alert in several]
    words = said_words(db, found) if roles.reads_story(role) else {}
    told = escalation.steps_of(db, [alert.id for alert in found])
    rows = [
        replace(
            _row(session, waiting.get(session.id), unseen[session.id], words, routes.get(session.id)),
            told=_told(unseen[session.id], told),
            next_at=min((alert.next_step_at for alert in unseen[session.id] if alert.next_step_at), default=None),
        )
        for session in sessions
    ]
    return sorted(rows, key=lambda row: row.order)


def _told(unseen: list[Alert], steps: list[AlertStep]) -> tuple[AlertStep, ...]:
    """Everybody once, in the order they were told."""
    ids = {alert.id for alert in unseen}
    mine = sorted((step for step in steps if step.alert_id in ids), key=lambda step: step.at)
    return tuple({step.recipient: step for step in reversed(mine)}.values())[::-1]


def _row(
    session: ChatSession,
    entry: InboxEntry | None,
    unseen: list[Alert],
    words: dict[str, list[str]],
    route: str | None,
) -> InboxRow:
    tiers = [Tier(alert.tier) for alert in unseen] + ([Tier(entry.tier)] if entry else [])
    since = [alert.raised_at for alert in unseen] + ([entry.waiting_since] if entry else [])
    said = dict.fromkeys(word for alert in unseen for word in words.get(alert.id, []) if word)
    return InboxRow(
        session_id=session.id,
        tier=max(tiers, key=lambda tier: tier.rank),
        waiting_since=min(since),
        reason=entry.reason if entry else None,
        assignee=entry.assignee_name if entry else None,
        language=session.language,
        wants_callback=entry.wants_callback if entry else False,
        words=tuple(said)[:MOST_WORDS],
        unseen=len(unseen),
        route=route,
    )


def said_words(db: Session, found: list[Alert]) -> dict[str, list[str]]:
    """The visitor's own words behind each alert, by alert id, cut out of the messages that raised them."""
    query = select(Message).where(Message.session_id.in_({alert.session_id for alert in found}))
    query = query.where(Message.seq.in_({alert.message_seq for alert in found if alert.message_seq}))
    texts = {(message.session_id, message.seq): message.text or "" for message in db.scalars(query)}
    return {
        alert.id: _cut_out(texts.get((alert.session_id, alert.message_seq or 0), ""), alert) for alert in found
    }


def _cut_out(text: str, alert: Alert) -> list[str]:
    # Several signals may rest on the same words.
    return list(dict.fromkeys(text[slice(*signal["span"])] for signal in alert.signals or []))
