"""What scheduling needs of the wired app: the profile, links, the audit key, and who must not book now."""

import hashlib
import hmac
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from api import audit, security
from api.practice import Profile

LINK_PURPOSE = "appointment"

# True while a chat stands in crisis or emergency; the safety room answers it, `api.main` hands it in.
InCrisis = Callable[[Session, str], bool]


@dataclass(frozen=True)
class Office:
    """The practice as scheduling sees it; a service gets all but the unit of work and the time from here."""

    profile: Profile
    base_url: str
    signing_secret: str
    audit_key: bytes
    in_crisis: InCrisis

    def manage_url(self, appointment_id: str) -> str:
        """The signed link under which a patient sees and cancels a visit."""
        signed = security.sign(self.signing_secret, LINK_PURPOSE, appointment_id)
        return f"{self.base_url.rstrip('/')}/a/{signed}"

    def appointment_behind(self, signed: str) -> str | None:
        """The id in a signed link, None when the signature is not ours."""
        return security.unsign(self.signing_secret, LINK_PURPOSE, signed)

    def hash_address(self, address: str) -> str:
        """What is kept of a visitor's network address beside a hold."""
        return hmac.new(self.signing_secret.encode(), f"address:{address}".encode(), hashlib.sha256).hexdigest()

    def note(self, db: Session, now: datetime, actor: str, action: str, appointment_id: str) -> None:
        """Write one line of the audit log about an appointment."""
        audit.record(
            db, self.audit_key, at=now, actor=actor, action=action, subject=f"appointment:{appointment_id}"
        )
