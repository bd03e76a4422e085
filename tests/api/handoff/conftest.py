"""A database file with a chat and two staff members, and one instant."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from api.crypto import Keyring, install_keyring, new_id
from api.database import Base, Database
from api.handoff import service
from api.staff.models import StaffMember
from api.transcript import service as transcript
from api.transcript.models import ChatSession
from api.vocabulary import HandoffReason, Tier
from tests import databases

# Monday 2 March 2026, 10:00 in Phoenix.
NOW = datetime(2026, 3, 2, 17, 0, tzinfo=UTC)
AUDIT_KEY = b"an audit key for tests"


@dataclass
class Desk:
    """Chats and staff on one database, at one instant."""

    database: Database
    now: datetime = NOW

    def visitor(self, language: str = "en") -> ChatSession:
        """A new chat."""
        with self.database.writing() as db:
            return transcript.open_session(db, language=language, now=self.now)[0]

    def staff(self, name: str) -> StaffMember:
        """A staff member of that name."""
        member = StaffMember(
            id=new_id(), email=f"{name}@example.org", name=name, password_hash="x", created_at=self.now
        )
        with self.database.writing() as db:
            db.add(member)
        return member

    def do(self, work: Callable[..., Any], session: ChatSession, *args: Any, **named: Any) -> Any:
        """Run a service function on a chat in a unit of work of its own."""
        with self.database.writing() as db:
            return work(db, transcript.find(db, session.id), *args, **named)

    def request(
        self, session: ChatSession, reason: HandoffReason = HandoffReason.VISITOR_REQUEST, **named: Any
    ) -> Any:
        """Ask for a person."""
        return self.do(service.request, session, reason, self.now, **named)

    def waits(self, tier: Tier, minutes: int) -> ChatSession:
        """A chat that waits since that many minutes."""
        session, now = self.visitor(), self.now
        self.now = now.replace(minute=59 - minutes, hour=now.hour - 1)
        self.request(session, tier=tier)
        self.now = now
        return session

    def take_over(self, session: ChatSession, staff: StaffMember) -> Any:
        """A staff member joins."""
        return self.do(service.take_over, session, staff, self.now, AUDIT_KEY)

    def mode(self, session: ChatSession) -> str:
        """Who answers the chat."""
        with self.database.reading() as db:
            return transcript.find(db, session.id).mode

    def rows(self, model: type) -> list[Any]:
        """All rows of a table."""
        with self.database.reading() as db:
            return list(db.query(model))


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    install_keyring(Keyring.parse(Keyring.generate()))
    database = Database(databases.url_for(tmp_path))
    Base.metadata.create_all(database.engine)
    yield Desk(database)
    database.close()


@pytest.fixture
def dana(desk: Desk) -> StaffMember:
    return desk.staff("Dana")


@pytest.fixture
def luis(desk: Desk) -> StaffMember:
    return desk.staff("Luis")
