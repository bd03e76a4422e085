"""The stream, against a real server: replay from a number, then live; ends when the chat is erased."""

import asyncio
import contextlib
import json
import socket
from collections.abc import AsyncIterator

import httpx
import pytest
import uvicorn

from api.chat.routes import read_number
from api.transcript import service as transcript
from api.vocabulary import Author, Kind
from tests.api.conftest import House, Visitor, until


@contextlib.asynccontextmanager
async def served(house: House) -> AsyncIterator[str]:
    """The api on a real socket of loopback."""
    with socket.socket() as listening:
        listening.bind(("127.0.0.1", 0))
        config = uvicorn.Config(house.app, lifespan="off", log_level="critical", timeout_graceful_shutdown=2)
        server = uvicorn.Server(config)
        server.config.load()
        server.lifespan = config.lifespan_class(config)
        task = asyncio.create_task(server.serve(sockets=[listening]))
        await until(lambda: server.started)
        yield f"http://127.0.0.1:{listening.getsockname()[1]}"
        server.should_exit = True
        await task


class Events:
    """Reads a stream line by line."""

    def __init__(self, response: httpx.Response) -> None:
        self.lines = response.aiter_lines()

    async def next(self) -> tuple[int, dict]:
        number = None
        async with asyncio.timeout(5):
            async for line in self.lines:
                if line.startswith("id: "):
                    number = int(line[4:])
                if line.startswith("data: "):
                    message = json.loads(line[6:])
                if not line and number is not None:
                    return number, message
        raise EOFError


@contextlib.asynccontextmanager
async def stream(address: str, visitor: Visitor, after: str | None = None) -> AsyncIterator[Events]:
    headers = visitor.headers | ({"Last-Event-ID": after} if after is not None else {})
    async with (
        httpx.AsyncClient(base_url=address, trust_env=False) as client,
        client.stream("GET", "/api/chat/stream", headers=headers) as response,
    ):
        assert response.status_code == 200
        assert response.headers["content-type"].startswith("text/event-stream")
        assert response.headers["cache-control"] == "no-store"
        yield Events(response)


async def test_a_stream_replays_everything_and_then_follows(house, visitor):
    await visitor.says("one")
    async with served(house) as address, stream(address, visitor) as events:
        replayed = [await events.next() for _ in range(4)]
        assert [number for number, _ in replayed] == [1, 2, 3, 4]
        assert replayed[3][1]["text"] == "heard: one"
        await visitor.says("two")
        assert [(await events.next())[1]["text"] for _ in range(2)] == ["two", "heard: two"]


async def test_a_stream_begins_after_the_last_event_its_reader_has_seen(house, visitor):
    await visitor.says("one")
    async with served(house) as address, stream(address, visitor, after="3") as events:
        assert (await events.next())[0] == 4


async def test_a_nonsense_last_event_reads_from_the_beginning(house, visitor):
    async with served(house) as address, stream(address, visitor, after="abc") as events:
        assert (await events.next())[0] == 1


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("12", 12),
        ("abc", 0),
        ("-5", 0),
        ("", 0),
        ("1.5", 0),
        ("²", 0),
        ("१२", 0),
        ("9" * 5000, 0),
        ("9999999999", 2**31 - 1),
    ],
)
def test_what_a_browser_gives_back_is_read_strictly(text, number):
    assert read_number(text) == number


async def test_a_staff_reply_reaches_the_visitor_at_once(house, visitor):
    def reply():
        with house.database.writing() as db:
            session = transcript.find(db, visitor.session_id)
            transcript.append(
                db, session, Author.STAFF, Kind.TEXT, "Hello, Dana here", now=house.clock.now(), name="Dana"
            )

    async with served(house) as address, stream(address, visitor, after="2") as events:
        await until(lambda: house.app.state.publisher.count(visitor.session_id) == 1)
        await asyncio.to_thread(reply)
        message = (await events.next())[1]
        assert (message["author"], message["name"], message["text"]) == ("staff", "Dana", "Hello, Dana here")


async def test_two_readers_of_one_chat_see_the_same(house, visitor):
    async with (
        served(house) as address,
        stream(address, visitor, "2") as one,
        stream(address, visitor, "2") as two,
    ):
        await visitor.says("hello")
        assert [(await one.next())[1]["text"] for _ in range(2)] == ["hello", "heard: hello"]
        assert [(await two.next())[1]["text"] for _ in range(2)] == ["hello", "heard: hello"]


async def test_a_stream_ends_when_its_chat_is_erased(house, visitor):
    async with served(house) as address, stream(address, visitor, after="2") as events:
        await until(lambda: house.app.state.publisher.count(visitor.session_id) == 1)
        await house.client.delete("/api/chat/session", headers=visitor.headers)
        with pytest.raises(EOFError):
            await events.next()


async def test_a_reader_who_leaves_is_forgotten(house, visitor):
    async with served(house) as address:
        async with stream(address, visitor) as events:
            await events.next()
            assert house.app.state.publisher.count(visitor.session_id) == 1
        await until(lambda: house.app.state.publisher.count(visitor.session_id) == 0)


async def test_a_chat_has_a_handful_of_readers_at_most(house, visitor):
    async with served(house) as address, contextlib.AsyncExitStack() as readers:
        opened = [await readers.enter_async_context(stream(address, visitor)) for _ in range(8)]
        for events in opened:
            await events.next()
        answer = await house.client.get("/api/chat/stream", headers=visitor.headers)
        assert (answer.status_code, answer.json()["error"]) == (429, "TooMany")
