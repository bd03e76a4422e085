"""Turns what a staff page shows into HTML: templates, headers, static files, and errors a person can read."""

import hashlib
from collections.abc import Callable, Coroutine
from functools import cache
from pathlib import Path
from typing import Any

from fastapi import Request, Response
from fastapi.exceptions import RequestValidationError
from fastapi.responses import HTMLResponse, RedirectResponse
from fastapi.routing import APIRoute
from fastapi.staticfiles import StaticFiles
from fastapi.templating import Jinja2Templates

from api import signing_off, wording
from api.console import display, roles
from api.console.access import Visit
from api.dependencies import Frontdesk
from api.errors import FrontdeskError, SignInRequired

HERE = Path(__file__).parent
STATIC = HERE / "static"
# The referrer stays within these pages: under `no-referrer` browsers send `Origin: null` with our own forms.
HEADERS = {
    "Content-Security-Policy": (
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; "
        "base-uri 'none'; form-action 'self'; frame-ancestors 'none'"
    ),
    "Cache-Control": "no-store",
    "Referrer-Policy": "same-origin",
    "X-Frame-Options": "DENY",
}
templates = Jinja2Templates(directory=HERE / "templates")


class LastingFiles(StaticFiles):
    """Static files below an address that changes with their content: a browser may keep them for good."""

    def file_response(self, *args: Any, **named: Any) -> Response:
        """The file, with the promise that it never changes."""
        answer = super().file_response(*args, **named)
        answer.headers["Cache-Control"] = "public, max-age=31536000, immutable"
        return answer


class PageRoute(APIRoute):
    """A route whose refusals are pages; who is not signed in is led to the form by the app's own handler."""

    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        """The handler FastAPI calls."""
        handle = super().get_route_handler()

        async def handle_or_explain(request: Request) -> Response:
            try:
                return await handle(request)
            except SignInRequired:
                raise
            except FrontdeskError as error:
                return explain(request, error.detail, error.status)
            except RequestValidationError:
                return explain(request, say("unreadable"), 422)

        return handle_or_explain


def explain(request: Request, reason: str, status: int) -> HTMLResponse:
    """A page that says why something was not done."""
    return render(request, "refused.html", request.app.state.frontdesk, None, status=status, reason=reason)


def render(
    request: Request, name: str, frontdesk: Frontdesk, visit: Visit | None, *, status: int = 200, **context: Any
) -> HTMLResponse:
    """A page or fragment with what every template may use."""
    now, zone = frontdesk.clock.now(), frontdesk.profile.zone
    shared = {
        "words": _words(),
        "visit": visit,
        "practice": frontdesk.profile,
        "stamp": stamp(),
        "clock": lambda at: display.clock_time(at, zone),
        "moment": lambda at: display.moment(at, now, zone),
        "duration": display.duration,
        "lasted": lambda since, until: display.duration(until - since),
        "waited": lambda since: display.waited(since, now),
        "phone": display.phone,
        "sentence": display.sentence,
        "administers": visit is not None and roles.administers(visit.role),
        "paused": frontdesk.pause.read(),
        "signed": signing_off.holds(frontdesk.settings.var),
    }
    return templates.TemplateResponse(request, name, {**shared, **context}, status_code=status, headers=HEADERS)


def _words() -> dict[str, str]:
    return {key: texts["en"] for key, texts in wording.load("console").items()}


def say(key: str) -> str:
    """A sentence of the console's wording; staff read English."""
    return _words()[key]


@cache
def stamp() -> str:
    """A digest of the static files: it stands in their addresses, so that two releases are never mixed."""
    digest = hashlib.sha256()
    for path in sorted(STATIC.iterdir()):
        digest.update(path.read_bytes())
    return digest.hexdigest()[:12]


def see_other(path: str) -> RedirectResponse:
    """After a form: show the page, so that reloading does not send the form again."""
    return RedirectResponse(path, status_code=303)
