"""The real api in a thread of its own, with a bot that answers as it is told: fast, and every failure can be staged."""

import socket
import threading
from datetime import timedelta

import uvicorn

from api.chat.limits import Limits
from api.database import Base
from api.main import create_app
from api.staff import second_factor
from api.staff import service as staff
from api.vocabulary import Role
from tests.factories import OPEN_AT, make_settings
from tests.fakes import FakeBot, FakeEars, FakeNotifier

PASSWORD = "correct-horse-555-0142"


class Clock:
    """Runs on from an instant a test chooses."""

    def __init__(self):
        self.instant = OPEN_AT

    def now(self):
        # Each look is a little later, so that the order of events shows in their times.
        self.instant += timedelta(milliseconds=1)
        return self.instant


class QuickHouse:
    """An api on a free port of loopback with everything around it in reach."""

    def __init__(self, folder):
        self.folder = folder
        self.socket = socket.create_server(("127.0.0.1", 0))
        self.base_url = f"http://127.0.0.1:{self.socket.getsockname()[1]}"
        self.clock, self.notifier = Clock(), FakeNotifier()
        self.bot, self.ears = FakeBot(), FakeEars()
        settings = make_settings(folder, base_url=self.base_url)
        self.app = create_app(settings, clock=self.clock, bot=self.bot, notifier=self.notifier, ears=self.ears)
        Base.metadata.create_all(self.database.engine)
        with self.database.writing() as db:
            for role in Role:
                staff.add(db, f"{role}@example.org", _name(role), role, self.clock.now(), PASSWORD)
        self.server = uvicorn.Server(uvicorn.Config(self.app, log_level="critical", timeout_graceful_shutdown=1))
        self.thread = threading.Thread(target=self.server.run, args=([self.socket],), daemon=True)

    @property
    def database(self):
        return self.app.state.frontdesk.database

    def start(self):
        self.thread.start()

    def stop(self):
        self.server.should_exit = True
        self.thread.join(timeout=10)
        self.socket.close()

    def forget(self):
        """As if nobody had been here: limits counted anew, chats gone, the bot well and answering in its usual way."""
        self.app.state.chat.limits = Limits()
        self.app.state.sign_in_tries.clear()
        self.app.state.frontdesk.pause.lift()
        self.clock.instant = OPEN_AT
        with self.database.writing() as db:
            for table in reversed(Base.metadata.sorted_tables):
                if table.name != "staff_member":
                    db.execute(table.delete())
            for member in staff.everybody(db):
                second_factor.remove(db, member)
        for part, fresh in ((self.bot, FakeBot()), (self.ears, FakeEars())):
            part.__dict__.update(fresh.__dict__)

    def read(self, question):
        with self.database.reading() as db:
            return question(db)

    def rows(self, model):
        return self.read(lambda db: list(db.query(model).all()))


def _name(role):
    return {"front_desk": "Dana", "clinician": "Mara", "administrator": "Ines", "auditor": "Otto"}[role]
