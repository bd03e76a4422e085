"""The two pages anybody may read: /safety, the published protocol, and /privacy, what is kept and by whom read."""

from functools import cache
from typing import Any

from fastapi import APIRouter, FastAPI, Request
from fastapi.responses import HTMLResponse

from api.dependencies import Frontdesk, FrontdeskDep, in_thread
from api.safety.resources import Resources
from api.widget.privacy import Privacy
from api.widget.publishing import Protocol
from api.widget.routes import Language, page
from api.wording import Wording

router = APIRouter(include_in_schema=False)


def mount(app: FastAPI) -> None:
    """Add both pages."""
    app.include_router(router)


@cache
def _words() -> Wording:
    return Wording.load(["protocol", "privacy", "safety"])


@cache
def _resources() -> Resources:
    return Resources.load()


@router.get("/safety", response_class=HTMLResponse)
async def safety_page(request: Request, frontdesk: FrontdeskDep, lang: Language = "en") -> HTMLResponse:
    """The protocol, made from the data the program runs on."""
    more = await in_thread(_protocol, frontdesk, lang)
    return page(request, "safety.html", frontdesk, lang, framed=False, **more)


def _protocol(frontdesk: Frontdesk, language: str) -> dict[str, Any]:
    made = Protocol(_words(), _resources(), language)
    return {
        "path": "/safety",
        "text": lambda key: made.words.say(f"protocol.{key}", language),
        "list": made.variants,
        "levels": made.levels(),
        "staff": [*made.staff(), made.on_call(frontdesk)],
        "counted": made.counted(frontdesk),
        "lines": made.lines(),
        "versions": made.versions(frontdesk),
    }


@router.get("/privacy", response_class=HTMLResponse)
async def privacy_page(request: Request, frontdesk: FrontdeskDep, lang: Language = "en") -> HTMLResponse:
    """What is kept, how long, who reads it, what leaves the machine."""
    made = Privacy(frontdesk.settings, frontdesk.profile, _words(), lang)
    intro = made.say("intro", practice=frontdesk.profile.name)
    more: dict[str, Any] = {
        "path": "/privacy",
        "title": made.say("title"),
        "intro": intro,
        "sections": made.sections(),
    }
    return page(request, "privacy.html", frontdesk, lang, framed=False, **more)
