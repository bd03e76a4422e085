"""When things go wrong: no line, a slow or broken server, limits, texts too long. Nothing typed is ever lost."""

import json
import threading

import pytest
from playwright.sync_api import expect

from tests.fakes import says

UNSENT = "Not sent"


def test_without_a_line_words_wait_and_are_sent_by_themselves_when_it_is_back(talking):
    talking.page.context.set_offline(True)
    talking.say("are you there")
    expect(talking.page.get_by_text(UNSENT)).to_be_visible()
    expect(talking.banner).to_contain_text("cannot reach the practice")
    expect(talking.banner).to_contain_text("988")
    talking.page.context.set_offline(False)
    talking.hears("heard: are you there")
    expect(talking.page.get_by_text(UNSENT)).to_have_count(0)
    expect(talking.banner).to_be_hidden()
    assert talking.stored().count("are you there") == 1


def test_without_a_line_the_help_panel_still_opens(talking):
    talking.page.context.set_offline(True)
    talking.page.locator("#help summary").click()
    expect(talking.page.get_by_role("link", name="Call 988")).to_be_visible()


def test_unsent_words_survive_a_reload_and_keep_their_order(talking):
    talking.page.route("**/api/chat/messages", lambda route: route.abort())
    talking.say("first of all")
    talking.say("and then")
    expect(talking.page.locator(".pending")).to_have_count(2)
    talking.page.unroute("**/api/chat/messages")
    talking.page.reload()
    talking.hears("and then")
    assert [text for text in talking.stored() if text in ("first of all", "and then")] == [
        "first of all",
        "and then",
    ]
    assert talking.kept()["unsent"] == []


def test_an_answer_that_got_lost_does_not_make_two_messages(talking, quick):
    lost = []

    def lose_the_first(route):
        answer = route.fetch()
        if lost:
            route.fulfill(response=answer)
        else:
            lost.append(answer.status)
            route.abort()

    talking.page.route("**/api/chat/messages", lose_the_first)
    talking.say("only once please")
    talking.hears("heard: only once please")
    expect(talking.page.get_by_text(UNSENT)).to_have_count(0)
    assert lost == [200]
    assert talking.stored().count("only once please") == 1
    assert talking.lines().count("only once please") == 1


def test_try_again_sends_at_once(talking):
    talking.page.route("**/api/chat/messages", lambda route: route.abort())
    talking.say("hello again")
    expect(talking.page.get_by_role("button", name="Try again")).to_be_visible()
    talking.page.unroute("**/api/chat/messages")
    talking.page.get_by_role("button", name="Try again").click()
    talking.hears("heard: hello again")


def test_a_broken_server_shows_lines_to_call_and_keeps_the_words(talking):
    body = {
        "error": "InternalError",
        "detail": "Something went wrong.",
        "resources": [{"id": "us_988", "name": "988"}],
    }
    talking.page.route("**/api/chat/messages", lambda route: route.fulfill(status=500, body=json.dumps(body)))
    talking.say("does this arrive")
    expect(talking.page.get_by_text(UNSENT)).to_be_visible()
    expect(talking.banner).to_have_text("Something went wrong.")
    expect(talking.page.locator("#help").get_by_role("link", name="Call 911")).to_be_visible()
    assert [entry["text"] for entry in talking.kept()["unsent"]] == ["does this arrive"]


def test_too_many_messages_wait_and_are_sent_later(talking):
    body = {"error": "TooMany", "detail": "That was a lot at once.", "retry_after_seconds": 1, "resources": []}
    refusals = []

    def refuse_once(route):
        if refusals:
            route.continue_()
        else:
            refusals.append(1)
            route.fulfill(status=429, body=json.dumps(body))

    talking.page.route("**/api/chat/messages", refuse_once)
    talking.say("one more")
    expect(talking.banner).to_have_text("That was a lot at once.")
    talking.hears("heard: one more")


def test_a_long_text_stays_in_the_box_and_its_danger_is_heard(talking):
    long = "so much to say " * 300 + "i want to die"
    talking.say(long)
    expect(talking.banner).to_contain_text("4,000")
    expect(talking.box).to_have_value(long)
    expect(talking.page.locator(".message.crisis")).to_be_visible()
    expect(talking.own).to_have_count(0)


def test_exactly_the_longest_text_is_sent(talking):
    talking.say("y" * 4000)
    talking.hears("heard: y")
    assert talking.stored()[-1] == "y" * 4000


def test_a_refused_message_goes_back_into_the_box_before_what_was_typed_meanwhile(talking):
    body = {"error": "BadInput", "detail": "There is nothing in this message.", "field": "text"}
    held = []
    talking.page.route("**/api/chat/messages", lambda route: held.append(route))
    talking.say("\u200bodd\u200b")
    talking.box.fill("typed meanwhile")
    expect(talking.page.locator(".pending")).to_have_count(1)
    held[0].fulfill(status=400, body=json.dumps(body))
    expect(talking.box).to_have_value("\u200bodd\u200b\ntyped meanwhile")
    expect(talking.banner).to_have_text("There is nothing in this message.")


def test_a_chat_that_has_ended_keeps_the_words_for_the_next_one(talking, quick):
    # The first reply may come by the stream before the page has noted the consent.
    talking.page.wait_for_function("JSON.parse(localStorage.chat).consented")
    talking.page.evaluate(
        "chat = JSON.parse(localStorage.chat); localStorage.chat = JSON.stringify({...chat, token: 'gone'})"
    )
    talking.page.reload()
    expect(talking.offer("I agree, start the chat")).to_be_visible()
    talking.page.route(
        "**/api/chat/messages", lambda route: route.fulfill(status=401, body='{"error": "SignInRequired"}')
    )
    talking.say("i was about to say")
    expect(talking.banner).to_contain_text("has ended")
    talking.page.unroute("**/api/chat/messages")
    talking.offer("Start a new chat").click()
    talking.agree()
    talking.hears("heard: i was about to say")


def test_a_page_opened_without_a_line_starts_by_itself_and_loses_nothing(quick_pages, visitor):
    visitor.page.route("**/api/**", lambda route: route.abort())
    visitor.page.goto("/chat")
    expect(visitor.banner).to_contain_text("cannot reach the practice")
    visitor.say("i typed this while nothing worked")
    visitor.page.unroute("**/api/**")
    expect(visitor.offer("I agree, start the chat")).to_be_visible(timeout=10_000)
    visitor.offer("I agree, start the chat").click()
    visitor.hears("heard: i typed this while nothing worked")


def test_too_many_new_chats_say_so_and_leave_a_way_on(visitor):
    body = {"error": "TooMany", "detail": "Too many chats were opened from this connection.", "resources": []}
    visitor.page.route("**/api/chat/sessions", lambda route: route.fulfill(status=429, body=json.dumps(body)))
    visitor.page.goto("/chat")
    expect(visitor.banner).to_contain_text("Too many chats")
    visitor.page.unroute("**/api/chat/sessions")
    visitor.offer("Start a new chat").click()
    expect(visitor.offer("I agree, start the chat")).to_be_visible()


def test_a_slow_answer_shows_one_calm_line_and_no_imitation_of_typing(talking, quick):
    quick.bot.answer = lambda turn: _slowly(talking)
    talking.say("take your time")
    expect(talking.page.locator("#waiting")).to_be_visible()
    talking.hears("Here I am")
    expect(talking.page.locator("#waiting")).to_be_hidden()


def _slowly(talking):
    # The fake bot answers on the loop of the house; a pause there stands for a bot that thinks.
    threading.Event().wait(2)
    return says("Here I am.")


@pytest.mark.parametrize("broken", ["**/api/chat/stream"])
def test_staff_replies_come_without_the_stream_too(talking, quick, broken):
    talking.page.route(broken, lambda route: route.abort())
    talking.page.reload()
    talking.say("hello")
    talking.hears("heard: hello")
    token = talking.kept()["token"]
    talking.page.context.request.post(
        "/api/chat/messages",
        data={"text": "from elsewhere", "client_message_id": "e1"},
        headers={"Authorization": f"Bearer {token}"},
    )
    talking.hears("heard: from elsewhere")


def test_a_script_that_never_comes_leaves_a_phone_number(quick_pages):
    page = quick_pages.open()
    page.route("**/chat.js", lambda route: route.abort())
    page.goto("/chat")
    expect(page.get_by_text("The chat does not start right now")).to_be_visible(timeout=10_000)
    expect(page.locator('.late a[href="tel:+15205550142"]')).to_be_visible()
    expect(page.locator('.late a[href="tel:911"]')).to_be_visible()
    expect(page.get_by_role("textbox")).to_have_count(0)


def test_the_embed_offers_lines_when_the_chat_does_not_answer(quick_pages):
    page = quick_pages.open()
    page.route("**/chat?**", lambda route: route.abort())
    page.goto("/")
    page.get_by_role("button", name="Open the chat").click()
    expect(page.get_by_role("link", name="Call 911")).to_be_visible(timeout=12_000)
    expect(page.get_by_role("link", name="(520) 555-0142", exact=True)).to_have_attribute(
        "href", "tel:+15205550142"
    )
    expect(page.get_by_role("button", name="Close the chat")).to_be_visible()
