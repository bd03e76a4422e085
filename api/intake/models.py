"""The facts of one chat, encrypted as a whole, with the route in the open for lists and counts."""

from datetime import datetime

from sqlalchemy import ForeignKey, LargeBinary, String
from sqlalchemy.orm import Mapped, mapped_column

from api.crypto import Sealed
from api.database import Base, UtcDateTime


class Intake(Base):
    """One per session; `id` is the session's id. `facts` holds docs/protocols.md §4."""

    __tablename__ = "intake"

    id: Mapped[str] = mapped_column(ForeignKey("chat_session.id", ondelete="CASCADE"), primary_key=True)
    suggested_route: Mapped[str | None] = mapped_column(String(32))
    chosen_route: Mapped[str | None] = mapped_column(String(32))
    rule_id: Mapped[str | None] = mapped_column(String(8))
    rules_version: Mapped[str | None] = mapped_column(String(40))
    updated_at: Mapped[datetime] = mapped_column(UtcDateTime)
    facts_sealed: Mapped[bytes | None] = mapped_column(LargeBinary)

    facts = Sealed("facts_sealed")
