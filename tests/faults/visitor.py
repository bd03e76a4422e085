"""A visitor of a house with faults: brought to a step of the way to a visit, then everything about the chat is checked."""

import asyncio
import json
import sqlite3
import time
import uuid
from contextlib import closing
from dataclasses import dataclass, field

import httpx

from bench.visitor import Visitor, client
from tests.faults.points import arm

WISH = "panic attacks at work, i want to talk to a therapist. it's for me, i'm 34, in tucson arizona, {day} after {hour}"
# Guests do not want each other's times.
DAYS, HOURS = ("tuesday", "wednesday", "thursday", "friday", "monday"), ("9am", "1pm")
ANSWERS = {
    "concerns": "i keep having panic attacks at work",
    "seeker": "it's for me",
    "age_group": "i'm 34",
    "state": "yes, arizona",
    "severity": "it often gets in the way at work",
    "current_care": "no therapy and no medication right now",
    "therapy_pref": "yes, i'd like to talk to someone",
    "med_pref": "i'm not sure about medication",
    "preferred_times": "any time",
}
# What the visitor hears when a step is done.
SAID = {"availability": {"times"}, "holds": {"contact"}, "appointments": {"booked"}, "handoffs": {"handoff"}}
STEPS = tuple(SAID)
ANSWERED_WITHIN = 6.0
CONTACT = "Rosa Field, 520-555-0114"


def rows(house, query, *values):
    """Rows of the api's database, read-only."""
    with closing(sqlite3.connect(f"file:{house.database}?mode=ro", uri=True, timeout=10)) as database:
        return database.execute(query, values).fetchall()


@dataclass
class Guest(Visitor):
    """A chat that remembers what it sent, and can look at its own rows."""

    house: object = None
    number: int = 0
    sent: list = field(default_factory=list)
    last: dict = field(default_factory=dict)

    @classmethod
    async def arrive(cls, house, number):
        guest = await cls.open(client(house.base_url, number))
        guest.house, guest.number = house, number
        return guest

    async def post(self, body):
        """Send a message; the status and the answer, whatever it is."""
        headers = {"Authorization": f"Bearer {self.token}"}
        answer = await self.http.post("/api/chat/messages", json=body, headers=headers, timeout=30.0)
        return answer.status_code, answer.json()

    async def say(self, text):
        self.sent.append(text)
        self.last = await super().say(text)
        return self.last

    async def press(self, message, place):
        """Press the reply of a message at that place."""
        reply = message["quick_replies"][place]
        self.sent.append(reply["label"])
        body = {"choice": {"seq": message["seq"], "index": reply["index"]}, "client_message_id": uuid.uuid4().hex}
        self.last = await self.call("POST", "/api/chat/messages", body)
        return self.last

    def offer(self):
        """The last message said that has replies."""
        return [message for message in self.last["messages"] if message["quick_replies"]][-1]

    @property
    def question(self):
        return rows(self.house, "SELECT open_question FROM chat_session WHERE id = ?", self.session_id)[0][0]

    async def come_to(self, step, place=1):
        """Go on until the next message is the one that `step` needs: availability, holds, appointments, handoffs."""
        if step == "handoffs":
            return
        await self.say(WISH.format(day=DAYS[self.number % 5], hour=HOURS[self.number // 5 % 2]))
        for _ in range(12):
            if self.question == "care_choice":
                break
            if self.question == "safety_check" or self.question is None:
                await self.press(self.offer(), 0)
            else:
                await self.say(ANSWERS[self.question])
        assert self.question == "care_choice", (self.question, self.last)
        if step == "availability":
            return
        await self.take("availability")
        if step == "holds":
            return
        while self.question == "appointment_slot":
            await self.take("holds", place)
        assert self.question == "contact", self.last
        await self.say(CONTACT)

    async def take(self, step, place=1):
        """The message that makes the actions call the api."""
        if step == "handoffs":
            return await self.say("can i talk to a person please")
        return await self.press(self.offer(), place if step == "holds" else 0)

    async def lines(self):
        """Everything the server has of this chat."""
        return (await self.call("GET", "/api/chat/messages?after=0"))["messages"]

    async def until_said(self, kinds, seconds):
        """Wait until one of these kinds was said after the visitor's last message; the lines after it."""
        ends_at = time.monotonic() + seconds
        while True:
            try:
                after = await self.after_own()
                if any(line["kind"] in kinds for line in after):
                    return after
            except httpx.HTTPError:
                pass
            assert time.monotonic() < ends_at, f"nothing of {kinds} in {seconds} s"
            await asyncio.sleep(0.05)

    async def after_own(self):
        """What was said after the visitor's last message."""
        lines = await self.lines()
        own = max(line["seq"] for line in lines if line["author"] == "visitor")
        return [line for line in lines if line["seq"] > own]

    async def check_truth(self):
        """Nothing lost, doubled or out of order; what is booked and what was said to be booked are the same."""
        lines = await self.lines()
        assert [line["seq"] for line in lines] == list(range(1, len(lines) + 1))
        assert [line["text"] for line in lines if line["author"] == "visitor"] == self.sent
        answers = [line for line in lines if line["author"] == "bot" and line["kind"] != "text"]
        assert len({(line["kind"], line["text"]) for line in answers}) == len(answers), answers
        told = [each["id"] for line in lines for each in (line.get("payload") or {}).get("appointments", [])]
        booked = rows(self.house, "SELECT id FROM appointment WHERE session_id = ?", self.session_id)
        assert sorted(told) == sorted(each for (each,) in booked)
        assert rows(
            self.house, "SELECT count(*) FROM turn WHERE session_id = ? AND closed_at IS NULL", self.session_id
        ) == [(0,)]
        return lines

    def handoffs(self):
        """Reasons of the handoffs of this chat."""
        return [
            reason
            for (reason,) in rows(self.house, "SELECT reason FROM handoff WHERE session_id = ?", self.session_id)
        ]

    def told(self):
        """How often staff were told of this chat, and how often that was delivered."""
        notices = rows(self.house, "SELECT payload, delivered_at FROM outbox_entry WHERE topic LIKE 'handoff%'")
        mine = [at for payload, at in notices if json.loads(payload)["session_id"] == self.session_id]
        return len(mine)


async def guests_at(arrive, steps):
    """Guests, each one message before its step."""
    guests = [await arrive() for _ in steps]
    await asyncio.gather(*(each.come_to(step) for each, step in zip(guests, steps)))
    return guests


async def all_at(house, guests, steps, points):
    """Every guest takes its step and is held at its point. The tasks that wait for the answers."""
    traces = [arm(house.folder, point, each.session_id, "hold") for each, point in zip(guests, points)]
    tasks = [asyncio.create_task(each.take(step)) for each, step in zip(guests, steps)]
    async with asyncio.timeout(4.5):
        while not all(trace.exists() for trace in traces):
            await asyncio.sleep(0.01)
    return tasks
