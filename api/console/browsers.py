"""The browser at the door: its cookies, whether its owner has signed in with it before, and what to call it."""

from dataclasses import dataclass

from fastapi import Request, Response

from api import security
from api.console.access import COOKIE
from api.console.tries import SignInTries
from api.dependencies import Frontdesk
from api.errors import TooMany
from api.staff import sign_ins

DEVICE_COOKIE = "frontdesk_device"
DEVICE_DAYS = 180
# First match wins: Edge and Opera call themselves Chrome too, and everything calls itself Safari.
PROGRAMS = {"Edg": "Edge", "OPR": "Opera", "Firefox": "Firefox", "Chrome": "Chrome", "Safari": "Safari"}
SYSTEMS = {
    "iPhone": "iPhone",
    "iPad": "iPad",
    "Android": "Android",
    "Windows": "Windows",
    "Mac OS": "Mac",
    "Linux": "Linux",
}


@dataclass(frozen=True)
class Browser:
    """Where an attempt to sign in comes from."""

    address: str
    name: str
    device_cookie: str

    @classmethod
    def of(cls, request: Request) -> "Browser":
        """The browser behind a request."""
        agent = request.headers.get("user-agent", "")
        names = [
            next((name for sign, name in known.items() if sign in agent), "") for known in (PROGRAMS, SYSTEMS)
        ]
        address = request.client.host if request.client else "unknown"
        return cls(address, ", ".join(filter(None, names)), request.cookies.get(DEVICE_COOKIE, ""))

    def known_as(self, frontdesk: Frontdesk, email: str) -> str | None:
        """What tells this browser apart when the owner of that address has signed in with it before."""
        return security.unsign(_secret(frontdesk), _purpose(email), self.device_cookie)


def _secret(frontdesk: Frontdesk) -> str:
    return frontdesk.settings.signing_secret.get_secret_value()


def _purpose(email: str) -> str:
    return f"staff_device:{email.strip().lower()}"


def require_calm(request: Request, allowed: bool, reason: str) -> None:
    """Raises TooMany with `reason` unless another attempt is allowed."""
    if not allowed:
        raise TooMany(reason)


def tries_of(request: Request) -> SignInTries:
    """The attempts this process has counted."""
    tries: SignInTries = request.app.state.sign_in_tries
    return tries


def keep_token(answer: Response, frontdesk: Frontdesk, token: str) -> None:
    """Give the browser its sign-in."""
    _set(answer, frontdesk, COOKIE, token, sign_ins.SIGN_IN_HOURS * 3600)


def remember(answer: Response, frontdesk: Frontdesk, email: str) -> None:
    """Let the browser be known as one in which this member has signed in."""
    value = security.sign(_secret(frontdesk), _purpose(email), security.new_token())
    _set(answer, frontdesk, DEVICE_COOKIE, value, DEVICE_DAYS * 86_400)


def _set(answer: Response, frontdesk: Frontdesk, name: str, value: str, seconds: int) -> None:
    secure = frontdesk.settings.base_url.startswith("https")
    answer.set_cookie(name, value, httponly=True, samesite="strict", secure=secure, max_age=seconds, path="/staff")
