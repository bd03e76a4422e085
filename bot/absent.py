"""Stands in for the libraries that Rasa imports at its start and a model of ours never uses.

Rasa's server imports TensorFlow, scikit-learn and the clients of a dozen messengers and databases, whatever the
model is made of: three quarters of its memory and most of its start. An import of one of them gets an empty module
here. Its names can be named (in a signature, as a base class); using one raises, so nothing works by accident.
"""

from __future__ import annotations

import importlib.abc
import importlib.machinery
import sys
from collections.abc import Sequence
from types import ModuleType
from typing import Any, NoReturn

# Whatever a policy or component of config.yml needs must not stand here: tests/bot/test_absent.py starts the model.
LIBRARIES = frozenset(
    {
        # training and evaluation
        *("tensorflow", "tensorflow_addons", "keras", "sklearn", "sklearn_crfsuite", "matplotlib"),
        # channels and stores that are not ours
        *("aiogram", "slack_sdk", "webexteamssdk", "twilio", "mattermostwrapper", "rocketchat_API", "fbmessenger"),
        *("boto3", "botocore", "pymongo", "redis", "aio_pika", "socketio"),
        # a terminal to talk in
        *("questionary", "prompt_toolkit"),
    }
)


class LibraryAbsent(RuntimeError):
    """Something used a library that the server leaves out: take it off bot/absent.py's list."""


class _Name(type):
    """A name of an absent library: may be named and inherited from, not called."""

    def __getattr__(cls, name: str) -> Any:
        return _name(cls.__module__, name)

    def __call__(cls, *given: Any, **named: Any) -> NoReturn:
        raise LibraryAbsent(f"{cls.__module__} is left out of the server (bot/absent.py)")


class _Module(ModuleType):
    __path__: Sequence[str] = ()

    def __getattr__(self, name: str) -> Any:
        return _name(self.__name__, name)


class _Finder(importlib.abc.MetaPathFinder, importlib.abc.Loader):
    def find_spec(self, name: str, path: Any = None, target: Any = None) -> importlib.machinery.ModuleSpec | None:
        if name.split(".")[0] not in LIBRARIES:
            return None
        return importlib.machinery.ModuleSpec(name, self, is_package=True)

    def create_module(self, spec: importlib.machinery.ModuleSpec) -> ModuleType:
        return _Module(spec.name)

    def exec_module(self, module: ModuleType) -> None:
        """Nothing to run: the module is empty."""


def _name(module: str, name: str) -> Any:
    # What Python itself asks a module or a class for is truly not there.
    if name.startswith("__"):
        raise AttributeError(name)
    return _Name(name, (), {"__module__": module})


def leave_out() -> None:
    """From now on imports of LIBRARIES are empty. Raises RuntimeError when one is there already."""
    present = sorted(LIBRARIES & set(sys.modules))
    if present:
        raise RuntimeError(f"imported before they could be left out: {', '.join(present)}")
    sys.meta_path.insert(0, _Finder())
