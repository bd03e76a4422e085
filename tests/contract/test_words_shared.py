"""The floors use the same words: facts, tiers, routes, intents, concerns, reasons, kinds."""

import ast
import re

import pytest

from actions.questions import INTAKE
from actions.recommendation import OFFERS
from api.safety.hearing import ANSWERS
from api.settings import ROOT
from api.vocabulary import (
    AppointmentStatus,
    HandoffReason,
    HandoffStatus,
    Kind,
    Modality,
    Mode,
    Role,
    Route,
    Tier,
)
from tests.contract.said import constants, read, trees

DOMAIN = read("domain.yml")
SLOTS = DOMAIN["slots"]
PATHWAYS = read("data/care/pathways.yml")
FACTS = {**PATHWAYS["facts"], **PATHWAYS["modifier_facts"]}
PROTOCOLS = (ROOT / "docs/protocols.md").read_text(encoding="utf-8")
CONSOLE = read("data/wording/console.yml")
# Rasa's own word for "not understood", and what only a button says: typed words for it are preferences.
ONLY_MADE = {"nlu_fallback", "choose_care"}


def _nlu_intents():
    return {
        entry["intent"]
        for path in (ROOT / "data/nlu").glob("*.yml")
        for entry in read(path)["nlu"]
        if "intent" in entry
    }


def _rule_steps():
    for folder in ("rules", "stories"):
        for path in (ROOT / "data" / folder).glob("*.yml"):
            for rule in read(path)[folder]:
                yield from rule["steps"]


def _rule_words(kind):
    """Intents or actions that rules and stories name."""
    for step in _rule_steps():
        for one in step.get("or", [step]):
            if kind in one:
                yield one[kind]


# ---- facts


@pytest.mark.parametrize("name", FACTS)
def test_a_fact_of_the_rules_is_a_slot_with_the_same_values(name):
    allowed, slot = FACTS[name], SLOTS[name]
    if not allowed:
        assert slot["type"] == "any"
    elif {type(value) for value in allowed} <= {bool, type(None)}:
        assert slot["type"] == "bool"
    else:
        assert slot["type"] == "categorical"
        assert set(slot["values"]) == set(allowed)


def test_the_tiers_of_the_rules_are_those_of_the_api_with_the_open_watch():
    assert [tier.replace("watch_open", "watch") for tier in FACTS["safety_tier"]] == [*Tier]


def test_the_routes_of_the_rules_are_those_of_the_api():
    assert set(PATHWAYS["routes"]) == {*Route}


def test_every_pathway_leads_to_a_known_route():
    assert {rule["then"] for rule in PATHWAYS["pathways"]} <= {*Route}


def test_every_route_that_is_suggested_has_visits_to_offer():
    locked = {"crisis_now", "same_day_callback"}
    assert set(OFFERS) == {*Route} - locked


def test_the_concerns_of_the_rules_the_language_and_the_replies_are_the_same():
    files = (ROOT / "data/language/concerns").glob("*.yml")
    understood = {name for path in files for name in _concern_ids(read(path))}
    assert understood <= set(PATHWAYS["concern_ids"])
    assert set(PATHWAYS["concern_ids"]) - understood <= {"other_unclear"}


def _concern_ids(file):
    found = file["concerns"]
    return {entry["id"] for entry in found} if isinstance(found, list) else set(found)


def test_every_slot_has_a_custom_mapping_and_decides_nothing_in_rasa():
    for name, slot in SLOTS.items():
        assert slot["mappings"] == [{"type": "custom"}], name
        assert slot["influence_conversation"] is False, name


def test_the_questions_of_the_form_are_those_of_the_protocol_in_its_order():
    asked = DOMAIN["forms"]["intake_form"]["required_slots"]
    line = next(line for line in PROTOCOLS.splitlines() if line.startswith("`concerns` →"))
    assert re.findall(r"`(\w+)`", line) == asked
    assert tuple(asked[: len(INTAKE)]) == INTAKE
    assert set(asked) <= set(SLOTS)


# ---- intents and actions


def test_the_domain_lists_every_intent_that_has_examples_and_no_other():
    assert set(DOMAIN["intents"]) == _nlu_intents() | ONLY_MADE


def test_no_intent_has_a_name_that_rasa_claims():
    assert not set(DOMAIN["intents"]) & {"restart", "back", "session_start", "out_of_scope_rasa"}


def test_rules_and_stories_name_only_known_intents_and_actions():
    actions = {"intake_form", "action_listen", "action_default_fallback", *DOMAIN["forms"], *_own_actions()}
    said = {name for path in (ROOT / "data/responses").glob("*.yml") for name in read(path)["responses"]}
    assert set(_rule_words("intent")) <= set(DOMAIN["intents"])
    assert set(_rule_words("action")) <= actions | said


def _compared_intents():
    """Intents that the code of the actions asks for: `turn.intent == "x"`, `turn.intent in (…)`."""
    for _, tree in trees("actions"):
        for node in ast.walk(tree):
            if isinstance(node, ast.Compare) and getattr(node.left, "attr", "") == "intent":
                for one in node.comparators:
                    parts = one.elts if isinstance(one, ast.Tuple | ast.Set | ast.List) else [one]
                    yield from (part.value for part in parts if isinstance(part, ast.Constant))


def _pressed_intents():
    """Intents that buttons stand for: "/inform{…}"."""
    texts = [
        node.value
        for path, tree in trees("actions")
        if path.stem not in ("server", "practice_api")
        for node in ast.walk(tree)
        if isinstance(node, ast.Constant) and isinstance(node.value, str)
    ]
    for path in (ROOT / "data/responses").glob("*.yml"):
        for entries in read(path)["responses"].values():
            texts += [button["payload"] for entry in entries for button in entry.get("buttons", [])]
    for text in texts:
        if found := re.match(r"/([a-z_]+)(?:\{|$)", text):
            yield found[1]


def test_every_intent_the_actions_ask_for_exists():
    assert set(_compared_intents()) <= set(DOMAIN["intents"])


def test_every_button_stands_for_an_intent_that_exists():
    # `/safety` belongs to the api and never reaches the bot.
    assert set(_pressed_intents()) <= set(DOMAIN["intents"])


def test_every_intent_is_used_by_a_rule_an_answer_or_an_action():
    answered = set(read("data/care/faq.yml")["answers"])
    used = answered | set(_rule_words("intent")) | (set(DOMAIN["intents"]) & constants("actions"))
    assert set(DOMAIN["intents"]) - used == set()


def test_every_answer_of_the_faq_belongs_to_an_intent():
    assert set(read("data/care/faq.yml")["answers"]) <= set(DOMAIN["intents"])


def _own_actions():
    """Names that the classes of actions/ give themselves."""
    from rasa_sdk import Action

    from actions import form

    found = [one for one in vars(form).values() if isinstance(one, type) and issubclass(one, Action)]
    return {one.name(None) for one in found if one is not Action}


def test_the_actions_of_the_domain_are_those_of_the_action_server():
    listed = {next(iter(one)) if isinstance(one, dict) else one for one in DOMAIN["actions"]}
    assert listed == _own_actions()


def test_the_validation_is_called_without_the_domain():
    assert {"validate_intake_form": {"send_domain": False}} in DOMAIN["actions"]
    assert read("bot/endpoints.yml")["action_endpoint"]["enable_selective_domain"] is True


# ---- what the api, the bot and the pages share


def test_the_kinds_of_messages_are_those_of_the_protocol():
    table = PROTOCOLS.split("| kind | author | payload |")[1].split("\n\n")[0]
    assert set(re.findall(r"^\| `(\w+)`", table, re.M)) == {*Kind}


def test_the_reasons_for_a_handoff_are_the_same_everywhere():
    reasons = {text for text in constants("actions") if text in {*HandoffReason}}
    assert {"visitor_request", "not_understood", "staff_review", "safety"} <= reasons
    assert {key.removeprefix("reason_") for key in CONSOLE if key.startswith("reason_")} == {*HandoffReason} - {
        "reason"
    }


@pytest.mark.parametrize(
    ("prefix", "words"),
    [
        ("tier_", Tier),
        ("route_", Route),
        ("reason_", HandoffReason),
        ("modality_", Modality),
        ("status_", AppointmentStatus),
    ],
    ids=lambda value: str(value),
)
def test_the_console_has_a_word_for_every_value(prefix, words):
    assert {key.removeprefix(prefix) for key in CONSOLE if key.startswith(prefix)} == {*words}


def test_the_console_has_a_word_for_every_outcome_author_and_fact():
    from api.console.actions import OUTCOMES
    from api.console.views import FRONT_DESK_FACTS, SUMMARY_FACTS
    from api.vocabulary import Author

    for prefix, wanted in (
        ("outcome_", set(OUTCOMES)),
        ("author_", {*Author}),
        ("fact_", {*SUMMARY_FACTS, *FRONT_DESK_FACTS}),
    ):
        assert {key.removeprefix(prefix) for key in CONSOLE if key.startswith(prefix)} == wanted
    assert wanted <= set(SLOTS)


def test_the_page_knows_every_marker_and_kind_it_treats_in_a_way_of_its_own():
    scripts = " ".join(path.read_text("utf-8") for path in (ROOT / "api/widget/static").glob("*.js"))
    line = next(line for line in PROTOCOLS.splitlines() if line.startswith("| `marker`"))
    for marker in re.search(r'"marker": "([\w|]+)"', line)[1].split("|"):
        assert marker in scripts
    for kind in re.findall(r'kind === "(\w+)"', scripts):
        assert kind in {*Kind}


def test_the_values_of_settings_of_practices_are_those_of_the_product():
    practice = PROTOCOLS.split("`GET /internal/practice`")[1].splitlines()[0]
    assert "adult_18_64" in practice
    from api.practice import AGE_GROUPS

    assert set(AGE_GROUPS) == set(FACTS["age_group"]) - {"unknown"}


def test_the_answers_to_the_safety_question_are_the_slots_own():
    assert set(ANSWERS) - {"skip", "go_on"} <= set(SLOTS["safety_check"]["values"])


def test_every_signal_that_is_named_anywhere_exists():
    signals = {signal["id"] for signal in read("data/language/risk/signals.yml")["signals"]}
    choice = read("data/care/resource_choice.yml")["resource_choice"]["for_signals"]
    named = {name for rule in choice for name in rule["signals"]}
    for entry in read("data/wording/safety.yml").values():
        named |= set(entry.get("signals", [])) if isinstance(entry, dict) else set()
    in_code = {text for text in constants("api") if text in signals or re.fullmatch(r"(?:SI|HI|DV)_[A-Z]+", text)}
    assert named | in_code <= signals


def test_modes_states_of_handoffs_and_roles_fit_their_columns():
    for words, longest in (
        (Mode, 8),
        (HandoffStatus, 10),
        (HandoffReason, 20),
        (Tier, 10),
        (Kind, 12),
        (Role, 16),
    ):
        assert max(map(len, words)) <= longest
