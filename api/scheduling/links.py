"""Which visit a signed link opens, and for how long."""

from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from api.errors import NotFound
from api.scheduling.models import Appointment
from api.scheduling.office import Office

# Long enough to look up when the last visit was; a mail found years later opens nothing.
OPEN_AFTER_VISIT = timedelta(days=30)


def find_by_link(db: Session, office: Office, signed: str, now: datetime) -> Appointment:
    """The visit behind a link. Raises NotFound, the same for a forged link, a lost visit and one long over."""
    appointment_id = office.appointment_behind(signed)
    visit = db.get(Appointment, appointment_id) if appointment_id else None
    if visit is None or now > visit.end_at + OPEN_AFTER_VISIT:
        raise NotFound("this link does not work; please call the practice")
    return visit
