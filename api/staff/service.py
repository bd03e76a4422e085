"""Staff members and their sign-ins: add, sign in, recognise, sign out."""

import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta

from email_validator import EmailNotValidError, validate_email
from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session

from api import security
from api.errors import NotAllowed, SignInRequired
from api.staff.models import SignIn, StaffMember
from api.vocabulary import Role

SIGN_IN_HOURS = 12
IDLE_MINUTES = 60
SHORTEST_PASSWORD = 12
# Read aloud over a telephone without mistakes: no 0/O, 1/l/I.
READABLE_LETTERS = "abcdefghjkmnpqrstuvwxyz23456789"
# Verified when an address is unknown, so that the answer takes as long as for a known one.
_DECOY = "$argon2id$v=19$m=65536,t=3,p=4$32VpfR6xFsumNF1RXjehhw$qcXTKXQ6JNAPmRPL+AwGmSec29pNq8HaOKGO/heI77I"


@dataclass(frozen=True)
class SignedIn:
    """A recognised browser: who it is, and the token its forms must carry."""

    member: StaffMember
    csrf_token: str


def anyone(db: Session) -> bool:
    """True when at least one staff member exists."""
    return bool(db.scalar(select(func.count()).select_from(StaffMember)))


def add(
    db: Session, email: str, name: str, role: Role, now: datetime, password: str | None = None
) -> tuple[StaffMember, str]:
    """Add a staff member; without a password a random one is made.

    Returns the row and the password in clear. Raises ValueError for a bad or known address or a short password.
    """
    password = password or "-".join("".join(secrets.choice(READABLE_LETTERS) for _ in range(4)) for _ in range(4))
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


def _address(email: str) -> str:
    try:
        checked = validate_email(email, check_deliverability=False, test_environment=True)
    except EmailNotValidError as error:
        raise ValueError(f"{email!r} is not an e-mail address: {error}") from None
    return checked.normalized.lower()


def sign_in(db: Session, email: str, password: str, now: datetime) -> tuple[SignIn, str]:
    """Open a sign-in. Returns the row and the cookie's token.

    Raises NotAllowed, the same for an unknown address, a wrong password and a disabled member.
    """
    member = db.scalar(select(StaffMember).where(StaffMember.email == email.strip().lower()))
    right = security.verify_password(password, member.password_hash if member else _DECOY)
    if member is None or not right or member.disabled_at is not None:
        raise NotAllowed("address and password do not match; ask an administrator to reset the password")
    token = security.new_token()
    opened = SignIn(
        token_hash=security.hash_token(token),
        csrf_token=security.new_token(),
        staff_member_id=member.id,
        created_at=now,
        last_seen_at=now,
        expires_at=now + timedelta(hours=SIGN_IN_HOURS),
    )
    db.add(opened)
    db.flush()
    return opened, token


def recognise(db: Session, token: str | None, now: datetime) -> SignedIn:
    """Who holds this cookie. Raises SignInRequired when it is unknown, expired, idle too long or disabled."""
    found = db.execute(
        select(SignIn, StaffMember)
        .join(StaffMember, StaffMember.id == SignIn.staff_member_id)
        .where(SignIn.token_hash == security.hash_token(token or ""))
    ).first()
    if found is None or _has_ended(found[0], now) or found[1].disabled_at is not None:
        raise SignInRequired("please sign in")
    return SignedIn(found[1], found[0].csrf_token)


def _has_ended(opened: SignIn, now: datetime) -> bool:
    return now >= opened.expires_at or now - opened.last_seen_at > timedelta(minutes=IDLE_MINUTES)


def touch(db: Session, token: str, now: datetime) -> None:
    """Note that the browser is still in use, so that it is not signed out for idling."""
    opened = db.scalar(select(SignIn).where(SignIn.token_hash == security.hash_token(token)))
    if opened is not None:
        opened.last_seen_at = now


def sign_out(db: Session, token: str) -> None:
    """End a sign-in; an unknown token is nothing to complain about."""
    db.execute(delete(SignIn).where(SignIn.token_hash == security.hash_token(token)))


def names(db: Session) -> dict[str, str]:
    """Every staff member's name by id, for lists."""
    return {row.id: row.name for row in db.execute(select(StaffMember.id, StaffMember.name))}
