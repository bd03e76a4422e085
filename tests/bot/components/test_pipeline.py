"""The NLU components as Rasa runs them: what a message carries after the pipeline, with and without metadata."""

from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest
import yaml
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.shared.data import TrainingType
from rasa.shared.nlu.training_data.message import Message

from bot.components.encoder_featurizer import EncoderFeaturizer
from bot.components.fallback import UnderstandingFallback
from bot.components.findings import FindingsReader
from bot.components.folders import ROOT, model_folder
from bot.components.intent_classifier import IntentHeadClassifier
from bot.components.turn import turn_of
from bot.components.vectors import SentVector, sent
from bot.language.encoder import Encoder, EncoderMissing
from bot.language.intents import IntentHead, IntentHeadMissing

PARTS = (EncoderFeaturizer, IntentHeadClassifier, FindingsReader, UnderstandingFallback)


def create(part, **settings):
    default = getattr(part, "get_default_config", dict)()
    return part.create({**default, **settings}, None, None, SimpleNamespace(node_name="part"))


@pytest.fixture(scope="module")
def pipeline():
    return [create(part) for part in PARTS]


def understand(pipeline, text, **metadata):
    message = Message({"text": text, "metadata": metadata})
    for part in pipeline:
        part.process([message])
    return message


def test_the_message_tells_intent_ranking_and_findings(pipeline):
    told = understand(pipeline, "i want to book an appointment").as_dict(only_output_properties=True)
    assert told["intent"]["name"] == "book_appointment"
    assert 0 < told["intent"]["confidence"] <= 1
    assert told["intent_ranking"][0]["name"] == "book_appointment"
    assert len(told["intent_ranking"]) == 5
    assert told["entities"] == []
    assert "facts" in told["findings"]


def test_what_a_message_tells_can_be_written_as_json(pipeline):
    import json

    told = understand(pipeline, "im 34, panic attacks for 2 months, on zoloft").as_dict(
        only_output_properties=True
    )
    assert json.loads(json.dumps(told))["findings"] == told["findings"]


def test_a_vector_that_came_with_the_turn_is_taken_instead_of_a_second_run(pipeline):
    text, vector = "do you take blue cross", np.full(768, 0.5, dtype=np.float32)
    digest = Encoder.load(ROOT / "models/encoder").digest
    for encoder, is_taken in ((digest, True), ("another encoder", False)):
        with sent(SentVector(text, encoder, vector)):
            _, sentence = understand(pipeline, text).get_dense_features("text", [])
        assert np.array_equal(sentence.features.reshape(-1), vector) is is_taken


def test_findings_hold_the_concerns_that_were_said(pipeline):
    told = understand(pipeline, "i keep having panic attacks at work", language="en")
    assert "panic" in told.get("findings")["concerns"]


def test_an_open_question_decides_what_a_short_answer_means(pipeline):
    asked = understand(pipeline, "tuesday at 4", language="en", open_question="preferred_times")
    offered = understand(pipeline, "tuesday at 4", language="en", open_question="appointment_slot")
    assert asked.get("intent")["name"] == "inform"
    assert offered.get("intent")["name"] == "choose_time"


def test_the_vector_and_intent_are_those_of_the_language_floor(pipeline):
    text = "do you take blue cross"
    vector = Encoder.load(ROOT / "models/encoder").read([text])[0]
    message = understand(pipeline, text)
    _, sentence = message.get_dense_features("text", [])
    assert np.array_equal(sentence.features.reshape(-1), vector)
    intent, confidence = IntentHead.load(ROOT / "models/language").classify(text, vector)
    assert message.get("intent") == {"name": intent, "confidence": confidence}


@pytest.mark.parametrize("text", ["", " ", "\x00", "\ud800", "🙂" * 100, "word " * 900])
def test_no_text_stops_the_pipeline(pipeline, text):
    assert understand(pipeline, text).get("intent")["name"]


@pytest.mark.parametrize("metadata", [None, "text", {"language": 5, "open_question": []}, {"language": "de"}])
def test_metadata_of_another_shape_is_no_metadata(metadata):
    assert turn_of(Message({"text": "hi", "metadata": metadata})) == (None, None)


def fall_back(confidence, findings, threshold=None):
    message = Message({"text": "x", "findings": findings, "fallback_threshold": 0.5})
    message.set("intent", {"name": "greet", "confidence": confidence})
    message.set("intent_ranking", [{"name": "greet", "confidence": confidence}])
    create(UnderstandingFallback, threshold=threshold).process([message])
    return message


def test_an_unsure_message_without_findings_falls_back():
    message = fall_back(0.4, {"facts": {}, "concerns": []})
    assert message.get("intent") == {"name": "nlu_fallback", "confidence": 0.4}
    assert [entry["name"] for entry in message.get("intent_ranking")] == ["nlu_fallback", "greet"]


def test_an_unsure_message_with_findings_is_what_was_found():
    assert fall_back(0.4, {"facts": {}, "concerns": ["panic"]}).get("intent")["name"] == "describe_concern"
    assert fall_back(0.4, {"facts": {"state": "AZ"}, "concerns": []}).get("intent")["name"] == "inform"


def test_a_sure_message_keeps_its_intent_and_the_configuration_may_ask_for_more():
    assert fall_back(0.6, {}).get("intent")["name"] == "greet"
    assert fall_back(0.6, {}, threshold=0.7).get("intent")["name"] == "nlu_fallback"


def test_missing_models_are_named_with_what_to_do(tmp_path):
    with pytest.raises(EncoderMissing, match="frontdesk train"):
        create(EncoderFeaturizer, folder=str(tmp_path))
    with pytest.raises(IntentHeadMissing, match="frontdesk train"):
        create(IntentHeadClassifier, folder=str(tmp_path))


def test_models_are_found_below_the_repository_wherever_rasa_starts(monkeypatch, tmp_path):
    monkeypatch.chdir(tmp_path)
    assert model_folder("models/encoder") == Path(__file__).parents[3] / "models/encoder"
    assert model_folder(str(tmp_path)) == tmp_path


def test_rasa_accepts_the_configuration_and_finds_every_component():
    config = yaml.safe_load((ROOT / "config.yml").read_text(encoding="utf-8"))
    graph = DefaultV1Recipe().graph_config_for_recipe(config, {}, TrainingType.BOTH)
    used = {node.uses for node in graph.predict_schema.nodes.values()}
    assert set(PARTS) <= used


def test_nothing_in_the_configuration_learns_what_to_say():
    config = yaml.safe_load((ROOT / "config.yml").read_text(encoding="utf-8"))
    assert [policy["name"] for policy in config["policies"]] == ["RulePolicy", "AugmentedMemoizationPolicy"]
