"""Libraries that the bot's process leaves out: nameable, of no use, and truly not needed by the model."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from bot import absent

ROOT = Path(__file__).resolve().parents[2]
NAMED = """
import sys
from bot import absent
absent.leave_out()
import tensorflow as tf
from keras.layers import Layer
class Ours(Layer, tf.keras.callbacks.Callback): pass
def reads(vector: tf.Tensor) -> "tf.Tensor": ...
for use in (Ours, tf.constant, lambda: tf.keras.Model(2)):
    try:
        use()
    except absent.LibraryAbsent:
        continue
    raise SystemExit("used")
"""
# What the server imports, and every part of config.yml: none may find a library it needs missing.
SERVER = """
import json, sys
from bot import absent
absent.leave_out()
import rasa.core.run, rasa.server
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.shared.utils.io import read_yaml_file
from rasa.shared.importers.importer import TrainingDataImporter
config = read_yaml_file("config.yml")
schema = DefaultV1Recipe().graph_config_for_recipe(config, {}).predict_schema
real = sorted({name.split(".")[0] for name, module in list(sys.modules.items())
               if name.split(".")[0] in absent.LIBRARIES and getattr(module, "__file__", None)})
print(json.dumps({"parts": sorted(node.uses.__module__ for node in schema.nodes.values()), "real": real}))
"""


def run(code: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-W", "ignore", "-c", code],
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": str(ROOT), "RASA_TELEMETRY_ENABLED": "false"},
        capture_output=True,
        text=True,
        check=False,
    )


def test_a_name_of_an_absent_library_can_be_named_and_inherited_but_never_used():
    done = run(NAMED)
    assert done.returncode == 0, done.stderr


def test_the_server_and_every_part_of_the_configuration_load_without_the_absent_libraries():
    done = run(SERVER)
    assert done.returncode == 0, done.stderr
    found = json.loads(done.stdout.splitlines()[-1])
    assert found["real"] == []
    assert {"rasa.core.policies.rule_policy", "bot.components.findings"} <= set(found["parts"])


def test_leaving_out_comes_too_late_once_a_library_is_there(monkeypatch):
    monkeypatch.setitem(sys.modules, "tensorflow", sys)
    with pytest.raises(RuntimeError, match="tensorflow"):
        absent.leave_out()
