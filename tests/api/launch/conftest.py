"""An installation in a folder of its own, as `up` leaves it, with chats in it."""

import pytest

from api.crypto import Keyring
from api.database import Database
from api.launch import keeping, secrets, store
from api.transcript import service as transcript
from api.vocabulary import Author, Kind
from tests.factories import OPEN_AT


class Place:
    """One installation and the chats that run in it."""

    def __init__(self, folder, url=None):
        self.folder = folder
        self.values = secrets.load(folder)
        settings = store.settings_from(self.values)
        self.url = url or settings.database_url
        store.migrate(self.url)
        self.database = Database(self.url)
        self.tracker = folder / "tracker.db"

    def installation(self):
        return keeping.existing()

    def chat(self, now=OPEN_AT, *texts):
        """A chat with these messages of the visitor; its id."""
        with self.database.writing() as db:
            session, _ = transcript.open_session(db, language="en", now=now)
            session_id = session.id
        for text in texts:
            self.say(session_id, text, now)
        return session_id

    def say(self, session_id, text, now=OPEN_AT, **more):
        with self.database.writing() as db:
            session = transcript.find(db, session_id)
            return transcript.append(db, session, Author.VISITOR, Kind.TEXT, text, now=now, **more).seq

    def texts(self, session_id):
        with self.database.reading() as db:
            return [message.text for message in transcript.messages_after(db, session_id)]

    def rows(self, model):
        with self.database.reading() as db:
            return db.query(model).all()

    def remember(self, session_id, words):
        """A conversation state of the bot, sealed as the bot does it."""
        ring = Keyring.parse(secrets.load(self.folder)["FRONTDESK_KEYS"])
        with keeping.opened(self.tracker) as tracker:
            tracker.execute("PRAGMA journal_mode=WAL")
            tracker.execute(
                "CREATE TABLE IF NOT EXISTS tracker (session_id TEXT PRIMARY KEY, sealed BLOB NOT NULL)"
            )
            sealed = ring.seal(words.encode(), f"tracker.sealed.{session_id}")
            tracker.execute("INSERT OR REPLACE INTO tracker VALUES (?, ?)", (session_id, sealed))

    def remembered(self, session_id):
        ring = Keyring.parse(secrets.load(self.folder)["FRONTDESK_KEYS"])
        with keeping.opened(self.tracker) as tracker:
            (sealed,) = tracker.execute(
                "SELECT sealed FROM tracker WHERE session_id = ?", (session_id,)
            ).fetchone()
        return ring.open(sealed, f"tracker.sealed.{session_id}").decode()

    def close(self):
        self.database.close()


@pytest.fixture
def place(tmp_path, monkeypatch):
    """An installation on SQLite."""
    folder = tmp_path / "var"
    monkeypatch.setenv("FRONTDESK_VAR", str(folder))
    made = Place(folder)
    yield made
    made.close()
