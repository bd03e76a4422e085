"""Fetching a person: somebody asks, a staff member takes over, answers, hands back or closes."""

from datetime import datetime
from typing import Any

from sqlalchemy import case, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from api import audit, outbox
from api.crypto import new_id
from api.errors import BadInput, Conflict, HandoffClosed
from api.handoff.labels import say
from api.handoff.models import Handoff
from api.handoff.schemas import InboxEntry, Opening, Outcome
from api.measures import note
from api.practice import Profile
from api.staff.models import StaffMember
from api.transcript import service as transcript
from api.transcript.models import ChatSession, Message
from api.vocabulary import Author, HandoffReason, HandoffStatus, Kind, Mode, Tier

LONGEST_REPLY = 4_000


def opening(profile: Profile, now: datetime) -> Opening:
    """What may be promised now: nobody is promised while the practice is closed."""
    is_open = profile.is_open(now)
    return Opening(is_open, None if is_open else profile.opens_at(now), profile.usual_wait_minutes)


def find_open(db: Session, session_id: str) -> Handoff | None:
    """The handoff of a chat that is not resolved; locked on PostgreSQL until the unit of work ends."""
    query = select(Handoff).where(Handoff.session_id == session_id, Handoff.status != HandoffStatus.RESOLVED)
    return db.scalar(query.with_for_update())


def request(
    db: Session,
    session: ChatSession,
    reason: HandoffReason,
    now: datetime,
    *,
    tier: Tier = Tier.NONE,
    callback: dict[str, Any] | None = None,
) -> Handoff:
    """Ask for a person. A chat has one open handoff: asking again adds the call-back, raises reason and tier.

    `callback` is {"phone", "email", "leave_message"}, already checked. Staff hear of it through the outbox.
    """
    handoff = find_open(db, session.id) or _insert(db, session, reason, tier, now)
    if callback is not None:
        handoff.callback = callback
    if _is_riskier(handoff, reason, tier):
        handoff.reason = reason
        handoff.tier = max(tier, Tier(handoff.tier), key=lambda each: each.rank)
        _notify(db, "handoff_escalated", handoff, now)
    return handoff


def _is_riskier(handoff: Handoff, reason: HandoffReason, tier: Tier) -> bool:
    became_safety = reason == HandoffReason.SAFETY and handoff.reason != HandoffReason.SAFETY
    return became_safety or tier.rank > Tier(handoff.tier).rank


def _insert(db: Session, session: ChatSession, reason: HandoffReason, tier: Tier, now: datetime) -> Handoff:
    handoff = Handoff(
        id=new_id(),
        session_id=session.id,
        reason=reason,
        status=HandoffStatus.REQUESTED,
        tier=tier,
        waiting_since=now,
    )
    try:
        with db.begin_nested():
            db.add(handoff)
    except IntegrityError:
        # Somebody asked in the same moment (PostgreSQL): there is one open handoff, and it is that one.
        handoff = _require_open(db, session)
    else:
        note(db, "handoff", reason)
        _notify(db, "handoff_requested", handoff, now)
    return handoff


def _require_open(db: Session, session: ChatSession) -> Handoff:
    handoff = find_open(db, session.id)
    if handoff is None:
        raise HandoffClosed("nobody waits in this chat any more")
    return handoff


def _notify(db: Session, topic: str, handoff: Handoff, now: datetime) -> None:
    ids = {"handoff_id": handoff.id, "session_id": handoff.session_id}
    outbox.put(db, topic, {**ids, "reason": handoff.reason, "tier": handoff.tier}, now)


def highest_tier(db: Session, session: ChatSession) -> Tier:
    """The highest tier a message of this chat was screened as: what staff should know when they look."""
    tiers = db.scalars(select(Message.tier).where(Message.session_id == session.id).distinct())
    return max((Tier(tier) for tier in tiers if tier), key=lambda tier: tier.rank, default=Tier.NONE)


def take_over(db: Session, session: ChatSession, staff: StaffMember, now: datetime, audit_key: bytes) -> Handoff:
    """A staff member joins a chat and the bot falls silent; asked again by the same one it changes nothing.

    A chat in which nobody asked can be joined too. Raises Conflict with `assignee` when a colleague has it,
    HandoffClosed when the chat has ended.
    """
    if session.mode == Mode.CLOSED or session.erased_at is not None:
        raise HandoffClosed("this chat has ended; there is nobody to write to")
    handoff = find_open(db, session.id) or _insert_unasked(db, session, now)
    if handoff.status == HandoffStatus.ASSIGNED:
        _require_assignee(db, handoff, staff)
        return handoff
    handoff.status, handoff.assignee_id = HandoffStatus.ASSIGNED, staff.id
    session.mode = Mode.STAFF
    _mark(db, session, "staff_joined", staff, now)
    _record(db, audit_key, staff, "handoff.take_over", handoff, now)
    return handoff


def _insert_unasked(db: Session, session: ChatSession, now: datetime) -> Handoff:
    return request(db, session, HandoffReason.STAFF_REVIEW, now)


def _require_assignee(db: Session, handoff: Handoff, staff: StaffMember) -> None:
    if handoff.assignee_id == staff.id:
        return
    colleague = db.get(StaffMember, handoff.assignee_id) if handoff.assignee_id else None
    if colleague is None:
        raise Conflict("take this chat over first", assignee=None)
    raise Conflict(f"{colleague.name} has this chat", assignee={"id": colleague.id, "name": colleague.name})


def _mark(db: Session, session: ChatSession, marker: str, staff: StaffMember, now: datetime) -> None:
    text = say(marker, session.language, name=staff.name)
    payload = {"marker": marker}
    transcript.append(db, session, Author.BOT, Kind.MARKER, text, now=now, payload=payload, name=staff.name)


def _record(
    db: Session, audit_key: bytes, staff: StaffMember, action: str, handoff: Handoff, now: datetime
) -> None:
    subject = f"handoff:{handoff.id}"
    audit.record(db, audit_key, at=now, actor=f"staff:{staff.id}", action=action, subject=subject)


def reply(db: Session, session: ChatSession, staff: StaffMember, text: str, now: datetime) -> Message:
    """Write to the visitor as the staff member who took the chat over.

    Raises BadInput for an empty or too long text, HandoffClosed, or Conflict when somebody else, or nobody,
    has the chat.
    """
    if not text.strip() or len(text) > LONGEST_REPLY:
        raise BadInput(f"a reply has 1 to {LONGEST_REPLY} characters", field="text")
    _require_assignee(db, _require_open(db, session), staff)
    return transcript.append(
        db, session, Author.STAFF, Kind.TEXT, text, now=now, name=staff.name, staff_member_id=staff.id
    )


def hand_back(db: Session, session: ChatSession, staff: StaffMember, now: datetime, audit_key: bytes) -> Handoff:
    """The staff member leaves, the bot answers again. Raises HandoffClosed, Conflict for a colleague's."""
    handoff = _require_open(db, session)
    _require_assignee(db, handoff, staff)
    _end(handoff, Outcome.HANDED_BACK, now)
    session.mode = Mode.BOT
    _mark(db, session, "handed_back", staff, now)
    _record(db, audit_key, staff, "handoff.hand_back", handoff, now)
    return handoff


def resolve(
    db: Session,
    session: ChatSession,
    staff: StaffMember,
    outcome: Outcome,
    now: datetime,
    audit_key: bytes,
    *,
    close_chat: bool = True,
) -> Handoff:
    """End a handoff with its outcome, taken or not (as after a call-back), and close the chat if asked to.

    A chat that stays open goes back to the bot. Raises HandoffClosed, or Conflict when a colleague has it.
    """
    handoff = _require_open(db, session)
    was_taken = handoff.status == HandoffStatus.ASSIGNED
    if was_taken:
        _require_assignee(db, handoff, staff)
    _end(handoff, outcome, now)
    session.mode = Mode.CLOSED if close_chat else Mode.BOT
    if close_chat or was_taken:
        _mark(db, session, "closed" if close_chat else "handed_back", staff, now)
    _record(db, audit_key, staff, "handoff.resolve", handoff, now)
    return handoff


def _end(handoff: Handoff, outcome: Outcome, now: datetime) -> None:
    handoff.status, handoff.outcome, handoff.resolved_at = HandoffStatus.RESOLVED, outcome, now


def inbox(db: Session) -> list[InboxEntry]:
    """Every chat that waits for a person or has one, by risk, then by who has waited longest; one query."""
    risk = case({tier.value: tier.rank for tier in Tier}, value=Handoff.tier, else_=len(Tier))
    query = (
        select(Handoff, ChatSession, StaffMember.name)
        .join(ChatSession, ChatSession.id == Handoff.session_id)
        .outerjoin(StaffMember, StaffMember.id == Handoff.assignee_id)
        .where(Handoff.status != HandoffStatus.RESOLVED)
        .order_by(risk.desc(), Handoff.waiting_since, Handoff.id)
    )
    return [_entry(handoff, session, name) for handoff, session, name in db.execute(query)]


def _entry(handoff: Handoff, session: ChatSession, assignee_name: str | None) -> InboxEntry:
    return InboxEntry(
        handoff_id=handoff.id,
        session_id=session.id,
        reason=handoff.reason,
        tier=handoff.tier,
        status=handoff.status,
        waiting_since=handoff.waiting_since,
        assignee_id=handoff.assignee_id,
        assignee_name=assignee_name,
        language=session.language,
        mode=session.mode,
        last_seen_at=session.last_seen_at,
        wants_callback=handoff.callback_sealed is not None,
    )
