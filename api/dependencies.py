"""What routes may ask for: the state of the running app, units of work, and who is calling."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Annotated, Any, TypeVar

from fastapi import Depends, Header, Request

from api import security
from api.clock import Clock
from api.database import Database
from api.errors import SignInRequired
from api.gateways.bot import BotGateway
from api.gateways.vectors import SentenceVectors
from api.pausing import PauseSwitch
from api.practice import Profile
from api.settings import Settings

Result = TypeVar("Result")

# The dependencies below are coroutines although they wait for nothing: FastAPI would send a plain function to a
# thread, which costs a hop and lets messages of one chat overtake each other.


@dataclass(frozen=True)
class Frontdesk:
    """The parts that `create_app` wired together; every service gets what it needs from here."""

    settings: Settings
    database: Database
    clock: Clock
    profile: Profile
    bot: BotGateway
    vectors: SentenceVectors = field(default_factory=SentenceVectors)
    # /internal has threads of its own: a turn that waits for the bot must never starve the actions it caused.
    internal_limiter: asyncio.Semaphore = field(default_factory=lambda: asyncio.Semaphore(16))

    @property
    def pause(self) -> PauseSwitch:
        """The switch that turns the pages into a telephone number and lines to call."""
        return PauseSwitch(self.settings.var)


async def get_frontdesk(request: Request) -> Frontdesk:
    """The wired parts of this app."""
    frontdesk: Frontdesk = request.app.state.frontdesk
    return frontdesk


FrontdeskDep = Annotated[Frontdesk, Depends(get_frontdesk)]


async def in_thread(work: Callable[..., Result], *args: Any) -> Result:
    """Run one unit of work in a thread; the event loop stays free."""
    return await asyncio.to_thread(work, *args)


async def require_service_token(
    frontdesk: FrontdeskDep, x_frontdesk_token: Annotated[str | None, Header()] = None
) -> None:
    """Only the action server may call /internal. Raises SignInRequired."""
    if not security.same(x_frontdesk_token, frontdesk.settings.service_token.get_secret_value()):
        raise SignInRequired("this address is for the practice's own action server")


async def bearer_token(authorization: Annotated[str | None, Header()] = None) -> str:
    """The token of an `Authorization: Bearer …` header. Raises SignInRequired."""
    scheme, _, token = (authorization or "").partition(" ")
    if scheme.lower() != "bearer" or not token.strip():
        raise SignInRequired("this chat needs its token; open a new chat to get one")
    return token.strip()


BearerToken = Annotated[str, Depends(bearer_token)]
