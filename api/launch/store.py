"""The database of this installation: migrated to the present form, with a first staff sign-in."""

import os
from collections.abc import Mapping
from pathlib import Path

from alembic import command
from alembic.config import Config
from rich.console import Console

from actions.care.pathways import load_rules
from api import practice
from api.clock import SystemClock
from api.crypto import Keyring, install_keyring
from api.database import Database
from api.launch.demo import seed
from api.safety.resources import Resources
from api.settings import ROOT, Settings
from api.staff import service as staff
from api.vocabulary import Role
from api.wording import Wording

RULES = ROOT / "data" / "care" / "pathways.yml"
FIRST_EMAIL = "admin@example.org"
FIRST_NAME = "Front Desk"


def folder() -> Path:
    """Where this installation keeps its data: `var/`, or FRONTDESK_VAR."""
    return Path(os.environ.get("FRONTDESK_VAR", ROOT / "var"))


def settings_from(values: Mapping[str, str]) -> Settings:
    """Settings as the api process will read them. Raises ValidationError, and as `check_data` does."""
    given = {"FRONTDESK_DATABASE_URL": f"sqlite:///{folder() / 'frontdesk.db'}", **os.environ, **values}
    named = {name: given.get(f"FRONTDESK_{name.upper()}") for name in Settings.model_fields}
    settings = Settings.model_validate({name: value for name, value in named.items() if value is not None})
    check_data(settings)
    install_keyring(Keyring.parse(settings.keys.get_secret_value()), settings.keys_file)
    return settings


def check_data(settings: Settings) -> None:
    """Read what the practice decided, so that a broken file is refused here and not by a process in the background.

    Raises ProfileBroken, RulesFileError, WordingBroken or ResourcesBroken: file, line and reason.
    """
    practice.load(settings.practice)
    load_rules(RULES)
    Wording.load()
    Resources.load()


def migrate(database_url: str, audit_key: bytes = b"") -> None:
    """Bring the database to the newest schema (Alembic, one head); the key seals an audit chain that has no head."""
    config = Config()
    config.set_main_option("script_location", str(ROOT / "api" / "migrations"))
    config.attributes["database_url"] = database_url
    config.attributes["audit_key"] = audit_key
    command.upgrade(config, "head")


def prepare(values: Mapping[str, str], console: Console, *, demo: bool = False) -> None:
    """Migrate, and make a first administrator when there is nobody; the password is printed once."""
    settings = settings_from(values)
    migrate(settings.database_url, settings.audit_key.get_secret_value().encode())
    database = Database(settings.database_url)
    with database.writing() as db:
        if not staff.anyone(db):
            _, password = staff.add(db, FIRST_EMAIL, FIRST_NAME, Role.ADMINISTRATOR, SystemClock().now())
            console.print(f"First staff sign-in (shown once): {FIRST_EMAIL}  {password}", highlight=False)
    database.close()
    if demo and (made := seed(settings)):
        console.print(f"{made} invented chats are in the inbox and on the calendar.")
