"""The facts of a chat: stored whole, encrypted, with the route in the open."""

from pathlib import Path

import pytest

import api.transcript.models  # noqa: F401 (every table the metadata needs)
from api.crypto import Keyring, install_keyring
from api.database import Base, Database
from api.intake import service as intake
from api.intake.models import Intake
from api.transcript import service as transcript
from tests import databases
from tests.factories import OPEN_AT


@pytest.fixture
def db(tmp_path: Path):
    install_keyring(Keyring.parse(Keyring.generate()))
    database = Database(databases.url_for(tmp_path))
    Base.metadata.create_all(database.engine)
    with database.writing() as db:
        yield db
    database.close()


@pytest.fixture
def chat(db):
    return transcript.open_session(db, language="en", now=OPEN_AT)[0].id


def test_before_the_first_turn_nothing_is_known(db, chat):
    assert intake.facts_of(db, chat) == {}


def test_facts_of_a_turn_replace_those_before_and_show_the_route(db, chat):
    intake.store(db, chat, {"concerns": ["panic"], "suggested_route": "therapy", "rule_id": "R39"}, OPEN_AT)
    intake.store(db, chat, {"concerns": ["grief"], "chosen_route": "combined", "rules_version": "v2"}, OPEN_AT)
    row = db.get(Intake, chat)
    assert intake.facts_of(db, chat) == {"concerns": ["grief"], "chosen_route": "combined", "rules_version": "v2"}
    assert (row.suggested_route, row.chosen_route, row.rule_id, row.rules_version) == (
        None,
        "combined",
        None,
        "v2",
    )


def test_an_answer_without_facts_forgets_nothing(db, chat):
    intake.store(db, chat, {"severity": "mild"}, OPEN_AT)
    intake.store(db, chat, {}, OPEN_AT)
    assert intake.facts_of(db, chat) == {"severity": "mild"}


def test_facts_are_encrypted(db, chat):
    intake.store(db, chat, {"quotes": {"severity": "a secret"}}, OPEN_AT)
    assert b"secret" not in db.get(Intake, chat).facts_sealed


def test_erased_facts_are_gone(db, chat):
    intake.store(db, chat, {"severity": "mild"}, OPEN_AT)
    intake.erase(db, chat)
    db.expire_all()
    assert intake.facts_of(db, chat) == {}
