"""Pausing the program for the whole practice: the switch, the audit log, and the truth in every chat under way."""

from datetime import timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from api import audit
from api.contact import show_phone
from api.dependencies import Frontdesk
from api.transcript import service as transcript
from api.transcript.models import ChatSession
from api.vocabulary import Author, Kind, Mode
from api.wording import Wording

# Somebody who was here in the last hour may still be reading; others are told when they write again.
UNDER_WAY = timedelta(hours=1)
PAUSE, RESUME = "practice.pause", "practice.resume"


def pause(frontdesk: Frontdesk, wording: Wording, actor: str) -> bool:
    """Pause; False when it was paused already. The switch comes first: it must work without a database."""
    if not frontdesk.pause.set(actor, frontdesk.clock.now()):
        return False
    _tell(frontdesk, wording, actor, PAUSE, "chat.paused_now")
    return True


def resume(frontdesk: Frontdesk, wording: Wording, actor: str) -> bool:
    """Go on; False when it was not paused."""
    if not frontdesk.pause.lift():
        return False
    _tell(frontdesk, wording, actor, RESUME, "chat.resumed")
    return True


def _tell(frontdesk: Frontdesk, wording: Wording, actor: str, action: str, key: str) -> None:
    now = frontdesk.clock.now()
    audit_key = frontdesk.settings.audit_key.get_secret_value().encode()
    phone = show_phone(frontdesk.profile.phone)
    with frontdesk.database.writing() as db:
        audit.record(db, audit_key, at=now, actor=actor, action=action, subject=frontdesk.profile.id)
        for session in _under_way(db, frontdesk):
            text = wording.say(key, session.language, phone=phone)
            transcript.append(db, session, Author.BOT, Kind.TEXT, text, now=now)


def _under_way(db: Session, frontdesk: Frontdesk) -> list[ChatSession]:
    """Chats the program answers and somebody may be reading; who writes with a person goes on undisturbed."""
    since = frontdesk.clock.now() - UNDER_WAY
    query = select(ChatSession).where(
        ChatSession.mode == Mode.BOT, ChatSession.erased_at.is_(None), ChatSession.last_seen_at >= since
    )
    return list(db.scalars(query))
