"""What the safety room hears in one message: its risk, an answer to an open question, a number to call."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from api.vocabulary import Tier

# What a pressed reply may answer: `/safety{"answer": "no"}`, the bot's `/inform{"safety_answer": "no"}`.
ANSWERS = ("yes", "no", "unsure", "skip", "go_on")
# The names under which bot.language.answers knows our questions.
ASKED_AS = {"in_danger": "danger_now", "item_nine": "direct"}


class RiskSignal(Protocol):
    """What bot.language.risk found at one place of a text."""

    @property
    def id(self) -> str:
        """The signal of clinical.md §4."""
        ...

    @property
    def tier(self) -> str:
        """Its tier."""
        ...

    @property
    def span(self) -> tuple[int, int]:
        """Where it stands in the text."""
        ...

    @property
    def modifiers(self) -> Sequence[str]:
        """Context: negated, past, someone else …"""
        ...

    @property
    def sets(self) -> Mapping[str, Any]:
        """Facts it fills instead of the tier."""
        ...


class Screening(Protocol):
    """The result of screening one text."""

    @property
    def tier(self) -> str:
        """The highest tier that holds."""
        ...

    @property
    def signals(self) -> Sequence[RiskSignal]:
        """All signals, those of tier none too."""
        ...

    @property
    def lang(self) -> str | None:
        """The language the text was read in."""
        ...

    @property
    def rules_version(self) -> str:
        """The version of the reviewed data."""
        ...


class Ears(Protocol):
    """The parts of bot.language that safety listens with; pure, quick, never raising."""

    def screen(self, text: str, previous: Sequence[str]) -> Screening:
        """Screen a text in the light of the ones before it."""
        ...

    def read_answer(self, text: str, question: str) -> str | None:
        """Yes, no, unsure, skip, or None."""
        ...

    def read_phone(self, text: str) -> str | None:
        """A telephone number in the text."""
        ...

    def is_minor(self, text: str) -> bool:
        """True when the visitor says that they are under 18."""
        ...

    def chooses(self, text: str, label: str) -> bool:
        """True when a typed text names the reply of this label."""
        ...


@dataclass(frozen=True)
class Signal:
    """A signal as it is kept with an alert."""

    id: str
    tier: Tier
    span: tuple[int, int] = (0, 0)
    modifiers: tuple[str, ...] = ()
    words: str = ""
    sets: tuple[tuple[str, Any], ...] = ()

    def to_dict(self) -> dict[str, Any]:
        """The form in which an alert stores it."""
        return {
            "id": self.id,
            "tier": self.tier.value,
            "span": list(self.span),
            "modifiers": list(self.modifiers),
            "words": self.words,
        }


@dataclass(frozen=True)
class Heard:
    """One message as the safety conversation sees it."""

    tier: Tier = Tier.NONE
    signals: tuple[Signal, ...] = ()
    rules_version: str = ""
    language: str | None = None
    # The open question's answer; `universal` when that question was the bot's safety check.
    answer: str | None = None
    universal: bool = False
    phone: str | None = None
    leave_message: bool = False

    @property
    def signal_ids(self) -> set[str]:
        """The ids of what was found at watch or above."""
        return {signal.id for signal in self.signals if signal.tier.rank}


# Signals that speak of the visitor's own wish to die or own injury, when nobody else is meant.
OWN = frozenset(
    "SI_PLAN ATTEMPT_NOW GOODBYE COMMAND_VOICES SI_ACTIVE SI_PASSIVE ATTEMPT_RECENT NSSI_CURRENT ITEM9 DIRECT_YES".split()
)
THIRD_PERSON = frozenset({"THIRD_IMMINENT", "THIRD_SI"})


def meant(signals: Sequence[Signal]) -> frozenset[str]:
    """The ids at watch or above, without own signals inside words about somebody else: "she says she wants to die"."""
    others = [signal.span for signal in signals if signal.id in THIRD_PERSON]
    return frozenset(
        signal.id
        for signal in signals
        if signal.tier.rank and not (signal.id in OWN and any(_overlap(signal.span, other) for other in others))
    )


def _overlap(one: tuple[int, int], other: tuple[int, int]) -> bool:
    return one[0] < other[1] and other[0] < one[1]


def listen(ears: Ears, text: str, previous: Sequence[str]) -> Heard:
    """Screen a typed text. The open question is read afterwards, when the session's state is at hand."""
    screening = ears.screen(text, previous)
    signals = tuple(_signal(text, signal) for signal in screening.signals)
    return Heard(
        tier=Tier(screening.tier),
        signals=signals,
        rules_version=screening.rules_version,
        language=screening.lang,
    )


def _signal(text: str, found: RiskSignal) -> Signal:
    start, end = found.span
    return Signal(
        id=found.id,
        tier=Tier(found.tier),
        span=(start, end),
        modifiers=tuple(found.modifiers),
        # A lone surrogate could be kept here but not shown on any page.
        words=text[start:end].encode(errors="replace").decode(),
        sets=tuple(sorted(found.sets.items())),
    )
