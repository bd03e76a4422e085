"""Training in order: only what changed, one line a step, and what works stays when a step fails."""

import sys

import pytest

from bot.training import train as training
from bot.training.train import Places, TrainingFailed, inputs_digest, train_rasa


@pytest.fixture
def places(tmp_path):
    for name in ("config.yml", "domain.yml", "data/nlu/a.yml", "data/rules/b.yml", "bot/components/c.py"):
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(name)
    (tmp_path / "models").mkdir()
    return Places(tmp_path, tmp_path / "models")


@pytest.fixture
def rasa(monkeypatch):
    """A stand-in for `rasa train`: counts its calls and writes a model, or fails."""

    class Rasa:
        calls = 0
        fails = False

        def __call__(self, root, out):
            self.calls += 1
            if self.fails:
                raise TrainingFailed("rasa train ended with 1:\na rule contradicts a story")
            (out / "frontdesk.tar.gz").write_bytes(b"model %d" % self.calls)

    stand_in = Rasa()
    monkeypatch.setattr(training, "run_rasa", stand_in)
    return stand_in


def quiet(line):
    assert line


def test_the_same_inputs_are_trained_once(places, rasa):
    assert train_rasa(places, say=quiet) is True
    assert train_rasa(places, say=quiet) is False
    assert rasa.calls == 1
    assert train_rasa(places, force=True, say=quiet) is True


@pytest.mark.parametrize(
    "name", ["config.yml", "domain.yml", "data/nlu/new.yml", "data/stories/s.yml", "bot/components/c.py"]
)
def test_any_changed_input_trains_again(places, rasa, name):
    train_rasa(places, say=quiet)
    path = places.root / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("changed")
    assert train_rasa(places, say=quiet) is True


def test_a_renamed_file_and_a_compiled_one_are_told_apart(places):
    before = inputs_digest(places.root)
    (places.root / "bot/components/c.pyc").write_bytes(b"compiled")
    assert inputs_digest(places.root) == before
    (places.root / "data/rules/b.yml").rename(places.root / "data/rules/other.yml")
    assert inputs_digest(places.root) != before


def test_a_damaged_model_is_trained_again(places, rasa):
    train_rasa(places, say=quiet)
    (places.rasa / "frontdesk.tar.gz").write_bytes(b"cut off")
    assert train_rasa(places, say=quiet) is True


def test_the_model_in_use_survives_a_failed_training(places, rasa):
    train_rasa(places, say=quiet)
    (places.root / "domain.yml").write_text("broken")
    rasa.fails = True
    with pytest.raises(TrainingFailed, match="a rule contradicts a story"):
        train_rasa(places, say=quiet)
    assert (places.rasa / "frontdesk.tar.gz").read_bytes() == b"model 1"
    assert [path.name for path in places.models.iterdir()] == ["rasa"]
    rasa.fails = False
    assert train_rasa(places, say=quiet) is True


def test_a_failing_rasa_is_quoted_and_leaves_nothing(tmp_path, monkeypatch):
    script = tmp_path / "python"
    script.write_text("#!/bin/sh\necho first; echo the last words; exit 3\n")
    script.chmod(0o755)
    monkeypatch.setattr(sys, "executable", str(script))
    with pytest.raises(TrainingFailed, match=r"ended with 3:\nfirst\nthe last words"):
        training.run_rasa(tmp_path, tmp_path)


def test_rasa_is_told_to_keep_everything_on_this_machine(tmp_path, monkeypatch):
    script = tmp_path / "python"
    script.write_text('#!/bin/sh\necho "$RASA_TELEMETRY_ENABLED $@" > said; touch out/frontdesk.tar.gz\n')
    script.chmod(0o755)
    (tmp_path / "out").mkdir()
    (tmp_path / "data/nlu").mkdir(parents=True)
    monkeypatch.setattr(sys, "executable", str(script))
    training.run_rasa(tmp_path, tmp_path / "out")
    said = (tmp_path / "said").read_text()
    assert said.startswith("false ")
    assert "--data data/nlu --out" in said


def test_a_failed_step_ends_with_one_and_its_reason(monkeypatch, capsys):
    def fail(places, force, say):
        raise TrainingFailed("rasa train ended with 1")

    monkeypatch.setattr(training, "train_all", fail)
    assert training.main([]) == 1
    assert "rasa train ended with 1" in capsys.readouterr().err
