"""The corrections to Rasa: for this version only, and what they replace still does its work."""

import asyncio
import copy
import itertools
from types import SimpleNamespace

import jsonschema
import pytest
import rasa
from aiohttp import web
from rasa.core.actions.action import RemoteAction
from rasa.core.agent import Agent
from rasa.core.policies.ensemble import DefaultPolicyPredictionEnsemble
from rasa.core.policies.memoization import AugmentedMemoizationPolicy
from rasa.core.policies.policy import Policy
from rasa.core.policies.rule_policy import RulePolicy
from rasa.core.processor import MessageProcessor
from rasa.core.tracker_store import InMemoryTrackerStore
from rasa.engine.graph import ExecutionContext, GraphSchema
from rasa.engine.storage.resource import Resource
from rasa.shared.core.domain import Domain
from rasa.shared.core.events import (
    ActionExecuted,
    ActionExecutionRejected,
    ActiveLoop,
    BotUttered,
    Event,
    SlotSet,
    UserUttered,
)
from rasa.shared.core.slots import AnySlot, Slot
from rasa.shared.core.trackers import DialogueStateTracker, EventVerbosity
from rasa.utils.endpoints import EndpointConfig

from bot import tuning
from bot.tuning import calls, events, predictions, results

FORM = "intake_form"
SLOT = {"event": "slot", "timestamp": None, "name": "seeker", "value": "self"}
RESULTS = [
    {"events": [SLOT], "responses": [{"text": "hello"}]},
    {"events": [{"event": "followup", "name": FORM}]},
    {},
    [],
    {"events": "none"},
    {"responses": ["hello"]},
    {"responses": None},
    *({"events": [SLOT, {**SLOT, name: value}]} for name, value in itertools.product(SLOT, (1, 1.5, "x", {}, []))),
    *({"events": [{key: SLOT[key] for key in SLOT if key != name}]} for name in SLOT),
    {"events": [{**SLOT, "metadata": "m"}]},
    {"events": [{**SLOT, "metadata": None}]},
]


@pytest.fixture
def applied(monkeypatch):
    """Everything in place, and put back afterwards."""
    replaced = {
        Agent: ["_create_tracker_store"],
        RemoteAction: ["_validate_action_result", "_action_call_format"],
        EndpointConfig: ["session"],
        MessageProcessor: ["_predict_next_with_tracker"],
        Event: ["resolve_by_type"],
    }
    for owner, names in replaced.items():
        for name in names:
            monkeypatch.setattr(owner, name, vars(owner)[name])
    monkeypatch.setattr(tuning.logs, "apply", lambda: None)
    tuning.apply()


@pytest.fixture(scope="module")
def domain():
    return Domain.load("domain.yml")


def is_accepted_by(check, result):
    try:
        check(result)
    except jsonschema.ValidationError:
        return False
    return True


@pytest.mark.parametrize("result", RESULTS, ids=str)
def test_a_result_is_accepted_or_rejected_as_by_rasa(result):
    def rasas(result):
        jsonschema.validate(result, RemoteAction.action_response_format_spec())

    def ours(result):
        assert results.validate_action_result(None, result) is True

    assert is_accepted_by(ours, result) == is_accepted_by(rasas, result)


def test_what_our_action_returns_needs_no_schema():
    assert results.is_plain(RESULTS[0])
    assert not results.is_plain(RESULTS[1])


def test_every_kind_of_event_is_found_as_by_rasa():
    rasas = events._rasas_own
    for kind in ("slot", "user", "bot", "action", "active_loop", "followup", "rewind", "topic"):
        assert events.resolve_by_type(kind) is events.resolve_by_type(kind) is rasas(kind)
    assert events.resolve_by_type("unheard", SlotSet) is SlotSet
    with pytest.raises(ValueError, match="unheard"):
        events.resolve_by_type("unheard")


def test_a_copied_slot_is_equal_and_of_its_own(applied, domain):
    for slot in domain.slots:
        made = copy.copy(slot)
        assert type(made) is type(slot)
        assert vars(made) == vars(slot)
    first = AnySlot("asked", mappings=[{"type": "custom"}])
    second = copy.copy(first)
    second.value = ["seeker"]
    assert first.value is None
    assert second.has_been_set and not first.has_been_set
    assert "__copy__" in vars(Slot)


def talk(domain, *more):
    past = [ActionExecuted("action_listen"), UserUttered("before", {"name": "inform"}), ActionExecuted(FORM)]
    past += [ActiveLoop(FORM), SlotSet("seeker", "self"), BotUttered("And?"), ActionExecuted("action_listen")]
    return DialogueStateTracker.from_events("session-0001", [*past, *more], slots=domain.slots)


def test_an_action_is_told_what_is_new_and_all_slots(applied, domain):
    tracker = talk(
        domain, UserUttered("now", {"name": "inform"}, metadata={"turn_id": "t"}), SlotSet("stage", "x")
    )
    action = RemoteAction("validate_intake_form", EndpointConfig("http://x", enable_selective_domain=True))
    body = action._action_call_format(tracker, domain)
    assert [event["event"] for event in body["tracker"]["events"]] == ["user", "slot"]
    assert body["tracker"]["events"][0]["metadata"] == {"turn_id": "t"}
    assert body["tracker"]["slots"]["seeker"] == "self"
    whole = tracker.current_state(EventVerbosity.ALL)
    assert {**body["tracker"], "events": None} == {**whole, "events": None}
    assert body["next_action"] == "validate_intake_form"
    assert "domain" not in body


def test_an_endpoint_that_wants_the_domain_still_gets_it(applied, domain):
    body = RemoteAction("validate_intake_form", EndpointConfig("http://x"))._action_call_format(
        talk(domain), domain
    )
    assert body["domain"] == domain.as_dict()


def test_before_the_first_message_everything_is_new(domain):
    tracker = DialogueStateTracker.from_events("s", [ActionExecuted("action_listen")], slots=domain.slots)
    assert calls.since_last_message(tracker) == list(tracker.events)


def test_calls_of_an_endpoint_share_one_connection_and_a_new_loop_opens_its_own(applied):
    peers, tokens = [], []

    async def answer(request):
        peers.append(request.transport.get_extra_info("peername"))
        tokens.append(request.headers.get("X-Frontdesk-Token"))
        return web.json_response({"events": []})

    endpoint = EndpointConfig("http://127.0.0.1", headers={"X-Frontdesk-Token": "t"})

    async def call_three_times():
        app = web.Application()
        app.router.add_post("/", answer)
        runner = web.AppRunner(app)
        await runner.setup()
        site = web.TCPSite(runner, "127.0.0.1", 0)
        await site.start()
        endpoint.url = f"http://127.0.0.1:{runner.addresses[0][1]}"
        for _ in range(3):
            assert await endpoint.request(json={}) == {"events": []}
        await getattr(endpoint, calls.KEPT)[0].close()
        await runner.cleanup()

    asyncio.run(call_three_times())
    asyncio.run(call_three_times())
    assert len(set(peers[:3])) == len(set(peers[3:])) == 1
    assert tokens == ["t"] * 6


def policy(kind):
    lookup = {"rules": {}, "rules_for_loop_unhappy_path": {}}
    made = kind(kind.get_default_config(), None, Resource("r"), ExecutionContext(GraphSchema({})), lookup=lookup)
    if kind is AugmentedMemoizationPolicy:
        made.recall = lambda *_, **__: "action_restart"  # the strongest objection a remembered story could raise
    return made


class OtherPolicy(AugmentedMemoizationPolicy):
    """A policy of which nothing is known."""


def processor(domain, *policies):
    nodes = {str(at): SimpleNamespace(_component=part) for at, part in enumerate((*policies, object()))}
    return SimpleNamespace(domain=domain, graph_runner=SimpleNamespace(_instantiated_nodes=nodes))


@pytest.mark.parametrize("intent", ["inform", "request_human", "nlu_fallback", None])
@pytest.mark.parametrize("after", [[], [ActionExecuted(FORM)], [ActionExecuted(FORM), SlotSet("stage", "x")]])
def test_in_an_open_form_the_prediction_is_the_one_all_policies_would_make(domain, intent, after):
    policies: list[Policy] = [policy(RulePolicy), policy(AugmentedMemoizationPolicy)]
    tracker = talk(domain, UserUttered("now", {"name": intent}), *after)
    ours = predictions.form_prediction(processor(domain, *policies), tracker)
    each = [part.predict_action_probabilities(tracker, domain) for part in policies]
    rasas = DefaultPolicyPredictionEnsemble().combine_predictions(each, tracker, domain)
    assert ours is not None
    assert (ours.policy_name, ours.policy_priority) == (rasas.policy_name, rasas.policy_priority)
    assert (ours.probabilities, ours.events) == (rasas.probabilities, rasas.events)
    assert (ours.is_no_user_prediction, ours.hide_rule_turn) == (rasas.is_no_user_prediction, rasas.hide_rule_turn)


@pytest.mark.parametrize(
    "after",
    [
        [UserUttered("/restart", {"name": "restart"})],
        [ActiveLoop(None), UserUttered("now", {"name": "inform"})],
        [UserUttered("now", {"name": "inform"}), ActionExecuted(FORM), ActionExecutionRejected(FORM)],
    ],
)
def test_where_the_form_does_not_decide_the_policies_are_asked(domain, after):
    asked = processor(domain, policy(RulePolicy))
    assert predictions.form_prediction(asked, talk(domain, *after)) is None


def test_beside_an_unknown_policy_nothing_is_cut_short(domain):
    asked = processor(domain, policy(RulePolicy), policy(OtherPolicy))
    assert predictions.form_prediction(asked, talk(domain, UserUttered("now", {"name": "inform"}))) is None


def test_the_corrections_are_in_place(applied):
    assert RemoteAction._validate_action_result is results.validate_action_result
    assert MessageProcessor._predict_next_with_tracker is predictions.predict_next
    assert EndpointConfig.session is calls.kept_session
    assert Event.resolve_by_type is events.resolve_by_type


def test_a_store_that_fails_is_not_replaced_by_memory(applied):
    store = InMemoryTrackerStore(None)
    assert Agent(tracker_store=store).tracker_store is store


def test_without_a_store_nothing_starts(applied):
    with pytest.raises(RuntimeError):
        Agent()


def test_it_was_written_for_this_version_of_rasa():
    assert rasa.__version__ == tuning.RASA_VERSION


def test_another_version_is_refused(monkeypatch):
    monkeypatch.setattr(rasa, "__version__", "3.6.22")
    with pytest.raises(tuning.WrongVersion):
        tuning.apply()
