"""`frontdesk purge`: deletes what retention says (clinical.md §5, D15), and proves it in the audit log."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import delete, exists, select, text
from sqlalchemy.orm import Session

from api import audit, outbox
from api.chat.visits import ERASE_TOPIC
from api.database import Database
from api.handoff.models import Handoff
from api.intake import service as intake
from api.intake.models import Intake
from api.launch.keeping import SYSTEM, CannotDo, Installation, alone, opened
from api.outbox import OutboxEntry
from api.safety.models import Alert, SafetyState
from api.scheduling.models import Appointment, Hold, Occupancy
from api.settings import Settings
from api.staff import sign_ins
from api.transcript import service as transcript
from api.transcript.models import ChatSession, Message, Turn
from api.vocabulary import HandoffReason, HandoffStatus, Tier

BATCH = 50
STORY = "story"
# A chat's rows outside chat_session; alerts and safety state are the last to go.
OF_A_CHAT = (Message, Turn, Hold, Handoff, Alert, SafetyState)


@dataclass(frozen=True)
class Limits:
    """Before which instant each kind of thing is too old."""

    abandoned: datetime
    contact: datetime
    booked: datetime
    safety: datetime

    @classmethod
    def of(cls, settings: Settings, now: datetime) -> "Limits":
        """The limits that the settings give today."""
        return cls(
            abandoned=now - timedelta(days=settings.retention_abandoned_days),
            contact=now - timedelta(days=settings.retention_contact_days),
            booked=now - timedelta(days=settings.retention_booked_days),
            safety=now - timedelta(days=settings.retention_safety_days),
        )


def purge(installation: Installation, now: datetime, *, dry_run: bool = False) -> Counter[str]:
    """Delete what is too old, a few chats at a time; how many of each kind. A dry run only counts.

    Kinds: `abandoned`, `contact`, `booked` chats go whole; of one with an alert the `story` goes first and the safety
    trail stays; `visit` is an appointment. Chats on hold stay.
    """
    limits = Limits.of(installation.settings, now)
    with alone(installation.folder), installation.database() as database:
        done = _purge_chats(database, installation.audit_key, limits, now, dry_run)
        done += _purge_visits(database, installation.audit_key, limits, now, dry_run)
        if not dry_run:
            _finish(database, installation.audit_key, limits, now, done)
    if installation.sqlite_file is not None and not dry_run:
        with opened(installation.sqlite_file) as file:
            # What was deleted must not live on in the write-ahead log.
            file.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    return done


def _overwrite(db: Session) -> None:
    """Have SQLite overwrite what is deleted instead of only giving its pages free."""
    if db.get_bind().dialect.name == "sqlite":
        db.execute(text("PRAGMA secure_delete=ON"))


def _purge_chats(database: Database, key: bytes, limits: Limits, now: datetime, dry_run: bool) -> Counter[str]:
    done: Counter[str] = Counter()
    after = ""
    while True:
        with database.reading() if dry_run else database.writing() as db:
            _overwrite(db)
            sessions = _candidates(db, limits, after)
            for session in sessions:
                kind = kind_due(db, session, limits)
                if kind is not None:
                    done[kind] += 1
                if kind is not None and not dry_run:
                    _delete_chat(db, key, session, kind, now)
        if not sessions:
            return done
        after = sessions[-1].id


def _candidates(db: Session, limits: Limits, after: str) -> Sequence[ChatSession]:
    latest = max(limits.abandoned, limits.contact, limits.booked)
    query = select(ChatSession).where(
        ChatSession.id > after, ChatSession.last_seen_at < latest, ChatSession.legal_hold.is_(False)
    )
    return db.scalars(query.order_by(ChatSession.id).limit(BATCH)).all()


def kind_due(db: Session, session: ChatSession, limits: Limits) -> str | None:
    """What of a chat is too old: the name of its kind when all of it is, `story`, or None."""
    visits = list(db.scalars(select(Appointment.end_at).where(Appointment.session_id == session.id)))
    kind = "booked" if visits else "contact" if _can_be_reached(db, session) else "abandoned"
    last = max([session.last_seen_at, *visits])
    if last >= getattr(limits, kind):
        return None
    if not _has_safety_trail(db, session) or last < limits.safety:
        return kind
    return STORY if session.erased_at is None else None


def _can_be_reached(db: Session, session: ChatSession) -> bool:
    left_contact = (Handoff.callback_sealed.is_not(None)) | (Handoff.status != HandoffStatus.RESOLVED)
    return bool(db.scalar(select(exists().where(Handoff.session_id == session.id, left_contact))))


def _has_safety_trail(db: Session, session: ChatSession) -> bool:
    raised = exists().where(Alert.session_id == session.id)
    signs = exists().where(Message.session_id == session.id, Message.tier.is_not(None), Message.tier != Tier.NONE)
    return bool(db.scalar(select(raised | signs)))


def _delete_chat(db: Session, key: bytes, session: ChatSession, kind: str, now: datetime) -> None:
    outbox.put(db, ERASE_TOPIC, {"session_id": session.id}, now)
    if kind == STORY:
        _delete_story(db, session, now)
    else:
        intake.erase(db, session.id)
        for model in OF_A_CHAT:
            db.execute(delete(model).where(model.session_id == session.id))
        db.execute(delete(Appointment).where(Appointment.session_id == session.id))
        db.delete(session)
    _prove(db, key, now, f"purge.{kind}", f"session:{session.id}")


def _delete_story(db: Session, session: ChatSession, now: datetime) -> None:
    transcript.erase_session(db, session, now)
    db.execute(delete(Intake).where(Intake.id == session.id))
    ordinary = (Handoff.session_id == session.id, Handoff.reason != HandoffReason.SAFETY)
    for handoff in db.scalars(select(Handoff).where(*ordinary)):
        handoff.callback = None


def _purge_visits(database: Database, key: bytes, limits: Limits, now: datetime, dry_run: bool) -> Counter[str]:
    """Visits that outlived their chat."""
    held = select(ChatSession.id).where(ChatSession.legal_hold.is_(True))
    old = select(Appointment).where(
        Appointment.end_at < limits.booked, Appointment.session_id.is_(None) | Appointment.session_id.not_in(held)
    )
    with database.reading() if dry_run else database.writing() as db:
        _overwrite(db)
        visits = db.scalars(old).all()
        for visit in visits if not dry_run else ():
            db.execute(delete(Occupancy).where(Occupancy.holder_id == visit.id))
            db.delete(visit)
            _prove(db, key, now, "purge.visit", f"appointment:{visit.id}")
        return Counter(visit=len(visits)) if visits else Counter()


def _finish(database: Database, key: bytes, limits: Limits, now: datetime, done: Counter[str]) -> None:
    """What nobody needs any more, and the sum in the log."""
    with database.writing() as db:
        sign_ins.forget_ended(db, now)
        db.execute(delete(OutboxEntry).where(OutboxEntry.delivered_at < limits.abandoned))
        db.execute(delete(OutboxEntry).where(OutboxEntry.created_at < limits.safety))
        summary = " ".join(f"{kind}={number}" for kind, number in sorted(done.items())) or "nothing"
        _prove(db, key, now, "purge.run", summary)


def _prove(db: Session, key: bytes, now: datetime, action: str, subject: str) -> None:
    audit.record(db, key, at=now, actor=SYSTEM, action=action, subject=subject[:80])


def hold(installation: Installation, session_id: str, now: datetime, *, on: bool) -> None:
    """Keep a chat whatever its age, or no longer. Raises CannotDo when there is none of that id."""
    with installation.database() as database, database.writing() as db:
        session = db.get(ChatSession, session_id)
        if session is None:
            raise CannotDo(f"there is no chat {session_id!r}; its id stands in the address of its staff page")
        session.legal_hold = on
        _prove(db, installation.audit_key, now, "hold.set" if on else "hold.end", f"session:{session_id}")
