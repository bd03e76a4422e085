"""The turn in three steps: receive (a unit of work), ask the bot (nothing held), store (a unit of work)."""

import asyncio
import contextlib
from collections.abc import AsyncIterator
from dataclasses import replace
from typing import Any

from sqlalchemy.exc import IntegrityError, SQLAlchemyError

from api import security
from api.chat.acting import Acting
from api.chat.behind import Behind
from api.chat.lanes import Lane, Lanes
from api.chat.limits import Limits
from api.chat.receipt import Circumstances, Received, Sent
from api.chat.reception import Reception
from api.chat.schemas import AnswerOut, OpenOut
from api.chat.taking import Taking
from api.chat.turns import Turns
from api.chat.visits import Visits
from api.chat.warmup import WarmUp
from api.contact import show_phone
from api.dependencies import Frontdesk, in_thread
from api.errors import Paused, SignInRequired, TooMany
from api.safety.service import Gate
from api.transcript.publishing import Publisher
from api.transcript.schemas import MessageOut
from api.wording import Wording

# A listener looks again after this time even if no wake-up reached it.
REREAD_SECONDS = 15.0
# Tabs and reconnects of one visitor; more is not a visitor.
MOST_READERS = 8


class Chat:
    """The running chat: lanes, limits and the waiting for the bot live here, in this process, and nowhere else."""

    def __init__(self, frontdesk: Frontdesk, gate: Gate, wording: Wording, publisher: Publisher) -> None:
        self.frontdesk, self.gate, self.wording, self.publisher = frontdesk, gate, wording, publisher
        self.turns = Turns(frontdesk, wording, gate.resources)
        acting = Acting(frontdesk.profile, self.turns, wording)
        self.reception = Reception(frontdesk, gate, self.turns, acting, wording)
        self.visits = Visits(frontdesk, gate, self.turns, acting, wording)
        self.lanes, self.limits = Lanes(), Limits()
        self._left: set[asyncio.Task[None]] = set()
        self.warm_up = WarmUp(frontdesk.bot, frontdesk.settings.bot_warm_up_seconds, self.answer_waiting)
        self.taking = Taking(frontdesk, self.turns, self.warm_up)
        self.behind = Behind(self._answer_left)

    async def open(self, language: str, address: str) -> OpenOut:
        """A new chat. Raises Paused and TooMany; both carry lines to call."""
        if self.frontdesk.pause.is_on:
            detail = self.wording.say("chat.paused", language, phone=show_phone(self.frontdesk.profile.phone))
            raise Paused(detail, resources=self._panel(language))
        wait = self.limits.count_session(address)
        if wait:
            detail = self.wording.say("chat.too_many_chats", language, phone=self.frontdesk.profile.phone)
            raise TooMany(detail, retry_after_seconds=wait, resources=self._panel(language))
        return await in_thread(self.visits.open, language)

    def _panel(self, language: str) -> list[dict[str, Any]]:
        return self.gate.resources.choose(set(), language)

    async def send(self, token: str, sent: Sent, address: str) -> AnswerOut:
        """Take one message and answer it. See Reception.receive for what it raises."""
        key = security.hash_token(token)
        around = Circumstances(
            wait_seconds=self.limits.count_message(key, address), bot_starting=not self.warm_up.is_over
        )
        with self.lanes.of(key) as lane:
            async with lane.receiving:
                received = await self._receive(token, sent, replace(around, opens_turn=lane.is_idle))
                if received.pending and self.warm_up.is_over:
                    # The bot became ready while this message was stored: nobody else will look for it.
                    received = replace(received, waits=True)
                self._start(lane, received)
            if received.waits:
                await lane.wait_for(received.seq)
        return await in_thread(self.visits.answer, received.session_id, received.seq)

    async def _receive(self, token: str, sent: Sent, around: Circumstances) -> Received:
        try:
            return await in_thread(self.reception.receive, token, sent, around)
        except IntegrityError:
            # Another process stored the same message in this moment: look again, it is there now.
            return await in_thread(self.reception.receive, token, sent, around)

    def _start(self, lane: Lane, received: Received) -> None:
        """Have a lane answer what waits; a turn that is already open is taken first."""
        if not received.waits:
            return
        first = [received.turn] if received.turn is not None else []

        async def work(lane: Lane) -> None:
            try:
                await self.taking.answer_all(lane, received.session_id, first)
            except SQLAlchemyError:
                # Locked or full: nothing is lost, the turn stays open and is taken up when the database works again.
                self.behind.look_soon()
                raise

        lane.run(work)

    async def consent(self, token: str, accepted: bool, version: str, address: str) -> AnswerOut:
        """The answer to the notice, and what follows from it. Raises Conflict when the card has changed."""
        key = security.hash_token(token)
        self.limits.count_message(key, address)
        with self.lanes.of(key) as lane:
            async with lane.receiving:
                may_open = lane.is_idle and self.warm_up.is_over
                given = await in_thread(self.visits.consent, token, accepted, version, may_open)
                self._start(lane, given)
            if given.turn is not None:
                await lane.wait_for(given.turn.last_seq)
        return await in_thread(self.visits.answer, given.session_id, given.seq)

    async def help_now(self, token: str, address: str) -> AnswerOut:
        """Lines to call, at once. Raises TooMany, which carries the lines as well."""
        key = security.hash_token(token)
        wait = self.limits.count_message(key, address)
        if wait:
            detail = self.wording.say("chat.too_many", "en")
            raise TooMany(detail, retry_after_seconds=wait, resources=self._panel("en"))
        with self.lanes.of(key) as lane:
            async with lane.receiving:
                return await in_thread(self.visits.help_now, token)

    async def erase(self, token: str) -> None:
        """Erase a chat once its turn is over, so that nothing is written after it."""
        with self.lanes.of(security.hash_token(token)) as lane:
            async with lane.receiving:
                await lane.quiet()
                await in_thread(self.visits.erase, token)

    async def answer_waiting(self) -> None:
        """When the bot is ready: take up the turns that were not ended, and answer every message that waits."""
        await self.behind.look()

    async def _answer_left(self) -> None:
        for key, received in await in_thread(self.reception.left_behind):
            task = asyncio.create_task(self._catch_up(key, received))
            self._left.add(task)
            task.add_done_callback(self._left.discard)

    async def _catch_up(self, key: str, received: Received) -> None:
        with self.lanes.of(key) as lane:
            async with lane.receiving:
                self._start(lane, received)
            # What the database refused is looked for again (`behind`).
            with contextlib.suppress(SQLAlchemyError):
                await lane.wait_for(received.seq)

    async def stop(self) -> None:
        """End what still runs in the background; unanswered messages wait in the database for the next start."""
        await self.behind.stop()
        for task in self._left:
            task.cancel()
        await asyncio.gather(*self._left, return_exceptions=True)
        await self.lanes.stop()

    async def admit(self, token: str) -> str:
        """The id of the chat a token may stream. Raises SignInRequired, and TooMany over a handful of readers."""
        session_id = await in_thread(self.visits.recognise, token)
        if self.publisher.count(session_id) >= MOST_READERS:
            raise TooMany("this chat is open in too many places", retry_after_seconds=int(REREAD_SECONDS))
        return session_id

    async def follow(self, token: str, session_id: str, after: int) -> AsyncIterator[MessageOut]:
        """Messages after a number as they come; ends when the chat is erased or its token has run out."""
        with self.publisher.listening(session_id) as changed:
            while True:
                changed.clear()
                try:
                    page = await in_thread(self.visits.page, token, after)
                except SignInRequired:
                    return
                for message in page.messages:
                    after = message.seq
                    yield message
                if not page.messages:
                    await _wait(changed)


async def _wait(changed: asyncio.Event) -> None:
    try:
        async with asyncio.timeout(REREAD_SECONDS):
            await changed.wait()
    except TimeoutError:
        return
