"""Who is at the staff pages: the sign-in cookie, the CSRF token of every form, and roles."""

from dataclasses import dataclass
from typing import Annotated
from urllib.parse import urlsplit

from fastapi import Depends, Form, Header, Request

from api import security
from api.console import roles
from api.dependencies import Frontdesk, FrontdeskDep, in_thread
from api.errors import NotAllowed
from api.staff import sign_ins
from api.vocabulary import Role

COOKIE = "frontdesk_staff"


@dataclass(frozen=True)
class Visit:
    """The signed-in staff member of one request."""

    id: str
    name: str
    role: str
    csrf_token: str
    sign_in_id: str

    @property
    def may_act(self) -> bool:
        """False for an auditor."""
        return roles.answers(self.role)

    @property
    def administers(self) -> bool:
        """True for those who may change what others may do."""
        return self.role == Role.ADMINISTRATOR


def _recognise(frontdesk: Frontdesk, token: str | None) -> Visit:
    now = frontdesk.clock.now()
    with frontdesk.database.reading() as db:
        found = sign_ins.recognise(db, token, now)
        member = found.member
        return Visit(member.id, member.name, member.role, found.csrf_token, found.sign_in.id)


async def signed_in(request: Request, frontdesk: FrontdeskDep) -> Visit:
    """Whoever holds the cookie. Raises SignInRequired; the pages then lead to the sign-in form."""
    return await in_thread(_recognise, frontdesk, request.cookies.get(COOKIE))


SignedIn = Annotated[Visit, Depends(signed_in)]


async def genuine(
    visit: SignedIn,
    csrf_token: Annotated[str, Form()] = "",
    x_csrf_token: Annotated[str | None, Header()] = None,
) -> Visit:
    """A signed-in member whose form is ours. Raises NotAllowed."""
    if not security.same(x_csrf_token or csrf_token, visit.csrf_token):
        raise NotAllowed("this form is too old; reload the page and try again")
    return visit


Genuine = Annotated[Visit, Depends(genuine)]


async def acting(visit: Genuine) -> Visit:
    """One who may change things, too. Raises NotAllowed."""
    if not visit.may_act:
        raise NotAllowed("auditors read; they do not act")
    return visit


Acting = Annotated[Visit, Depends(acting)]


async def administering(visit: Genuine) -> Visit:
    """One who may change what others may do. Raises NotAllowed."""
    if not visit.administers:
        raise NotAllowed("only administrators change who may do what")
    return visit


Administering = Annotated[Visit, Depends(administering)]


def refuse_foreign_origin(request: Request, frontdesk: FrontdeskDep) -> None:
    """The sign-in form has no token yet: a browser that says another site sent it is refused."""
    origin, site = request.headers.get("origin"), request.headers.get("sec-fetch-site", "same-origin")
    ours = {request.headers.get("host"), urlsplit(frontdesk.settings.base_url).netloc}
    if site not in ("same-origin", "none") or (origin and urlsplit(origin).netloc not in ours):
        raise NotAllowed("please sign in from the practice's own page")
