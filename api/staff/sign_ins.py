"""Sign-ins: opened in stages, recognised by their token, listed and ended by their owner."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from api import security
from api.errors import SignInRequired
from api.staff.models import SignIn, StaffMember
from api.vocabulary import Stage

SIGN_IN_HOURS = 12
IDLE_MINUTES = 60
# How long somebody may look for the telephone between password and code.
UNFINISHED_MINUTES = 15


@dataclass(frozen=True)
class SignedIn:
    """A recognised browser: who it is, its sign-in, and the token its forms must carry."""

    member: StaffMember
    sign_in: SignIn

    @property
    def csrf_token(self) -> str:
        """What every form of this browser must carry."""
        return self.sign_in.csrf_token


def stage_after(member: StaffMember, *, required: bool, passed: Stage | None = None) -> Stage:
    """What is asked next: after the password (`passed` None) the second factor, then a password of one's own.

    `required`: everybody needs a second factor here; who has none sets it up now.
    """
    if passed is None and member.has_second_factor:
        return Stage.CODE
    if passed is None and required:
        return Stage.ENROL
    if passed != Stage.RENEW and member.password_is_temporary:
        return Stage.RENEW
    return Stage.OPEN


def begin(
    db: Session, member: StaffMember, now: datetime, stage: Stage = Stage.OPEN, device: str = "", address: str = ""
) -> tuple[SignIn, str]:
    """A sign-in whose password was right. Returns the row and the cookie's token."""
    token = security.new_token()
    opened = SignIn(
        token_hash=security.hash_token(token),
        csrf_token=security.new_token(),
        staff_member_id=member.id,
        stage=stage,
        device=device[:80],
        address=address[:45],
        created_at=now,
        last_seen_at=now,
        expires_at=_ends_at(stage, now),
    )
    db.add(opened)
    db.flush()
    return opened, token


def _ends_at(stage: Stage, now: datetime) -> datetime:
    open_for = timedelta(hours=SIGN_IN_HOURS)
    return now + (open_for if stage == Stage.OPEN else timedelta(minutes=UNFINISHED_MINUTES))


def advance(opened: SignIn, stage: Stage, now: datetime) -> str:
    """One step further, under a new token: one that was seen before the second factor opens nothing after it."""
    token = security.new_token()
    opened.token_hash, opened.csrf_token = security.hash_token(token), security.new_token()
    opened.stage, opened.last_seen_at, opened.expires_at = stage, now, _ends_at(stage, now)
    return token


def recognise(db: Session, token: str | None, now: datetime, stage: Stage = Stage.OPEN) -> SignedIn:
    """Who holds this cookie. Raises SignInRequired when it is unknown, expired, idle too long, disabled, or stands at
    another stage."""
    found = db.execute(
        select(SignIn, StaffMember)
        .join(StaffMember, StaffMember.id == SignIn.staff_member_id)
        .where(SignIn.token_hash == security.hash_token(token or ""), SignIn.stage == stage)
    ).first()
    if found is None or _has_ended(found[0], now) or found[1].disabled_at is not None:
        raise SignInRequired("please sign in")
    return SignedIn(found[1], found[0])


def _has_ended(opened: SignIn, now: datetime) -> bool:
    return now >= opened.expires_at or now - opened.last_seen_at > timedelta(minutes=IDLE_MINUTES)


def touch(db: Session, token: str, now: datetime) -> None:
    """Note that the browser is still in use, so that it is not signed out for idling."""
    opened = db.scalar(select(SignIn).where(SignIn.token_hash == security.hash_token(token)))
    if opened is not None:
        opened.last_seen_at = now


def of_member(db: Session, member_id: str, now: datetime) -> list[SignIn]:
    """Where a member is signed in, latest first."""
    query = select(SignIn).where(SignIn.staff_member_id == member_id, SignIn.stage == Stage.OPEN)
    rows = db.scalars(query.order_by(SignIn.last_seen_at.desc(), SignIn.id))
    return [row for row in rows if not _has_ended(row, now)]


def end(db: Session, token: str) -> None:
    """End a sign-in by its token; an unknown one is nothing to complain about."""
    db.execute(delete(SignIn).where(SignIn.token_hash == security.hash_token(token)))


def end_one(db: Session, member_id: str, sign_in_id: str) -> bool:
    """End one sign-in of a member; False when there is none of that id."""
    query = delete(SignIn).where(SignIn.id == sign_in_id, SignIn.staff_member_id == member_id)
    return db.execute(query.returning(SignIn.id)).scalar_one_or_none() is not None


def end_all(db: Session, member_id: str, but: str | None = None) -> int:
    """End every sign-in of a member, unfinished ones too, but for one of that id; how many."""
    query = delete(SignIn).where(SignIn.staff_member_id == member_id, SignIn.id != (but or ""))
    return len(db.execute(query.returning(SignIn.id)).all())


def forget_ended(db: Session, now: datetime) -> int:
    """Delete the rows of sign-ins that are over; how many."""
    query = delete(SignIn).where(SignIn.expires_at < now).returning(SignIn.id)
    return len(db.execute(query).all())
