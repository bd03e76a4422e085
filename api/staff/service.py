"""Staff members: add, know by password, change password and role, shut out."""

import secrets
from datetime import datetime

from email_validator import EmailNotValidError, validate_email
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from api import security
from api.errors import BadInput, Conflict, NotAllowed, NotFound
from api.staff.models import StaffMember
from api.vocabulary import Role

SHORTEST_PASSWORD = 12
# Read aloud over a telephone without mistakes: no 0/O, 1/l/I.
READABLE_LETTERS = "abcdefghjkmnpqrstuvwxyz23456789"
# Verified when an address is unknown, so that the answer takes as long as for a known one.
_DECOY = "$argon2id$v=19$m=65536,t=3,p=4$32VpfR6xFsumNF1RXjehhw$qcXTKXQ6JNAPmRPL+AwGmSec29pNq8HaOKGO/heI77I"


def anyone(db: Session) -> bool:
    """True when at least one staff member exists."""
    return bool(db.scalar(select(func.count()).select_from(StaffMember)))


def add(
    db: Session, email: str, name: str, role: Role, now: datetime, password: str | None = None
) -> tuple[StaffMember, str]:
    """Add a staff member; without a password a random one is made.

    Returns the row and the password in clear. Raises ValueError for a bad or known address or a short password.
    """
    password = password or _readable_password()
    if len(password) < SHORTEST_PASSWORD:
        raise ValueError(f"a password needs at least {SHORTEST_PASSWORD} characters")
    address = _address(email)
    if db.scalar(select(StaffMember.id).where(StaffMember.email == address)):
        raise ValueError(f"{address} is a staff member already")
    member = StaffMember(
        email=address, name=name, role=role, password_hash=security.hash_password(password), created_at=now
    )
    db.add(member)
    db.flush()
    return member, password


def _readable_password() -> str:
    return "-".join("".join(secrets.choice(READABLE_LETTERS) for _ in range(4)) for _ in range(4))


def _address(email: str) -> str:
    try:
        checked = validate_email(email, check_deliverability=False, test_environment=True)
    except EmailNotValidError as error:
        raise ValueError(f"{email!r} is not an e-mail address: {error}") from None
    return checked.normalized.lower()


def with_password(db: Session, email: str, password: str) -> StaffMember:
    """The member of that address and password; takes 50 ms and more, so it wants a reading unit of work.

    Raises NotAllowed, the same for an unknown address, a wrong password and a disabled member.
    """
    member = find_by_email(db, email)
    right = security.verify_password(password, member.password_hash if member else _DECOY)
    if member is None or not right or member.disabled_at is not None:
        raise NotAllowed("address and password do not match; ask an administrator to reset the password")
    return member


def find_by_email(db: Session, email: str) -> StaffMember | None:
    """The member of that address, whatever its case."""
    return db.scalar(select(StaffMember).where(StaffMember.email == email.strip().lower()))


def require(db: Session, email: str) -> StaffMember:
    """The member of that address. Raises ValueError for people at the command line."""
    member = find_by_email(db, email)
    if member is None:
        raise ValueError(f"nobody here has the address {email!r}; './frontdesk staff list' shows everybody")
    return member


def find(db: Session, member_id: str) -> StaffMember:
    """The member of that id. Raises NotFound."""
    member = db.get(StaffMember, member_id)
    if member is None:
        raise NotFound("there is no such staff member")
    return member


def everybody(db: Session) -> list[StaffMember]:
    """All members, by name."""
    return list(db.scalars(select(StaffMember).order_by(StaffMember.name, StaffMember.email)))


def choose_password(member: StaffMember, password: str) -> None:
    """A member's own new password. Raises BadInput when it is too short or the one that was given out."""
    if len(password) < SHORTEST_PASSWORD:
        raise BadInput(f"a password needs at least {SHORTEST_PASSWORD} characters")
    if security.verify_password(password, member.password_hash):
        raise BadInput("choose a password that differs from the one you have")
    member.password_hash, member.password_is_temporary = security.hash_password(password), False


def give_password(member: StaffMember) -> str:
    """A random password, given out once; its owner must choose another one at the next sign-in."""
    password = _readable_password()
    member.password_hash, member.password_is_temporary = security.hash_password(password), True
    return password


def change_role(db: Session, member: StaffMember, role: Role) -> None:
    """Give a member another role. Raises Conflict when nobody would be left to administer."""
    if role != Role.ADMINISTRATOR:
        _keep_one_administrator(db, member)
    member.role = role


def disable(db: Session, member: StaffMember, now: datetime) -> None:
    """Shut a member out. Raises Conflict when nobody would be left to administer."""
    _keep_one_administrator(db, member)
    member.disabled_at = member.disabled_at or now


def enable(member: StaffMember) -> None:
    """Let a member in again."""
    member.disabled_at = None


def _keep_one_administrator(db: Session, member: StaffMember) -> None:
    others = (
        select(func.count())
        .select_from(StaffMember)
        .where(
            StaffMember.role == Role.ADMINISTRATOR, StaffMember.disabled_at.is_(None), StaffMember.id != member.id
        )
    )
    if member.role == Role.ADMINISTRATOR and not db.scalar(others):
        raise Conflict("somebody must stay administrator; give another person that role first")


def names(db: Session) -> dict[str, str]:
    """Every staff member's name by id, for lists."""
    return {row.id: row.name for row in db.execute(select(StaffMember.id, StaffMember.name))}
