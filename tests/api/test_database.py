"""Units of work, and that the tests of this folder run on the database they say."""

import threading
import time

import pytest
from sqlalchemy import text
from sqlalchemy.exc import OperationalError
from sqlalchemy.exc import TimeoutError as WaitedTooLong

from api import database as databases
from api.database import Database


async def test_every_test_of_the_store_runs_on_the_database_of_its_name(house, store):
    assert house.database.engine.dialect.name == store


@pytest.fixture
def file(tmp_path):
    database = Database(f"sqlite:///{tmp_path}/f.db")
    yield database
    database.close()


def test_who_waits_for_a_writer_of_the_same_process_waits_only_so_long(file, monkeypatch):
    monkeypatch.setattr(databases, "BUSY_TIMEOUT_SECONDS", 0.2)
    waited = []

    def write():
        started = time.monotonic()
        with pytest.raises((WaitedTooLong, OperationalError)), file.writing() as db:
            db.execute(text("SELECT 1"))
        waited.append(time.monotonic() - started)

    with file.writing():
        others = [threading.Thread(target=write) for _ in range(4)]
        for each in others:
            each.start()
        for each in others:
            each.join()
        assert max(waited) < 0.5
        write()
        assert waited[-1] < 0.2, "it is known that nobody gets in"
    with file.writing() as db:
        assert db.execute(text("SELECT 1")).scalar_one() == 1
    with file.writing():
        write()
        assert waited[-1] >= 0.2, "somebody got in: the usual patience again"
