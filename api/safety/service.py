"""The gate before every message: hears it, moves the tier, and says what the api must say itself."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from api.practice import Profile
from api.safety import alerts, conversation
from api.safety.conversation import Outcome
from api.safety.hearing import ASKED_AS, Ears, Heard, Signal, meant
from api.safety.models import Alert, SafetyState
from api.safety.person import NO_HINTS, Hints, read_person
from api.safety.resources import Resources
from api.safety.scripts import Line, Speaker
from api.vocabulary import Mode, Tier
from api.wording import Wording

UNIVERSAL = "safety_check"
# The rule is the item itself, which has no version of ours.
ITEM_NINE_VERSION = "item-nine"


@dataclass(frozen=True)
class Inbound:
    """One message at the gate. `answer` is what a pressed reply stands for; `open_question` is the bot's."""

    session_id: str
    language: str
    mode: Mode
    text: str
    heard: Heard
    answer: str | None
    open_question: str | None
    hints: Hints = NO_HINTS


@dataclass(frozen=True)
class Verdict:
    """What the gate decided: see `replies.Step` for the flags. `line` is what the api says, `message_tier` what
    is written on the visitor's message: its own tier, or the chat's when the safety conversation took it."""

    state: SafetyState
    tier: Tier
    risen: Tier | None
    message_tier: Tier
    line: Line | None
    goes_on: bool
    keeps: bool
    fetches: bool
    callback: dict[str, Any] | None
    signals: tuple[Signal, ...]
    alerts: bool
    rules_version: str

    @property
    def is_trail(self) -> bool:
        """True when the message belongs to the safety trail, which is kept even without consent."""
        return self.message_tier != Tier.NONE


@dataclass(frozen=True)
class Gate:
    """The wired safety room."""

    ears: Ears
    wording: Wording
    resources: Resources
    profile: Profile

    def consider(self, db: Session, inbound: Inbound, now: datetime) -> Verdict:
        """Judge one message and move the state inside the caller's unit of work."""
        state = state_of(db, inbound.session_id)
        asked = state.open_question
        heard = self._hear_answer(inbound, state)
        before = Tier(state.tier)
        if inbound.mode == Mode.STAFF:
            outcome = conversation.respond_beside_staff(state, heard)
        else:
            outcome = conversation.respond(state, heard)
        # Most chats never have anything to remember: no row until there is.
        if asked or state.tier != Tier.NONE or state.universal_answer or heard.signal_ids:
            db.add(state)
        taken = not outcome.step.keeps and (asked is not None or before.rank >= Tier.CRISIS.rank)
        # An answer belongs to the trail even when it ended the matter: it keeps the tier it was given at.
        tiers = (heard.tier, before, Tier(state.tier)) if taken else (heard.tier,)
        message_tier = max(tiers, key=lambda tier: tier.rank)
        return self._verdict(db, state, inbound, heard, outcome, message_tier, now)

    def ask_for_help(
        self, db: Session, session_id: str, language: str, now: datetime, hints: Hints = NO_HINTS
    ) -> Verdict:
        """The visitor pressed "I need help now"."""
        state = state_of(db, session_id)
        outcome = conversation.ask_for_help(state)
        db.add(state)
        nobody = Inbound(session_id, language, Mode.BOT, "", Heard(), None, None, hints)
        return self._verdict(db, state, nobody, Heard(), outcome, Tier(state.tier), now)

    def item_nine(
        self, db: Session, session_id: str, language: str, answer: int, now: datetime, hints: Hints = NO_HINTS
    ) -> Verdict:
        """The last item of the mood screener was answered with 0 to 3; see `conversation.item_nine`.

        The caller stops its questions when `line` is set, and has the verdict acted on like any other, so that staff
        are told the value. Raises ValueError.
        """
        state = state_of(db, session_id)
        outcome = conversation.item_nine(state, answer)
        value = f"item 9: {answer}"
        signals = (Signal("ITEM9", Tier.URGENT, (0, len(value)), (), value),) if answer else ()
        if answer:
            db.add(state)
        heard = Heard(tier=Tier.URGENT if answer else Tier.NONE, signals=signals, rules_version=ITEM_NINE_VERSION)
        asked = Inbound(session_id, language, Mode.BOT, "", heard, None, None, hints)
        tier = Tier(state.tier) if answer else Tier.NONE
        return self._verdict(db, state, asked, heard, outcome, tier, now)

    def remind(
        self, db: Session, session_id: str, language: str, now: datetime, hints: Hints = NO_HINTS
    ) -> Line | None:
        """One more line with 988 for a chat that fell silent in crisis; None when it is not in crisis any more."""
        state = state_of(db, session_id)
        if Tier(state.tier).rank < Tier.CRISIS.rank:
            return None
        line = "emergency_support" if state.tier == Tier.EMERGENCY else "crisis_support"
        silent = Inbound(session_id, language, Mode.BOT, "", Heard(), None, None, hints)
        return self._speak(db, state, silent, Heard(), (line,), alerts.of_session(db, session_id), now)

    def say_nobody_answered(
        self, db: Session, alert: Alert, language: str, now: datetime, hints: Hints = NO_HINTS
    ) -> Line | None:
        """What is true once nobody is left to tell; None when somebody has looked at this chat, when it was said of
        an alert as grave as this one, or when the chat is not in crisis any more."""
        state, known = state_of(db, alert.session_id), alerts.of_session(db, alert.session_id)
        others = [one for one in known if one.id != alert.id]
        seen = any(one.acknowledged_at is not None for one in known)
        rank = Tier(alert.tier).rank
        said = any(one.exhausted_at is not None and Tier(one.tier).rank >= rank for one in others)
        if seen or said or Tier(state.tier).rank < Tier.CRISIS.rank or rank < Tier.CRISIS.rank:
            return None
        silent = Inbound(alert.session_id, language, Mode.BOT, "", Heard(), None, None, hints)
        return self._speak(db, state, silent, Heard(), ("nobody_answered",), known, now)

    def _hear_answer(self, inbound: Inbound, state: SafetyState) -> Heard:
        asked = state.open_question
        question = asked or (UNIVERSAL if inbound.open_question == UNIVERSAL else None)
        heard, answer = inbound.heard, inbound.answer
        if answer is None and question is not None:
            answer = self.ears.read_answer(inbound.text, ASKED_AS.get(question, question))
        if answer is None and asked in (None, "direct") and self._wants_to_go_on(inbound, state):
            answer = "go_on"
        # A pressed answer names its question by itself, whatever the bot says it is asking now.
        heard = replace(heard, answer=answer, universal=asked is None and answer != "go_on")
        if question in ("may_call", "callback_number"):
            leave = self.ears.read_answer(inbound.text, "leave_message") == "yes"
            heard = replace(heard, phone=self.ears.read_phone(inbound.text), leave_message=leave)
        return heard

    def _wants_to_go_on(self, inbound: Inbound, state: SafetyState) -> bool:
        label = self.wording.say("safety.label_go_on", inbound.language)
        calm = state.tier == Tier.CRISIS and inbound.heard.tier == Tier.NONE
        return calm and self.ears.chooses(inbound.text, label)

    def _verdict(
        self,
        db: Session,
        state: SafetyState,
        inbound: Inbound,
        heard: Heard,
        outcome: Outcome,
        message_tier: Tier,
        now: datetime,
    ) -> Verdict:
        step, tier = outcome.step, Tier(state.tier)
        signals = heard.signals
        if step.confirmed:
            signals = (*signals, Signal(step.confirmed, tier, (0, len(inbound.text)), (), inbound.text))
        grave = Tier.URGENT.rank <= max(heard.tier.rank, outcome.risen.rank if outcome.risen else 0)
        known = alerts.of_session(db, inbound.session_id) if grave or step.says else []
        callback = {"phone": heard.phone, "leave_message": heard.leave_message} if step.phone else None
        return Verdict(
            state=state,
            tier=tier,
            risen=outcome.risen,
            message_tier=message_tier,
            line=self._speak(db, state, inbound, heard, step.says, known, now),
            goes_on=step.goes_on,
            keeps=step.keeps,
            fetches=step.fetches or (outcome.risen or Tier.NONE).rank >= Tier.URGENT.rank,
            callback=callback,
            signals=signals,
            alerts=grave and _is_news(outcome, signals, known),
            rules_version=heard.rules_version,
        )

    def _speak(
        self,
        db: Session,
        state: SafetyState,
        inbound: Inbound,
        heard: Heard,
        says: tuple[str, ...],
        known: Sequence[Alert],
        now: datetime,
    ) -> Line | None:
        if not says:
            return None
        opens, language = None, inbound.language
        if not self.profile.is_open(now):
            opens = self.wording.opening(self.profile.opens_at(now), self.profile.tz, language, now)
        said, told = meant(heard.signals), _told(known)
        person = read_person(db, inbound.session_id, inbound.text, inbound.hints, self.ears, heard.phone)
        speaker = Speaker(
            wording=self.wording,
            resources=self.resources,
            language=language,
            opens=opens,
            signals=said or told,
            acknowledged=any(alert.acknowledged_at is not None for alert in known),
            phone=self.profile.phone,
            told=told,
            person=person,
        )
        return speaker.speak(state, says)


def _ids(known: Sequence[Alert]) -> frozenset[str]:
    return frozenset(signal["id"] for alert in known for signal in alert.signals or [])


def _told(known: Sequence[Alert]) -> frozenset[str]:
    """What the alerts of a chat are about, each message read by itself."""
    return frozenset(name for alert in known for name in meant([_kept(one) for one in alert.signals or []]))


def _kept(signal: dict[str, Any]) -> Signal:
    start, end = signal.get("span") or (0, 0)
    return Signal(id=signal["id"], tier=Tier(signal.get("tier", Tier.URGENT)), span=(start, end))


def _is_news(outcome: Outcome, signals: Sequence[Signal], known: Sequence[Alert]) -> bool:
    """True for a rise to urgent or above, and for a signal of that weight no alert of this chat has named yet."""
    if outcome.risen is not None and outcome.risen.rank >= Tier.URGENT.rank:
        return True
    grave = {signal.id for signal in signals if signal.tier.rank >= Tier.URGENT.rank}
    return not grave <= _ids(known)


def raise_alert(
    db: Session, profile: Profile, session_id: str, seq: int | None, verdict: Verdict, now: datetime
) -> Alert | None:
    """Write the alert a verdict asks for, with its notice and its timer."""
    if not verdict.alerts:
        return None
    what = (verdict.tier, verdict.signals, verdict.rules_version)
    return alerts.raise_alert(db, profile, session_id, seq, *what, now)


def state_of(db: Session, session_id: str) -> SafetyState:
    """Where a chat stands; a new state, not yet stored, when nothing has happened."""
    return db.get(SafetyState, session_id) or conversation.fresh(session_id)


def in_crisis(db: Session, session_id: str) -> bool:
    """True while nothing may be booked and the bot is not called: crisis, emergency, or a safety question open."""
    return Tier(state_of(db, session_id).tier).rank >= Tier.CRISIS.rank


def holds_bot_back(state: SafetyState) -> bool:
    """True while the api alone speaks: crisis, emergency, or a safety question that waits for its answer."""
    return state.open_question is not None or Tier(state.tier).rank >= Tier.CRISIS.rank


def facts_for_bot(state: SafetyState) -> dict[str, Any]:
    """What the bot and the rules may know (docs/protocols.md §2); the tier in the words of clinical.md §2."""
    tier = {Tier.WATCH: "watch_open", Tier.URGENT: "none" if state.by_facts else "urgent"}.get(
        Tier(state.tier), str(state.tier)
    )
    answered = state.universal_answer in ("no", "yes", "unsure")
    facts = {
        "safety_tier": tier,
        "psychosis_now": state.psychosis_now,
        "mania_now": state.mania_now,
        "substance": state.substance,
        "safety_answer": state.universal_answer if answered else None,
        "safety_unanswered": state.universal_answer == "skip",
    }
    return {**facts, "request": state.request} if state.request else facts
