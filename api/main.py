"""The composition root: picks the concrete parts, wires the rooms, and makes the app."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from fastapi import FastAPI, Request
from fastapi.middleware.cors import CORSMiddleware
from fastapi.responses import JSONResponse
from sqlalchemy import text

from api import edge, metrics, practice
from api.chat.ears import LanguageEars
from api.chat.leaving import LetterBox
from api.chat.notices import Notices
from api.chat.routes import router as chat_router
from api.chat.service import Chat
from api.clock import Clock, ShiftedClock, SystemClock
from api.console import routes as console
from api.crypto import Keyring, install_keyring
from api.database import Database
from api.delivery import Dispatcher
from api.dependencies import Frontdesk, in_thread
from api.gateways.bot import BotGateway, HttpBot
from api.gateways.notifier import Notifier
from api.handoff import internal as handoff
from api.mail import room as mail
from api.mail.post import Post
from api.practice import Profile
from api.safety import service as safety
from api.safety.hearing import Ears
from api.safety.resources import Resources
from api.scheduling import room as scheduling
from api.settings import PLAIN_HTTP, Settings
from api.transcript.publishing import Publisher
from api.widget import plain, public_pages
from api.widget import routes as widget
from api.wording import Wording


class CannotStart(Exception):
    """The settings do not allow this app to be served."""


def create_app(
    settings: Settings | None = None,
    *,
    clock: Clock | None = None,
    bot: BotGateway | None = None,
    notifier: Notifier | None = None,
    ears: Ears | None = None,
) -> FastAPI:
    """The api as an ASGI app; what is not given is the real thing.

    Raises CannotStart, ProfileBroken, WordingBroken or ResourcesBroken: nothing is served on broken data.
    """
    settings = settings or Settings.model_validate({})
    refuse_plain_http(settings)
    install_keyring(Keyring.parse(settings.keys.get_secret_value()), settings.keys_file)
    frontdesk = Frontdesk(
        settings=settings,
        database=Database(settings.database_url),
        clock=clock or (ShiftedClock(settings.clock) if settings.clock else SystemClock()),
        profile=practice.load(settings.practice),
        bot=bot or HttpBot(settings.bot_url, settings.bot_token.get_secret_value()),
    )
    wording, resources, publisher = Wording.load(), Resources.load(), Publisher()
    publisher.watch(frontdesk.database)
    ears = ears or LanguageEars(frontdesk.vectors)
    chat = Chat(frontdesk, safety.Gate(ears, wording, resources, frontdesk.profile), wording, publisher)
    notifier = notifier or mail.notifier(frontdesk, safety.in_crisis)
    notices = Notices(chat, notifier)
    app = FastAPI(
        title=frontdesk.profile.name, docs_url=None, redoc_url=None, openapi_url=None, lifespan=_lifespan
    )
    app.state.letter_box = LetterBox(chat.reception)
    app.state.frontdesk, app.state.chat, app.state.publisher, app.state.ears = frontdesk, chat, publisher, ears
    app.state.notifier = notifier
    app.state.dispatcher = Dispatcher(frontdesk.database, frontdesk.clock, notices.deliver)
    _install_rooms(app, frontdesk.profile)
    metrics.install(app, frontdesk)
    trouble = wording.say("chat.trouble", "en", phone=frontdesk.profile.phone)
    panel = {"detail": trouble, "resources": resources.choose(set(), "en")}
    edge.install(app, lambda: panel, is_https=settings.behind_proxy)
    return app


def refuse_plain_http(settings: Settings) -> None:
    """Raises CannotStart where anybody could reach the api over plain HTTP."""
    if settings.speaks_plainly:
        raise CannotStart(PLAIN_HTTP)


def _install_rooms(app: FastAPI, profile: Profile) -> None:
    if profile.allowed_origins:
        app.add_middleware(
            CORSMiddleware,
            allow_origins=profile.allowed_origins,
            allow_methods=["GET", "POST", "DELETE"],
            allow_headers=["Authorization", "Content-Type", "Last-Event-ID"],
        )
    app.add_api_route("/healthz", healthz, include_in_schema=False)
    app.add_api_route("/readyz", readyz, include_in_schema=False)
    app.include_router(chat_router)
    app.include_router(handoff.router)
    scheduling.install(app, safety.in_crisis)
    console.mount(app)
    widget.mount(app)
    plain.mount(app)
    public_pages.mount(app)


@asynccontextmanager
async def _lifespan(app: FastAPI) -> AsyncIterator[None]:
    chat: Chat = app.state.chat
    dispatcher: Dispatcher = app.state.dispatcher
    if isinstance(app.state.ears, LanguageEars):
        await in_thread(app.state.ears.warm)
    chat.warm_up.start()
    dispatcher.start()
    yield
    await chat.warm_up.stop()
    await dispatcher.stop()
    await chat.stop()
    if isinstance(app.state.notifier, Post):
        await app.state.notifier.close()
    if isinstance(chat.frontdesk.bot, HttpBot):
        await chat.frontdesk.bot.close()
    chat.frontdesk.database.close()


async def healthz() -> dict[str, str]:
    """The process answers."""
    return {"status": "ok"}


async def readyz(request: Request) -> JSONResponse:
    """200 when chats can be kept; `bot` says whether they would be answered by the bot too."""
    frontdesk: Frontdesk = request.app.state.frontdesk
    try:
        await in_thread(_ask_database, frontdesk.database)
    except Exception:
        return JSONResponse({"database": False}, 503)
    chat: Chat = request.app.state.chat
    return JSONResponse({"database": True, "bot": chat.warm_up.is_over and await frontdesk.bot.is_ready()})


def _ask_database(database: Database) -> None:
    with database.reading() as db:
        db.execute(text("SELECT 1 FROM chat_session LIMIT 1"))
