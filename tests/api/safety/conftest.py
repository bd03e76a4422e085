"""A gate on a real database file, with ears that know a few phrases."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy.orm import Session

import api.handoff.models
import api.intake.models
import api.outbox
import api.safety.models
import api.staff.models  # noqa: F401 (every table the metadata needs)
from api import practice
from api.crypto import Keyring, install_keyring
from api.database import Base, Database
from api.safety.resources import Resources
from api.safety.service import Gate
from api.transcript import service as transcript
from api.transcript.models import ChatSession
from api.wording import Wording
from tests import databases
from tests.factories import OPEN_AT
from tests.fakes import FakeEars


@pytest.fixture(scope="session")
def wording() -> Wording:
    return Wording.load()


@pytest.fixture(scope="session")
def resources() -> Resources:
    return Resources.load()


@pytest.fixture
def gate(wording: Wording, resources: Resources) -> Gate:
    return Gate(FakeEars(), wording, resources, practice.load("tucson_integrative"))


@pytest.fixture
def db(tmp_path: Path) -> Iterator[Session]:
    install_keyring(Keyring.parse(Keyring.generate()))
    database = Database(databases.url_for(tmp_path))
    Base.metadata.create_all(database.engine)
    with database.writing() as db:
        yield db
    database.close()


@pytest.fixture
def session(db: Session) -> ChatSession:
    return transcript.open_session(db, language="en", now=OPEN_AT)[0]
