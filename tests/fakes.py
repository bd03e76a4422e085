"""Hand-written stand-ins for what lies outside the api: the bot, the notifier, the ears."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

from api.errors import BotUnavailable
from api.gateways.bot import BotAnswer, BotTurn
from api.gateways.notifier import ToSend

Answering = Callable[[BotTurn], BotAnswer]


def says(text: str, *offers: tuple[str, str], **more: Any) -> BotAnswer:
    """An answer of one message; offers are (label, payload), `facts` and `open_question` go through."""
    replies = [{"label": label, "payload": payload} for label, payload in offers]
    message = {"text": text, "quick_replies": replies} | {
        key: more[key] for key in ("kind", "payload") if key in more
    }
    return BotAnswer([message], more.get("facts", {}), more.get("open_question"))


class FakeBot:
    """A bot that answers as it is told; it can be held, broken, cold, and it can call back before it answers."""

    def __init__(self) -> None:
        self.turns: list[BotTurn] = []
        self.erased: list[str] = []
        self.answer: Answering = lambda turn: says(f"heard: {turn.text}")
        self.failure: Exception | None = None
        self.before: Callable[[BotTurn], Awaitable[None]] | None = None
        self.held: asyncio.Event | None = None
        self.asked = asyncio.Event()
        self.ready = asyncio.Event()
        self.ready.set()

    def hold(self) -> asyncio.Event:
        """Keep every turn waiting until the returned event is set."""
        self.held = asyncio.Event()
        return self.held

    @property
    def texts(self) -> list[str]:
        """What the bot was asked, in order."""
        return [turn.text for turn in self.turns]

    async def take_turn(self, turn: BotTurn, timeout_seconds: float) -> BotAnswer:
        self.turns.append(turn)
        self.asked.set()
        if self.held is not None:
            await self.held.wait()
        if self.before is not None:
            await self.before(turn)
        if self.failure is not None:
            raise self.failure
        return self.answer(turn)

    async def is_ready(self) -> bool:
        await self.ready.wait()
        return True

    async def erase(self, session_id: str) -> None:
        if self.failure is not None:
            raise BotUnavailable("the bot is down")
        self.erased.append(session_id)


class FakeNotifier:
    """Remembers what staff were told; fails while `failure` is set."""

    tells_at_once = True

    def __init__(self) -> None:
        self.delivered: list[tuple[str, dict[str, Any]]] = []
        self.failure: Exception | None = None

    async def deliver(self, notice: ToSend) -> None:
        if self.failure is not None:
            raise self.failure
        self.delivered.append((notice.topic, notice.payload))


@dataclass(frozen=True)
class FakeSignal:
    """A signal as bot.language.risk gives it."""

    id: str
    tier: str
    span: tuple[int, int] = (0, 0)
    modifiers: tuple[str, ...] = ()
    sets: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class FakeScreening:
    """A screening as bot.language.risk gives it."""

    tier: str
    signals: tuple[FakeSignal, ...] = ()
    lang: str | None = "en"
    rules_version: str = "test"


# What the fake ears know: a phrase, its tier, its signal, and the facts it sets.
PHRASES: tuple[tuple[str, str, str, dict[str, Any]], ...] = (
    ("took all my pills", "emergency", "ATTEMPT_NOW", {}),
    ("he is hitting me", "emergency", "VIOLENCE_NOW", {}),
    ("i want to die", "crisis", "SI_PASSIVE", {}),
    ("quiero morirme", "crisis", "SI_PASSIVE", {}),
    ("friend wants to die", "crisis", "THIRD_SI", {}),
    ("hurt my ex", "crisis", "HI_THOUGHTS", {}),
    ("i cut last night", "urgent", "NSSI_CURRENT", {}),
    ("scared of my boyfriend", "urgent", "DV_ONGOING", {}),
    ("i hear whispers", "urgent", "PSYCHOSIS", {"psychosis_now": True}),
    ("stopped my xanax", "urgent", "WITHDRAWAL_RISK", {"substance": "withdrawal_risk"}),
    ("ran out of effexor", "urgent", "MED_REACTION", {"request": "stopping_or_ran_out"}),
    ("can't do this anymore", "watch", "AMBIG", {}),
    ("i give up", "watch", "AMBIG", {}),
    ("this deadline is killing me", "none", "IDIOM", {}),
)
ANSWERS = {
    "yes": "yes",
    "no": "no",
    "not sure": "unsure",
    "i'd rather not say": "skip",
    "sí": "yes",
    "yes, that is fine": "yes",
}


class FakeEars:
    """Knows a few phrases by heart."""

    def __init__(self) -> None:
        self.heard: list[tuple[str, tuple[str, ...]]] = []

    def screen(self, text: str, previous: Sequence[str]) -> FakeScreening:
        self.heard.append((text, tuple(previous)))
        found = [
            FakeSignal(name, tier, _span(text, phrase), (), sets)
            for phrase, tier, name, sets in PHRASES
            if phrase in text.lower()
        ]
        order = ["none", "watch", "urgent", "crisis", "emergency"]
        tier = max((signal.tier for signal in found), key=order.index, default="none")
        return FakeScreening(tier, tuple(found), "es" if "quiero" in text.lower() else "en")

    def read_answer(self, text: str, question: str) -> str | None:
        if question == "leave_message":
            return "yes" if "leave a message" in text.lower() else None
        return ANSWERS.get(text.strip().lower())

    def read_phone(self, text: str) -> str | None:
        return "+15205550134" if "520-555-0134" in text else None

    def is_minor(self, text: str) -> bool:
        return "i am 15" in text.lower()

    def chooses(self, text: str, label: str) -> bool:
        return text.lower() in label.lower()


def _span(text: str, phrase: str) -> tuple[int, int]:
    start = text.lower().index(phrase)
    return start, start + len(phrase)
