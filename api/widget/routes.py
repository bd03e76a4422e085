"""The visitor's pages: the embed script, the framed chat, the practice's own demo page, the theme."""

import hashlib
import json
from functools import cache
from pathlib import Path
from typing import Annotated, Any

from fastapi import APIRouter, FastAPI, Query, Request, Response
from fastapi.responses import HTMLResponse
from fastapi.staticfiles import StaticFiles
from fastapi.templating import Jinja2Templates

from api import signing_off, wording
from api.dependencies import Frontdesk, FrontdeskDep
from api.safety.resources import Resources
from api.widget import forms
from api.widget.theme import stylesheet

HERE = Path(__file__).parent
STATIC = HERE / "static"
EMBED_WORDS = ("open_chat", "open_help", "close_chat", "page_title", "embed_down", "embed_paused")
# The lines of the panel that is always there; a message of the chat may show more.
PANEL = ("us_911", "us_988")
templates = Jinja2Templates(directory=HERE / "templates")
router = APIRouter(include_in_schema=False)

Language = Annotated[str, Query(pattern="^(en|es)$")]


class LastingFiles(StaticFiles):
    """Static files below an address that changes with their content: a browser may keep them for good."""

    def file_response(self, *args: Any, **named: Any) -> Response:
        """The file, with the promise that it never changes."""
        answer = super().file_response(*args, **named)
        answer.headers["Cache-Control"] = "public, max-age=31536000, immutable"
        return answer


def mount(app: FastAPI) -> None:
    """Add the pages and their static files."""
    app.include_router(router)
    app.mount(f"/widget/{stamp()}", LastingFiles(directory=STATIC), name="widget")


def page_policy(frontdesk: Frontdesk, *, framed: bool) -> str:
    """Content-Security-Policy of a page: nothing from elsewhere; frames only on the practice's own origins."""
    ancestors = " ".join(["'self'", *frontdesk.profile.allowed_origins]) if framed else "'none'"
    return (
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; "
        "frame-src 'self'; base-uri 'none'; form-action 'self'; require-trusted-types-for 'script'; "
        f"trusted-types 'none'; frame-ancestors {ancestors}"
    )


@cache
def stamp() -> str:
    """A digest of the static files: it stands in their addresses, so that two releases are never mixed."""
    digest = hashlib.sha256()
    for path in sorted(STATIC.iterdir()):
        digest.update(path.read_bytes())
    return digest.hexdigest()[:12]


def _words(language: str, name: str = "widget") -> dict[str, str]:
    return {key: texts[language] for key, texts in wording.load(name).items()}


@cache
def _resources() -> Resources:
    return Resources.load()


def panel(language: str) -> list[dict[str, str]]:
    """911 and 988 as links of a telephone, in the order they are shown."""
    words, links = _words(language), []
    for line in PANEL:
        card = _resources().card(line, language)
        links.append({"href": f"tel:{card['call']}", "label": words["call_line"].format(line=card["call"])})
        if "text" in card:
            links.append(text_link(str(card["text"]), words))
    return links


def text_link(way: str, words: dict[str, str]) -> dict[str, str]:
    """A link that texts a line; `way` is a number, or the word to send and the number."""
    # "988", or "AYUDA to 988": the word to send, then the number.
    word, _, number = way.rpartition(" to ")
    if not word:
        return {"href": f"sms:{number}", "label": words["text_line"].format(line=number)}
    return {
        "href": f"sms:{number}?&body={word}",
        "label": words["text_word"].format(word=word, line=number),
    }


def page(
    request: Request,
    name: str,
    frontdesk: Frontdesk,
    language: str,
    *,
    framed: bool,
    status: int = 200,
    **more: Any,
) -> HTMLResponse:
    """A page with what every template may use; the database is not asked, so that it shows when that is down."""
    words = _words(language)
    context = {
        "words": words,
        "settings": in_script(
            {"words": words, "phone": shown_phone(frontdesk.profile.phone), "language": language}
        ),
        "practice": frontdesk.profile,
        "phone_shown": shown_phone(frontdesk.profile.phone),
        "panel": panel(language),
        "language": language,
        "other": "en" if language == "es" else "es",
        "stamp": stamp(),
        "say": _words(language, "plain"),
        "form_stamp": forms.new_stamp(frontdesk),
        "signed": signing_off.holds(frontdesk.settings.var),
        **more,
    }
    headers = {"Content-Security-Policy": page_policy(frontdesk, framed=framed), "Cache-Control": "no-store"}
    return templates.TemplateResponse(request, name, context, status, headers=headers)


def in_script(value: Any) -> str:
    """JSON that may stand inside a script: it cannot end the element, nor open a comment or another one."""
    return json.dumps(value).replace("<", "\\u003c")


def shown_phone(phone: str) -> str:
    """A US number as people read it: +15205550142 → (520) 555-0142; others as they are."""
    digits = phone.removeprefix("+1")
    return f"({digits[:3]}) {digits[3:6]}-{digits[6:]}" if len(digits) == 10 and digits.isdigit() else phone


@router.get("/", response_class=HTMLResponse)
async def demo_page(request: Request, frontdesk: FrontdeskDep, lang: Language = "en") -> HTMLResponse:
    """The practice's page with the chat on it."""
    return page(request, "demo.html", frontdesk, lang, framed=False, paused=frontdesk.pause.is_on)


@router.get("/chat", response_class=HTMLResponse)
async def chat_page(request: Request, frontdesk: FrontdeskDep, lang: Language = "en") -> HTMLResponse:
    """The chat itself, made to stand in a frame; a telephone number and lines to call while it is paused."""
    name = "paused.html" if frontdesk.pause.is_on else "chat.html"
    return page(request, name, frontdesk, lang, framed=True)


@router.get("/widget.js")
async def embed_script(frontdesk: FrontdeskDep) -> Response:
    """The one script a practice puts on its site, with its words, colour and phone number filled in."""
    words = wording.load("widget")
    settings = {
        "words": {lang: {key: words[key][lang] for key in EMBED_WORDS} for lang in wording.LANGUAGES},
        "lines": {lang: panel(lang) for lang in wording.LANGUAGES},
        "phone": {"href": f"tel:{frontdesk.profile.phone}", "label": shown_phone(frontdesk.profile.phone)},
        "theme": stylesheet(frontdesk.profile.theme).replace(":root", ":host"),
        "paused": frontdesk.pause.is_on,
    }
    script = (HERE / "embed.js").read_text(encoding="utf-8").replace("/*SETTINGS*/", in_script(settings))
    # A minute: so long may a site still show the button of the chat after the practice has paused it.
    headers = {"Cache-Control": "public, max-age=60", "Cross-Origin-Resource-Policy": "cross-origin"}
    return Response(script, media_type="text/javascript", headers=headers)


@router.get("/theme.css")
async def theme(frontdesk: FrontdeskDep) -> Response:
    """The practice's colour as custom properties."""
    headers = {"Cache-Control": "public, max-age=300"}
    return Response(stylesheet(frontdesk.profile.theme), media_type="text/css", headers=headers)
