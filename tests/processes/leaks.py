"""Words nobody else would write, typed in every place a person can type, and where they turned up afterwards."""

import json
import re
import secrets
import sqlite3
import threading
from contextlib import closing
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import httpx
from aiosmtpd.controller import Controller

from api.launch.up import free_port
from tests.journeys.pages import Page

MARK = "canary"


@dataclass
class Words:
    """The words typed so far. Each looks like an id, so that no rule about sentences holds it back."""

    typed: list[str] = field(default_factory=list)

    def new(self, place: str) -> str:
        """A word for one place."""
        self.typed.append(f"{MARK}{place}{secrets.token_hex(4)}")
        return self.typed[-1]

    def within(self, text: str) -> list[str]:
        """Which of them stand in a text, in any case."""
        lowered = text.lower()
        return [word for word in self.typed if word in lowered]


class Outside:
    """The practice's webhook receiver and mail server; both keep every byte they get."""

    def __init__(self) -> None:
        self.hooks: list[str] = []
        self.mails: list[str] = []
        self._came = threading.Condition()
        outside = self

        class Receiver(BaseHTTPRequestHandler):
            def do_POST(self):
                body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
                outside.keep(outside.hooks, f"{self.path}\n{self.headers}\n{body.decode(errors='replace')}")
                self.send_response(204)
                self.end_headers()

            def log_message(self, *args):
                """Nothing on the terminal."""

        class Postman:
            async def handle_DATA(self, server, session, envelope):
                content = envelope.content.decode(errors="replace")
                outside.keep(outside.mails, f"{envelope.rcpt_tos}\n{content}")
                return "250 OK"

        self._receiver = ThreadingHTTPServer(("127.0.0.1", 0), Receiver)
        self._thread = threading.Thread(target=self._receiver.serve_forever, daemon=True)
        self._postman = Controller(Postman(), hostname="127.0.0.1", port=free_port())

    def keep(self, where: list[str], what: str) -> None:
        """Note what came."""
        with self._came:
            where.append(what)
            self._came.notify_all()

    def wait_for_both(self, seconds: float = 30.0) -> None:
        """Until a webhook and a mail have come. Fails after `seconds`."""
        with self._came:
            assert self._came.wait_for(lambda: self.hooks and self.mails, seconds), "nothing left the machine"

    def __enter__(self) -> "Outside":
        self._thread.start()
        self._postman.start()
        return self

    def __exit__(self, *args: object) -> None:
        self._receiver.shutdown()
        self._receiver.server_close()
        self._thread.join()
        self._postman.stop()

    def settings(self) -> dict[str, str]:
        """What makes the api use them."""
        return {
            "FRONTDESK_WEBHOOK": "http",
            "FRONTDESK_WEBHOOK_URL": f"http://127.0.0.1:{self._receiver.server_address[1]}/hook",
            "FRONTDESK_WEBHOOK_SECRET": secrets.token_urlsafe(32),
            "FRONTDESK_MAIL": "smtp",
            "FRONTDESK_MAIL_HOST": "127.0.0.1",
            "FRONTDESK_MAIL_PORT": str(self._postman.port),
            "FRONTDESK_MAIL_TLS": "none",
            "FRONTDESK_MAIL_FROM": "desk@practice.example",
            "FRONTDESK_MAIL_STAFF": "dana@practice.example",
        }


@dataclass
class Typist:
    """A visitor, or a staff member, who types words of their own everywhere; `errors` keeps every error page."""

    http: httpx.Client
    words: Words
    errors: list[str] = field(default_factory=list)
    token: str = ""
    session_id: str = ""

    def call(self, method: str, path: str, **content) -> httpx.Response:
        headers = {"Authorization": f"Bearer {self.token}"} if self.token else {}
        answer = self.http.request(method, path, headers={**headers, **content.pop("headers", {})}, **content)
        if answer.is_error:
            self.errors.append(f"{method} {answer.status_code}\n{answer.headers}\n{answer.text}")
        return answer

    def open(self) -> None:
        page = f"https://practice.example/{self.words.new('page')}"
        opened = self.call("POST", "/api/chat/sessions", json={"language": "en", "page_url": page}).json()
        self.session_id, self.token = opened["session_id"], opened["token"]
        self._notice = opened["notice"]["version"]

    def consent(self) -> None:
        body = {"accepted": True, "notice_version": self._notice}
        assert self.call("POST", "/api/chat/consent", json=body).status_code == 200

    def say(self, text: str) -> httpx.Response:
        number = f"m{secrets.token_hex(6)}"
        return self.call("POST", "/api/chat/messages", json={"text": text, "client_message_id": number})


def type_as_visitor(visitor: Typist) -> None:
    """Everything a visitor can type, right and wrong."""
    word = visitor.words.new
    visitor.open()
    visitor.say(f"i feel low {word('before')}")
    visitor.consent()
    visitor.say(f"i keep having panic attacks {word('symptom')}")
    visitor.say(f"my name is {word('name')} and my mail is {word('mail')}@mail.example")
    visitor.say(f"{word('long')} " * 500)
    visitor.say(f"talk to a person please {word('person')}")
    wrong_calls(visitor)
    visitor.say(f"i want to kill myself {word('crisis')}")
    visitor.call("POST", "/api/chat/help-now", json={})


def wrong_calls(visitor: Typist) -> None:
    """Calls that are refused."""
    word = visitor.words.new
    visitor.call("POST", "/api/chat/messages", content=f'{{"text": "{word("broken")}')
    visitor.call("POST", "/api/chat/messages", json={"text": [word("list")], "client_message_id": "x"})
    visitor.call("POST", "/api/chat/messages", json={"text": word("noid"), "client_message_id": f"! {word('id')}"})
    visitor.call(
        "POST", "/api/appointments", json={"hold_id": word("hold"), "name": word("form"), "phone": word("phone")}
    )
    visitor.call("GET", f"/api/chat/messages?after={word('query')}")
    visitor.call("GET", f"/a/{word('link')}")
    visitor.call("GET", f"/{word('path')}")
    visitor.call("GET", "/nowhere", headers={"X-Request-ID": word("header"), "User-Agent": word("agent")})
    visitor.call("GET", "/metrics", headers={"Authorization": f"Bearer {word('token')}"})


def type_as_staff(staff: Typist, email: str, password: str, session_id: str) -> None:
    """A wrong password, then an answer in a chat."""
    origin = {"Origin": str(staff.http.base_url).rstrip("/")}
    entry = {"email": email, "password": staff.words.new("password")}
    staff.call("POST", "/staff/sign-in", data=entry, headers=origin)
    entered = staff.call("POST", "/staff/sign-in", data={"email": email, "password": password}, headers=origin)
    assert entered.status_code == 303
    address = f"/staff/chats/{session_id}"
    page = Page(staff.call("GET", address).text, str(staff.http.base_url))
    headers = {**origin, **page.csrf}
    hidden = {name: value for name, value in page.csrf.items() if not name.lower().startswith("x-")}
    for action, text in (
        ("take-over", ""),
        ("reply", f"we can talk {staff.words.new('reply')}"),
        ("hand-back", ""),
    ):
        answer = staff.call("POST", f"{address}/{action}", data={**hidden, "text": text}, headers=headers)
        assert answer.status_code == 303, action
    staff.call("POST", f"{address}/{staff.words.new('action')}", data=hidden, headers=headers)
    staff.call("POST", f"{address}/reply", data={"text": staff.words.new("unsigned")}, headers=origin)


def break_the_database(visitor: Typist, file: str) -> httpx.Response:
    """A message that meets a fault of ours: its table is away for a moment."""
    with closing(sqlite3.connect(file, isolation_level=None)) as database:
        database.execute("ALTER TABLE message RENAME TO message_away")
        try:
            return visitor.say(f"are you there {visitor.words.new('fault')}")
        finally:
            database.execute("ALTER TABLE message_away RENAME TO message")


def rows_of(file: str, table: str) -> list[str]:
    """Every row of a table as text."""
    with closing(sqlite3.connect(f"file:{file}?mode=ro", uri=True)) as database:
        return [json.dumps(row, default=str) for row in database.execute(f"SELECT * FROM {table}")]


def lines_about(log: str, pattern: str) -> list[str]:
    """Lines of a log that match."""
    return [line for line in log.splitlines() if re.search(pattern, line)]
