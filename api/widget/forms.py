"""The mark that every plain form carries: ours, not too old, and the same form sent twice is known."""

import secrets
from datetime import timedelta

from api import security
from api.dependencies import Frontdesk

PURPOSE = "plain_form"
LIFETIME = timedelta(hours=12)


def new_stamp(frontdesk: Frontdesk) -> str:
    """A mark for one form: when it was made, a number of its own, and our signature."""
    value = f"{int(frontdesk.clock.now().timestamp())}-{secrets.token_hex(8)}"
    return security.sign(frontdesk.settings.signing_secret.get_secret_value(), PURPOSE, value)


def is_genuine(frontdesk: Frontdesk, stamp: str) -> bool:
    """True for a mark of ours that is younger than twelve hours."""
    value = security.unsign(frontdesk.settings.signing_secret.get_secret_value(), PURPOSE, stamp)
    if value is None:
        return False
    age = frontdesk.clock.now().timestamp() - int(value.partition("-")[0])
    return age <= LIFETIME.total_seconds()
