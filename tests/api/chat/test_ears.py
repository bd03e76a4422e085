"""The real ears: what the safety room needs of bot.language, through the same code as the command line."""

import shutil

from api.chat import ears as ears_module
from api.chat.ears import LanguageEars
from api.gateways.vectors import SentenceVectors
from api.safety.hearing import listen
from api.settings import ROOT
from api.vocabulary import Tier


def test_plain_words_of_danger_are_heard():
    ears = LanguageEars(SentenceVectors())
    ears.warm()
    assert listen(ears, "i want to kill myself", ()).tier.rank >= Tier.CRISIS.rank
    assert listen(ears, "this deadline is killing me", ()).tier == Tier.NONE


def test_the_words_that_caused_a_signal_are_kept():
    heard = listen(LanguageEars(SentenceVectors()), "honestly i want to die", ())
    assert any("die" in signal.words for signal in heard.signals)


def test_short_answers_and_numbers_are_heard():
    ears = LanguageEars(SentenceVectors())
    assert ears.read_answer("no", "direct") == "no"
    assert ears.read_answer("yes", "danger_now") == "yes"
    assert ears.read_phone("520-555-0134 is fine") == "+15205550134"
    assert ears.read_phone("no thanks") is None
    assert ears.chooses("ok i want to go on", "I want to go on here")
    assert not ears.chooses("i don't want to go on", "I want to go on here")


def test_a_head_that_is_trained_after_the_start_is_taken_up(tmp_path, monkeypatch):
    monkeypatch.setattr(ears_module, "HEADS", tmp_path)
    monkeypatch.setattr(ears_module, "TRY_AGAIN_SECONDS", 0.0)
    ears = LanguageEars(SentenceVectors())
    ears.warm()
    assert ears._second is None
    shutil.copy(ROOT / "models/language/risk.npz", tmp_path / "risk.npz")
    assert ears._second_layer() is not None
