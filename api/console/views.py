"""One conversation and one day of visits, as a role may see them, read in few queries."""

import re
from collections import defaultdict
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import select
from sqlalchemy.orm import Session

from api.console import roles
from api.console.inbox import said_words
from api.handoff.models import Handoff
from api.intake.models import Intake
from api.safety import alerts, escalation
from api.safety.models import Alert, AlertStep, SafetyState
from api.scheduling.models import Appointment
from api.staff import service as staff
from api.transcript.models import ChatSession, Message
from api.vocabulary import HandoffStatus, Tier

# Facts a summary shows, in reading order; names are docs/protocols.md §4.
SUMMARY_FACTS = (
    *("concerns", "negated", "seeker", "age_group", "state", "severity", "duration", "in_therapy"),
    *("on_medication", "medications", "therapy_pref", "med_pref", "request", "perinatal", "substance", "modality"),
)
# The front desk sees route and contact, not the story (experience.md, roles).
FRONT_DESK_FACTS = ("seeker", "age_group", "state", "modality")
ALWAYS, NEVER = datetime.min.replace(tzinfo=UTC), datetime.max.replace(tzinfo=UTC)

Part = tuple[str, bool]


@dataclass(frozen=True)
class ShownMessage:
    """One line of a transcript; `parts` are pieces of its text, True for those that raised an alert."""

    row: Message
    parts: list[Part]


@dataclass(frozen=True)
class Conversation:
    """Everything one page shows of a chat."""

    session: ChatSession
    messages: list[ShownMessage]
    earlier_hidden: bool
    tier: Tier
    handoff: Handoff | None
    assignee: str | None
    alerts: list[Alert]
    told: dict[str, list[AlertStep]]
    names: dict[str, str]
    words: dict[str, list[str]]
    summary: list[tuple[str, Any]]
    why: str | None
    intake: Intake | None
    appointments: list[Appointment] = field(default_factory=list)

    @property
    def is_open(self) -> bool:
        """True while somebody waits for a person or has one."""
        return self.handoff is not None and self.handoff.status != HandoffStatus.RESOLVED

    @property
    def state(self) -> str:
        """Changes whenever somebody takes, hands back or closes the chat."""
        return state_of(self.session, self.handoff)


def state_of(session: ChatSession, handoff: Handoff | None) -> str:
    """Mode and assignee in one word, to notice that a page has become old."""
    return f"{session.mode}-{(handoff.assignee_id or '') if handoff else ''}"


def conversation(db: Session, session: ChatSession, role: str) -> Conversation:
    """One chat with its summary, each part only if the role may see it."""
    latest = latest_handoff(db, session.id)
    intake = db.get(Intake, session.id)
    safety = db.get(SafetyState, session.id)
    raised = alerts.of_session(db, session.id)
    reads_story, names = roles.reads_story(role), staff.names(db)
    booked = select(Appointment).where(Appointment.session_id == session.id).order_by(Appointment.start_at)
    return Conversation(
        session=session,
        messages=visible_messages(db, session.id, 0, latest, role),
        earlier_hidden=not reads_story,
        tier=Tier(safety.tier) if safety else Tier.NONE,
        handoff=latest,
        assignee=names.get(latest.assignee_id or "") if latest else None,
        alerts=raised,
        told=told(db, raised),
        names=names,
        words=said_words(db, raised) if reads_story else {},
        summary=_summary(intake, role),
        why=str((intake.facts or {}).get("why") or "") if intake and reads_story else None,
        intake=intake,
        appointments=list(db.scalars(booked)),
    )


def told(db: Session, raised: list[Alert]) -> dict[str, list[AlertStep]]:
    """Whom each alert was told to, by alert id."""
    steps: dict[str, list[AlertStep]] = defaultdict(list)
    for step in escalation.steps_of(db, [alert.id for alert in raised]):
        steps[step.alert_id].append(step)
    return steps


def latest_handoff(db: Session, session_id: str) -> Handoff | None:
    """The newest handoff of a chat, ended or not."""
    query = select(Handoff).where(Handoff.session_id == session_id).order_by(Handoff.waiting_since.desc())
    return db.scalar(query.limit(1))


def _window(latest: Handoff | None, role: str) -> tuple[datetime, datetime]:
    """Between which instants a role may read, both exclusive.

    The front desk reads from the request for a person until that person has left; the message that raised a
    handoff by itself (risk) is part of the story, so the first instant is left out.
    """
    if roles.reads_story(role):
        return ALWAYS, NEVER
    if latest is None or not roles.answers(role):
        return NEVER, NEVER
    return latest.waiting_since, latest.resolved_at or NEVER


def visible_messages(
    db: Session, session_id: str, seq: int, latest: Handoff | None, role: str
) -> list[ShownMessage]:
    """Messages above `seq` that this role may read, oldest first."""
    since, until = _window(latest, role)
    query = select(Message).where(Message.session_id == session_id, Message.seq > seq).order_by(Message.seq)
    rows = [row for row in db.scalars(query) if since < row.created_at < until]
    spans = _spans(db, session_id) if roles.reads_story(role) else {}
    return [ShownMessage(row, cut(row.text or "", spans.get(row.seq, []))) for row in rows]


def _spans(db: Session, session_id: str) -> dict[int, list[tuple[int, int]]]:
    found: dict[int, list[tuple[int, int]]] = defaultdict(list)
    for alert in alerts.of_session(db, session_id):
        for signal in alert.signals or []:
            start, end = signal["span"]
            found[alert.message_seq or 0].append((start, end))
    return found


def cut(text: str, spans: list[tuple[int, int]]) -> list[Part]:
    """A text in pieces, True for those inside one of the spans; overlapping spans become one."""
    parts: list[Part] = []
    place = 0
    for start, end in sorted(spans):
        start, end = max(start, place), min(end, len(text))
        if start < end:
            parts += [(text[place:start], False), (text[start:end], True)]
            place = end
    return [part for part in [*parts, (text[place:], False)] if part[0]]


def _summary(intake: Intake | None, role: str) -> list[tuple[str, Any]]:
    facts = (intake.facts or {}) if intake else {}
    shown = SUMMARY_FACTS if roles.reads_story(role) else FRONT_DESK_FACTS if roles.answers(role) else ()
    return [
        (name, _plain(facts[name])) for name in shown if facts.get(name) not in (None, [], "", "unknown", "none")
    ]


def _plain(value: Any) -> str:
    if isinstance(value, list):
        return ", ".join(_plain(item) for item in value)
    if isinstance(value, bool):
        return "yes" if value else "no"
    # adult_18_64 → adult 18–64, older_65plus → older 65+
    text = re.sub(r"(\d)_(\d)", r"\1–\2", str(value)).replace("plus", "+")
    return text.replace("_", " ")


def day_of_appointments(db: Session, day: date, zone: ZoneInfo) -> list[Appointment]:
    """The visits that start on a local day, cancelled ones too, in order."""
    start = datetime.combine(day, time(), zone)
    end = datetime.combine(day + timedelta(days=1), time(), zone)
    query = select(Appointment).where(Appointment.start_at >= start, Appointment.start_at < end)
    return list(db.scalars(query.order_by(Appointment.start_at, Appointment.practitioner_id)))
