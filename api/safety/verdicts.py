"""What staff thought of alerts: given at the console, exported as JSONL, and read again by `evaluate`.

One object a line: `id`, `raised_on`, `tier`, `verdict`, `outcome`, `signals` (`id`, `tier`, `span`, `modifiers`),
`rules_version`, `language`. No text of a chat and no note, unless `with_text` asks for `text` and `note`.
"""

import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any, TextIO

from sqlalchemy import select
from sqlalchemy.orm import Session

from api import audit
from api.errors import BadInput, Conflict
from api.safety import alerts
from api.safety.models import Alert, Judgement
from api.transcript.models import ChatSession, Message
from api.vocabulary import Tier

LONGEST_NOTE = 1_000
SIGNAL_KEYS = ("id", "tier", "span", "modifiers")


class VerdictsBroken(ValueError):
    """A file of verdicts cannot be read; the text names line and reason."""


@dataclass(frozen=True)
class Verdict:
    """One line of an export. `text` and `note` are None unless they were asked for."""

    id: str
    tier: Tier
    verdict: Judgement
    signals: tuple[dict[str, Any], ...]
    rules_version: str
    language: str | None = None
    text: str | None = None
    note: str | None = None


def give(db: Session, alert_id: str, staff_member_id: str, verdict: Judgement, note: str, now: datetime) -> Alert:
    """Keep a verdict; a later one takes its place. Raises NotFound, Conflict before the alert was seen, BadInput."""
    if len(note) > LONGEST_NOTE:
        raise BadInput(f"a note has at most {LONGEST_NOTE} characters; this one has {len(note)}")
    alert = alerts.find(db, alert_id)
    if alert.acknowledged_at is None:
        raise Conflict("nobody has said yet that they have seen this alert")
    alert.verdict, alert.verdict_at, alert.verdict_by = verdict, now, staff_member_id
    alert.note = note.strip() or None
    return alert


def export(db: Session, out: TextIO, *, key: bytes, actor: str, now: datetime, with_text: bool = False) -> int:
    """Write every verdict to `out`, oldest alert first; how many. The export is in the audit log."""
    judged = list(db.scalars(select(Alert).where(Alert.verdict.is_not(None)).order_by(Alert.raised_at, Alert.id)))
    languages = _languages(db, judged)
    for alert in judged:
        record = _record(alert, languages.get(alert.session_id))
        if with_text:
            record |= {"text": _text(db, alert), "note": alert.note}
        out.write(json.dumps(record, ensure_ascii=False) + "\n")
    subject = f"verdicts:{len(judged)}{':text' if with_text else ''}"
    audit.record(db, key, at=now, actor=actor, action="verdicts.export", subject=subject)
    return len(judged)


def _record(alert: Alert, language: str | None) -> dict[str, Any]:
    return {
        "id": alert.id,
        "raised_on": alert.raised_at.date().isoformat(),
        "tier": alert.tier,
        "verdict": alert.verdict,
        "outcome": alert.outcome,
        # The words themselves stay here: they are text of the chat.
        "signals": [{name: signal[name] for name in SIGNAL_KEYS} for signal in alert.signals or []],
        "rules_version": alert.rules_version,
        "language": language,
    }


def _languages(db: Session, judged: list[Alert]) -> dict[str, str]:
    ids = {alert.session_id for alert in judged}
    rows = db.execute(select(ChatSession.id, ChatSession.language).where(ChatSession.id.in_(ids)))
    return dict(rows.tuples().all())


def _text(db: Session, alert: Alert) -> str | None:
    """The message that raised it; None when there is none, or it was erased."""
    query = select(Message).where(Message.session_id == alert.session_id, Message.seq == alert.message_seq)
    message = db.scalar(query)
    return message.text if message is not None else None


def read(lines: Iterable[str]) -> Iterator[Verdict]:
    """The verdicts of an export; empty lines are passed over. Raises VerdictsBroken."""
    for number, line in enumerate(lines, start=1):
        if line.strip():
            yield _verdict(number, line)


def _verdict(number: int, line: str) -> Verdict:
    try:
        raw = json.loads(line)
        return Verdict(
            id=str(raw["id"]),
            tier=Tier(raw["tier"]),
            verdict=Judgement(raw["verdict"]),
            signals=tuple(dict(signal) for signal in raw["signals"]),
            rules_version=str(raw["rules_version"]),
            language=raw.get("language"),
            text=raw.get("text"),
            note=raw.get("note"),
        )
    except KeyError as missing:
        raise VerdictsBroken(f"line {number}: {missing.args[0]!r} is missing") from None
    except (ValueError, TypeError, AttributeError) as error:
        raise VerdictsBroken(f"line {number}: not a verdict: {error}") from None
