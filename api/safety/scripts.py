"""Puts the fixed sentences of `data/wording/safety.yml` together into one message; nothing is ever generated."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from api.safety.models import SafetyState
from api.safety.person import NOBODY, Person, speaks_of_another, subject
from api.safety.resources import ABROAD, UNSURE, Resources
from api.vocabulary import Kind, Tier
from api.wording import Wording

# Scripts that come with lines to call; the others only ask or thank.
WITH_RESOURCES = frozenset(
    {
        "crisis",
        "emergency",
        "urgent",
        "help_now",
        "watch_open",
        "crisis_support",
        "emergency_support",
        "call_911_no",
        "nobody_answered",
        "item_nine",
    }
)
CHOICES = {
    "direct": ("yes", "no", "unsure", "skip"),
    "item_nine": ("yes", "no", "unsure", "skip"),
    "in_danger": ("yes", "no", "unsure"),
    "call_911": ("yes", "no"),
    "may_call": ("yes", "no"),
    "callback_number": ("no_call",),
}
ALARMS = frozenset({"crisis", "emergency"})
# Advice that names nobody to be with.
WITHOUT_COMPANY = frozenset({"advice_overdose"})
PLAIN_DANGER = frozenset({"HI_THOUGHTS", "CHILD_ABUSE", "SEXUAL_ASSAULT_RECENT", "DV_ONGOING"})


@dataclass(frozen=True)
class Line:
    """A message ready to be stored."""

    kind: Kind
    text: str
    tier: Tier
    quick_replies: list[dict[str, Any]] = field(default_factory=list)
    payload: dict[str, Any] | None = None


@dataclass(frozen=True)
class Speaker:
    """Everything a script needs to know. `opens`: when the office opens, in words; None while it is open.

    `phone` is the practice's own number; it is named only while somebody may answer it. `signals` are those this
    message is about, `told` all that this chat has named.
    """

    wording: Wording
    resources: Resources
    language: str
    opens: str | None
    signals: frozenset[str] = frozenset()
    acknowledged: bool = False
    phone: str = ""
    told: frozenset[str] = frozenset()
    person: Person = NOBODY

    def speak(self, state: SafetyState, says: tuple[str, ...]) -> Line:
        """One message out of these scripts, with the replies the now open question offers."""
        aside = [self._say("am_program", state)] if self.person.asks_if_human and not ALARMS & set(says) else []
        parts = [*aside, *(part for script in says for part in self._parts(script, state))]
        text = self._with_lines(" ".join(parts), state)
        state.times_spoken += 1
        state.last_script = says[-1]
        quick_replies = self._quick_replies(state)
        if not WITH_RESOURCES & set(says):
            return Line(Kind.TEXT, text, Tier(state.tier), quick_replies)
        cards = self.resources.choose(set(self.signals), self.language, self.person.country)
        payload = {"tier": str(state.tier), "resources": cards}
        return Line(Kind.CRISIS, text, Tier(state.tier), quick_replies, payload)

    def _say(self, key: str, state: SafetyState) -> str:
        fitting = f"safety.{self._fitting(key)}"
        fields = {"opens": self.opens or "", "phone": self.phone}
        return self.wording.say(fitting, self.language, state.times_spoken, **fields)

    def _fitting(self, key: str) -> str:
        """The key with the ending of who reads it, where such a text exists: `_abroad`, `_minor`."""
        endings = [("_abroad", self.person.country == ABROAD), ("_minor", self.person.minor)]
        for ending, holds in endings:
            if holds and f"safety.{key}{ending}" in self.wording.phrases:
                return key + ending
        return key

    def _with_lines(self, text: str, state: SafetyState) -> str:
        """In crisis every reply names 988, in an emergency 911 before it; a question stays at the end."""
        if Tier(state.tier).rank < Tier.CRISIS.rank:
            return text
        wanted = "911" if state.tier == Tier.EMERGENCY else "988"
        if wanted in text and "988" in text:
            return text
        line = self._say("still_911" if wanted == "911" else "still_988", state)
        return f"{line} {text}" if text.endswith("?") else f"{text} {line}"

    def _parts(self, script: str, state: SafetyState) -> list[str]:
        compose: dict[str, Callable[[SafetyState], list[str]]] = {
            "crisis": self._crisis,
            "emergency": self._emergency,
            "urgent": self._urgent,
            "help_now": self._help_now,
            "nobody_answered": self._nobody_answered,
        }
        if script in compose:
            return compose[script](state)
        return self._simple(script, state)

    def _simple(self, script: str, state: SafetyState) -> list[str]:
        name = self._name(script)
        before = [self._say("reflection", state)] if script == "direct" else []
        after = self._seen(state) if script in ("crisis_support", "emergency_support") else []
        closed = self._where(state) + self._closed(state) if script == "number_noted" else []
        return [*before, self._say(name, state), *after, *closed]

    def _name(self, script: str) -> str:
        if script == "direct_again":
            return script + subject(self.signals | self.told)
        return "may_call_other" if script == "may_call" and self._about_other else script

    @property
    def _about_other(self) -> bool:
        return speaks_of_another(self.signals)

    def _crisis(self, state: SafetyState) -> list[str]:
        return [
            self._say("crisis", state),
            *self._where(state),
            *self._advice(state),
            *self._company(state),
            *self._seen(state),
            *self._closed(state),
            self._danger_question(state),
        ]

    def _emergency(self, state: SafetyState) -> list[str]:
        advice = [*self._where(state), *self._advice(state), *self._company(state)]
        seen, closed = self._seen(state), self._closed(state)
        return [self._say("emergency", state), *advice, *seen, *closed, self._say("call_911", state)]

    def _urgent(self, state: SafetyState) -> list[str]:
        thanks = self._say("urgent_closed" if self.opens else "urgent", state)
        return [thanks, *self._advice(state), self._say("urgent_number", state)]

    def _help_now(self, state: SafetyState) -> list[str]:
        question = "call_911" if state.tier == Tier.EMERGENCY else "in_danger_plain"
        return [
            self._say("help_now", state),
            *self._where(state),
            *self._closed(state),
            self._say(question, state),
        ]

    def _nobody_answered(self, state: SafetyState) -> list[str]:
        plain = "nobody_answered_emergency" if state.tier == Tier.EMERGENCY else "nobody_answered_crisis"
        office = self._closed(state) or [self._say("office_number", state)]
        return [self._say(plain, state), *office]

    def _danger_question(self, state: SafetyState) -> str:
        if self._about_other:
            return self._say("in_danger_other", state)
        return self._say("in_danger_plain" if self.signals & PLAIN_DANGER else "in_danger", state)

    def _advice(self, state: SafetyState) -> list[str]:
        key = self._advice_key
        return [self._say(key, state)] if key else []

    @property
    def _advice_key(self) -> str | None:
        key = self.wording.for_signals("safety.advice_", set(self.signals))
        return key.removeprefix("safety.") if key else None

    def _company(self, state: SafetyState) -> list[str]:
        """Somebody to be with, and in an emergency distance from means, unless the advice has said it already."""
        key, minor = self._advice_key, self.person.minor
        if key is None or key in WITHOUT_COMPANY:
            own = "advice_self" if state.tier == Tier.EMERGENCY else "advice_trusted"
            return [self._say(own, state), *([self._say("minor_duty", state)] if minor else [])]
        return [self._say("minor_duty", state), self._say("minor_adult", state)] if minor else []

    def _where(self, state: SafetyState) -> list[str]:
        return [self._say("ask_country", state)] if self.person.country == UNSURE else []

    def _seen(self, state: SafetyState) -> list[str]:
        return [self._say("team_knows", state)] if self.acknowledged else []

    def _closed(self, state: SafetyState) -> list[str]:
        return [self._say("after_hours", state)] if self.opens and not self.acknowledged else []

    def _quick_replies(self, state: SafetyState) -> list[dict[str, Any]]:
        answers = CHOICES.get(state.open_question or "", ())
        if not answers and state.tier == Tier.CRISIS:
            answers = ("go_on",)
        return [self._offer(answer) for answer in answers]

    def _offer(self, answer: str) -> dict[str, Any]:
        label = self.wording.say(f"safety.label_{answer}", self.language)
        meaning = "no" if answer == "no_call" else answer
        return {"label": label, "payload": f'/safety{{"answer": "{meaning}"}}'}
