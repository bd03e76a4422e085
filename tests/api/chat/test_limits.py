"""Limits refuse politely, with lines to call, and never before the risk screen has run."""

from api.chat.limits import Limits
from api.safety.models import Alert
from api.transcript.models import Message
from tests.api.conftest import open_house


def over(house, seconds=30):
    house.chat.limits.count_message = lambda chat, address: seconds


def test_a_chat_may_send_sixty_messages_a_minute():
    limits = Limits()
    assert [limits.count_message("a", f"from {n}") for n in range(60)] == [0] * 60
    assert 0 < limits.count_message("a", "other") <= 60
    assert limits.count_message("b", "other") == 0


def test_an_address_may_send_three_hundred_messages_a_minute():
    limits = Limits()
    assert [limits.count_message(f"chat {n}", "one") for n in range(300)] == [0] * 300
    assert 0 < limits.count_message("new", "one") <= 60
    assert limits.count_message("new too", "two") == 0


def test_an_address_may_open_twenty_chats_an_hour():
    limits = Limits()
    assert [limits.count_session("one") for _ in range(20)] == [0] * 20
    assert 3000 < limits.count_session("one") <= 3600
    assert limits.count_session("two") == 0


async def test_the_twenty_first_chat_of_an_address_is_refused_with_lines_to_call(house):
    for _ in range(20):
        await house.newcomer()
    answer = await house.client.post("/api/chat/sessions", json={})
    assert (answer.status_code, answer.json()["error"]) == (429, "TooMany")
    assert answer.json()["resources"][0]["id"] == "us_911"
    assert int(answer.headers["retry-after"]) > 3000


async def test_over_the_limit_a_message_is_screened_refused_and_not_kept(house, visitor):
    over(house)
    answer = await visitor.send("hello")
    assert (answer.status_code, answer.headers["retry-after"]) == (429, "30")
    assert answer.json()["retry_after_seconds"] == 30
    assert [card["id"] for card in answer.json()["resources"]][:2] == ["us_911", "us_988"]
    assert house.ears.heard[-1][0] == "hello"
    assert [message for message in house.rows(Message) if message.author == "visitor"] == []


async def test_over_the_limit_danger_is_heard_all_the_same(house, visitor):
    over(house)
    answer = await visitor.says("i want to die")
    assert answer["tier"] == "crisis"
    assert len(house.rows(Alert)) == 1
    assert (await visitor.send("i want to die")).status_code == 429
    assert (await visitor.says("i took all my pills"))["tier"] == "emergency"


async def test_over_the_limit_help_now_still_gives_the_lines(house, visitor):
    over(house)
    answer = await visitor.post("help-now", {})
    assert answer.status_code == 429
    assert answer.json()["resources"][0]["id"] == "us_911"


async def test_the_sixty_first_message_of_a_minute_is_refused(tmp_path):
    async with open_house(tmp_path) as house:
        visitor = await house.visitor()
        statuses = [(await visitor.send(f"message {n}")).status_code for n in range(60)]
        assert statuses == [200] * 59 + [429]
