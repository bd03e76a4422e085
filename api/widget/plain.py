"""Pages that need no script: the form that reaches staff, its answers, and what is shown when something fails."""

import hashlib
from collections import OrderedDict
from dataclasses import dataclass, field
from typing import Annotated, Any

from fastapi import APIRouter, FastAPI, Form, Request
from fastapi.responses import HTMLResponse

from api import wording
from api.chat.leaving import Answer, Letter, LetterBox
from api.chat.limits import Limits
from api.chat.routes import Address, read_number
from api.dependencies import Frontdesk, FrontdeskDep, in_thread
from api.errors import BadInput, Conflict, FrontdeskError, NotAllowed, SignInRequired, TooMany
from api.vocabulary import Tier
from api.widget import forms
from api.widget.routes import PANEL, page, text_link
from api.wording import LANGUAGES, Wording

router = APIRouter(prefix="/chat", include_in_schema=False)

STATUS = {"too_many": 429, "too_old": 409}
MOST_REMEMBERED = 500
Typed = Annotated[str, Form()]


@dataclass(frozen=True)
class Taken:
    """Forms that were taken, so that one pressed twice is one letter; in this process, the newest few hundred."""

    answers: OrderedDict[str, Answer] = field(default_factory=OrderedDict)

    def remember(self, key: str, answer: Answer) -> None:
        """Note the answer to a form that was kept."""
        self.answers[key] = answer
        while len(self.answers) > MOST_REMEMBERED:
            self.answers.popitem(last=False)


def mount(app: FastAPI) -> None:
    """Add the form's addresses."""
    app.state.forms_taken = Taken()
    app.include_router(router)


@router.post("/message", response_class=HTMLResponse)
async def leave_message(
    request: Request,
    frontdesk: FrontdeskDep,
    address: Address,
    text: Typed = "",
    phone: Typed = "",
    email: Typed = "",
    leave_message: Typed = "",
    agree: Typed = "",
    stamp: Typed = "",
    lang: Typed = "en",
) -> HTMLResponse:
    """Take a message for staff. What it says about danger is heard before anything can be wrong with the form."""
    refuse_other_sites(request)
    taken: Taken = request.app.state.forms_taken
    key = hashlib.sha256(f"{stamp}\n{text}\n{phone}\n{email}".encode(errors="replace")).hexdigest()
    language = lang if lang in LANGUAGES else "en"
    answer = taken.answers.get(key)
    if answer is None:
        limits: Limits = request.app.state.chat.limits
        letter = Letter(
            text=text.replace("\r\n", "\n"),
            phone=phone[:60],
            email=email[:320],
            leave_message=bool(leave_message),
            agreed=bool(agree),
            language=language,
            genuine=forms.is_genuine(frontdesk, stamp),
            over_limit=limits.count_session(address) > 0,
        )
        box: LetterBox = request.app.state.letter_box
        answer = await in_thread(box.take, letter)
        if answer.kept:
            taken.remember(key, answer)
    typed = {"text": text, "phone": phone, "email": email, "leave_message": leave_message, "agree": agree}
    return _answer_page(request, frontdesk, language, answer, typed)


@router.post("/answer", response_class=HTMLResponse)
async def leave_answer(
    request: Request,
    frontdesk: FrontdeskDep,
    address: Address,
    token: Typed = "",
    seq: Typed = "0",
    choice: Typed = "",
    text: Typed = "",
    lang: Typed = "en",
) -> HTMLResponse:
    """Answer the safety question that a message led to."""
    refuse_other_sites(request)
    language = lang if lang in LANGUAGES else "en"
    limits: Limits = request.app.state.chat.limits
    wait = limits.count_message(hashlib.sha256(token.encode(errors="replace")).hexdigest(), address)
    box: LetterBox = request.app.state.letter_box
    chosen = (read_number(seq), read_number(choice)) if choice else None
    try:
        answer = await in_thread(box.answer, token, None if chosen else text, chosen, wait)
    except (SignInRequired, Conflict):
        return failure(request, frontdesk, language, "refused", 409, reason="chat_over")
    except (BadInput, TooMany) as error:
        return failure(request, frontdesk, language, "refused", error.status, text=error.detail)
    return _answer_page(request, frontdesk, language, answer, {})


def refuse_other_sites(request: Request) -> None:
    """A form another site sent in the name of somebody who only looked at it. Raises NotAllowed."""
    if request.headers.get("sec-fetch-site", "same-origin") not in ("same-origin", "none"):
        raise NotAllowed("please write from the practice's own page")


def _answer_page(
    request: Request, frontdesk: Frontdesk, language: str, answer: Answer, typed: dict[str, str]
) -> HTMLResponse:
    status = 200 if answer.kept else STATUS.get(answer.refusal or "", 400)
    more: dict[str, Any] = {
        "answer": answer,
        "typed": typed,
        "when": _when(frontdesk, language),
        "is_danger": answer.tier.rank >= Tier.URGENT.rank,
        "lines": _lines(answer, language),
    }
    return page(request, "plain.html", frontdesk, language, framed=True, status=status, **more)


def _lines(answer: Answer, language: str) -> list[dict[str, str]]:
    """The lines chosen for what was said, beyond the two that are always there: to call, or else to text or to open."""
    words, found = wording.load("widget"), []
    for card in (card for card in answer.resources if card["id"] not in PANEL):
        name = str(card["name"])
        if card.get("call"):
            found.append({"name": name, "href": f"tel:{card['call']}"})
        elif card.get("text"):
            link = text_link(str(card["text"]), {key: said[language] for key, said in words.items()})
            found.append({"name": f"{name}: {link['label']}", "href": link["href"]})
        elif card.get("url"):
            found.append({"name": name, "href": str(card["url"])})
    return found


def _when(frontdesk: Frontdesk, language: str) -> str:
    profile, now = frontdesk.profile, frontdesk.clock.now()
    texts = wording.load("plain")
    if profile.is_open(now):
        return texts["received_open"][language]
    opens = Wording.load(["chat"]).opening(profile.opens_at(now), profile.tz, language, now)
    return texts["received_closed"][language].replace("{opens}", opens)


def failure(
    request: Request,
    frontdesk: Frontdesk,
    language: str,
    what: str,
    status: int,
    *,
    reason: str = "",
    text: str = "",
) -> HTMLResponse:
    """A page for a failure (`lost`, `refused`, `failed`), with the lines to call (clinical.md §5, D01)."""
    texts = {key: said[language] for key, said in wording.load("plain").items()}
    shown = text or texts[reason or f"{what}_text"]
    more = {"title": texts[f"{what}_title"], "text": shown}
    return page(request, "failed.html", frontdesk, language, framed=True, status=status, **more)


def failure_for(request: Request, error: Exception | None, status: int) -> HTMLResponse:
    """The page for an error of any visitor's page, in the language of its address or of the browser."""
    what = "lost" if status == 404 else "failed" if status >= 500 else "refused"
    spoken = request.headers.get("accept-language", "")[:2].lower()
    language = request.query_params.get("lang", spoken)
    text = error.detail if isinstance(error, FrontdeskError) and status not in (401, 403, 404) else ""
    known = language if language in LANGUAGES else "en"
    return failure(request, request.app.state.frontdesk, known, what, status, text=text if known == "en" else "")
