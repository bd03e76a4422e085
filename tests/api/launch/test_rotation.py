"""Changing the key: everything opens before, while and after, and nothing stays under the old one."""

import os
import stat
import subprocess
import sys
import threading

import pytest
from sqlalchemy import inspect, select

import api.main  # noqa: F401 (fills the metadata with every room)
from api.audit import AuditEvent
from api.crypto import Keyring, Sealed, install_keyring, key_id_of
from api.database import Base
from api.launch import rotation, secrets
from api.launch.keeping import CannotDo
from api.settings import ROOT
from api.transcript.models import Message


def quietly(_line):
    pass


def no_wait(_seconds):
    pass


def keys_of(place):
    return {key_id_of(message.text_sealed) for message in place.rows(Message)}


@pytest.fixture
def full(place):
    """Enough messages for several batches, and the bot's memory of their chat."""
    place.session_id = place.chat()
    for number in range(rotation.BATCH + 5):
        place.say(place.session_id, f"words {number}")
    place.remember(place.session_id, "panic at work")
    return place


def rotate(place):
    done = rotation.rotate(place.installation(), quietly, no_wait)
    install_keyring(Keyring.parse(secrets.load(place.folder)["FRONTDESK_KEYS"]))
    return done


def test_everything_is_sealed_under_the_new_key_and_the_old_one_is_gone(full):
    assert rotate(full) == rotation.BATCH + 5 + 1
    assert keys_of(full) == {"k2"}
    assert full.texts(full.session_id)[-1] == f"words {rotation.BATCH + 4}"
    assert full.remembered(full.session_id) == "panic at work"
    assert secrets.load(full.folder)["FRONTDESK_KEYS"].startswith("k2:")
    assert "," not in secrets.load(full.folder)["FRONTDESK_KEYS"]


def test_the_other_secrets_stay_and_nobody_else_may_read_the_file(full):
    before = secrets.load(full.folder)
    rotate(full)
    after = secrets.load(full.folder)
    assert {name for name in before if before[name] != after[name]} == {"FRONTDESK_KEYS"}
    assert stat.S_IMODE((full.folder / secrets.FILE).stat().st_mode) == 0o600


def test_a_change_that_was_broken_off_goes_on_under_the_same_key(full, monkeypatch):
    def breaks(*_):
        raise KeyboardInterrupt

    with monkeypatch.context() as broken:
        broken.setattr(rotation, "_pass_tracker", breaks)
        with pytest.raises(KeyboardInterrupt):
            rotate(full)
    both = Keyring.parse(secrets.load(full.folder)["FRONTDESK_KEYS"])
    assert [name for name, _ in both.keys] == ["k2", "k1"]
    install_keyring(both)
    assert full.texts(full.session_id)[0] == "words 0"
    assert full.remembered(full.session_id) == "panic at work"
    rotate(full)
    assert (keys_of(full), full.remembered(full.session_id)) == ({"k2"}, "panic at work")


def test_each_change_brings_a_name_that_was_not_there_before(full):
    rotate(full)
    rotate(full)
    assert keys_of(full) == {"k3"}


def test_keys_of_the_operator_are_used_and_left_alone(full, monkeypatch):
    old = secrets.load(full.folder)["FRONTDESK_KEYS"]
    monkeypatch.setenv("FRONTDESK_KEYS", f"{Keyring.generate('mine')},{old}")
    rotate(full)
    assert keys_of(full) == {"mine"}
    monkeypatch.delenv("FRONTDESK_KEYS")
    assert secrets.load(full.folder)["FRONTDESK_KEYS"] == old


def test_a_process_that_goes_on_sealing_under_the_old_key_keeps_it_alive(full):
    old = Keyring.parse(secrets.load(full.folder)["FRONTDESK_KEYS"])

    def somebody_writes(_seconds):
        install_keyring(old)
        full.say(full.session_id, "late")

    with pytest.raises(CannotDo, match="still seals under the old key"):
        rotation.rotate(full.installation(), quietly, somebody_writes)
    assert "k1:" in secrets.load(full.folder)["FRONTDESK_KEYS"]


def test_a_message_that_is_written_over_meanwhile_is_not_lost(full, monkeypatch):
    seal = rotation._anew

    def somebody_is_quicker(ring, value, associated):
        fresh = seal(ring, value, associated)
        if not hasattr(full, "quick"):
            full.quick = True
            with rotation.opened(full.tracker) as tracker:
                tracker.execute("UPDATE tracker SET sealed = ?", (ring.seal(b"newer", associated),))
        return fresh

    monkeypatch.setattr(rotation, "_pass", lambda *_: 0)
    monkeypatch.setattr(rotation, "_anew", somebody_is_quicker)
    rotation.rotate(full.installation(), quietly, no_wait)
    assert full.remembered(full.session_id) == "newer"


def test_it_is_in_the_audit_log(full):
    rotate(full)
    last = full.rows(AuditEvent)[-1]
    assert (last.actor, last.action, last.subject) == ("system", "keys.rotate", f"values:{rotation.BATCH + 6}")


def test_every_sealed_value_of_every_room_is_found():
    declared = {
        f"{mapper.local_table.name}.{value.column}"
        for mapper in Base.registry.mappers
        for value in vars(inspect(mapper).class_).values()
        if isinstance(value, Sealed)
    }
    assert {f"{each.table.name}.{each.column}" for each in rotation.sealed_columns()} == declared
    assert len(declared) >= 7


def test_a_live_process_takes_up_the_new_key_and_lets_go_of_the_old_one(full):
    """A process that began with the old key writes and reads all the while the key changes."""
    script = (
        "import sys, time\n"
        "from tests.api.launch.live_chat import run\n"
        "run(sys.argv[1], sys.argv[2], sys.argv[3], sys.argv[4])\n"
    )
    keys = secrets.load(full.folder)["FRONTDESK_KEYS"]
    live = subprocess.Popen(
        [sys.executable, "-c", script, full.url, keys, str(full.folder / secrets.FILE), full.session_id],
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert live.stdout.readline() == "talking\n"
    reader = threading.Thread(target=rotation.rotate, args=(full.installation(), quietly))
    reader.start()
    reader.join()
    live.stdin.write("stop\n")
    live.stdin.flush()
    said = int(live.communicate()[0])
    install_keyring(Keyring.parse(secrets.load(full.folder)["FRONTDESK_KEYS"]))
    assert live.returncode == 0
    assert full.texts(full.session_id)[rotation.BATCH + 5 :] == [f"live {number}" for number in range(said)]
    assert said > 10
    with full.database.reading() as db:
        assert {key_id_of(one) for one in db.scalars(select(Message.text_sealed))} == {"k2"}
