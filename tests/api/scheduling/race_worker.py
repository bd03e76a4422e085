"""One of several processes that want the same time: waits for a line on stdin, prints what it got."""

import sys
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime

from api.crypto import Keyring, install_keyring
from api.database import Database
from api.errors import SlotTaken
from api.practice import load
from api.scheduling import service
from api.scheduling.office import Office
from api.scheduling.schemas import Contact
from api.transcript import service as transcript

CONTACT = Contact(name="Rosa Lane", phone="+15205550142", email=None, leave_message=False, text_consent=False)


def attempt(database: Database, office: Office, session_id: str, slot_id: str, now: datetime) -> str:
    """Book, and tell `booked` or `taken <number of times named>`."""
    try:
        with database.writing() as db:
            session = transcript.find(db, session_id)
            service.book_slot(db, office, session, slot_id, CONTACT, now)
    except SlotTaken as taken:
        return f"taken {len(taken.extra['slots'])}"
    return "booked"


def main() -> None:
    """`race_worker.py URL KEYS PROFILE SLOT NOW SESSION…`: one thread a session."""
    url, keys, profile, slot_id, now, *sessions = sys.argv[1:]
    install_keyring(Keyring.parse(keys))
    database = Database(url)
    office = Office(load(profile), "http://practice.test", "s" * 40, b"k", lambda db, session_id: False)
    moment = datetime.fromisoformat(now)
    with ThreadPoolExecutor(len(sessions)) as pool:
        print("ready", flush=True)
        sys.stdin.readline()
        works = [pool.submit(attempt, database, office, each, slot_id, moment) for each in sessions]
        for work in works:
            print(work.result(), flush=True)
    database.close()


if __name__ == "__main__":
    main()
