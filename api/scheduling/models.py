"""Rows of the calendar. Overlap is impossible: one occupancy row a practitioner and quarter hour.

A hold that is booked becomes the appointment of the same id, so its occupancy rows need not be written again,
and booking one hold twice can only ever give one appointment.
"""

from datetime import datetime

from sqlalchemy import ForeignKey, LargeBinary, String
from sqlalchemy.orm import Mapped, mapped_column

from api.crypto import Sealed, new_id
from api.database import Base, UtcDateTime
from api.vocabulary import AppointmentStatus


class Visit:
    """Columns that a hold and an appointment share: who, what, how, when."""

    practitioner_id: Mapped[str] = mapped_column(String(64))
    service: Mapped[str] = mapped_column(String(64))
    modality: Mapped[str] = mapped_column(String(12))
    start_at: Mapped[datetime] = mapped_column(UtcDateTime, index=True)
    end_at: Mapped[datetime] = mapped_column(UtcDateTime)


class Hold(Visit, Base):
    """A time kept for one visitor while details are typed."""

    __tablename__ = "hold"

    id: Mapped[str] = mapped_column(String(32), primary_key=True, default=new_id)
    session_id: Mapped[str] = mapped_column(ForeignKey("chat_session.id", ondelete="CASCADE"), index=True)
    expires_at: Mapped[datetime] = mapped_column(UtcDateTime, index=True)
    # HMAC of the visitor's network address, for the limit of holds an address; None when the bot asked.
    address_hash: Mapped[str | None] = mapped_column(String(64), index=True)


class Appointment(Visit, Base):
    """A visit on the calendar. `contact` is encrypted; two visits of combined care share `group_id`."""

    __tablename__ = "appointment"

    id: Mapped[str] = mapped_column(String(32), primary_key=True, default=new_id)
    group_id: Mapped[str] = mapped_column(String(32), index=True)
    # No foreign key: an appointment outlives the erased chat it came from.
    session_id: Mapped[str | None] = mapped_column(String(32), index=True)
    status: Mapped[str] = mapped_column(String(10), default=AppointmentStatus.BOOKED)
    language: Mapped[str] = mapped_column(String(2), default="en")
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    cancelled_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    # How often it was moved or cancelled: the SEQUENCE of its calendar file.
    changes: Mapped[int] = mapped_column(default=0, server_default="0")
    confirmed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    reminders_stopped_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    contact_sealed: Mapped[bytes | None] = mapped_column(LargeBinary)

    # {"name", "phone", "email", "leave_message", "text_consent"}
    contact = Sealed("contact_sealed")


class Occupancy(Base):
    """A quarter hour of a practitioner's day is taken, by a hold or an appointment (`holder_id`).

    `expires_at` is the end of a hold; None is an appointment's. A row past it takes nothing any more.
    """

    __tablename__ = "occupancy"

    practitioner_id: Mapped[str] = mapped_column(String(64), primary_key=True)
    quarter_at: Mapped[datetime] = mapped_column(UtcDateTime, primary_key=True)
    holder_id: Mapped[str] = mapped_column(String(32), index=True)
    expires_at: Mapped[datetime | None] = mapped_column(UtcDateTime, index=True)
