"""The api with fault points: around the bot, around `/internal`, and between storing and publishing."""

import json

from fastapi import FastAPI
from sqlalchemy import event
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from api.gateways.bot import BotAnswer, BotTurn, HttpBot
from api.main import create_app as create
from api.settings import Settings
from api.transcript.publishing import TOUCHED
from tests.faults.points import reach, reach_in_thread


class Bot(HttpBot):
    """The way to the bot, with a point on both sides."""

    def __init__(self, settings: Settings) -> None:
        super().__init__(settings.bot_url, settings.bot_token.get_secret_value())
        self.answered: set[str] = set()

    async def take_turn(self, turn: BotTurn, timeout_seconds: float) -> BotAnswer:
        await reach("api.before_bot", turn.session_id)
        answer = await super().take_turn(turn, timeout_seconds)
        self.answered.add(turn.session_id)
        await reach("api.after_bot", turn.session_id)
        return answer


class Internal:
    """`/internal`, with a point before each call and one after it, when its unit of work is over."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or not scope["path"].startswith("/internal/") or scope["method"] != "POST":
            return await self._app(scope, receive, send)
        first = await receive()
        session_id = json.loads(first["body"])["session_id"]
        name = scope["path"].rsplit("/", 1)[1]
        given = [first]

        async def receive_again() -> Message:
            return given.pop() if given else await receive()

        async def send_later(message: Message) -> None:
            if message["type"] == "http.response.start":
                await reach(f"api.after_{name}", session_id)
            await send(message)

        await reach(f"api.before_{name}", session_id)
        await self._app(scope, receive_again, send_later)


def create_app() -> FastAPI:
    """For uvicorn, in the place of api.main:create_app."""
    settings = Settings.model_validate({})
    bot = Bot(settings)
    app = create(settings, bot=bot)
    app.add_middleware(Internal)

    def stored(db) -> None:
        for session_id in db.info.get(TOUCHED, set()) & bot.answered:
            bot.answered.discard(session_id)
            reach_in_thread("api.after_storing", session_id)

    # Before the publisher's own listener: stored, and nobody has been told.
    event.listen(app.state.frontdesk.database.factory, "after_commit", stored, insert=True)
    return app
