"""A process in the middle of a chat: writes a message, reads them all, again and again, until told to stop."""

import sys
import threading
from pathlib import Path

from api.clock import SystemClock
from api.crypto import Keyring, install_keyring
from api.database import Database
from api.transcript import service as transcript
from api.vocabulary import Author, Kind


def run(url: str, keys: str, file: str, session_id: str) -> None:
    """Talk; prints `talking` at the first message and, at the end, how many were written."""
    install_keyring(Keyring.parse(keys), Path(file))
    database, stop, said = Database(url), threading.Event(), 0
    threading.Thread(target=lambda: (sys.stdin.readline(), stop.set()), daemon=True).start()
    while not stop.wait(0.02):
        with database.writing() as db:
            session = transcript.find(db, session_id)
            transcript.append(db, session, Author.VISITOR, Kind.TEXT, f"live {said}", now=SystemClock().now())
        with database.reading() as db:
            assert all(message.text for message in transcript.messages_after(db, session_id, 0, 10_000))
        said += 1
        if said == 1:
            print("talking", flush=True)
    database.close()
    print(said, flush=True)
