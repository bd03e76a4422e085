"""Plays the scripts through a whole api with the real ears and a bot that answers plainly; keeps every reply."""

import asyncio
import tempfile
from dataclasses import dataclass, field
from datetime import timedelta
from functools import cache
from pathlib import Path
from typing import Any

from api.chat.ears import LanguageEars
from api.clock import FixedClock
from api.gateways.vectors import SentenceVectors
from api.safety import alerts
from api.safety.models import Alert
from api.transcript.models import ChatSession
from api.vocabulary import Mode, Tier
from tests.api.conftest import House, Visitor, open_house
from tests.api.safety.rubric.script import Conversation, Step, conversations
from tests.factories import CLOSED_AT, OPEN_AT
from tests.fakes import FakeBot, says

PLAIN = {"en": "Bot: thanks, I noted that.", "es": "Bot: gracias, lo anoté."}
TIMES = {"en": "Bot: these times are free.", "es": "Bot: estas horas están libres."}


@dataclass(frozen=True)
class Turn:
    """One step as it went: what the visitor did, where the chat stood before and after, and what the api said.

    `replies` are the api's own messages; `bot_called` tells whether the bot was asked. `asked` is the safety
    question that was open when the visitor did this.
    """

    conversation: Conversation
    number: int
    step: Step
    before: Tier
    after: Tier
    replies: tuple[dict[str, Any], ...]
    status: int = 200
    mode: str = "bot"
    asked: str | None = None
    answered: str | None = None
    bot_called: bool = False
    alerted: int = 0
    acknowledged: bool = False
    previous: "Turn | None" = field(default=None, repr=False)

    @property
    def text(self) -> str:
        """Everything the api said in this turn."""
        return " ".join(reply["text"] for reply in self.replies)

    @property
    def rises_to(self) -> Tier | None:
        """The tier this message raised the chat to, if it did."""
        return self.after if self.after.rank > self.before.rank else None

    @property
    def cards(self) -> list[dict[str, Any]]:
        """Lines to call that came with it."""
        return [card for reply in self.replies for card in (reply.get("payload") or {}).get("resources", [])]

    @property
    def alarms(self) -> bool:
        """True when this turn speaks the script of crisis or emergency for the first time at that tier."""
        return self.rises_to is not None and self.rises_to.rank >= Tier.CRISIS.rank

    @property
    def is_grave(self) -> bool:
        """True for a reply given in crisis or emergency."""
        return bool(self.replies) and self.after.rank >= Tier.CRISIS.rank

    def __str__(self) -> str:
        return f"{self.conversation.id} step {self.number} ({self.step.act} {self.step.what!r}): {self.text!r}"


class ReviewedRules(LanguageEars):
    """The real ears with the reviewed rules alone: what is said must not change with a newly trained head."""

    def _second_layer(self) -> None:
        """None: the rules load themselves."""


class Player:
    """Somebody who follows one script."""

    def __init__(self, house: House, conversation: Conversation) -> None:
        self.house, self.conversation = house, conversation
        self.turns: list[Turn] = []
        self.last_offering: dict[str, Any] | None = None

    async def play(self) -> list[Turn]:
        """Follow the script from the first step to the last."""
        language = self.conversation.language
        open_chat = self.house.visitor if self.conversation.consent else self.house.newcomer
        self.visitor: Visitor = await open_chat(language)
        for number, step in enumerate(self.conversation.steps, 1):
            self.turns.append(await self._take(number, step))
        return self.turns

    async def _take(self, number: int, step: Step) -> Turn:
        state = self.house.state(self.visitor)
        before, asked, said, calls = (
            Tier(state.tier),
            state.open_question,
            self._alerts(),
            len(self.house.bot.turns),
        )
        seq = (await self.visitor.page())["messages"][-1]["seq"]
        status = await self._do(step)
        page = await self.visitor.page(seq)
        new = [message for message in page["messages"] if message["author"] == "bot"]
        for message in new:
            self.last_offering = message if message["quick_replies"] else self.last_offering
        state = self.house.state(self.visitor)
        known = self.house.rows(Alert)
        return Turn(
            conversation=self.conversation,
            number=number,
            step=step,
            before=before,
            after=Tier(state.tier),
            replies=tuple(message for message in new if not message["text"].startswith("Bot:")),
            status=status,
            mode=page["mode"],
            asked=asked,
            answered=state.direct_answer,
            bot_called=len(self.house.bot.turns) > calls,
            alerted=len(known) - said,
            acknowledged=any(alert.acknowledged_at for alert in known),
            previous=self.turns[-1] if self.turns else None,
        )

    def _alerts(self) -> int:
        return len(self.house.rows(Alert))

    async def _do(self, step: Step) -> int:
        """Do one step; the status of the call."""
        doing = {
            "say": self._say,
            "press": self._press,
            "help": self._help,
            "accept": self._accept,
            "wait": self._wait,
            "staff": self._staff,
            "acknowledged": self._acknowledge,
        }
        return await doing[step.act](step.what)

    async def _say(self, text: str) -> int:
        return (await self.visitor.send(text)).status_code

    async def _press(self, label: str) -> int:
        assert self.last_offering is not None, f"{self.conversation.id}: nothing to press"
        offers = {offer["label"]: offer["index"] for offer in self.last_offering["quick_replies"]}
        assert label in offers, f"{self.conversation.id}: {label} is not among {list(offers)}"
        return (await self.visitor.press(self.last_offering["seq"], offers[label])).status_code

    async def _help(self, _: Any) -> int:
        return (await self.visitor.post("help-now", {})).status_code

    async def _accept(self, _: Any) -> int:
        return (await self.visitor.accept()).status_code

    async def _wait(self, minutes: int) -> int:
        self.house.clock.instant += timedelta(minutes=minutes)
        await self.house.deliver()
        return 200

    async def _staff(self, _: Any) -> int:
        with self.house.database.writing() as db:
            db.get(ChatSession, self.visitor.session_id).mode = Mode.STAFF
        return 200

    async def _acknowledge(self, _: Any) -> int:
        waiting = self.house.rows(Alert)
        with self.house.database.writing() as db:
            for alert in waiting:
                alerts.acknowledge(db, alert.id, "dana", self.house.clock.now())
        return 200


def _bot(conversation: Conversation) -> FakeBot:
    bot, language = FakeBot(), conversation.language
    facts = {"age_group": conversation.age_group} if conversation.age_group else {}
    if conversation.booking:
        offer = ("10:00", '/choose_time{"n": 1}')
        bot.answer = lambda turn: says(TIMES[language], offer, facts=facts, open_question="appointment_slot")
    else:
        bot.answer = lambda turn: says(PLAIN[language], facts=facts)
    return bot


async def _play(conversation: Conversation) -> list[Turn]:
    clock = FixedClock(CLOSED_AT if conversation.closed else OPEN_AT)
    with tempfile.TemporaryDirectory() as folder:
        parts = {"clock": clock, "bot": _bot(conversation), "ears": ReviewedRules(SentenceVectors())}
        async with open_house(Path(folder), **parts) as house:
            return await Player(house, conversation).play()


@cache
def turns() -> tuple[Turn, ...]:
    """Every turn of every conversation, played once."""

    async def everything() -> list[Turn]:
        return [turn for conversation in conversations() for turn in await _play(conversation)]

    return tuple(asyncio.run(everything()))
