"""`frontdesk staff`: sign-ins from the command line; what is done here stands in the audit log as `system`."""

from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy.orm import Session

from api import audit
from api.clock import SystemClock
from api.database import Database
from api.launch import secrets, store
from api.settings import Settings
from api.staff import second_factor, sign_ins
from api.staff import service as staff
from api.vocabulary import Role

ACTOR = "system"


def add(email: str, name: str, role: str) -> str:
    """Add a staff member and give the line to print; the password is for the first sign-in only.

    Raises ValueError for a bad or known address or role.
    """
    if role not in set(Role):
        raise ValueError(f"role must be one of {', '.join(Role)}, not {role!r}")
    with _unit_of_work() as (db, settings):
        member, _ = staff.add(db, email, name, Role(role), SystemClock().now())
        password = staff.give_password(member)
        _note(db, settings, "staff.add", member.id)
        return f"{member.email}  {password}"


def reset(email: str) -> str:
    """A new one-time password, no app, no sign-ins; the line to print. Raises ValueError for an unknown address."""
    with _unit_of_work() as (db, settings):
        member = staff.require(db, email)
        password = staff.give_password(member)
        second_factor.remove(db, member)
        sign_ins.end_all(db, member.id)
        _note(db, settings, "staff.reset", member.id)
        return f"{member.email}  {password}"


def everybody() -> list[str]:
    """One line a staff member: address, name, role, how they sign in, whether they are shut out."""
    with _unit_of_work() as (db, _):
        return [
            "  ".join(
                (
                    member.email,
                    member.name,
                    member.role,
                    "app" if member.has_second_factor else "password only",
                    *(["shut out"] if member.disabled_at else []),
                )
            )
            for member in staff.everybody(db)
        ]


@contextmanager
def _unit_of_work() -> Iterator[tuple[Session, Settings]]:
    settings = store.settings_from(secrets.load(store.folder()))
    store.migrate(settings.database_url, settings.audit_key.get_secret_value().encode())
    database = Database(settings.database_url)
    try:
        with database.writing() as db:
            yield db, settings
    finally:
        database.close()


def _note(db: Session, settings: Settings, action: str, member_id: str) -> None:
    key = settings.audit_key.get_secret_value().encode()
    audit.record(db, key, at=SystemClock().now(), actor=ACTOR, action=action, subject=f"staff:{member_id}")
