"""The second factor: a code of an authenticator app (RFC 6238), or one of ten recovery codes, each taken once."""

import secrets
from datetime import datetime

import pyotp
from sqlalchemy import delete, func, select, update
from sqlalchemy.orm import Session

from api import security
from api.staff.models import RecoveryCode, StaffMember
from api.staff.service import READABLE_LETTERS

STEP_SECONDS = 30
# RFC 6238 §5.2: one step either way for a clock that is off and a thumb that is slow.
DRIFT_STEPS = 1
RECOVERY_CODES = 10
LETTERS_A_CODE = 16


def prepare(member: StaffMember) -> str:
    """The secret to put into the app, in base32; made when there is none, and not in force before `confirm`."""
    if member.totp_secret is None:
        member.totp_secret = pyotp.random_base32()
    secret: str = member.totp_secret
    return secret


def address_of(member: StaffMember, practice: str) -> str:
    """The `otpauth://` address a QR code carries."""
    return pyotp.TOTP(prepare(member)).provisioning_uri(name=member.email, issuer_name=practice)


def confirm(db: Session, member: StaffMember, code: str, now: datetime) -> list[str] | None:
    """Put the app in force with its first right code; ten recovery codes, shown once. None: a wrong code."""
    if not take_app_code(db, member, code, now):
        return None
    member.totp_confirmed_at = now
    return new_recovery_codes(db, member)


def remove(db: Session, member: StaffMember) -> None:
    """No second factor any more."""
    # The next secret is another one: none of its codes was ever taken.
    member.totp_secret, member.totp_confirmed_at, member.totp_step = None, None, 0
    db.execute(delete(RecoveryCode).where(RecoveryCode.staff_member_id == member.id))


def take(db: Session, member: StaffMember, code: str, now: datetime) -> str | None:
    """Take a code of the app (`app`) or a recovery code (`recovery`); None for a wrong or used one."""
    if not member.has_second_factor:
        return None
    if take_app_code(db, member, code, now):
        return "app"
    return "recovery" if _take_recovery_code(db, member, code) else None


def take_app_code(db: Session, member: StaffMember, code: str, now: datetime) -> bool:
    """True for a code of this half minute or the ones beside it that is later than the last one taken."""
    step = _step_of(member, "".join(code.split()), now)
    if step is None:
        return False
    # One statement compares and sets: of two browsers that send the same code one is refused.
    query = update(StaffMember).where(StaffMember.id == member.id, StaffMember.totp_step < step)
    taken = db.execute(query.values(totp_step=step).returning(StaffMember.id)).scalar_one_or_none()
    return taken is not None


def _step_of(member: StaffMember, code: str, now: datetime) -> int | None:
    if member.totp_secret is None:
        return None
    totp = pyotp.TOTP(member.totp_secret)
    present = int(now.timestamp()) // STEP_SECONDS
    steps = range(present - DRIFT_STEPS, present + DRIFT_STEPS + 1)
    return next((step for step in steps if security.same(code, totp.generate_otp(step))), None)


def new_recovery_codes(db: Session, member: StaffMember) -> list[str]:
    """Ten fresh codes in clear; older ones are gone."""
    db.execute(delete(RecoveryCode).where(RecoveryCode.staff_member_id == member.id))
    codes = [_readable_code() for _ in range(RECOVERY_CODES)]
    db.add_all(RecoveryCode(staff_member_id=member.id, code_hash=_hash(code)) for code in codes)
    db.flush()
    return codes


def _readable_code() -> str:
    letters = "".join(secrets.choice(READABLE_LETTERS) for _ in range(LETTERS_A_CODE))
    return "-".join(letters[place : place + 4] for place in range(0, LETTERS_A_CODE, 4))


def _hash(code: str) -> str:
    # 79 random bits need no slow hash.
    return security.hash_token("".join(letter for letter in code.lower() if letter in READABLE_LETTERS))


def _take_recovery_code(db: Session, member: StaffMember, code: str) -> bool:
    query = delete(RecoveryCode).where(
        RecoveryCode.staff_member_id == member.id, RecoveryCode.code_hash == _hash(code)
    )
    return db.execute(query.returning(RecoveryCode.id)).first() is not None


def recovery_codes_left(db: Session, member: StaffMember) -> int:
    """How many recovery codes are unused."""
    query = select(func.count()).select_from(RecoveryCode).where(RecoveryCode.staff_member_id == member.id)
    return db.scalar(query) or 0
