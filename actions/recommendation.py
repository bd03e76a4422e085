"""The suggestion: a kind of visit, its reason in the visitor's own terms, the alternatives, the choice."""

from __future__ import annotations

from typing import Any

from actions.care.pathways import Decision
from actions.care.rules import Rules
from actions.handoff import fetch_person
from actions.practice_api import PracticeApi
from actions.questions import decision_for, early_decision
from actions.turn import Turn, choice, join, say
from bot.language.answers import read_answer
from bot.language.choices import read_choice

CALL_TODAY = "same_day_callback"
STAFF = "staff_review"
PERSON = choice("utter_label_person", "/request_human")
# What may be booked after each suggestion, the suggested kind first (clinical §2: the visitor may override).
OFFERS: dict[str, tuple[str, ...]] = {
    "therapy": ("therapy", "medication_management", "combined"),
    "medication_management": ("medication_management", "therapy", "combined"),
    "combined": ("combined", "therapy", "medication_management"),
    "therapy_first_med_review": ("therapy", "combined", "medication_management"),
    STAFF: ("therapy", "medication_management", "combined"),
}
PREFERENCES = {"therapy": "therapy", "medication": "medication_management", "combined": "combined"}
MOST_REASONS = 4
LONGEST_QUOTE = 90
# What is said back, in this order, and for which values.
TOLD: dict[str, tuple[object, ...]] = {
    "severity": ("moderate", "severe"),
    "in_therapy": (True,),
    "on_medication": (True,),
    "therapy_pref": ("wants", "open", "declines"),
    "med_pref": ("wants", "open", "declines"),
}


def record(turn: Turn, decision: Decision) -> None:
    """Keep what was decided and why: shown to staff, stored by the api."""
    turn.set(
        suggested_route=decision.route,
        rule_id=decision.rule_id,
        rules_version=decision.rules_version,
        why=decision.why,
        modifiers=list(decision.modifiers),
        lock=decision.lock,
    )


async def suggest(turn: Turn, desk: PracticeApi, rules: Rules) -> None:
    """Say what fits and why, and open the choice; a locked decision fetches people who can help instead."""
    decision = early_decision(turn.known, rules) or decision_for(turn.known, rules)
    record(turn, decision)
    if decision.lock and decision.route in (STAFF, CALL_TODAY):
        await refer(turn, desk, decision)
        return
    if await _is_age_unserved(turn, desk):
        return
    turn.set(stage="choice")
    response = "utter_suggest_person" if decision.route == STAFF else "utter_suggest_visit"
    payload = {
        "route": decision.route,
        "rule_id": decision.rule_id,
        "rules_version": decision.rules_version,
    }
    reasons = reasons_for(turn.known)
    turn.says(
        response if reasons else f"{response}_plain",
        "suggestion",
        payload,
        offers(turn),
        said=join(reasons),
        why=say(f"utter_why_{decision.rule_id}"),
    )
    turn.asks_next("care_choice")


async def _is_age_unserved(turn: Turn, desk: PracticeApi) -> bool:
    """Nobody here sees this age: say so before a visit is offered, and fetch a person."""
    practice = await desk.practice(turn.ref)
    age = turn.get("age_group", "unknown")
    if age == "unknown" or age in (practice.get("ages") or [age]):
        return False
    fields = (practice.get("fields") or {}).get(turn.language) or {}
    turn.set(stage="done")
    turn.says("utter_age_not_served", ages=fields.get("ages_text") or "")
    await fetch_person(turn, desk, STAFF)
    return True


async def refer(turn: Turn, desk: PracticeApi, decision: Decision) -> None:
    """Say who will help instead, and fetch them: a call today for safety, the care team for the rest."""
    turn.set(stage="done")
    turn.says(f"utter_why_{decision.rule_id}")
    call_today = decision.route == CALL_TODAY
    await fetch_person(turn, desk, "safety" if call_today else STAFF, call_back=call_today)


def offers(turn: Turn) -> list[dict[str, Any]]:
    """The quick replies: the suggested visit first, the other kinds unless locked, then a person."""
    kinds = OFFERS[turn.get("suggested_route", STAFF)]
    if turn.get("lock"):
        kinds = kinds[:1]
    visits = [choice(f"utter_label_{kind}", f'/choose_care{{"chosen_route": "{kind}"}}') for kind in kinds]
    return [PERSON, *visits] if turn.get("suggested_route") == STAFF else [*visits, PERSON]


def reasons_for(known: dict[str, Any]) -> list[dict[str, Any]]:
    """What the visitor said, in their own words where we have them; nothing twice."""
    concerns = _concern_parts(known)
    quoted = str(concerns[0].get("quote", "")) if concerns else ""
    quotes = known.get("quotes") or {}
    facts = [fact for fact in TOLD if known.get(fact) in TOLD[fact]]
    parts = [
        say(f"utter_said_{fact}" if known[fact] is True else f"utter_said_{fact}_{known[fact]}")
        for fact in facts
        if str(quotes.get(fact) or fact) not in quoted
    ]
    return [*concerns, *parts[-(MOST_REASONS - 1) :]]


def _concern_parts(known: dict[str, Any]) -> list[dict[str, Any]]:
    quote = (known.get("quotes") or {}).get("concerns")
    if isinstance(quote, str) and 3 < len(quote) <= LONGEST_QUOTE:
        return [say("utter_said_quote", quote=quote.strip(" .,;!?"))]
    named = [item for item in known.get("concerns") or [] if item != "other_unclear"][:2]
    if not named:
        return []
    return [say("utter_said_concerns", concerns=join([say(f"utter_concern_{item}") for item in named]))]


def read_care_choice(turn: Turn) -> str | None:
    """The kind of visit chosen, by button, by name, or by agreeing; None when unclear or refused."""
    pressed = (turn.findings.get("facts") or {}).get("chosen_route")
    allowed = allowed_kinds(turn)
    if isinstance(pressed, str):
        return pressed if pressed in allowed else None
    named = PREFERENCES.get(str(turn.findings.get("preference")))
    if named is None and turn.heard:
        named = _heard_preference(turn)
    if named is None and turn.intent != "deny" and turn.get("suggested_route") != STAFF and _agrees(turn):
        named = allowed[0]
    if named is None:
        named = _by_place(turn, allowed)
    return named if named in allowed else None


def _by_place(turn: Turn, allowed: tuple[str, ...]) -> str | None:
    """ "The second one": a person is offered too, last, or first when a person's review is suggested."""
    shown = ["", *allowed] if turn.get("suggested_route") == STAFF else [*allowed, ""]
    index = read_choice(turn.text, shown)
    return None if index is None else shown[index] or None


def allowed_kinds(turn: Turn) -> tuple[str, ...]:
    """Kinds of visit that may be booked after this suggestion; a lock leaves only the suggested one."""
    kinds = OFFERS[turn.get("suggested_route", STAFF)]
    return kinds[:1] if turn.get("lock") else kinds


def _heard_preference(turn: Turn) -> str | None:
    wants = {fact: turn.heard.get(fact) for fact in ("therapy_pref", "med_pref")}
    if wants == {"therapy_pref": "wants", "med_pref": "wants"}:
        return "combined"
    if wants["therapy_pref"] == "wants":
        return "therapy"
    return "medication_management" if wants["med_pref"] == "wants" else None


def _agrees(turn: Turn) -> bool:
    return turn.intent == "affirm" or read_answer(turn.text, "care_choice", turn.language) == "yes"
