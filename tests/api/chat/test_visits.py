"""A chat's life: opening, consent, reading, the visitor's own copy."""

from api.clock import FixedClock
from api.errors import BotUnavailable
from api.transcript.models import ChatSession, Message
from tests.api.conftest import open_house
from tests.factories import CLOSED_AT


async def test_opening_gives_the_first_card_and_does_not_ask_the_bot(house):
    house.bot.failure = BotUnavailable("down")
    answer = await house.client.post("/api/chat/sessions", json={"language": "en", "page_url": "https://x.test/a"})
    body = answer.json()
    assert answer.status_code == 201
    [card] = body["messages"]
    assert (card["kind"], card["payload"]) == ("notice", {"notice_version": body["notice"]["version"]})
    for word in ("program, not a person", "911", "988", "Saguaro Integrative Psychiatry", "staff can read"):
        assert word in card["text"]
    assert body["practice"] == {
        "name": "Saguaro Integrative Psychiatry",
        "phone": "+15205550142",
        "tz": "America/Phoenix",
    }
    assert (body["open_now"], body["opens_at"]) == (True, None)
    assert house.bot.turns == []


async def test_a_closed_practice_says_when_it_opens(tmp_path):
    async with open_house(tmp_path, clock=FixedClock(CLOSED_AT)) as house:
        body = (await house.client.post("/api/chat/sessions", json={})).json()
        assert (body["open_now"], body["opens_at"]) == (False, "2026-03-02T15:00:00+00:00")


async def test_the_card_is_in_spanish_for_a_spanish_page(house):
    body = (await house.client.post("/api/chat/sessions", json={"language": "es"})).json()
    assert "un programa, no una persona" in body["notice"]["text"]


async def test_the_token_is_not_in_the_database(house, visitor):
    [session] = house.rows(ChatSession)
    assert visitor.token not in str(vars(session))


async def test_consent_is_kept_with_version_and_time_and_welcomes(house):
    visitor = await house.newcomer()
    answer = (await visitor.accept()).json()
    assert "What brings you here today?" in answer["messages"][0]["text"]
    [session] = house.rows(ChatSession)
    assert (session.consented_at, session.notice_version) == (house.clock.now(), visitor.notice_version)


async def test_consent_given_twice_changes_nothing(house, visitor):
    assert (await visitor.accept()).json()["messages"] == []


async def test_who_declines_gets_the_phone_number_and_nothing_is_kept(house):
    visitor = await house.newcomer()
    answer = (await visitor.post("consent", {"accepted": False, "notice_version": visitor.notice_version})).json()
    assert "Nothing you typed was kept" in answer["messages"][0]["text"]
    assert "+15205550142" in answer["messages"][0]["text"]
    assert (await visitor.send("hello")).status_code == 409


async def test_who_declines_after_a_crisis_is_told_what_stays(house):
    visitor = await house.newcomer()
    await visitor.says("i want to die")
    answer = (await visitor.post("consent", {"accepted": False, "notice_version": visitor.notice_version})).json()
    assert "stays with our staff" in answer["messages"][0]["text"]


async def test_consent_can_be_taken_back(house, visitor):
    await visitor.post("consent", {"accepted": False, "notice_version": visitor.notice_version})
    assert (await visitor.send("hello")).status_code == 409


async def test_reading_begins_after_the_number_asked_for(house, visitor):
    await visitor.says("one")
    page = await visitor.page(after=3)
    assert [message["seq"] for message in page["messages"]] == [4]
    assert (page["mode"], page["tier"]) == ("bot", "none")


async def test_the_language_can_be_changed_in_the_middle(house, visitor):
    await visitor.send("hola", language="es")
    assert house.bot.turns[-1].metadata["language"] == "es"


async def test_texts_are_encrypted_in_the_database(house, visitor):
    await visitor.says("my very secret words")
    raw = b"".join(
        value
        for message in house.rows(Message)
        for value in (message.text_sealed, message.extra_sealed)
        if value is not None
    )
    assert b"secret" not in raw


async def test_the_visitors_copy_comes_as_json_and_as_text(house, visitor):
    await visitor.says("panic at work")
    answer = await house.client.get("/api/chat/transcript", headers=visitor.headers)
    assert [message["text"] for message in answer.json()["messages"]][2:] == [
        "panic at work",
        "heard: panic at work",
    ]
    plain = await house.client.get("/api/chat/transcript?format=text", headers=visitor.headers)
    assert plain.headers["content-type"].startswith("text/plain")
    assert "visitor: panic at work" in plain.text
    wrong = await house.client.get("/api/chat/transcript?format=pdf", headers=visitor.headers)
    assert wrong.status_code == 422
