"""Steps two and three of a turn: a place with the bot, its answer, and what follows when there is none."""

import asyncio
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace

import structlog
from sqlalchemy.exc import SQLAlchemyError

from api.chat.lanes import Lane
from api.chat.turns import PATIENCE, BotReply, OpenTurn, Turns, read_replies
from api.chat.warmup import WarmUp
from api.dependencies import Frontdesk, in_thread
from api.errors import BotGone
from api.gateways.bot import BotAnswer
from api.transcript import service as transcript

# Turns the bot is asked for at once. It works on one core: more would only make each of them late, and a turn that
# is late is given up. Measured with `bench streams`.
PLACES = 6

log = structlog.get_logger(__name__)


@dataclass
class Taking:
    """Takes the turns of all chats to the bot. No transaction is open and no thread is held while it thinks."""

    frontdesk: Frontdesk
    turns: Turns
    warm_up: WarmUp
    _places: asyncio.Semaphore = field(default_factory=lambda: asyncio.Semaphore(PLACES))
    # The last turn was given up for being late: whoever waits for a place must not be late because of the queue too.
    _bot_is_late: bool = False

    async def answer_all(self, lane: Lane, session_id: str, first: list[OpenTurn]) -> None:
        """Take one turn after the other until nothing of a chat waits; one that is already open goes first."""
        # An open turn may be one that another api is taking just now: only who looks for what was left takes it up.
        takes_left = not first
        turn = first.pop() if first else await self._next(session_id, takes_left)
        while turn is not None:
            await self._take(turn)
            lane.answered(turn.last_seq)
            turn = await self._next(session_id, takes_left)

    async def _next(self, session_id: str, takes_left: bool) -> OpenTurn | None:
        # While the bot starts everything waits; what waits is looked for when it is ready.
        return await in_thread(self._begin, session_id, takes_left) if self.warm_up.is_over else None

    async def _take(self, turn: OpenTurn) -> None:
        try:
            answer = await self._ask(await self._with_vector(turn))
            replies = read_replies(answer)
        except Exception as error:
            if isinstance(error, BotGone) and not turn.again and self.warm_up.lost():
                # A turn that was asked twice has had its chance: its own words may be what the bot dies of.
                await in_thread(self._put_off, turn)
                return
            # Down, late, nonsense, or a fault of ours: whatever it is, the visitor gets the truth and a person.
            log.warning("turn_given_up", turn_id=turn.id, error=type(error).__name__)
            await in_thread(self._give_up, turn)
        else:
            await self._store(turn, answer, replies)

    async def _store(self, turn: OpenTurn, answer: BotAnswer, replies: list[BotReply]) -> None:
        try:
            await in_thread(self._finish, turn, answer, replies)
        except SQLAlchemyError as error:
            # Trying to store an apology would only make the visitor wait for the same database once more.
            log.error("turn_not_stored", turn_id=turn.id, error=type(error).__name__)
            raise
        except Exception as error:
            # The answer cannot be stored: the visitor must at least not wait for it in silence.
            log.error("turn_not_stored", turn_id=turn.id, error=type(error).__name__)
            await in_thread(self._give_up, turn)

    async def _with_vector(self, turn: OpenTurn) -> OpenTurn:
        """The turn with the vector of its text, which the screen has worked out; a choice needs none."""
        if turn.bot_turn.payload:
            return turn
        vector = await in_thread(self.frontdesk.vectors.of, turn.bot_turn.text)
        return replace(turn, bot_turn=replace(turn.bot_turn, vector=vector))

    async def _ask(self, turn: OpenTurn) -> BotAnswer:
        asked_at = time.monotonic()
        longest = self.frontdesk.settings.bot_timeout_seconds
        async with self._place():
            waited = time.monotonic() - asked_at
            seconds = max(longest - waited, 0.0) if self._bot_is_late else longest
            try:
                async with asyncio.timeout(seconds):
                    answer = await self._ask_living(turn, seconds)
            except TimeoutError:
                self._bot_is_late = True
                raise
            self._bot_is_late = False
        self.warm_up.seen()
        return answer

    async def _ask_living(self, turn: OpenTurn, seconds: float) -> BotAnswer:
        bot = self.frontdesk.bot
        try:
            return await bot.take_turn(turn.bot_turn, seconds)
        except BotGone:
            # A connection can break although the bot lives; asked again it does nothing twice.
            if turn.again or not await bot.is_ready():
                raise
            return await bot.take_turn(turn.asked_again().bot_turn, seconds)

    @asynccontextmanager
    async def _place(self) -> AsyncIterator[None]:
        """One of the places with the bot. Raises TimeoutError when none comes free in time."""
        async with asyncio.timeout(PATIENCE.total_seconds()):
            await self._places.acquire()
        try:
            yield
        finally:
            self._places.release()

    def _begin(self, session_id: str, takes_left: bool) -> OpenTurn | None:
        now = self.frontdesk.clock.now()
        with self.frontdesk.database.writing() as db:
            return self.turns.begin(db, transcript.find(db, session_id), now, takes_left=takes_left)

    def _finish(self, turn: OpenTurn, answer: BotAnswer, replies: list[BotReply]) -> None:
        with self.frontdesk.database.writing() as db:
            self.turns.finish(db, turn, answer, replies, self.frontdesk.clock.now())

    def _put_off(self, turn: OpenTurn) -> None:
        with self.frontdesk.database.writing() as db:
            self.turns.put_off(db, turn, self.frontdesk.clock.now())

    def _give_up(self, turn: OpenTurn) -> None:
        with self.frontdesk.database.writing() as db:
            self.turns.give_up(db, turn.id, turn.session_id, self.frontdesk.clock.now())
