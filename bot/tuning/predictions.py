"""Predicts what an open form leaves no choice about, without asking the policies that cannot change it."""

from __future__ import annotations

from typing import Any

from rasa.core.policies.ensemble import DefaultPolicyPredictionEnsemble
from rasa.core.policies.memoization import AugmentedMemoizationPolicy, MemoizationPolicy
from rasa.core.policies.policy import Policy, PolicyPrediction
from rasa.core.policies.rule_policy import RulePolicy
from rasa.core.processor import MessageProcessor
from rasa.shared.core.trackers import DialogueStateTracker

# Of these, only RulePolicy makes predictions that overrule all others, and the others add no events.
KNOWN_POLICIES = frozenset({RulePolicy, MemoizationPolicy, AugmentedMemoizationPolicy})
KEPT = "_frontdesk_rule_policy"
_rasas_own = MessageProcessor._predict_next_with_tracker


def predict_next(self: MessageProcessor, tracker: DialogueStateTracker) -> PolicyPrediction:
    """Takes the place of MessageProcessor._predict_next_with_tracker; what it answers is the same.

    In Rasa an open form runs, and then listens, whatever the words were: RulePolicy marks this as a
    prediction without the visitor's words, which overrules all others in the ensemble. Rasa computes the
    others all the same, from the states of the whole conversation: a quarter of a turn's time.
    """
    certain = None if tracker.followup_action else form_prediction(self, tracker)
    return certain or _rasas_own(self, tracker)


def form_prediction(processor: MessageProcessor, tracker: DialogueStateTracker) -> PolicyPrediction | None:
    """The prediction that an open form makes certain; None when the policies have to be asked."""
    policy = rule_policy(processor)
    if policy is None or policy._find_action_from_default_actions(tracker)[0]:
        return None
    action, source = policy._find_action_from_loop_happy_path(tracker)
    if action is None or source is None:
        return None
    scores = policy._prediction_result(action, tracker, processor.domain)
    prediction = policy._rule_prediction(scores, source, is_no_user_prediction=True)
    return DefaultPolicyPredictionEnsemble().combine_predictions([prediction], tracker, processor.domain)


def rule_policy(processor: MessageProcessor) -> RulePolicy | None:
    """The model's RulePolicy, or None when a policy stands beside it of which nothing is known here."""
    runner: Any = processor.graph_runner
    kept: tuple[Any, RulePolicy | None] | None = getattr(processor, KEPT, None)
    if kept is None or kept[0] is not runner:
        kept = runner, _find_rule_policy(runner)
        setattr(processor, KEPT, kept)
    return kept[1]


def _find_rule_policy(runner: Any) -> RulePolicy | None:
    parts = [node._component for node in runner._instantiated_nodes.values()]
    policies = [part for part in parts if isinstance(part, Policy)]
    if any(type(policy) not in KNOWN_POLICIES for policy in policies):
        return None
    return next((policy for policy in policies if type(policy) is RulePolicy), None)
