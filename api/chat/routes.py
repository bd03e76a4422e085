"""The visitor's calls: contract.md, HTTP, public."""

import json
import re
from collections.abc import AsyncIterator
from typing import Annotated

from fastapi import APIRouter, Depends, Header, Query, Request
from fastapi.responses import PlainTextResponse, Response
from sse_starlette import EventSourceResponse, ServerSentEvent

from api.chat.receipt import Sent
from api.chat.schemas import (
    LARGEST_NUMBER,
    AnswerOut,
    ConsentIn,
    HelpIn,
    MessageIn,
    OpenIn,
    OpenOut,
    PageOut,
    TranscriptOut,
)
from api.chat.service import Chat
from api.dependencies import BearerToken, in_thread

router = APIRouter(prefix="/api/chat", tags=["chat"])

PING_SECONDS = 15


# These are async so that messages are received in the order they arrive: plain functions wait for a thread each.
async def get_chat(request: Request) -> Chat:
    """The running chat of this app."""
    chat: Chat = request.app.state.chat
    return chat


async def get_address(request: Request) -> str:
    """The caller's network address; uvicorn puts the proxy's word for it here when it is told to trust one."""
    return request.client.host if request.client else "unknown"


async def speaks_for_elsewhere(accept_language: Annotated[str, Header()] = "") -> bool:
    """True when the first language of the browser is that of another country than the US, such as es-MX."""
    found = re.match(r"[A-Za-z]{2,3}(?:-[A-Za-z]{4})?-([A-Za-z]{2})\b", accept_language.strip())
    return found is not None and found[1].upper() != "US"


ChatDep = Annotated[Chat, Depends(get_chat)]
Address = Annotated[str, Depends(get_address)]
Elsewhere = Annotated[bool, Depends(speaks_for_elsewhere)]
After = Annotated[int, Query(ge=0, le=LARGEST_NUMBER)]


@router.post("/sessions", status_code=201)
async def post_session(chat: ChatDep, address: Address, body: OpenIn) -> OpenOut:
    """Open a chat; never waits for the bot."""
    return await chat.open(body.language, address)


@router.post("/consent")
async def post_consent(chat: ChatDep, address: Address, token: BearerToken, body: ConsentIn) -> AnswerOut:
    """Answer the notice."""
    return await chat.consent(token, body.accepted, body.notice_version, address)


@router.post("/messages")
async def post_message(
    chat: ChatDep, address: Address, token: BearerToken, body: MessageIn, elsewhere: Elsewhere
) -> AnswerOut:
    """Send a message; the answer holds everything said after it."""
    choice = (body.choice.seq, body.choice.index) if body.choice else None
    return await chat.send(
        token, Sent(body.client_message_id, body.text, choice, body.language, elsewhere), address
    )


@router.get("/messages")
async def get_messages(chat: ChatDep, token: BearerToken, after: After = 0) -> PageOut:
    """Messages after a sequence number, for polling."""
    return await in_thread(chat.visits.page, token, after)


@router.post("/help-now")
async def post_help_now(
    chat: ChatDep, address: Address, token: BearerToken, body: HelpIn | None = None
) -> AnswerOut:
    """The button that is always there."""
    return await chat.help_now(token, address)


@router.delete("/session", status_code=204)
async def delete_session(chat: ChatDep, token: BearerToken) -> Response:
    """Erase this chat."""
    await chat.erase(token)
    return Response(status_code=204)


@router.get("/transcript")
async def get_transcript(
    chat: ChatDep,
    token: BearerToken,
    form: Annotated[str, Query(alias="format", pattern="^(json|text)$")] = "json",
) -> Response:
    """The visitor's own copy, as JSON or as plain text."""
    copy = await in_thread(chat.visits.transcript, token)
    if form == "json":
        return Response(copy.model_dump_json(), media_type="application/json")
    return PlainTextResponse(as_text(copy))


def as_text(copy: TranscriptOut) -> str:
    """A transcript to print or mail: who, when, what."""
    lines = [f"{copy.practice}, {copy.opened_at}", ""]
    for message in copy.messages:
        who = message.name or message.author
        lines += [f"[{message.at:%Y-%m-%d %H:%M} UTC] {who}: {message.text}"]
    return "\n".join(lines) + "\n"


@router.get("/stream")
async def get_stream(
    chat: ChatDep, token: BearerToken, last_event_id: Annotated[str, Header()] = "0"
) -> EventSourceResponse:
    """Server-sent events: first what came after `Last-Event-ID`, then everything new."""
    session_id = await chat.admit(token)
    return EventSourceResponse(_events(chat, token, session_id, read_number(last_event_id)), ping=PING_SECONDS)


def read_number(text: str) -> int:
    """A sequence number a browser gave back; 0 when it is not one."""
    is_number = text.isascii() and text.isdigit() and len(text) <= len(str(LARGEST_NUMBER))
    return min(int(text), LARGEST_NUMBER) if is_number else 0


async def _events(chat: Chat, token: str, session_id: str, after: int) -> AsyncIterator[ServerSentEvent]:
    async for message in chat.follow(token, session_id, after):
        data = json.dumps(message.model_dump(mode="json"))
        yield ServerSentEvent(data=data, event="message", id=str(message.seq))
