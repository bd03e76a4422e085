"""Rows of staff: who may sign in, by what, and who has."""

from datetime import datetime

from sqlalchemy import ForeignKey, LargeBinary, String
from sqlalchemy.orm import Mapped, mapped_column

from api.crypto import Sealed, new_id
from api.database import Base, UtcDateTime
from api.vocabulary import Role, Stage


class StaffMember(Base):
    """A person who works at the practice."""

    __tablename__ = "staff_member"

    id: Mapped[str] = mapped_column(String(32), primary_key=True, default=new_id)
    email: Mapped[str] = mapped_column(String(254), unique=True)
    name: Mapped[str] = mapped_column(String(80))
    role: Mapped[str] = mapped_column(String(16), default=Role.FRONT_DESK)
    password_hash: Mapped[str] = mapped_column(String(200))
    # Somebody else knows it (an administrator printed it): its owner chooses another one at the next sign-in.
    password_is_temporary: Mapped[bool] = mapped_column(default=False)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    disabled_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    totp_sealed: Mapped[bytes | None] = mapped_column(LargeBinary)
    totp_confirmed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    # The last step of 30 seconds whose code was taken: none up to it is taken again.
    totp_step: Mapped[int] = mapped_column(default=0)

    # base32, as authenticator apps read it
    totp_secret = Sealed("totp_sealed")

    @property
    def has_second_factor(self) -> bool:
        """True once a code of the app was confirmed."""
        return self.totp_confirmed_at is not None


class RecoveryCode(Base):
    """A code that stands in for the app, once; only its hash is kept, and that until it is used."""

    __tablename__ = "recovery_code"

    id: Mapped[str] = mapped_column(String(32), primary_key=True, default=new_id)
    staff_member_id: Mapped[str] = mapped_column(ForeignKey("staff_member.id", ondelete="CASCADE"), index=True)
    code_hash: Mapped[str] = mapped_column(String(64))


class SignIn(Base):
    """A staff member's session in a browser; only the hash of its token is kept."""

    __tablename__ = "sign_in"

    id: Mapped[str] = mapped_column(String(32), primary_key=True, default=new_id)
    token_hash: Mapped[str] = mapped_column(String(64), unique=True)
    csrf_token: Mapped[str] = mapped_column(String(64))
    staff_member_id: Mapped[str] = mapped_column(ForeignKey("staff_member.id", ondelete="CASCADE"))
    stage: Mapped[str] = mapped_column(String(10), default=Stage.OPEN)
    # For its owner's list: "Firefox, Linux" and the network address.
    device: Mapped[str] = mapped_column(String(80), default="")
    address: Mapped[str] = mapped_column(String(45), default="")
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    last_seen_at: Mapped[datetime] = mapped_column(UtcDateTime)
    expires_at: Mapped[datetime] = mapped_column(UtcDateTime)
