"""Scheduling: what must be known first, what is open when the visitor can come, and a hold on a time."""

from __future__ import annotations

from typing import Any

from actions.practice_api import PracticeApi, SlotTaken
from actions.turn import Turn, choice, say
from actions.wanted_times import later_windows, meant_slots, zone_of
from bot.language.answers import read_answer
from bot.language.choices import read_choice

SHOWN = 6
MORE = choice("utter_label_more_times", "/more_times")
CALL_ME = choice("utter_label_call_me", "/request_callback")
VISITS: dict[str, tuple[str, ...]] = {
    "therapy": ("therapy",),
    "medication_management": ("medication_management",),
    "combined": ("therapy", "medication_management"),
}


async def start(turn: Turn, desk: PracticeApi, chosen_route: str) -> None:
    """Begin booking what was chosen: one visit, or two that are booked together."""
    turn.set(chosen_route=chosen_route, stage="times", visits_left=list(VISITS[chosen_route]), holds=[])
    await continue_booking(turn, desk)


async def continue_booking(turn: Turn, desk: PracticeApi) -> None:
    """Ask what still must be known, then when, then show times for the next visit."""
    must = missing_for_booking(turn.known)
    if must:
        await _ask_needed(turn, desk, must)
    elif turn.known.get("windows") is None:
        turn.asks_next("preferred_times")
    else:
        await show_times(turn, desk)


def missing_for_booking(known: dict[str, Any]) -> str | None:
    """The question without whose answer nothing is bookable (clinical §2), or None."""
    if known.get("age_group") in (None, "unknown"):
        return "age_group"
    return None if known.get("state_served") else "state"


async def _ask_needed(turn: Turn, desk: PracticeApi, question: str) -> None:
    turn.says(f"utter_needed_{question}")
    turn.set(skipped=[item for item in turn.get("skipped", []) if item != question])
    if question == "state":
        await ask_state(turn, desk)
    turn.asks_next(question)


async def ask_state(turn: Turn, desk: PracticeApi) -> None:
    """Where will you be? With one state it is a yes or no; with several each is a button."""
    practice = await desk.practice(turn.ref)
    states: list[str] = list(practice.get("states") or [])
    fields = (practice.get("fields") or {}).get(turn.language) or {}
    other = choice("utter_label_other_state", '/inform{"state_served": false}')
    if len(states) == 1:
        buttons = [choice("utter_label_yes", f'/inform{{"state": "{states[0]}"}}')]
    else:
        buttons = [choice({"text": code}, f'/inform{{"state": "{code}"}}') for code in states]
    response = "utter_ask_state_one" if len(states) == 1 else "utter_ask_state_many"
    turn.says(response, choices=[*buttons, other], states=fields.get("states_text") or ", ".join(states))


async def show_next(turn: Turn, desk: PracticeApi) -> None:
    """Times of a new wish; or, asked for more, those after the last one shown."""
    offered = turn.get("offered", [])
    await show_times(turn, desk, after=offered[-1]["start"] if offered else None)


async def show_times(turn: Turn, desk: PracticeApi, after: str | None = None) -> None:
    """Offer what is open in the windows (after a given time, for "more"), or say so and offer the nearest."""
    slots, exact = await desk.availability(turn.ref, await _wanted(turn, desk, after))
    if slots:
        offer(turn, slots, "utter_times" if exact else "utter_times_nearest")
        return
    turn.says("utter_no_times_more" if after else "utter_no_times", choices=[CALL_ME])
    turn.asks_next("appointment_slot" if after else "preferred_times")


async def _wanted(turn: Turn, desk: PracticeApi, after: str | None) -> dict[str, Any]:
    practice = await desk.practice(turn.ref)
    services = [item["id"] for item in practice["services"] if item["route"] == next_visit(turn)]
    turn.set(service=services[0])
    windows = turn.get("windows", [])
    windows = later_windows(windows, after, zone_of(turn)) if after else windows
    return {"service": services[0], "windows": windows, "limit": SHOWN, **_person(turn, "modality")}


def _person(turn: Turn, *more: str) -> dict[str, Any]:
    """What decides who may see this person."""
    return {name: turn.get(name) for name in ("state", "age_group", *more) if turn.get(name)}


def next_visit(turn: Turn) -> str:
    """The kind of visit whose time is being looked for."""
    return str(turn.get("visits_left", ["therapy"])[0])


def offer(turn: Turn, slots: list[dict[str, Any]], response: str) -> None:
    """Show slots as labelled buttons and remember them for a typed choice."""
    turn.set(offered=slots, stage="times")
    visit = say(f"utter_visit_{next_visit(turn)}")
    turn.says(response, "times", {"tz": zone_of(turn)}, _buttons(slots), visit=visit)
    turn.asks_next("appointment_slot")


def ask_again(turn: Turn) -> None:
    """The times on offer once more."""
    turn.says(
        "utter_ask_again_appointment_slot", "times", {"tz": zone_of(turn)}, _buttons(turn.get("offered", []))
    )


def _buttons(slots: list[dict[str, Any]]) -> list[dict[str, Any]]:
    payloads = [(slot, f'/choose_time{{"slot_id": "{slot["slot_id"]}"}}') for slot in slots]
    return [*(choice({"text": slot["label"]}, payload) for slot, payload in payloads), MORE, CALL_ME]


def picked_slot(turn: Turn) -> dict[str, Any] | None:
    """The offered slot the visitor pressed or named; None when unclear."""
    offered: list[dict[str, Any]] = turn.get("offered", [])
    pressed = (turn.findings.get("facts") or {}).get("slot_id")
    if turn.pressed:
        return next((slot for slot in offered if slot["slot_id"] == pressed), None)
    index = read_choice(turn.text, [slot["label"] for slot in offered])
    if index is not None:
        return offered[index]
    meant = meant_slots(offered, turn) or offered * (turn.intent == "affirm")
    return meant[0] if len(meant) == 1 else None


def is_flexible(turn: Turn) -> bool:
    """No wish as to when: any time, not sure, skip."""
    word = None if turn.pressed else read_answer(turn.text, "preferred_times", turn.language)
    return turn.intent in ("affirm", "unsure", "skip_question", "ask_availability") or word is not None


def refuses(turn: Turn) -> bool:
    """None of the times shown."""
    word = None if turn.pressed else read_answer(turn.text, "appointment_slot", turn.language)
    return turn.question == "appointment_slot" and (turn.intent == "deny" or word == "no")


async def hold(turn: Turn, desk: PracticeApi, slot: dict[str, Any]) -> bool:
    """Keep the slot for this visitor, and go on to the second visit of two. True when all is held."""
    try:
        held = await desk.hold(turn.ref, slot["slot_id"], _person(turn))
    except SlotTaken as taken:
        await offer_instead(turn, desk, taken)
        return False
    left = turn.get("visits_left", [])[1:]
    turn.set(holds=[*turn.get("holds", []), held], visits_left=left, offered=None)
    if not left:
        turn.set(stage="contact")
        return True
    turn.says("utter_second_visit", when=slot["label"], visit=say(f"utter_visit_{left[0]}"))
    await show_times(turn, desk)
    return False


async def change_time(turn: Turn, desk: PracticeApi) -> None:
    """Another time instead of what is held: all of it is chosen anew; the api lets the old holds go."""
    turn.set(visits_left=list(VISITS[turn.get("chosen_route", "therapy")]), holds=[])
    await show_next(turn, desk)


async def offer_instead(turn: Turn, desk: PracticeApi, taken: SlotTaken) -> None:
    """A time is gone: the nearest three, or the calendar again; what else is held stays held."""
    gone = {slot.get("service") for slot in taken.slots}
    kept = [item for item in turn.get("holds", []) if taken.slots and item["slot"].get("service") not in gone]
    kinds = VISITS[turn.get("chosen_route", "therapy")]
    turn.set(holds=kept, visits_left=list(kinds[len(kept) :]) or [kinds[-1]], stage="times")
    if taken.slots:
        offer(turn, taken.slots, "utter_slot_taken")
        return
    turn.says("utter_slot_taken_plain")
    await show_times(turn, desk)
