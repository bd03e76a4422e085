"""`frontdesk staff`: sign-ins from the command line."""

from api.clock import SystemClock
from api.database import Database
from api.launch import secrets, store
from api.staff import service as staff
from api.vocabulary import Role


def add(email: str, name: str, role: str) -> str:
    """Add a staff member and give the line to print. Raises ValueError for a bad or known address or role."""
    if role not in set(Role):
        raise ValueError(f"role must be one of {', '.join(Role)}, not {role!r}")
    settings = store.settings_from(secrets.load(store.folder()))
    store.migrate(settings.database_url)
    database = Database(settings.database_url)
    with database.writing() as db:
        member, password = staff.add(db, email, name, Role(role), SystemClock().now())
    database.close()
    return f"{member.email}  {password}"
