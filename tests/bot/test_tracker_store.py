"""Conversations at rest: unreadable without the key, bound to their session, compacted, erased for good."""

import asyncio
import base64
import functools
import sqlite3

import pytest
from rasa.shared.core.domain import Domain
from rasa.shared.core.events import ActionExecuted, ActiveLoop, BotUttered, SessionStarted, SlotSet, UserUttered

from bot import tracker_store
from bot.answered import answering
from bot.compaction import KEPT_TURNS, compact
from bot.tracker_store import SealBroken, SealedTrackerStore

KEYS = ",".join(f"k{number}:{base64.b64encode(bytes([number]) * 32).decode()}" for number in (1, 2))
SECRET = "a secret worry"


def in_loop(test):
    """Run an async test to its end: no plugin is needed for it."""

    @functools.wraps(test)
    def run(*arguments, **fixtures):
        return asyncio.run(test(*arguments, **fixtures))

    return run


@pytest.fixture
def domain():
    return Domain.load("domain.yml")


@pytest.fixture
def database(tmp_path):
    return tmp_path / "trackers" / "rasa.db"


@pytest.fixture
def store(domain, database):
    opened = SealedTrackerStore(domain, database=str(database), keys=KEYS)
    yield opened
    opened.close()


def talk(store, session_id, turns):
    tracker = store.init_tracker(session_id)
    events = [ActionExecuted("action_session_start"), SessionStarted(), ActionExecuted("action_listen")]
    for number in range(turns):
        events += [
            UserUttered(f"{SECRET} {number}", {"name": "inform"}, [], {"findings": {"facts": {"big": "x" * 200}}}),
            ActionExecuted("intake_form"),
            ActiveLoop("intake_form"),
            SlotSet("asked", list(range(number + 1))),
            SlotSet("requested_slot", "age_group"),
            BotUttered(None, {"custom": {"frontdesk_facts": {"intake": {}}}}),
            BotUttered("And then?", metadata={"values": {"quote": SECRET}}),
            ActionExecuted("action_listen"),
        ]
    for event in events:
        tracker.update(event)
    return tracker


@in_loop
async def test_a_conversation_goes_on_where_it_stood(store):
    await store.save(talk(store, "session-0001", 3))
    read = await store.retrieve("session-0001")
    assert read.active_loop_name == "intake_form"
    assert read.get_slot("asked") == [0, 1, 2]
    assert read.get_slot("requested_slot") == "age_group"
    assert read.latest_message.intent["name"] == "inform"
    assert read.latest_action_name == "action_listen"


@in_loop
async def test_the_answer_of_the_last_turn_is_kept_with_the_state_and_of_no_other(store):
    tracker, body = talk(store, "session-0001", 1), {"messages": [], "facts": {}, "open_question": None}
    with answering("turn-1", lambda: body):
        await store.save(tracker)
    assert store.answer_of("session-0001", "turn-1") == body
    assert store.answer_of("session-0001", "turn-2") is None
    assert store.answer_of("session-0002", "turn-1") is None
    with answering("turn-2", lambda: None):
        await store.save(tracker)
    assert store.answer_of("session-0001", "turn-1") is None
    assert (await store.retrieve("session-0001")).get_slot("asked") == [0]


@in_loop
async def test_a_long_conversation_is_kept_short_and_still_knows_everything(store):
    await store.save(talk(store, "session-0001", 60))
    read = await store.retrieve("session-0001")
    assert sum(isinstance(event, UserUttered) for event in read.events) == KEPT_TURNS
    assert read.get_slot("asked") == list(range(60))
    assert read.active_loop_name == "intake_form"


@in_loop
async def test_compacting_twice_changes_nothing(store):
    tracker = talk(store, "session-0001", 20)
    once = compact([event.as_dict() for event in tracker.events], tracker.current_slot_values())
    assert compact(once, tracker.current_slot_values()) == once


@in_loop
async def test_copies_of_words_are_not_kept(store):
    await store.save(talk(store, "session-0001", 2))
    read = await store.retrieve("session-0001")
    kept = str([event.as_dict() for event in read.events])
    assert "frontdesk_facts" not in kept
    assert "xxx" not in kept
    assert kept.count(SECRET) == 4  # text and parse data of two messages


@in_loop
async def test_nothing_readable_is_on_the_disk(store, database):
    await store.save(talk(store, "session-0001", 3))
    stored = b"".join(path.read_bytes() for path in database.parent.iterdir())
    assert b"secret" not in stored
    assert b"requested_slot" not in stored
    assert database.stat().st_mode & 0o077 == 0


@in_loop
async def test_an_erased_conversation_is_gone_from_the_file_too(store, database):
    await store.save(talk(store, "session-0001", 3))
    await store.save(talk(store, "session-0002", 1))
    sealed = sqlite3.connect(database).execute("SELECT sealed FROM tracker WHERE session_id = 'session-0001'")
    row = sealed.fetchone()[0]
    await store.erase("session-0001")
    assert await store.retrieve("session-0001") is None
    assert await store.keys() == ["session-0002"]
    stored = b"".join(path.read_bytes() for path in database.parent.iterdir())
    assert row[40:120] not in stored


@in_loop
async def test_a_row_does_not_open_under_another_session(store, database):
    await store.save(talk(store, "session-0001", 1))
    with sqlite3.connect(database) as db:
        db.execute("UPDATE tracker SET session_id = 'session-0009'")
    with pytest.raises(SealBroken):
        await store.retrieve("session-0009")


@in_loop
async def test_changed_bytes_do_not_open(store, database):
    await store.save(talk(store, "session-0001", 1))
    with sqlite3.connect(database) as db:
        (sealed,) = db.execute("SELECT sealed FROM tracker").fetchone()
        db.execute("UPDATE tracker SET sealed = ?", (sealed[:-1] + bytes([sealed[-1] ^ 1]),))
    with pytest.raises(SealBroken):
        await store.retrieve("session-0001")


@in_loop
async def test_an_older_key_still_opens_and_a_missing_one_does_not(domain, database):
    first, second = KEYS.split(",")
    old = SealedTrackerStore(domain, database=str(database), keys=first)
    await old.save(talk(old, "session-0001", 1))
    rotated = SealedTrackerStore(domain, database=str(database), keys=f"{second},{first}")
    assert (await rotated.retrieve("session-0001")).get_slot("asked") == [0]
    lost = SealedTrackerStore(domain, database=str(database), keys=second)
    with pytest.raises(SealBroken):
        await lost.retrieve("session-0001")


@pytest.mark.parametrize("keys", ["", "nonsense", "k1:c2hvcnQ="])
def test_keys_that_are_none_refuse_the_start_without_showing_them(domain, database, keys):
    with pytest.raises(ValueError) as error:
        SealedTrackerStore(domain, database=str(database), keys=keys)
    assert not keys or keys not in str(error.value)


@in_loop
async def test_of_each_slot_only_the_last_value_is_kept(store):
    await store.save(talk(store, "session-0001", 5))
    read = await store.retrieve("session-0001")
    assert sorted(event.key for event in read.events if isinstance(event, SlotSet)) == ["asked", "requested_slot"]
    assert read.get_slot("asked") == [0, 1, 2, 3, 4]


@in_loop
async def test_no_turn_waits_for_the_disk_and_the_log_is_kept_beside(store):
    assert store._db.execute("PRAGMA synchronous").fetchone() == (1,)
    assert store._db.execute("PRAGMA journal_mode").fetchone() == ("wal",)


@in_loop
async def test_a_running_bot_takes_up_a_new_key_and_lets_go_of_the_old_one(domain, tmp_path, monkeypatch):
    first, both, second = (f"FRONTDESK_KEYS={keys}\n" for keys in (_key(1), f"{_key(2)},{_key(1)}", _key(2)))
    file = tmp_path / "secrets.env"
    file.write_text(first)
    monkeypatch.setenv("FRONTDESK_KEYS_FILE", str(file))
    monkeypatch.setenv("FRONTDESK_KEYS", _key(1))
    monkeypatch.setattr(tracker_store, "LOOK_SECONDS", 0.0)
    store = SealedTrackerStore(domain, database=str(tmp_path / "t.db"))
    await store.save(talk(store, "before", 1))
    _replace(file, both)
    await store.save(talk(store, "after", 1))
    assert await store.retrieve("before")
    _replace(file, second)
    assert await store.retrieve("after")
    with pytest.raises(SealBroken):
        await store.retrieve("before")
    file.unlink()
    assert await store.retrieve("after")
    store.close()


@in_loop
async def test_a_key_nobody_knew_is_looked_for_at_once(domain, tmp_path, monkeypatch):
    file = tmp_path / "secrets.env"
    file.write_text(f"FRONTDESK_KEYS={_key(1)}\n")
    monkeypatch.setenv("FRONTDESK_KEYS_FILE", str(file))
    monkeypatch.setenv("FRONTDESK_KEYS", _key(1))
    monkeypatch.setattr(tracker_store, "LOOK_SECONDS", 3600.0)
    store = SealedTrackerStore(domain, database=str(tmp_path / "t.db"))
    await store.save(talk(store, "before", 1))
    _replace(file, f"FRONTDESK_KEYS={_key(2)},{_key(1)}\n")
    other = SealedTrackerStore(domain, database=str(tmp_path / "t.db"), keys=_key(2))
    await other.save(talk(other, "elsewhere", 1))
    assert await store.retrieve("elsewhere")
    for each in (store, other):
        each.close()


def _key(number):
    return f"k{number}:{base64.b64encode(bytes([number]) * 32).decode()}"


def _replace(file, text):
    fresh = file.with_name("fresh")
    fresh.write_text(text)
    fresh.replace(file)
