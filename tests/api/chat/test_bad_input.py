"""Bad input: a clear answer, nothing half done (issue 2, "Bad input")."""

import json

import pytest

from api.outbox import OutboxEntry
from api.safety.models import Alert
from api.transcript.models import Message
from tests.factories import OPEN_AT
from tests.fakes import says

HTML = '<script>alert(1)</script><img src=x onerror="alert(2)">'
UNUSUAL = [
    HTML,
    "\u202egnirts sdrawkcab\u202c",
    "pa\u200bnic\u200d at\ufeff work",
    "مرحبا أنا قلق",
    "👩‍👩‍👧 😶‍🌫️ 🏳️‍🌈",
    "'; DROP TABLE message; --",
    "{{7*7}} %s %(x)s {practice} ${jndi}",
    "a\r\nb\tc\u2028d",
    "x" * 4000,
]


async def raw(visitor, body: bytes, **headers):
    return await visitor.client.post(
        "/api/chat/messages",
        content=body,
        headers={"Content-Type": "application/json", **visitor.headers, **headers},
    )


def kept(house):
    return [message for message in house.rows(Message) if message.author == "visitor"]


@pytest.mark.parametrize("text", UNUSUAL)
async def test_unusual_text_is_kept_and_sent_on_exactly_as_typed(house, visitor, text):
    await visitor.says(text)
    assert house.bot.texts == [text]
    assert text in await visitor.texts()


@pytest.mark.parametrize("text", ["", "   ", "\n\t", "\u200b\u200d\ufeff", "\u2060 \u3000", "\x00"])
async def test_an_empty_message_is_refused_in_words(house, visitor, text):
    answer = await visitor.send(text)
    assert (answer.status_code, answer.json()["error"]) == (400, "BadInput")
    assert "nothing in this message" in answer.json()["detail"]
    assert kept(house) == []
    assert house.bot.turns == []


async def test_4001_characters_are_refused_and_nothing_is_kept(house, visitor):
    answer = await visitor.send("x" * 4001)
    assert (answer.status_code, answer.json()["error"]) == (400, "BadInput")
    assert "4000" in answer.json()["detail"]
    assert answer.json()["resources"][0]["id"] == "us_911"
    assert kept(house) == []
    assert house.bot.turns == []


async def test_danger_in_a_message_that_is_too_long_is_heard_and_answered(house, visitor):
    answer = await visitor.send("x" * 4001 + " i want to die")
    assert answer.status_code == 400
    assert answer.json()["tier"] == "crisis"
    assert len(house.rows(Alert)) == 1
    assert "988" in (await visitor.texts())[-1]
    assert kept(house) == []


async def test_a_message_cut_in_the_middle_of_an_emoji_is_screened_kept_and_sent_on(house, visitor):
    body = b'{"text": "i want to die \\ud83d", "client_message_id": "a"}'
    answer = await raw(visitor, body)
    assert answer.status_code == 200
    assert answer.json()["tier"] == "crisis"
    assert "i want to die \ufffd" in await visitor.texts()
    answer = await raw(visitor, b'{"text": "hello \\udc00", "client_message_id": "b"}')
    assert answer.status_code == 200


async def test_nul_bytes_become_a_visible_sign(house, visitor):
    await visitor.says("panic\x00 at work")
    assert house.bot.texts == ["panic\ufffd at work"]


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"not json",
        b"[]",
        b'"text"',
        b"null",
        b"{}",
        b'{"text": "hello"}',
        b'{"text": 5, "client_message_id": "a"}',
        b'{"text": null, "client_message_id": "a"}',
        b'{"text": "hello", "choice": {"seq": 1, "index": 0}, "client_message_id": "a"}',
        b'{"text": "hello", "client_message_id": ""}',
        b'{"text": "hello", "client_message_id": "a b"}',
        b'{"text": "hello", "client_message_id": "\\ud800"}',
        b'{"text": "hello", "client_message_id": "' + b"a" * 65 + b'"}',
        b'{"text": "hello", "client_message_id": "a", "tier": "none"}',
        b'{"text": "hello", "client_message_id": "a", "language": "fr"}',
        b'{"choice": {"seq": -1, "index": 0}, "client_message_id": "a"}',
        b'{"choice": {"seq": 99999999999999999999, "index": 0}, "client_message_id": "a"}',
        b'{"choice": {"seq": 1.5, "index": 0}, "client_message_id": "a"}',
        b'{"choice": "first", "client_message_id": "a"}',
        b"[" * 30000,
        b"\xff\xfe",
    ],
)
async def test_a_malformed_message_is_refused_without_repeating_it(house, visitor, body):
    answer = await raw(visitor, body)
    assert answer.status_code in (400, 422)
    assert answer.json()["error"] == "BadInput"
    assert "hello" not in answer.text
    assert kept(house) == []
    assert house.bot.turns == []


async def test_a_megabyte_is_refused_before_it_is_read(house, visitor):
    body = json.dumps({"text": "x" * 1_000_000, "client_message_id": "a"}).encode()
    answer = await raw(visitor, body)
    assert (answer.status_code, answer.json()["error"]) == (413, "TooLarge")
    assert kept(house) == []


async def test_a_body_is_counted_as_it_arrives_whatever_its_header_says(house, visitor):
    sent = 0

    async def drip():
        nonlocal sent
        for _ in range(1000):
            sent += 1024
            yield b" " * 1024

    headers = {**visitor.headers, "Content-Type": "application/json"}
    answer = await visitor.client.post("/api/chat/messages", content=drip(), headers=headers)
    assert answer.status_code == 413
    assert kept(house) == []


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"Authorization": "Bearer"},
        {"Authorization": "Bearer forged"},
        {"Authorization": "Basic abc"},
        {"Authorization": "Bearer " + "x" * 5000},
    ],
)
@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("GET", "messages"),
        ("POST", "help-now"),
        ("DELETE", "session"),
        ("GET", "transcript"),
        ("GET", "stream"),
    ],
)
async def test_a_forged_or_missing_token_opens_nothing(house, visitor, headers, method, path):
    answer = await house.client.request(method, f"/api/chat/{path}", headers=headers)
    assert (answer.status_code, answer.json()["error"]) == (401, "SignInRequired")


async def test_a_forged_token_sends_nothing(house, visitor):
    visitor.token = "forged"
    assert (await visitor.send("hello")).status_code == 401
    assert kept(house) == []


async def test_a_token_runs_out_after_seven_days_away(house, visitor):
    from datetime import timedelta

    house.clock.instant = OPEN_AT + timedelta(days=7)
    await visitor.says("still here")
    house.clock.instant += timedelta(days=7, seconds=1)
    assert (await visitor.send("hello")).status_code == 401


async def test_a_token_opens_its_own_chat_only(house, visitor):
    stranger = await house.visitor()
    house.bot.answer = lambda turn: says("Who is it for?", ("Me", "/me"))
    offer = (await visitor.says("my secret"))["messages"][0]
    assert "my secret" not in str(await stranger.page())
    answer = await stranger.press(offer["seq"], 0)
    assert (answer.status_code, answer.json()["error"]) == (409, "StaleChoice")


@pytest.mark.parametrize("after", ["-1", "x", "99999999999999999999", "1.5"])
async def test_a_nonsense_number_to_read_from_is_refused(house, visitor, after):
    answer = await house.client.get(f"/api/chat/messages?after={after}", headers=visitor.headers)
    assert answer.status_code == 422


@pytest.mark.parametrize(
    "body",
    [
        {"accepted": "maybe", "notice_version": "x"},
        {"accepted": True},
        {"accepted": True, "notice_version": "x" * 33},
    ],
)
async def test_a_malformed_consent_is_refused(house, body):
    visitor = await house.newcomer()
    assert (await visitor.post("consent", body)).status_code == 422


async def test_consent_to_another_card_than_the_present_one_is_refused(house):
    visitor = await house.newcomer()
    visitor.notice_version = "2020-01-01"
    answer = await visitor.accept()
    assert (answer.status_code, answer.json()["error"]) == (409, "Conflict")
    assert (await visitor.send("hello")).status_code == 409


@pytest.mark.parametrize("body", [{"language": "fr"}, {"page_url": "x" * 2001}, {"admin": True}])
async def test_a_malformed_opening_is_refused(house, body):
    assert (await house.client.post("/api/chat/sessions", json=body)).status_code == 422


async def test_what_was_refused_leaves_no_notice_behind(house, visitor):
    await visitor.send("x" * 4001)
    assert house.rows(OutboxEntry) == []
