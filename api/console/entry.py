"""Units of work of signing in: password, code, setting up an app, a password of one's own; each try is written down."""

from dataclasses import dataclass

from sqlalchemy.orm import Session

from api.console.browsers import Browser
from api.console.pages import note
from api.dependencies import Frontdesk
from api.errors import NotAllowed
from api.staff import second_factor, sign_ins
from api.staff import service as staff
from api.staff.sign_ins import SignedIn
from api.vocabulary import Stage


@dataclass(frozen=True)
class Entered:
    """One step done: the browser's new token, what is asked next, and recovery codes to show (once)."""

    token: str
    stage: Stage
    email: str
    codes: tuple[str, ...] = ()


@dataclass(frozen=True)
class AtDoor:
    """Who stands between password and inbox."""

    member_id: str
    email: str
    csrf_token: str
    secret: str
    app_address: str


def enter(frontdesk: Frontdesk, email: str, password: str, browser: Browser) -> Entered:
    """Check the password and begin a sign-in. Raises NotAllowed."""
    member_id = _by_password(frontdesk, email, password)
    now = frontdesk.clock.now()
    with frontdesk.database.writing() as db:
        member = staff.find(db, member_id)
        stage = sign_ins.stage_after(member, required=frontdesk.settings.requires_second_factor)
        if stage == Stage.ENROL:
            second_factor.prepare(member)
        opened, token = sign_ins.begin(db, member, now, stage, browser.name, browser.address)
        if stage == Stage.OPEN:
            note(db, frontdesk, member.id, "sign_in", f"sign_in:{opened.id}")
        return Entered(token, stage, member.email)


def _by_password(frontdesk: Frontdesk, email: str, password: str) -> str:
    # In a reading unit of work: the slow hash must not keep SQLite's one writer.
    with frontdesk.database.reading() as db:
        known = staff.find_by_email(db, email)
        try:
            return staff.with_password(db, email, password).id
        except NotAllowed as refusal:
            reason = refusal
    note_failure(frontdesk, known.id if known else None, "sign_in.failed")
    raise reason


def note_failure(frontdesk: Frontdesk, member_id: str | None, action: str) -> None:
    """An attempt that failed: whom it was about, by id; nobody of ours is `unknown`, whatever was typed."""
    with frontdesk.database.writing() as db:
        note(db, frontdesk, "unknown", action, f"staff:{member_id or 'unknown'}")


def at_door(frontdesk: Frontdesk, token: str, stage: Stage) -> AtDoor:
    """Who waits at this stage. Raises SignInRequired."""
    with frontdesk.database.reading() as db:
        found = sign_ins.recognise(db, token, frontdesk.clock.now(), stage)
        member = found.member
        enrols = stage == Stage.ENROL
        secret = second_factor.prepare(member) if enrols else ""
        address = second_factor.address_of(member, frontdesk.profile.name) if enrols else ""
        return AtDoor(member.id, member.email, found.csrf_token, secret, address)


def give_code(frontdesk: Frontdesk, token: str, code: str) -> Entered | None:
    """A code of the app or a recovery code. None when it is wrong or was used. Raises SignInRequired."""
    now = frontdesk.clock.now()
    with frontdesk.database.writing() as db:
        found = sign_ins.recognise(db, token, now, Stage.CODE)
        how = second_factor.take(db, found.member, code, now)
        if how is None:
            note(db, frontdesk, "unknown", "sign_in.wrong_code", f"staff:{found.member.id}")
            return None
        if how == "recovery":
            note(db, frontdesk, found.member.id, "recovery_code.use", f"staff:{found.member.id}")
        return _go_on(db, frontdesk, found, Stage.CODE)


def enrol(frontdesk: Frontdesk, token: str, code: str) -> Entered | None:
    """The first code of a new app. None when it is wrong. Raises SignInRequired."""
    now = frontdesk.clock.now()
    with frontdesk.database.writing() as db:
        found = sign_ins.recognise(db, token, now, Stage.ENROL)
        codes = second_factor.confirm(db, found.member, code, now)
        if codes is None:
            return None
        note(db, frontdesk, found.member.id, "second_factor.set_up", f"staff:{found.member.id}")
        return _go_on(db, frontdesk, found, Stage.ENROL, tuple(codes))


def choose_password(frontdesk: Frontdesk, token: str, password: str) -> Entered:
    """A password of one's own instead of the one given out. Raises SignInRequired, BadInput."""
    with frontdesk.database.writing() as db:
        found = sign_ins.recognise(db, token, frontdesk.clock.now(), Stage.RENEW)
        staff.choose_password(found.member, password)
        note(db, frontdesk, found.member.id, "password.change", f"staff:{found.member.id}")
        return _go_on(db, frontdesk, found, Stage.RENEW)


def _go_on(
    db: Session, frontdesk: Frontdesk, found: SignedIn, passed: Stage, codes: tuple[str, ...] = ()
) -> Entered:
    required = frontdesk.settings.requires_second_factor
    stage = sign_ins.stage_after(found.member, required=required, passed=passed)
    token = sign_ins.advance(found.sign_in, stage, frontdesk.clock.now())
    if stage == Stage.OPEN:
        note(db, frontdesk, found.member.id, "sign_in", f"sign_in:{found.sign_in.id}")
    return Entered(token, stage, found.member.email, codes)


def leave(frontdesk: Frontdesk, member_id: str, token: str) -> None:
    """End a sign-in."""
    with frontdesk.database.writing() as db:
        sign_ins.end(db, token)
        note(db, frontdesk, member_id, "sign_out", f"staff:{member_id}")
