"""Builders with keyword defaults: settings, apps, visitors."""

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from api.crypto import Keyring
from api.settings import Settings
from tests import databases

# Monday 2 March 2026, 10:00 in Phoenix: the sample practice is open.
OPEN_AT = datetime(2026, 3, 2, 17, 0, tzinfo=UTC)
# Sunday 1 March 2026, 10:00 in Phoenix: it is closed until Monday at 8.
CLOSED_AT = datetime(2026, 3, 1, 17, 0, tzinfo=UTC)
SERVICE_TOKEN = "service-token-of-the-tests-0123456789"


def make_settings(folder: Path, **changes: Any) -> Settings:
    """Settings of an api that keeps its database in `folder`."""
    basic = {
        "environment": "test",
        "database_url": databases.url_for(folder),
        "var": folder,
        "keys": Keyring.generate(),
        "signing_secret": "signing-secret-of-the-tests-0123456789",
        "service_token": SERVICE_TOKEN,
        "bot_token": "bot-token-of-the-tests-0123456789",
        "actions_token": "actions-token-of-the-tests-0123456789",
        "audit_key": "audit-key-of-the-tests-0123456789",
        # Signing in has its own tests; everybody else signs in by password.
        "second_factor": "optional",
    }
    return Settings(**(basic | changes))
