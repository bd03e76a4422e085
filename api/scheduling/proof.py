"""Who may have the links of booked visits: the chat that booked them, or somebody who proves a contact detail."""

import hmac
import re
import unicodedata
from dataclasses import dataclass
from datetime import datetime

from limits import RateLimitItemPerHour
from limits.storage import MemoryStorage
from limits.strategies import MovingWindowRateLimiter
from sqlalchemy import select
from sqlalchemy.orm import Session

from api.errors import TooMany
from api.scheduling.models import Appointment
from api.vocabulary import AppointmentStatus

# Enough for a mistyped number; too few to try numbers out. Counted in this process.
TRIES_A_CHAT = RateLimitItemPerHour(5)
WORD = re.compile(r"[^\W_]+")
TRIES_A_DETAIL = RateLimitItemPerHour(10)


@dataclass(frozen=True)
class Given:
    """What somebody says was given at booking: number and address in their normal form, the name among other words."""

    words: str | None = None
    phone: str | None = None
    email: str | None = None

    @property
    def detail(self) -> str:
        """The detail that is tried: the mail address, else the number."""
        return self.email or self.phone or ""


class ProofTries:
    """Counts tries by chat and by detail, so that nobody can go through a list of numbers."""

    def __init__(self) -> None:
        self._counter = MovingWindowRateLimiter(MemoryStorage())

    def count(self, session_id: str, detail_hash: str) -> None:
        """Count one try. Raises TooMany."""
        by_chat = self._counter.hit(TRIES_A_CHAT, f"chat:{session_id}")
        by_detail = self._counter.hit(TRIES_A_DETAIL, f"detail:{detail_hash}")
        if not (by_chat and by_detail):
            raise TooMany("too many tries; please call the practice")


def visits_of(db: Session, given: Given, now: datetime) -> list[Appointment]:
    """The visits to come that were booked with the mail address, or with both the number and the name.

    A number is known to many who may know nothing of the visit, so it counts together with the name alone. Every
    visit is compared in full and in constant time: how long it takes tells nothing.
    """
    query = select(Appointment).where(Appointment.status == AppointmentStatus.BOOKED, Appointment.start_at > now)
    judged = [
        (visit, _matches(visit.contact or {}, given)) for visit in db.scalars(query.order_by(Appointment.start_at))
    ]
    return [visit for visit, matches in judged if matches]


def _matches(contact: dict[str, str | None], given: Given) -> bool:
    by_email = _same(contact.get("email"), given.email)
    by_phone = _same(contact.get("phone"), given.phone)
    by_name = _stands_in(contact.get("name"), given.words)
    return by_email | (by_phone & by_name)


def _same(kept: str | None, given: str | None) -> bool:
    equal = hmac.compare_digest(_folded(kept), _folded(given))
    return equal & bool(kept) & bool(given)


def _stands_in(name: str | None, words: str | None) -> bool:
    """True when each word of the name is one of the words; all are compared, whatever is found."""
    given = WORD.findall(_folded(words).decode())
    parts = WORD.findall(_folded(name).decode())
    found = [sum(hmac.compare_digest(part.encode(), word.encode()) for word in given) for part in parts]
    return bool(found) and 0 not in found


def _folded(text: str | None) -> bytes:
    plain = unicodedata.normalize("NFKD", text or "").casefold()
    return "".join(sign for sign in plain if not unicodedata.combining(sign)).encode()
