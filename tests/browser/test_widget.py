"""The visitor's chat in a real browser, on a phone 320 pixels wide, against the real processes."""

import re

from playwright.sync_api import expect

MINIMUM_TARGET = 44


def _start(page, path="/chat"):
    page.goto(path)
    page.get_by_role("button", name="I agree, start the chat").click()
    expect(page.get_by_role("button", name="I agree, start the chat")).to_have_count(0)


def _say(page, text):
    page.get_by_label("Type a message").fill(text)
    page.get_by_role("button", name="Send").click()


def _bot_says(page, pattern):
    expect(page.locator(".message.bot .says").filter(has_text=re.compile(pattern, re.I)).last).to_be_visible()


def test_the_first_card_says_what_this_is_before_anything_is_kept(page):
    page.goto("/chat")
    _bot_says(page, "program")
    _bot_says(page, "911")
    expect(page.get_by_role("button", name="No, thank you")).to_be_visible()


def test_help_is_one_tap_away_and_needs_no_consent(page):
    page.goto("/chat")
    page.get_by_text("I need help now").click()
    expect(page.locator("#help").get_by_role("link", name="Call 988")).to_have_attribute("href", "tel:988")
    expect(page.locator("#help").get_by_role("link", name="Text 988")).to_have_attribute("href", "sms:988")


def test_help_is_in_the_page_without_any_script(chromium, house):
    context = chromium.new_context(java_script_enabled=False, base_url=house.base_url)
    page = context.new_page()
    page.goto("/chat")
    page.get_by_text("I need help now").click()
    expect(page.get_by_role("link", name="Call 988").first).to_be_visible()
    # Without a script the lines stand open in the place of the conversation, with a form that reaches staff.
    expect(page.locator("noscript form").first).to_be_attached()
    context.close()


def test_own_words_lead_to_a_booked_visit(page):
    _start(page)
    _say(page, "panicking at work, want to talk to someone, tuesday after 4")
    answers = {
        r"ask everyone": "No",
        r"who is this for|is this for you|visit for": "Me|Myself|For me",
        r"how old|age": "18",
        r"state|where will you be": None,
        r"how much|getting in the way|affect": "Often|gets in the way|lot",
        r"right now|any care|already": "Neither|None|No",
        r"medication|medicine": "Open|Not sure|Either",
    }
    _walk(page, answers)
    page.locator("#offers button").first.click()
    expect(page.locator(".message.times")).to_be_visible()
    page.locator("#offers button").first.click()
    card = page.locator(".message.contact form")
    card.get_by_label("Name").fill("Robin Vale")
    card.get_by_label("Phone").fill("520-555-0166")
    card.get_by_role("button", name="Book this visit").click()
    expect(page.locator(".message.booked")).to_be_visible()


def _walk(page, answers):
    """Answer the open question by button (or by typing) until the suggestion stands there."""
    for _ in range(12):
        expect(page.locator(".pending")).to_have_count(0)
        if page.locator(".message.suggestion").count():
            return
        seen = page.locator(".message").count()
        # The stream may draw the first of two replies before the second: the answer to the call ends the turn.
        with page.expect_response(_is_a_turn):
            _answer(page, answers)
        # The visitor's own line and at least one of the bot.
        expect(page.locator(".message").nth(seen + 1)).to_be_visible()
    raise AssertionError(
        f"no suggestion; the last question was: {page.locator('.message.bot .says').last.inner_text()}"
    )


def _is_a_turn(response):
    return response.url.endswith("/api/chat/messages") and response.request.method == "POST"


def _answer(page, answers):
    question = page.locator(".message.bot .says").last.inner_text()
    wanted = next((answer for asks, answer in answers.items() if re.search(asks, question, re.I)), None)
    offers = page.locator("#offers button")
    chosen = offers.filter(has_text=re.compile(wanted, re.I)) if wanted else None
    if chosen is not None and chosen.count():
        chosen.first.click()
    elif re.search("state|where", question, re.I):
        _say(page, "Tucson, Arizona")
    else:
        offers.first.click()


def test_a_reload_brings_the_whole_chat_back(page):
    _start(page)
    _say(page, "i cant sleep and work is too much")
    _bot_says(page, "ask everyone")
    before = page.locator(".message .says").all_inner_texts()
    page.reload()
    _bot_says(page, "ask everyone")
    assert page.locator(".message .says").all_inner_texts() == before


def test_markup_typed_by_a_visitor_stays_text(page):
    _start(page)
    _say(page, "<img src=x onerror=alert(1)> <b>bold</b>")
    expect(page.locator(".message.visitor .says").last).to_have_text("<img src=x onerror=alert(1)> <b>bold</b>")
    assert page.locator(".message img").count() == 0


def test_a_message_in_danger_gets_help_in_the_same_turn(page):
    _start(page)
    _say(page, "i took all my pills 20 min ago")
    crisis = page.locator(".message.crisis").last
    expect(crisis).to_contain_text("911")
    expect(crisis.get_by_role("link").first).to_have_attribute("href", re.compile("^tel:911"))


def test_nothing_is_wider_than_the_phone_and_every_target_is_large_enough(page):
    _start(page)
    _say(page, "i feel low")
    _bot_says(page, "ask everyone")
    assert page.evaluate("document.documentElement.scrollWidth") <= 320
    for target in page.locator("button:visible, summary:visible").all():
        box = target.bounding_box()
        assert min(box["width"], box["height"]) >= MINIMUM_TARGET, target.inner_text()


def test_unsent_words_are_kept_when_the_server_is_gone_and_sent_when_it_is_back(page):
    _start(page)
    page.context.set_offline(True)
    _say(page, "are you there")
    expect(page.get_by_text("Not sent")).to_be_visible()
    expect(page.locator("#banner")).to_contain_text("cannot reach the practice")
    page.context.set_offline(False)
    expect(page.get_by_text("Not sent")).to_have_count(0)
    expect(page.locator(".message.visitor .says")).to_have_text(["are you there"])


def test_one_script_tag_puts_the_chat_on_a_page(page):
    page.goto("/")
    page.get_by_role("button", name="Open the chat").click()
    frame = page.frame_locator("iframe")
    expect(frame.get_by_role("button", name="I agree, start the chat")).to_be_visible()
    frame.get_by_role("button", name="Close the chat").click()
    expect(page.locator("iframe")).to_be_hidden()


def test_everything_can_be_done_by_keyboard(page):
    page.goto("/chat")
    agree = page.get_by_role("button", name="I agree, start the chat")
    expect(agree).to_be_visible()
    agree.focus()
    page.keyboard.press("Enter")
    expect(page.get_by_label("Type a message")).to_be_focused()
    page.keyboard.type("hello")
    page.keyboard.press("Enter")
    expect(page.locator(".message.visitor .says")).to_have_text(["hello"])
