"""Contact details of a booking: as typed in, as kept out."""

from api.contact import read_name, read_ways
from api.scheduling.schemas import Contact, ContactIn


def read_contact(given: ContactIn) -> Contact:
    """Check and normalise contact details. Raises BadInput with `field` = name, phone, email or contact."""
    name = read_name(given.name)
    phone, email = read_ways(given.phone, given.email)
    return Contact(
        name=name,
        phone=phone,
        email=email,
        leave_message=given.leave_message,
        text_consent=given.text_consent and phone is not None,
    )
