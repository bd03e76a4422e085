"""The way in: token, shapes, buttons as parse data, typed text that is never a command, errors without content."""

import asyncio
import base64
import contextlib
import functools
import json
import logging
import sys
import warnings
from types import SimpleNamespace

import numpy as np
import pytest
import structlog

from bot.answered import answer_so_far
from bot.channel import BadCall, CollectedReplies, FrontdeskInput, answer, read_call, read_pressed
from bot.components.vectors import vector_of
from bot.tuning import logs

BODY = {
    "sender_id": "session-0001",
    "text": "hello",
    "payload": None,
    "metadata": {"turn_id": "t", "language": "en"},
}
CANARY = "kestrel-canary-worry"
FACTS = {"custom": {"frontdesk_facts": {"intake": {"seeker": "self"}, "open_question": "age_group"}}}


def in_loop(test):
    """Run an async test to its end: no plugin is needed for it."""

    @functools.wraps(test)
    def run(*arguments, **fixtures):
        return asyncio.run(test(*arguments, **fixtures))

    return run


class Request:
    def __init__(self, body):
        self.body = body if isinstance(body, bytes) else json.dumps(body).encode()


async def says_two_things(message):
    await message.output_channel.send_response(
        message.sender_id,
        {
            "text": "Which one?",
            "buttons": [{"title": "Me", "payload": "/inform"}],
            "custom": {"kind": "times", "payload": {"tz": "UTC"}},
        },
    )
    await message.output_channel.send_response(message.sender_id, {"text": None, **FACTS})
    await message.output_channel.send_response(message.sender_id, {"text": "How old?"})


@in_loop
async def test_a_turn_answers_messages_facts_and_the_open_question():
    told = json.loads((await answer(Request(BODY), says_two_things)).body)
    assert told == {
        "messages": [
            {
                "text": "Which one?",
                "kind": "times",
                "quick_replies": [{"label": "Me", "payload": "/inform"}],
                "payload": {"tz": "UTC"},
            },
            {"text": "How old?", "kind": "text", "quick_replies": [], "payload": {}},
        ],
        "facts": {"seeker": "self"},
        "open_question": "age_group",
    }


class Agent:
    """A dialogue with one saved answer."""

    def __init__(self, kept):
        self.kept, self.asked, self.locked = kept, [], False
        self.lock_store = self.tracker_store = self

    @contextlib.asynccontextmanager
    async def lock(self, sender_id):
        self.locked = True
        yield
        self.locked = False

    def answer_of(self, session_id, turn_id):
        assert self.locked, "whoever asked first may still be at it"
        self.asked.append((session_id, turn_id))
        return self.kept


def request_to(agent, again):
    request = Request({**BODY, "metadata": {**BODY["metadata"], "again": again}})
    request.app = SimpleNamespace(ctx=SimpleNamespace(agent=agent))
    return request


@in_loop
async def test_a_turn_asked_again_gets_the_answer_it_had_and_is_not_taken_twice():
    agent, kept = Agent({"messages": [], "facts": {}, "open_question": "state"}), []
    told = await answer(request_to(agent, again=True), kept.append)
    assert json.loads(told.body) == agent.kept
    assert (agent.asked, kept) == ([("session-0001", "t")], [])


@in_loop
async def test_a_turn_asked_again_that_never_ended_is_taken():
    told = json.loads((await answer(request_to(Agent(None), again=True), says_two_things)).body)
    assert told["open_question"] == "age_group"


@in_loop
async def test_whoever_saves_in_a_turn_is_told_its_answer_and_afterwards_there_is_none():
    seen = []

    async def saves(message):
        seen.append(answer_so_far())
        await says_two_things(message)
        seen.append(answer_so_far())

    told = json.loads((await answer(Request(BODY), saves)).body)
    assert seen == [None, {"turn_id": "t", "body": told}]
    assert answer_so_far() is None


@in_loop
async def test_a_turn_that_fails_answers_500_without_a_word_of_it(caplog):
    async def fails(message):
        raise ValueError(f"could not read {message.text}")

    told = await answer(Request({**BODY, "text": "my secret"}), fails)
    assert told.status == 500
    assert json.loads(told.body) == {"error": "FrontdeskError", "detail": ""}
    assert "my secret" not in caplog.text


@in_loop
async def test_a_turn_without_the_actions_answer_is_a_failure():
    async def says_nothing(message):
        return None

    assert (await answer(Request(BODY), says_nothing)).status == 500


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"not json",
        b"\xff\xfe",
        [],
        {},
        {**BODY, "sender_id": ""},
        {**BODY, "sender_id": "../etc/passwd"},
        {**BODY, "sender_id": None},
        {**BODY, "text": None},
        {**BODY, "metadata": None},
        {**BODY, "payload": "inform"},
        {**BODY, "payload": '/inform{"a": '},
        {**BODY, "payload": "/inform[1]"},
        {**BODY, "payload": "/restart"},
        {**BODY, "payload": "/session_start"},
        {**BODY, "vector": {"encoder": "e"}},
        {**BODY, "vector": {"encoder": "e", "values": "###"}},
        {**BODY, "vector": {"encoder": "e", "values": base64.b64encode(b"1234").decode()}},
        {**BODY, "vector": {"encoder": "e", "values": base64.b64encode(b"\xff" * 3072).decode()}},
        {**BODY, "vector": {"encoder": "", "values": base64.b64encode(bytes(3072)).decode()}},
        {**BODY, "vector": "none"},
    ],
)
@in_loop
async def test_a_body_of_another_shape_is_refused_and_nothing_runs(body):
    ran = []

    async def note(message):
        ran.append(message)

    assert (await answer(Request(body), note)).status == 422
    assert ran == []


@in_loop
async def test_a_vector_counts_for_its_own_turn_text_and_encoder_only():
    vector = np.arange(768, dtype="<f4")
    sent = {"encoder": "e", "values": base64.b64encode(vector.tobytes()).decode()}
    seen = []

    async def look(message):
        assert "vector" not in message.metadata
        seen.append([vector_of("hello", "e"), vector_of("hello", "other"), vector_of("hello there", "e")])

    await answer(Request({**BODY, "vector": sent}), look)
    await answer(Request(BODY), look)
    assert np.array_equal(seen[0][0], vector)
    assert [*seen[0][1:], *seen[1]] == [None] * 5


def test_a_button_reaches_rasa_as_parse_data_with_its_facts():
    message = read_call({**BODY, "payload": '/inform{"age_group": "adult_18_64"}'}, CollectedReplies())
    assert message.parse_data == {
        "text": "hello",
        "intent": {"name": "inform", "confidence": 1.0},
        "entities": [],
        "findings": {"facts": {"age_group": "adult_18_64"}, "pressed": True},
    }


@pytest.mark.parametrize("text", ["/restart", "/inform{}", "/"])
def test_typed_text_is_never_a_command(text):
    message = read_call({**BODY, "text": text}, CollectedReplies())
    assert message.parse_data is None
    assert not message.text.startswith("/")


def test_a_payload_without_facts_is_an_intent_alone():
    assert read_pressed("/skip_question", "Skip")["findings"] == {"facts": {}, "pressed": True}


def test_a_payload_of_rasas_own_is_refused():
    with pytest.raises(BadCall):
        read_pressed("/back", "")


@pytest.mark.parametrize("token", [None, "", "short"])
def test_without_a_real_token_the_channel_does_not_start(monkeypatch, token):
    monkeypatch.delenv("FRONTDESK_BOT_TOKEN", raising=False)
    if token is not None:
        monkeypatch.setenv("FRONTDESK_BOT_TOKEN", token)
    with pytest.raises(ValueError, match="FRONTDESK_BOT_TOKEN"):
        FrontdeskInput.from_credentials({})


@pytest.fixture
def quiet(monkeypatch):
    """The limits of the bot's logs in place, and taken away afterwards."""
    monkeypatch.setattr(sys, "excepthook", sys.excepthook)
    monkeypatch.setattr(warnings, "showwarning", warnings.showwarning)
    before = logging.getLogRecordFactory()
    logs.apply()
    yield
    logging.setLogRecordFactory(before)
    logging.captureWarnings(False)


def fail_with(text):
    raise ValueError(f"cannot read {text}")


@pytest.mark.parametrize("level", [logging.DEBUG, logging.INFO, logging.ERROR])
@pytest.mark.parametrize("name", ["rasa.core.processor", "sanic.error", "asyncio", "root", "frontdeskish"])
def test_no_line_of_a_library_shows_a_visitors_words(quiet, caplog, name, level):
    caplog.set_level(logging.DEBUG)
    logger = logging.getLogger(name)
    logger.log(level, f"Logged {CANARY}")
    logger.log(level, "Logged %s", CANARY, stack_info=True)
    try:
        fail_with(CANARY)
    except ValueError:
        logger.log(level, f"failed on {CANARY}", exc_info=True)
    assert len(caplog.records) == 3
    assert CANARY not in caplog.text + str([vars(record) for record in caplog.records])
    assert "ValueError at " in caplog.text
    assert "test_channel.py" in caplog.text


def test_our_own_lines_and_rasas_start_are_shown_but_no_text_of_an_error(quiet, caplog):
    caplog.set_level(logging.INFO)
    logging.getLogger("rasa.core.processor").info("Loading model models/rasa/frontdesk.tar.gz...")
    try:
        fail_with(CANARY)
    except ValueError:
        logging.getLogger("frontdesk.channel").exception("turn failed: %s 100%%", "ValueError")
    assert "Loading model models/rasa" in caplog.text
    assert "turn failed: ValueError 100% [ValueError at " in caplog.text
    assert CANARY not in caplog.text


def test_rasas_own_structured_lines_show_no_words_at_any_level(quiet, caplog):
    from rasa.utils.log_utils import configure_structlog

    before = structlog.get_config()
    caplog.set_level(logging.DEBUG)
    configure_structlog(logging.DEBUG)
    try:
        structlog.get_logger("rasa.core.processor").debug("processor.message.parse", parse_data_text=CANARY)
        structlog.get_logger("rasa.core.processor").error("event.deserialization.failed", rasa_event=CANARY)
    finally:
        structlog.configure(**before)
    assert caplog.records
    assert CANARY not in caplog.text


def test_warnings_and_the_end_of_the_process_show_no_words(quiet, caplog, capsys):
    with warnings.catch_warnings():
        warnings.simplefilter("always")
        logging.captureWarnings(False)
        logging.captureWarnings(True)
        warnings.warn(f"odd: {CANARY}", UserWarning, stacklevel=1)
    try:
        fail_with(CANARY)
    except ValueError as error:
        sys.excepthook(type(error), error, error.__traceback__)
    told = capsys.readouterr()
    assert CANARY not in caplog.text + told.err + told.out
    assert "ended by ValueError at " in told.err
