"""A backup taken in the middle of things comes back whole, and never over something that lives."""

import json
import os
import shutil
import stat
import tarfile
import threading

import pytest
from sqlalchemy import create_engine, text

from api import audit_check
from api.clock import SystemClock
from api.crypto import Keyring, install_keyring
from api.launch import backup as backups
from api.launch import postgres, secrets
from api.launch.keeping import CannotDo, alone
from tests.api.launch.conftest import Place
from tests.factories import OPEN_AT

WRITERS, BEFORE = 4, 12


@pytest.fixture
def server(place, postgres_url, monkeypatch):
    """The same installation on PostgreSQL, in a database of its own."""
    admin = create_engine(postgres_url, isolation_level="AUTOCOMMIT")
    with admin.connect() as connection:
        for name in ("kept", "empty"):
            connection.execute(text(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)"))
            connection.execute(text(f"CREATE DATABASE {name}"))
    admin.dispose()
    monkeypatch.setenv("FRONTDESK_DATABASE_URL", postgres_url.replace("/postgres?", "/kept?"))
    made = Place(place.folder, os.environ["FRONTDESK_DATABASE_URL"])
    made.empty = postgres_url.replace("/postgres?", "/empty?")
    yield made
    made.close()


@pytest.fixture(params=["sqlite", "postgresql"])
def either(request):
    return request.getfixturevalue({"sqlite": "place", "postgresql": "server"}[request.param])


class Writers:
    """Threads that talk in a chat each and note what was committed when."""

    def __init__(self, place):
        self.place, self.stopping = place, threading.Event()
        self.chats = [place.chat() for _ in range(WRITERS)]
        self.committed = {session_id: [] for session_id in self.chats}
        self.threads = [threading.Thread(target=self.talk, args=(each,)) for each in self.chats]

    def talk(self, session_id):
        number = 0
        while not self.stopping.is_set():
            self.place.say(session_id, f"words {number}")
            number += 1
            self.committed[session_id].append(number)

    def __enter__(self):
        for thread in self.threads:
            thread.start()
        while any(len(done) < BEFORE for done in self.committed.values()):
            self.stopping.wait(0.01)
        return self

    def __exit__(self, *_):
        self.stopping.set()
        for thread in self.threads:
            thread.join()


def bring_back(archive, folder, url, monkeypatch):
    monkeypatch.setenv("FRONTDESK_VAR", str(folder))
    backups.restore(archive, folder, url)
    install_keyring(Keyring.parse(secrets.load(folder)["FRONTDESK_KEYS"]))
    return Place(folder, url)


def test_a_backup_under_load_comes_back_to_the_last_committed_message(either, tmp_path, monkeypatch):
    with Writers(either) as writers:
        either.remember(writers.chats[0], "panic at work")
        before = {each: len(done) for each, done in writers.committed.items()}
        archive = backups.backup(either.installation(), tmp_path / "kept", SystemClock().now())
        after = {each: len(done) + 1 for each, done in writers.committed.items()}
    url = getattr(either, "empty", f"sqlite:///{tmp_path / 'new' / 'frontdesk.db'}")
    back = bring_back(archive, tmp_path / "new", url, monkeypatch)
    for session_id in writers.chats:
        texts = back.texts(session_id)
        assert texts == [f"words {number}" for number in range(len(texts))]
        assert before[session_id] <= len(texts) <= after[session_id]
    assert back.remembered(writers.chats[0]) == "panic at work"
    back.close()


def test_what_comes_back_goes_on(place, tmp_path, monkeypatch):
    session_id = place.chat(OPEN_AT, "hello")
    archive = backups.backup(place.installation(), tmp_path, OPEN_AT)
    back = bring_back(archive, tmp_path / "new", f"sqlite:///{tmp_path / 'new' / 'frontdesk.db'}", monkeypatch)
    assert back.say(session_id, "again") == 2
    installation = back.installation()
    with back.database.reading() as db:
        assert audit_check.verify(db, installation.audit_key).fault is None
    back.close()


def test_the_archive_names_its_parts_and_is_for_its_owner_only(place, tmp_path):
    place.remember(place.chat(OPEN_AT, "panic"), "panic")
    archive = backups.backup(place.installation(), tmp_path / "kept", OPEN_AT)
    assert archive.name == "frontdesk-20260302T170000Z.tar"
    assert stat.S_IMODE(archive.stat().st_mode) == 0o600
    with tarfile.open(archive) as opened:
        manifest = json.load(opened.extractfile("manifest.json"))
    assert set(manifest["files"]) == {"frontdesk.db", "tracker.db", "secrets.env"}
    assert os.listdir(tmp_path / "kept") == [archive.name]
    with pytest.raises(CannotDo, match="exists already"):
        backups.backup(place.installation(), tmp_path / "kept", OPEN_AT)


@pytest.mark.parametrize("there", ["frontdesk.db", "tracker.db", "secrets.env", "frontdesk.db-wal"])
def test_nothing_that_is_there_is_overwritten(place, tmp_path, there):
    place.remember(place.chat(OPEN_AT, "hello"), "x")
    archive = backups.backup(place.installation(), tmp_path, OPEN_AT)
    folder = tmp_path / "new"
    folder.mkdir()
    (folder / there).write_text("mine")
    with pytest.raises(CannotDo, match="installation already"):
        backups.restore(archive, folder, f"sqlite:///{folder / 'frontdesk.db'}")
    assert (folder / there).read_text() == "mine"
    assert sorted(os.listdir(folder)) == sorted([there, "keeping.lock"])


def test_a_database_that_holds_tables_is_not_overwritten(server, tmp_path):
    server.chat(OPEN_AT, "hello")
    archive = backups.backup(server.installation(), tmp_path, OPEN_AT)
    with pytest.raises(CannotDo, match="holds tables already"):
        backups.restore(archive, tmp_path / "new", server.url)
    assert not (tmp_path / "new" / secrets.FILE).exists()


def _repack(archive, change):
    parts = archive.with_suffix("")
    with tarfile.open(archive) as opened:
        opened.extractall(parts, filter="data")
    change(parts)
    with tarfile.open(archive, "w") as made:
        for path in sorted(parts.iterdir()):
            made.add(path, arcname=path.name)
    shutil.rmtree(parts)


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        (lambda parts: (parts / "frontdesk.db").write_bytes(b"x"), "damaged: frontdesk.db"),
        (lambda parts: (parts / "secrets.env").unlink(), "damaged: secrets.env"),
        (lambda parts: (parts / "manifest.json").unlink(), "cannot be read"),
        (lambda parts: (parts / "manifest.json").write_text("[]"), "cannot be read"),
        (lambda parts: (parts / "other").write_text("x"), "holds 'other'"),
        (
            lambda parts: (parts / "manifest.json").write_text('{"format": 9, "files": {}, "taken_at": ""}'),
            "newer form",
        ),
    ],
)
def test_a_damaged_archive_is_refused_and_leaves_nothing(place, tmp_path, change, reason):
    place.chat(OPEN_AT, "hello")
    archive = backups.backup(place.installation(), tmp_path, OPEN_AT)
    _repack(archive, change)
    with pytest.raises(CannotDo, match=reason):
        backups.restore(archive, tmp_path / "new", f"sqlite:///{tmp_path / 'new' / 'frontdesk.db'}")
    assert os.listdir(tmp_path / "new") == ["keeping.lock"]


def test_a_file_that_is_no_archive_is_refused(tmp_path):
    (tmp_path / "x.tar").write_text("x")
    for name in ("x.tar", "missing.tar"):
        with pytest.raises(CannotDo, match="cannot be read"):
            backups.restore(tmp_path / name, tmp_path / "new", "sqlite:///x.db")


def test_an_archive_of_the_other_kind_of_database_is_refused(place, tmp_path):
    archive = backups.backup(place.installation(), tmp_path, OPEN_AT)
    with pytest.raises(CannotDo, match="holds a SQLite database"):
        backups.restore(archive, tmp_path / "new", "postgresql+psycopg://nobody@127.0.0.1/none")


def test_two_such_commands_never_run_at_once(place, tmp_path):
    with alone(place.folder), pytest.raises(CannotDo, match="wait for it"):
        backups.backup(place.installation(), tmp_path, OPEN_AT)


def test_secrets_of_the_environment_are_in_the_archive(place, tmp_path, monkeypatch):
    monkeypatch.setenv("FRONTDESK_AUDIT_KEY", "from the environment")
    archive = backups.backup(place.installation(), tmp_path, OPEN_AT)
    with tarfile.open(archive) as opened:
        assert b"FRONTDESK_AUDIT_KEY=from the environment" in opened.extractfile("secrets.env").read()


def test_a_server_that_cannot_be_dumped_gives_its_reason_and_no_password(tmp_path):
    with pytest.raises(CannotDo, match="pg_dump failed") as refused:
        postgres.dump("postgresql+psycopg://nobody:hidden-word@127.0.0.1:1/none", tmp_path / "x")
    assert "hidden-word" not in str(refused.value)


def test_without_the_programs_it_says_what_to_install(tmp_path, monkeypatch):
    monkeypatch.setenv("PATH", "")
    monkeypatch.setattr(postgres, "find_spec", lambda name: None)
    with pytest.raises(CannotDo, match="install PostgreSQL's client programs"):
        postgres.dump("postgresql+psycopg://nobody@127.0.0.1/none", tmp_path / "x")
