"""Units of work on sign-ins, second factors, roles: a member's own, and those of others for an administrator."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from api import security
from api.console.access import Visit
from api.console.pages import note
from api.dependencies import Frontdesk
from api.errors import BadInput, NotAllowed, NotFound
from api.staff import second_factor, sign_ins
from api.staff import service as staff
from api.staff.models import SignIn, StaffMember
from api.vocabulary import Role


@dataclass(frozen=True)
class Account:
    """What a member sees about their own sign-in."""

    member: StaffMember
    sign_ins: list[SignIn]
    codes_left: int


@dataclass(frozen=True)
class SetUp:
    """What goes into an authenticator app."""

    secret: str
    app_address: str


def account(frontdesk: Frontdesk, visit: Visit, token: str) -> Account:
    """A member's own page; whoever opens it is in use of the sign-in."""
    now = frontdesk.clock.now()
    with frontdesk.database.writing() as db:
        sign_ins.touch(db, token, now)
        member = staff.find(db, visit.id)
        codes = second_factor.recovery_codes_left(db, member)
        return Account(member, sign_ins.of_member(db, member.id, now), codes)


def end_sign_in(frontdesk: Frontdesk, visit: Visit, member_id: str, sign_in_id: str) -> None:
    """End one sign-in, of one's own or, for an administrator, of anybody. Raises NotFound."""
    with frontdesk.database.writing() as db:
        if not sign_ins.end_one(db, member_id, sign_in_id):
            raise NotFound("that sign-in has ended already")
        note(db, frontdesk, visit.id, "sign_in.end", f"sign_in:{sign_in_id}")


def end_others(frontdesk: Frontdesk, visit: Visit) -> None:
    """Sign a member out everywhere but here."""
    with frontdesk.database.writing() as db:
        sign_ins.end_all(db, visit.id, but=visit.sign_in_id)
        note(db, frontdesk, visit.id, "sign_in.end_others", f"staff:{visit.id}")


def change_password(frontdesk: Frontdesk, visit: Visit, present: str, password: str) -> None:
    """A new password; every other browser is signed out. Raises NotAllowed, BadInput."""
    with frontdesk.database.writing() as db:
        member = _with_password(db, visit, present)
        staff.choose_password(member, password)
        sign_ins.end_all(db, visit.id, but=visit.sign_in_id)
        note(db, frontdesk, visit.id, "password.change", f"staff:{visit.id}")


def _with_password(db: Session, visit: Visit, password: str) -> StaffMember:
    member = staff.find(db, visit.id)
    if not security.verify_password(password, member.password_hash):
        raise NotAllowed("that is not your password")
    return member


def begin_set_up(frontdesk: Frontdesk, visit: Visit, password: str) -> None:
    """A new secret for a new app; the old app and its recovery codes end. Raises NotAllowed."""
    with frontdesk.database.writing() as db:
        member = _with_password(db, visit, password)
        second_factor.remove(db, member)
        second_factor.prepare(member)
        note(db, frontdesk, visit.id, "second_factor.begin", f"staff:{visit.id}")


def set_up(frontdesk: Frontdesk, visit: Visit) -> SetUp:
    """What to put into the app. Raises NotFound when nothing was begun, or it is in force already."""
    with frontdesk.database.reading() as db:
        member = staff.find(db, visit.id)
        if member.totp_secret is None or member.has_second_factor:
            raise NotFound("begin on your account page")
        return SetUp(second_factor.prepare(member), second_factor.address_of(member, frontdesk.profile.name))


def confirm_set_up(frontdesk: Frontdesk, visit: Visit, code: str) -> list[str] | None:
    """The first code of the new app; its recovery codes, or None for a wrong code."""
    with frontdesk.database.writing() as db:
        member = staff.find(db, visit.id)
        codes = (
            None if member.has_second_factor else second_factor.confirm(db, member, code, frontdesk.clock.now())
        )
        if codes is not None:
            note(db, frontdesk, visit.id, "second_factor.set_up", f"staff:{visit.id}")
        return codes


def remove_second_factor(frontdesk: Frontdesk, visit: Visit, password: str) -> None:
    """Sign in by password alone again, where the practice allows it. Raises NotAllowed."""
    if frontdesk.settings.requires_second_factor:
        raise NotAllowed("this practice asks everybody for a code")
    with frontdesk.database.writing() as db:
        second_factor.remove(db, _with_password(db, visit, password))
        note(db, frontdesk, visit.id, "second_factor.remove", f"staff:{visit.id}")


def new_codes(frontdesk: Frontdesk, visit: Visit, password: str) -> list[str]:
    """Ten fresh recovery codes instead of what was left. Raises NotAllowed."""
    with frontdesk.database.writing() as db:
        member = _with_password(db, visit, password)
        if not member.has_second_factor:
            raise NotAllowed("set up an authenticator app first")
        note(db, frontdesk, visit.id, "recovery_code.renew", f"staff:{visit.id}")
        return second_factor.new_recovery_codes(db, member)


# ---- other people's, for administrators


def people(frontdesk: Frontdesk) -> list[Account]:
    """Everybody, with where they are signed in."""
    now = frontdesk.clock.now()
    with frontdesk.database.reading() as db:
        return [Account(member, sign_ins.of_member(db, member.id, now), 0) for member in staff.everybody(db)]


def end_everywhere(frontdesk: Frontdesk, visit: Visit, member_id: str) -> None:
    """Sign somebody out everywhere. Raises NotFound."""
    with frontdesk.database.writing() as db:
        member = staff.find(db, member_id)
        sign_ins.end_all(db, member.id)
        note(db, frontdesk, visit.id, "sign_in.end_all", f"staff:{member.id}")


def change_role(frontdesk: Frontdesk, visit: Visit, member_id: str, role: str) -> None:
    """Give somebody another role. Raises NotFound, BadInput, Conflict."""
    if role not in set(Role):
        raise BadInput("there is no such role")
    with frontdesk.database.writing() as db:
        member = staff.find(db, member_id)
        staff.change_role(db, member, Role(role))
        note(db, frontdesk, visit.id, f"role.{role}", f"staff:{member.id}")


def let_in(frontdesk: Frontdesk, visit: Visit, member_id: str, allowed: bool) -> None:
    """Shut somebody out, everywhere and at once, or let them in again. Raises NotFound, Conflict."""
    now: datetime = frontdesk.clock.now()
    with frontdesk.database.writing() as db:
        member = staff.find(db, member_id)
        if allowed:
            staff.enable(member)
        else:
            staff.disable(db, member, now)
            sign_ins.end_all(db, member.id)
        note(db, frontdesk, visit.id, "staff.enable" if allowed else "staff.disable", f"staff:{member.id}")
