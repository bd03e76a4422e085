"""The form for browsers without scripts, the pause, and pages for failures: lines to call stand in every one."""

import re

import pytest
from sqlalchemy import text

from api.handoff.models import Handoff
from api.safety.models import Alert
from api.transcript.models import ChatSession, Message
from api.vocabulary import Author, HandoffReason
from tests.factories import CLOSED_AT

CALLS = ("tel:911", "tel:988", "sms:988", "tel:+15205550142")
LETTER = {
    "text": "i would like a visit",
    "phone": "520 555 0134",
    "leave_message": "yes",
    "agree": "yes",
    "lang": "en",
}
PAGE = {"accept": "text/html"}


async def stamp(house):
    page = (await house.client.get("/chat")).text
    return re.search(r'name="stamp" value="([^"]+)"', page).group(1)


async def send(house, headers=None, **changes):
    letter = {"stamp": await stamp(house), **LETTER, **changes}
    return await house.client.post("/chat/message", data=letter, headers={**PAGE, **(headers or {})})


def written(house):
    return [row.text for row in house.rows(Message) if row.author == Author.VISITOR]


async def test_the_page_without_scripts_holds_the_lines_the_form_and_what_is_agreed_to(house):
    page = (await house.client.get("/chat")).text
    inside = re.search(r"<noscript>(.*?)</noscript>", page, re.S).group(1)
    for wanted in (*CALLS, 'action="/chat/message"', 'name="agree"', "looks for danger", "/chat?lang=es"):
        assert wanted in inside


@pytest.mark.parametrize("language", ["en", "es"])
async def test_a_form_reaches_staff_as_a_call_back_and_says_truthfully_when(house, language):
    answer = await send(house, lang=language)
    assert answer.status_code == 200
    assert {"en": "We have your message", "es": "Tenemos su mensaje"}[language] in answer.text
    assert all(href in answer.text for href in CALLS)
    [waiting] = house.rows(Handoff)
    assert waiting.reason == HandoffReason.VISITOR_REQUEST
    assert waiting.callback == {"phone": "+15205550134", "email": None, "leave_message": True}
    [session] = house.rows(ChatSession)
    assert (session.language, session.consented_at is not None) == (language, True)
    assert written(house) == ["i would like a visit"]
    assert house.bot.turns == []
    assert not house.rows(Alert)


async def test_a_closed_practice_says_when_it_opens(house):
    house.clock.instant = CLOSED_AT
    assert "opens Monday at 8 am" in (await send(house)).text


@pytest.mark.parametrize(
    ("changes", "status", "says"),
    [
        ({"agree": ""}, 400, "tick the box"),
        ({"text": "  "}, 400, "a few words"),
        ({"text": "x" * 4001}, 400, "4,000"),
        ({"phone": "", "email": ""}, 400, "reach you"),
        ({"phone": "12"}, 400, "reach you"),
        ({"stamp": "forged.0"}, 409, "once more"),
    ],
)
async def test_a_form_that_cannot_be_taken_keeps_its_words_and_nothing_is_stored(house, changes, status, says):
    answer = await send(house, **changes)
    assert answer.status_code == status
    assert says in answer.text
    assert {**LETTER, **changes}["text"] in answer.text
    assert all(href in answer.text for href in CALLS)
    assert house.rows(ChatSession) == house.rows(Message) == []


@pytest.mark.parametrize(
    "changes", [{}, {"agree": ""}, {"phone": "12"}, {"stamp": "x"}, {"text": "i want to die " + "x" * 4000}]
)
async def test_danger_in_a_form_is_kept_alerted_and_answered_whatever_is_wrong_with_it(house, changes):
    answer = await send(house, **{"text": "i want to die", **changes})
    assert answer.status_code == 200
    assert "really glad you told me" in answer.text
    assert "Are you in danger right now" in answer.text
    assert [alert.tier for alert in house.rows(Alert)] == ["crisis"]
    [waiting] = house.rows(Handoff)
    assert waiting.reason == HandoffReason.SAFETY
    assert written(house)[0].startswith("i want to die")


async def test_nobody_is_said_to_call_who_gave_no_way_to_be_called(house):
    reached, unknown = await send(house, text="i want to die"), await send(house, text="i want to die", phone="")
    assert "can call or write to you" in reached.text
    assert "can call or write to you" not in unknown.text
    assert 'href="sms:741741?&amp;body=HOME"' in reached.text


async def test_a_number_nobody_can_read_is_not_lost_when_somebody_is_in_danger(house):
    await send(house, text="i want to die", phone="five five five")
    assert written(house) == ["i want to die\nfive five five"]


async def test_danger_is_heard_over_the_limit_and_the_rest_is_refused_with_the_lines(house):
    for _ in range(20):
        await house.client.post("/api/chat/sessions", json={})
    refused = await send(house)
    assert (refused.status_code, written(house)) == (429, [])
    assert all(href in refused.text for href in CALLS)
    assert (await send(house, text="i want to die")).status_code == 200
    assert len(house.rows(Alert)) == 1


async def test_a_question_about_danger_can_be_answered_without_scripts(house):
    page = (await send(house, text="i want to die")).text
    hidden = dict(re.findall(r'type="hidden" name="(\w+)" value="([^"]*)"', page))
    yes = re.search(r'name="choice" value="(\d)"[^>]*>Yes<', page).group(1)
    answer = await house.client.post("/chat/answer", data={**hidden, "choice": yes}, headers=PAGE)
    assert answer.status_code == 200
    assert "Please call 911 now" in answer.text
    assert sorted(alert.tier for alert in house.rows(Alert)) == ["crisis", "emergency"]
    again = await house.client.post("/chat/answer", data={**hidden, "choice": yes}, headers=PAGE)
    assert again.status_code == 409
    assert all(href in again.text for href in CALLS)
    assert not [row for row in house.rows(Message) if row.awaits_bot]


async def test_a_form_pressed_twice_is_one_message(house):
    letter = {"stamp": await stamp(house), **LETTER}
    for _ in range(2):
        assert (await house.client.post("/chat/message", data=letter)).status_code == 200
    assert written(house) == ["i would like a visit"]


async def test_another_site_cannot_send_the_form(house):
    answer = await send(house, {"sec-fetch-site": "cross-site"})
    assert answer.status_code == 403
    assert house.rows(ChatSession) == []


# ---- the pause


async def test_a_pause_turns_the_pages_into_the_number_and_the_lines(house):
    house.app.state.frontdesk.pause.set("staff:x", house.clock.now())
    for language, says in (("en", "Our chat is paused"), ("es", "Nuestro chat está en pausa")):
        page = (await house.client.get(f"/chat?lang={language}")).text
        assert says in page
        assert all(href in page for href in ("tel:911", "tel:988", "tel:+15205550142"))
        assert "<textarea" not in page
    assert "Our chat is paused" in (await house.client.get("/")).text
    assert '"paused": true' in (await house.client.get("/widget.js")).text


async def test_a_new_chat_is_refused_with_the_number_while_paused(house):
    house.app.state.frontdesk.pause.set("staff:x", house.clock.now())
    answer = await house.client.post("/api/chat/sessions", json={"language": "es"})
    assert (answer.status_code, answer.json()["error"]) == (409, "Paused")
    assert "(520) 555-0142" in answer.json()["detail"]
    assert [line["id"] for line in answer.json()["resources"]][:2] == ["us_911", "us_988"]


async def test_a_chat_under_way_is_screened_and_handed_to_staff_while_paused(house, visitor):
    house.app.state.frontdesk.pause.set("staff:x", house.clock.now())
    said = await visitor.says("hello")
    assert "paused the program" in said["messages"][-1]["text"]
    assert len(house.rows(Handoff)) == 1
    assert (await visitor.says("i want to die"))["tier"] == "crisis"
    assert house.bot.turns == []
    assert len(house.rows(Alert)) == 1


async def test_consent_while_paused_promises_no_answer(house):
    visitor = await house.newcomer()
    house.app.state.frontdesk.pause.set("staff:x", house.clock.now())
    said = (await visitor.accept()).json()["messages"]
    assert "paused this chat" in said[-1]["text"]


async def test_what_was_written_during_a_pause_is_taken_up_afterwards(house, visitor):
    house.app.state.frontdesk.pause.set("staff:x", house.clock.now())
    await visitor.says("first")
    house.app.state.frontdesk.pause.lift()
    await visitor.says("second")
    assert house.bot.texts == ["first\nsecond"]


# ---- failures


@pytest.mark.parametrize("path", ["/nowhere", "/chat?lang=<x>", "/?lang=fr"])
async def test_a_page_that_fails_carries_the_lines(house, path):
    answer = await house.client.get(path, headers=PAGE)
    assert answer.status_code in (404, 422)
    assert answer.headers["content-type"].startswith("text/html")
    assert all(href in answer.text for href in CALLS)
    assert "<x>" not in answer.text


async def test_programs_still_get_json(house):
    answer = await house.client.get("/api/nowhere", headers=PAGE)
    assert answer.json()["error"] == "NotFound"
    assert (await house.client.get("/nowhere")).json()["error"] == "NotFound"


async def test_a_failure_speaks_the_language_of_the_browser(house):
    answer = await house.client.get("/nowhere", headers={**PAGE, "accept-language": "es-MX,en;q=0.5"})
    assert "Esta página no está aquí" in answer.text


async def test_without_a_database_the_pages_stand_and_the_form_says_so_with_the_lines(house):
    mark = await stamp(house)
    with house.database.engine.begin() as broken:
        broken.execute(text("DROP TABLE handoff"))
    for path in ("/", "/chat", "/chat?lang=es"):
        assert (await house.client.get(path)).status_code == 200
    answer = await house.client.post("/chat/message", data={"stamp": mark, **LETTER}, headers=PAGE)
    assert answer.status_code == 500
    assert all(href in answer.text for href in CALLS)
    assert "may not be kept" in answer.text
