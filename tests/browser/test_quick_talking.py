"""Talking with the chat page: consent, order, choices, resuming, deleting, leaving."""

import re

from playwright.sync_api import expect

from tests.fakes import says

OFFERS = (("Yes, please", "/affirm{}"), ("No", "/deny{}"))


def test_the_first_card_is_read_from_its_beginning_with_both_answers_in_view(visitor):
    visitor.arrive()
    assert visitor.page.locator("#log").evaluate("log => log.scrollTop") == 0
    for label in ("I agree, start the chat", "No, thank you"):
        expect(visitor.offer(label)).to_be_in_viewport()


def test_messages_stand_in_the_order_they_were_said(talking):
    for number in range(4):
        talking.say(f"message {number}")
        talking.hears(f"heard: message {number}")
    said = [line for line in talking.lines() if "message" in line]
    assert said == [line for n in range(4) for line in (f"message {n}", f"heard: message {n}")]


def test_messages_typed_faster_than_answers_come_are_all_there_once(talking):
    for number in range(5):
        talking.say(f"quick {number}")
    expect(talking.page.locator(".pending")).to_have_count(0)
    assert [line for line in talking.lines() if line.startswith("quick")] == [f"quick {n}" for n in range(5)]
    talking.hears("quick 4")


def test_a_choice_is_sent_once_however_often_it_is_pressed(talking, quick):
    quick.bot.answer = lambda turn: says("Shall I look for times?", *OFFERS)
    talking.say("hello")
    yes = talking.offer("Yes, please")
    expect(yes).to_be_visible()
    quick.bot.answer = lambda turn: says("Good.")
    yes.evaluate("button => { button.click(); button.click(); button.click(); }")
    talking.hears("Good")
    assert talking.stored()[-1] == "Yes, please"
    assert talking.stored().count("Yes, please") == 1
    expect(talking.page.locator("#offers button")).to_have_count(0)


def test_a_stale_choice_says_so_and_shows_what_is_open_now(talking, quick, quick_pages):
    quick.bot.answer = lambda turn: says("First question?", ("Old choice", "/old{}"))
    talking.say("hello")
    expect(talking.offer("Old choice")).to_be_visible()
    # The same chat goes on elsewhere while this page hears nothing of it.
    talking.page.route("**/api/chat/stream", lambda route: route.abort())
    talking.page.evaluate("document.dispatchEvent(new Event('visibilitychange'))")
    token = talking.kept()["token"]
    quick.bot.answer = lambda turn: says("Second question?", ("New choice", "/new{}"))
    talking.page.context.request.post(
        "/api/chat/messages",
        data={"text": "go on", "client_message_id": "elsewhere"},
        headers={"Authorization": f"Bearer {token}"},
    )
    if talking.offer("Old choice").count():
        talking.offer("Old choice").click()
        expect(talking.banner).to_contain_text("no longer open")
    expect(talking.offer("New choice")).to_be_visible()


def test_choices_of_two_messages_of_one_answer_stand_together(talking, quick):
    quick.bot.answer = lambda turn: _two_messages()
    talking.say("do you take insurance")
    for label in ("More about money", "Tuesday", "Friday"):
        expect(talking.offer(label)).to_be_visible()
    quick.bot.answer = lambda turn: says("Thank you.")
    talking.offer("More about money").click()
    talking.hears("Thank you")


def _two_messages():
    answer, again = says("We take several plans.", ("More about money", "/m{}")), says("Which day?")
    again.messages[0]["quick_replies"] = [
        {"label": "Tuesday", "payload": "/t{}"},
        {"label": "Friday", "payload": "/f{}"},
    ]
    answer.messages.extend(again.messages)
    return answer


def test_words_typed_before_consent_are_kept_here_and_sent_after_it(visitor):
    visitor.arrive()
    visitor.say("i have trouble sleeping")
    expect(visitor.page.get_by_text("stays here until you choose")).to_be_visible()
    assert "i have trouble sleeping" not in visitor.stored()
    visitor.offer("I agree, start the chat").click()
    visitor.hears("heard: i have trouble sleeping")
    assert visitor.stored().count("i have trouble sleeping") == 1


def test_danger_is_heard_before_consent_even_behind_a_message_that_waits_for_it(visitor):
    visitor.arrive()
    visitor.say("hello")
    expect(visitor.page.get_by_text("stays here until you choose")).to_be_visible()
    visitor.say("i want to die")
    expect(visitor.page.locator(".message.crisis")).to_be_visible()
    assert "i want to die" in visitor.stored()
    assert "hello" not in visitor.stored()[-1:]


def test_declining_keeps_nothing_in_this_browser_and_leaves_the_way_back_open(visitor):
    visitor.arrive()
    visitor.offer("No, thank you").click()
    visitor.hears("Nothing you typed was kept")
    assert visitor.kept() == {}
    visitor.agree()


def test_a_reload_brings_the_chat_and_its_choices_back(talking, quick):
    quick.bot.answer = lambda turn: says("Shall I look for times?", *OFFERS)
    talking.say("hello")
    expect(talking.offer("Yes, please")).to_be_visible()
    before = talking.lines()
    talking.page.reload()
    expect(talking.offer("Yes, please")).to_be_visible()
    assert talking.lines() == before
    quick.bot.answer = lambda turn: says("Good.")
    talking.offer("Yes, please").click()
    talking.hears("Good")


def test_half_typed_words_survive_a_reload(talking):
    talking.box.fill("what i wanted to say is")
    talking.page.reload()
    expect(talking.box).to_have_value("what i wanted to say is")


def test_a_long_answer_is_shown_from_its_first_line(talking, quick):
    quick.bot.answer = lambda turn: says("First words. " + "A long explanation. " * 60)
    talking.say("explain")
    talking.hears("First words")
    top = talking.bot.last.evaluate("one => one.getBoundingClientRect().top - log.getBoundingClientRect().top")
    assert 0 <= top < 60


def test_help_now_tells_staff_once_and_shows_the_lines(visitor, quick):
    visitor.arrive()
    for _ in range(3):
        visitor.page.locator("#help summary").click()
    expect(visitor.page.locator("#help").get_by_role("link", name="Call 911")).to_have_attribute("href", "tel:911")
    expect(visitor.page.locator(".message.crisis")).to_have_count(1)
    assert visitor.stored().count("I need help now") == 1


def test_spanish_help_texts_the_spanish_word(quick_pages, quick):
    page = quick_pages.open()
    page.goto("/chat?lang=es")
    page.locator("#help summary").click()
    link = page.locator("#help").get_by_role("link", name="Enviar AYUDA al 988")
    expect(link).to_have_attribute("href", "sms:988?&body=AYUDA")


def test_in_danger_the_numbers_stand_above_the_words_and_can_be_pressed(talking):
    talking.say("i took all my pills")
    crisis = talking.page.locator(".message.crisis").last
    expect(crisis.get_by_role("link", name="Call 911")).to_be_in_viewport()
    assert crisis.get_by_role("link").first.get_attribute("href") == "tel:911"
    poison = crisis.locator("li", has_text="Poison Control").get_by_role("link")
    expect(poison).to_have_attribute("href", "tel:18002221222")


def test_deleting_asks_first_and_then_nothing_is_left(talking, quick):
    talking.say("please forget me")
    talking.hears("heard")
    _delete(talking, "No, keep it")
    assert "please forget me" in talking.stored()
    _delete(talking, "Yes, delete it")
    expect(talking.banner).to_have_text("This chat was deleted.")
    assert talking.kept() == {}
    assert "please forget me" not in talking.stored()
    assert talking.lines() == []
    talking.offer("Start a new chat").click()
    expect(talking.offer("I agree, start the chat")).to_be_visible()


def _delete(visitor, answer):
    visitor.page.get_by_label("More").click()
    visitor.page.get_by_role("button", name="Delete this chat").click()
    visitor.page.get_by_role("button", name=answer).click()


def test_a_chat_that_could_not_be_deleted_is_not_called_deleted(talking):
    talking.page.route("**/api/chat/session", lambda route: route.abort())
    _delete(talking, "Yes, delete it")
    expect(talking.banner).to_contain_text("could not be deleted")
    assert talking.kept()["token"]


def test_a_copy_is_a_file_with_a_neutral_name(talking):
    talking.say("keep this")
    talking.hears("heard: keep this")
    talking.page.get_by_label("More").click()
    with talking.page.expect_download() as download:
        talking.page.get_by_role("button", name="Save a copy").click()
    assert download.value.suggested_filename == "chat.txt"
    assert "keep this" in download.value.path().read_text()


def test_quick_exit_leaves_no_trace_and_back_does_not_return(talking, quick_pages):
    page = talking.page
    quick_pages.allowed.add("https://www.weather.gov/")
    page.route("https://www.weather.gov/", lambda route: route.fulfill(body="sunny"))
    talking.say("he reads my phone")
    talking.hears("heard")
    page.evaluate(
        "window.addEventListener('pagehide', () => sessionStorage.setItem('left', document.body.innerText))"
    )
    page.get_by_role("button", name="Quick exit").click()
    page.wait_for_url("https://www.weather.gov/")
    page.go_back()
    assert "/chat" not in page.url
    page.goto("/chat")
    expect(talking.offer("I agree, start the chat")).to_be_visible()
    assert "he reads my phone" not in page.content()
    assert page.evaluate("sessionStorage.getItem('left')") == ""


def test_numbers_in_what_the_program_says_can_be_called(talking, quick):
    quick.bot.answer = lambda turn: says("Call +15205550142, or 988. A visit costs $911 at 10-988-1.")
    talking.say("number?")
    links = talking.bot.last.get_by_role("link")
    expect(links).to_have_text(["(520) 555-0142", "988"])
    assert [link.get_attribute("href") for link in links.all()] == ["tel:+15205550142", "tel:988"]


def test_a_visitor_elsewhere_is_told_whose_clock_the_times_are_on(quick, quick_pages):
    from tests.browser.visitor import VisitorPage

    quick.bot.answer = lambda turn: says("Times:", kind="times", payload={"tz": "America/Phoenix"})
    for zone, told in (("Europe/Berlin", True), ("America/Phoenix", False)):
        visitor = VisitorPage(quick_pages.open(timezone_id=zone), quick)
        visitor.arrive()
        visitor.agree()
        visitor.say("when?")
        visitor.hears("Times:")
        expect(visitor.page.get_by_text(re.compile("times in Phoenix"))).to_have_count(int(told))
