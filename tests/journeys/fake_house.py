"""A very small front desk for the player's own tests: real HTTP on loopback, a real SQLite file, few words.

It asks concerns, age and a time, then books. Words it obeys: "person", "slow", "mute", "boom", "dose", "again",
"crisis", "phantom".
"""

from __future__ import annotations

import contextlib
import socket
import sqlite3
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import uvicorn
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, RedirectResponse, Response
from starlette.routing import Route

TABLES = """
CREATE TABLE chat_session (id, mode, language, open_question, booked, text_sealed);
CREATE TABLE safety_state (session_id, tier, open_question);
CREATE TABLE intake (id, suggested_route, chosen_route, rule_id, rules_version, facts_sealed);
CREATE TABLE appointment (session_id, status, service, modality, practitioner_id, group_id);
CREATE TABLE handoff (session_id, reason, status, tier, outcome);
CREATE TABLE alert (session_id, tier, message_seq, acknowledged_at);
CREATE TABLE hold (session_id, service, modality);
CREATE TABLE message (session_id, seq, author, kind, tier);
"""
SESSION, TOKEN, CSRF = "s1", "t1", "c1"
EMAIL, PASSWORD = "dana@example.org", "correct-555-0142"


class FakeHouse:
    """One chat at a time; everything said is in `said`."""

    def __init__(self, database: Path) -> None:
        self.database, self.said, self.asked, self.mode = database, [], "concerns", "bot"
        self.late: list[dict[str, Any]] = []
        with self._connection() as db:
            db.executescript(TABLES)
            db.execute("INSERT INTO chat_session VALUES (?, 'bot', 'en', 'concerns', 0, x'00')", (SESSION,))

    def routes(self) -> list[Route]:
        return [
            Route("/readyz", lambda _request: Response()),
            Route("/api/chat/sessions", self.open, methods=["POST"]),
            Route("/api/chat/consent", self.consent, methods=["POST"]),
            Route("/api/chat/messages", self.message, methods=["POST"]),
            Route("/api/chat/messages", self.new),
            Route("/api/chat/help-now", self.help_now, methods=["POST"]),
            Route("/api/appointments", self.book, methods=["POST"]),
            Route("/staff/sign-in", self.sign_in_form),
            Route("/staff/sign-in", self.sign_in, methods=["POST"]),
            Route("/staff/", self.inbox),
            Route("/staff/chats/{session}", self.conversation),
            Route("/staff/chats/{session}/{action}", self.act, methods=["POST"]),
        ]

    # -- the visitor's side -----------------------------------------------------------------------------------

    async def open(self, request: Request) -> Response:
        self.say("bot", "I am a program.", "notice", payload={"notice_version": "n1"})
        return JSONResponse({"session_id": SESSION, "token": TOKEN, "messages": self.said})

    async def consent(self, request: Request) -> Response:
        self._authorised(request)
        body = await request.json()
        assert body["notice_version"] == "n1"
        if body["accepted"]:
            self.say("bot", "What brings you here?")
        return JSONResponse({})

    async def message(self, request: Request) -> Response:
        self._authorised(request)
        body = await request.json()
        text = body.get("text") or self._label(body["choice"])
        before = len(self.said)
        self.say("visitor", text)
        if "boom" in text:
            return JSONResponse({"error": "Boom", "detail": "on purpose"}, status_code=500)
        if self.mode == "bot":
            self._answer(text)
        return JSONResponse(self._state() | {"messages": self.said[before:], "seq": before + 1})

    async def new(self, request: Request) -> Response:
        self._authorised(request)
        while self.late:
            self.say("bot", **self.late.pop())
        after = int(request.query_params["after"])
        return JSONResponse(self._state() | {"messages": [one for one in self.said if one["seq"] > after]})

    async def help_now(self, request: Request) -> Response:
        self.say("bot", "Call or text 988.", "crisis", payload={"tier": "crisis", "resources": []})
        return JSONResponse({"messages": self.said[-1:]})

    async def book(self, request: Request) -> Response:
        self._authorised(request)
        body = await request.json()
        assert body["hold_id"] == "h1"
        assert body["name"]
        self._booked()
        return JSONResponse({"appointments": [{"id": "a1"}]})

    def _answer(self, text: str) -> None:
        if "slow" in text:
            self.late.append({"text": "Here I am."})
        elif "mute" in text:
            pass
        elif "dose" in text:
            self.say("bot", "You should take 50 mg.")
        elif "again" in text:
            self.say("bot", "Same words.")
        elif "phantom" in text:
            self.say("bot", "Booked.", "booked", payload={"appointments": [{}]})
        elif "crisis" in text:
            self._write("INSERT INTO alert VALUES (?, 'crisis', 3, NULL)", (SESSION,))
            self._write("INSERT INTO safety_state VALUES (?, 'crisis', 'in_danger')", (SESSION,))
            self.say("bot", "Call or text 988.", "crisis")
        elif "person" in text:
            self._write("INSERT INTO handoff VALUES (?, 'visitor_request', 'requested', 'none', NULL)", (SESSION,))
            self.say("bot", "Someone will join.", "handoff", payload={"open_now": True})
        else:
            self._go_on(text)

    def _go_on(self, text: str) -> None:
        if self.asked == "concerns":
            self.say("bot", "How old is the person?", labels=["Adult", "Teen"])
            self._ask("age_group")
        elif self.asked == "age_group":
            self.say("bot", "Therapy fits.", "suggestion", ["Therapy visit", "A person"], {"route": "therapy"})
            self._write("INSERT INTO intake VALUES (?, 'therapy', NULL, 'R39', '1.0.0', x'00')", (SESSION,))
            self._ask("care_choice")
        elif self.asked == "care_choice":
            self.say("bot", "Your details, please.", "contact", payload={"hold_id": "h1"})
            self._ask("contact")
        else:
            self._booked()

    def _booked(self) -> None:
        self._write("INSERT INTO appointment VALUES (?, 'booked', 'therapy', 'video', 'p1', 'g1')", (SESSION,))
        self.say("bot", "Booked.", "booked", payload={"appointments": [{"id": "a1"}]})
        self._ask(None)

    # -- the console ------------------------------------------------------------------------------------------

    async def sign_in_form(self, request: Request) -> Response:
        return HTMLResponse(
            '<form method="post"><input name="email"><input name="password"><button>Go</button></form>'
        )

    async def sign_in(self, request: Request) -> Response:
        async with request.form() as form:
            right = (form["email"], form["password"]) == (EMAIL, PASSWORD)
        answer = RedirectResponse("/staff/", 303) if right else HTMLResponse("wrong password", 403)
        answer.set_cookie("staff", "yes", path="/staff") if right else None
        return answer

    async def inbox(self, request: Request) -> Response:
        assert request.cookies["staff"] == "yes"
        waiting = self._read("SELECT 1 FROM handoff")
        return HTMLResponse(f'<a href="/staff/chats/{SESSION}">asked</a>' if waiting else "Nobody is waiting.")

    async def conversation(self, request: Request) -> Response:
        buttons = ["take-over"] if self.mode == "bot" else ["hand-back", "close"]
        forms = "".join(self._form(name, name.replace("-", " ").title()) for name in buttons)
        box = self._form("reply", "Send", '<textarea name="text"></textarea>') if self.mode == "staff" else ""
        return HTMLResponse("".join(f"<p>{one['text']}</p>" for one in self.said) + forms + box)

    async def act(self, request: Request) -> Response:
        async with request.form() as form:
            fields = dict(form)
        assert fields["csrf_token"] == CSRF
        action = request.path_params["action"]
        if action == "take-over":
            self.mode = "staff"
            self.say("bot", "Dana joined.", "marker", payload={"marker": "staff_joined"})
        elif action == "reply":
            self.say("staff", fields["text"])
        elif action == "hand-back":
            self.mode = "bot"
            self.say("bot", "The program is back.", "marker", payload={"marker": "handed_back"})
        else:
            return RedirectResponse(f"/staff/chats/{SESSION}?problem=not+yours", 303)
        return RedirectResponse(f"/staff/chats/{SESSION}", 303)

    def _form(self, action: str, label: str, box: str = "") -> str:
        token = f'<input type="hidden" name="csrf_token" value="{CSRF}">'
        address = f"/staff/chats/{SESSION}/{action}"
        return f'<form method="post" action="{address}">{token}{box}<button>{label}</button></form>'

    # -- shared -----------------------------------------------------------------------------------------------

    def say(
        self,
        author: str,
        text: str,
        kind: str = "text",
        labels: list[str] | None = None,
        payload: dict[str, Any] | None = None,
    ) -> None:
        replies = [{"index": index, "label": label} for index, label in enumerate(labels or [])]
        seq = len(self.said) + 1
        self.said.append(
            {
                "seq": seq,
                "author": author,
                "kind": kind,
                "text": text,
                "quick_replies": replies,
                "payload": payload or {},
            }
        )
        self._write("INSERT INTO message VALUES (?, ?, ?, ?, 'none')", (SESSION, seq, author, kind))

    def _ask(self, question: str | None) -> None:
        self.asked = question
        self._write("UPDATE chat_session SET open_question = ?", (question,))

    def _label(self, choice: dict[str, int]) -> str:
        message = next(one for one in self.said if one["seq"] == choice["seq"])
        return str(message["quick_replies"][choice["index"]]["label"])

    def _state(self) -> dict[str, Any]:
        return {"mode": self.mode, "tier": "crisis" if self._read("SELECT 1 FROM alert") else "none"}

    def _authorised(self, request: Request) -> None:
        assert request.headers["authorization"] == f"Bearer {TOKEN}"

    def _write(self, query: str, values: tuple[Any, ...]) -> None:
        with self._connection() as db:
            db.execute(query, values)

    def _read(self, query: str) -> list[Any]:
        with self._connection() as db:
            return db.execute(query).fetchall()

    @contextlib.contextmanager
    def _connection(self) -> Iterator[sqlite3.Connection]:
        with contextlib.closing(sqlite3.connect(self.database)) as db, db:
            yield db


@contextlib.contextmanager
def running(database: Path) -> Iterator[tuple[str, FakeHouse]]:
    """The fake on a free port of loopback, in a thread; gives its address."""
    house = FakeHouse(database)
    with socket.create_server(("127.0.0.1", 0)) as listener:
        server = uvicorn.Server(uvicorn.Config(Starlette(routes=house.routes()), log_level="critical"))
        thread = threading.Thread(target=server.run, args=([listener],), daemon=True)
        thread.start()
        try:
            yield f"http://127.0.0.1:{listener.getsockname()[1]}", house
        finally:
            server.should_exit = True
            thread.join(timeout=10)
