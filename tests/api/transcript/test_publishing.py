"""Publishing: listeners wake on commit, and only then."""

import asyncio
from pathlib import Path

import pytest

from api.database import Database
from api.transcript.publishing import Publisher, touch
from tests import databases


@pytest.fixture
def database(tmp_path: Path):
    database = Database(databases.url_for(tmp_path))
    yield database
    database.close()


def write(database, session_id, *, fail=False):
    from sqlalchemy import text

    with database.writing() as db:
        db.execute(text("SELECT 1"))
        touch(db, session_id)
        if fail:
            raise RuntimeError("no")


async def test_a_commit_in_a_thread_wakes_the_listeners_of_that_chat_only(database):
    publisher = Publisher()
    publisher.watch(database)
    with publisher.listening("a") as here, publisher.listening("b") as there:
        await asyncio.to_thread(write, database, "a")
        async with asyncio.timeout(2):
            await here.wait()
        assert not there.is_set()


async def test_a_rolled_back_unit_of_work_wakes_nobody(database):
    publisher = Publisher()
    publisher.watch(database)
    with publisher.listening("a") as changed:
        with pytest.raises(RuntimeError):
            await asyncio.to_thread(write, database, "a", fail=True)
        await asyncio.sleep(0)
        assert not changed.is_set()


async def test_without_listeners_a_commit_is_nobodys_business(database):
    publisher = Publisher()
    publisher.watch(database)
    await asyncio.to_thread(write, database, "a")
    with publisher.listening("a"):
        pass
    await asyncio.to_thread(write, database, "a")
    assert publisher.count("a") == 0


async def test_two_listeners_of_one_chat_both_wake_and_leave_one_by_one(database):
    publisher = Publisher()
    publisher.watch(database)
    with publisher.listening("a") as one:
        with publisher.listening("a") as two:
            await asyncio.to_thread(write, database, "a")
            async with asyncio.timeout(2):
                await asyncio.gather(one.wait(), two.wait())
        assert publisher.count("a") == 1
    assert publisher.count("a") == 0


def test_a_wake_up_after_the_loop_has_ended_harms_nobody():
    publisher = Publisher()

    async def listen():
        with publisher.listening("a"):
            pass

    asyncio.run(listen())
    publisher.wake("a")
