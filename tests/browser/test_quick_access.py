"""Everybody can use the chat page: seen, heard, by keyboard, small, large, in the dark (WCAG 2.2 AA)."""

import pathlib
from datetime import timedelta

import pytest
from playwright.sync_api import expect

from tests.browser.visitor import VisitorPage
from tests.fakes import says

AUDIT = pathlib.Path(__file__).with_name("audit.js").read_text("utf-8")
LONG_WORD = "Donaudampfschifffahrtsgesellschaftskapitänsmützenabzeichen" * 3
TAB, ENTER, ESCAPE = "Tab", "Enter", "Escape"


def _audit(page):
    return page.evaluate(AUDIT)


def _everything(visitor, quick):
    """One page with every kind of message on it."""
    hold = {"hold_id": "h1", "expires_at": (quick.clock.instant + timedelta(minutes=10)).isoformat()}
    visit = {"id": "a1", "manage_url": f"{quick.base_url}/a/x", "label": "Tue 3 Mar, 4:00 pm"}
    answers = {
        "offers": says(f"Which one? {LONG_WORD}", ("Therapy visit", "/a{}"), (LONG_WORD, "/b{}")),
        "booked": says("Booked.", kind="booked", payload={"appointments": [visit]}),
        "times": says("Times:", ("Tue 3 Mar, 4:00 pm, video, with Joel Márquez", "/t{}"), kind="times"),
        "contact": says("Your details?", kind="contact", payload=hold),
    }
    quick.bot.answer = lambda turn: answers.get(turn.text, says("Thank you. Call 988 or +15205550142."))
    for text in ("hello", "offers", "booked", LONG_WORD, "contact", "times"):
        visitor.say(text)
    expect(visitor.page.locator(".message.times")).to_be_visible()
    visitor.page.locator("form.card button").click()
    visitor.page.context.set_offline(True)
    visitor.say("unsent")
    expect(visitor.page.get_by_text("Not sent")).to_be_visible()
    visitor.page.locator("#help summary").click()


@pytest.mark.parametrize("look", ["light", "dark"])
@pytest.mark.parametrize("viewport", [(320, 640), (1280, 800)], ids=["phone", "laptop"])
def test_every_text_stands_out_and_every_target_is_large_enough(quick, quick_pages, look, viewport):
    page = quick_pages.open({"width": viewport[0], "height": viewport[1]}, color_scheme=look)
    visitor = VisitorPage(page, quick)
    visitor.arrive()
    assert _audit(page) == {"pale": [], "small": [], "sideways": 0}
    visitor.agree()
    visitor.say("i took all my pills")
    expect(page.locator(".message.crisis")).to_be_visible()
    assert _audit(page) == {"pale": [], "small": [], "sideways": 0}


@pytest.mark.parametrize("look", ["light", "dark"])
def test_forms_errors_and_long_words_keep_contrast_size_and_width(quick, quick_pages, look):
    page = quick_pages.open(color_scheme=look)
    visitor = VisitorPage(page, quick)
    visitor.arrive()
    visitor.agree()
    _everything(visitor, quick)
    assert _audit(page) == {"pale": [], "small": [], "sideways": 0}


@pytest.mark.parametrize("viewport", [(320, 256), (640, 360), (320, 400)])
def test_on_a_small_or_zoomed_screen_help_exit_words_and_box_are_all_there(quick, quick_pages, viewport):
    visitor = VisitorPage(quick_pages.open({"width": viewport[0], "height": viewport[1]}), quick)
    visitor.arrive()
    visitor.agree()
    visitor.say("hello")
    visitor.hears("heard: hello")
    for name in ("Quick exit", "Send"):
        expect(visitor.page.get_by_role("button", name=name)).to_be_in_viewport(ratio=1)
    expect(visitor.page.locator("#help summary")).to_be_in_viewport(ratio=1)
    expect(visitor.box).to_be_in_viewport(ratio=1)
    assert visitor.page.locator("#log").evaluate("log => log.clientHeight") >= 60


def test_text_twice_as_large_still_fits(quick, quick_pages):
    visitor = VisitorPage(quick_pages.open(), quick)
    visitor.arrive()
    visitor.page.evaluate("document.documentElement.style.fontSize = '200%'")
    visitor.agree()
    found = _audit(visitor.page)
    assert found["sideways"] == 0
    expect(visitor.page.get_by_role("button", name="Quick exit")).to_be_in_viewport()


def test_wider_spacing_of_text_cuts_nothing_off(quick, quick_pages):
    visitor = VisitorPage(quick_pages.open(), quick)
    visitor.arrive()
    # WCAG 2.2, 1.4.12; set as the person's own style, which no policy of ours may refuse.
    visitor.page.evaluate(
        """() => { const sheet = new CSSStyleSheet();
        sheet.replaceSync("* { line-height: 1.5 !important; letter-spacing: .12em !important; word-spacing: .16em !important; }");
        document.adoptedStyleSheets = [sheet]; }"""
    )
    cut = visitor.page.evaluate(
        "[...document.querySelectorAll('button, summary, h1, .says')].filter(one => one.checkVisibility() &&"
        " !one.closest('.hidden') && one.scrollWidth > one.clientWidth + 1).map(one => one.textContent)"
    )
    assert cut == []


def _listen(page):
    """Note everything a screen reader would be handed."""
    page.evaluate(
        """() => { window.spoken = []; for (const id of ["polite", "urgent"])
        new MutationObserver((changes) => changes.forEach((change) => change.addedNodes.forEach((node) =>
        window.spoken.push([id, node.textContent])))).observe(document.getElementById(id), { childList: true }); }"""
    )


def _spoken(page, part):
    return [region for region, text in page.evaluate("window.spoken") if part in text]


def test_every_answer_is_announced_exactly_once_and_own_words_never(talking, quick):
    _listen(talking.page)
    quick.bot.answer = lambda turn: says(f"answer to {turn.text}", ("Yes", "/y{}"), ("No", "/n{}"))
    talking.say("question one")
    talking.hears("answer to question one")
    talking.say("question two")
    talking.hears("answer to question two")
    for number in ("one", "two"):
        assert _spoken(talking.page, f"answer to question {number}") == ["polite"]
    assert not any(text.startswith("question") for _, text in talking.page.evaluate("window.spoken"))
    assert _spoken(talking.page, "Choices: Yes, No") == ["polite", "polite"]


def test_danger_is_announced_at_once(talking):
    _listen(talking.page)
    talking.say("i took all my pills")
    expect(talking.page.locator(".message.crisis")).to_be_visible()
    assert _spoken(talking.page, "This sounds like an emergency") == ["urgent"]


def test_history_is_not_read_out_again_after_a_reload(talking):
    talking.say("hello")
    talking.hears("heard: hello")
    talking.page.reload()
    talking.hears("heard: hello")
    assert talking.page.locator("#polite p, #urgent p").count() == 0


def test_the_state_of_the_line_is_announced_once(talking):
    _listen(talking.page)
    talking.page.context.set_offline(True)
    talking.say("anyone")
    expect(talking.page.get_by_text("Not sent")).to_be_visible()
    talking.page.get_by_role("button", name="Try again").click()
    expect(talking.page.get_by_text("Not sent")).to_be_visible()
    assert _spoken(talking.page, "cannot reach the practice") == ["polite"]


def test_everything_is_reached_by_keyboard_in_the_order_it_is_read(visitor):
    visitor.arrive()
    seen = []
    for _ in range(9):
        visitor.page.keyboard.press(TAB)
        seen.append(
            visitor.page.evaluate("(one => one.id || one.textContent.trim().slice(0, 20))(document.activeElement)")
        )
    assert seen[1:] == [
        *("I need help now", "exit", "log", "911", "988"),
        *("I agree, start the c", "No, thank you", "text"),
    ]


def test_the_focus_never_falls_out_of_the_page(talking, quick):
    quick.bot.answer = lambda turn: says("Shall I?", ("Yes", "/y{}"), ("No", "/n{}"))
    talking.say("hello")
    expect(talking.offer("Yes")).to_be_visible()
    talking.offer("Yes").focus()
    talking.page.keyboard.press(ENTER)
    expect(talking.own.last).to_have_text("Yes")
    assert talking.page.evaluate("document.activeElement.id") == "log"
    talking.page.keyboard.press(TAB)
    assert talking.page.evaluate("document.activeElement.closest('#log, #box') !== null")


def test_agreeing_by_keyboard_leads_into_the_box(visitor):
    visitor.arrive()
    visitor.page.keyboard.press(TAB)
    visitor.offer("I agree, start the chat").focus()
    visitor.page.keyboard.press(ENTER)
    expect(visitor.box).to_be_focused()
    visitor.page.keyboard.type("hello")
    visitor.page.keyboard.press(ENTER)
    visitor.hears("heard: hello")


def test_shift_and_enter_make_a_new_line_and_a_half_composed_word_is_not_sent(talking):
    talking.box.fill("one")
    talking.page.keyboard.press("Shift+Enter")
    talking.page.keyboard.type("two")
    expect(talking.box).to_have_value("one\ntwo")
    talking.box.dispatch_event("keydown", {"key": "Enter", "isComposing": True, "bubbles": True})
    expect(talking.box).to_have_value("one\ntwo")


def test_escape_closes_menu_then_help_and_gives_the_focus_back(talking):
    page = talking.page
    page.locator("#help summary").click()
    page.locator("#more summary").click()
    page.keyboard.press(ESCAPE)
    expect(page.locator("#more summary")).to_be_focused()
    expect(page.get_by_role("button", name="Delete this chat")).to_be_hidden()
    page.keyboard.press(ESCAPE)
    expect(page.locator("#help summary")).to_be_focused()
    expect(page.locator("#help .panel")).to_be_hidden()


def test_deleting_can_be_called_off_by_keyboard(talking):
    page = talking.page
    page.locator("#more summary").focus()
    page.keyboard.press(ENTER)
    page.keyboard.press(TAB)
    page.keyboard.press(TAB)
    page.keyboard.press(ENTER)
    expect(page.get_by_role("button", name="No, keep it")).to_be_focused()
    page.keyboard.press(ESCAPE)
    expect(page.locator("#sure")).to_be_hidden()
    expect(page.locator("#more summary")).to_be_focused()


def test_the_embed_moves_the_focus_in_and_back(quick_pages):
    page = quick_pages.open({"width": 1280, "height": 800})
    page.goto("/")
    opener = page.get_by_role("button", name="Open the chat")
    opener.focus()
    page.keyboard.press(ENTER)
    frame = page.frame_locator("iframe")
    expect(frame.locator("#log")).to_be_focused()
    page.keyboard.press(ESCAPE)
    expect(page.locator("iframe")).to_be_hidden()
    expect(opener).to_be_focused()
    assert opener.get_attribute("aria-expanded") == "false"


def test_on_a_phone_the_chat_fills_the_screen_and_closes_from_inside(quick_pages):
    page = quick_pages.open()
    page.goto("/")
    page.get_by_role("button", name="Open the chat").click()
    box = page.locator("iframe").bounding_box()
    assert (box["width"], box["height"]) == (320, 640)
    page.frame_locator("iframe").get_by_role("button", name="Close the chat").click()
    expect(page.locator("iframe")).to_be_hidden()


def test_the_box_stays_above_an_on_screen_keyboard(talking):
    talking.say("hello")
    talking.hears("heard: hello")
    talking.page.set_viewport_size({"width": 320, "height": 340})
    expect(talking.box).to_be_in_viewport(ratio=1)
    expect(talking.bot.last).to_be_in_viewport()


def test_a_page_read_aloud_knows_its_language_and_its_parts(quick_pages):
    for lang, help_words in (("en", "I need help now"), ("es", "Necesito ayuda ahora")):
        page = quick_pages.open()
        page.goto(f"/chat?lang={lang}")
        assert page.locator("html").get_attribute("lang") == lang
        expect(page.get_by_role("heading", level=1)).to_have_count(1)
        expect(page.get_by_role("main")).to_be_visible()
        expect(page.locator("summary", has_text=help_words)).to_be_visible()
        expect(page).to_have_title("Chat")


def test_nothing_moves_by_itself(quick_pages):
    page = quick_pages.open(reduced_motion="reduce")
    page.goto("/chat")
    moving = "[...document.querySelectorAll('*')].filter(one => parseFloat(getComputedStyle(one).transitionDuration) > 0"
    assert page.evaluate(f"{moving}).length") == 0
    assert page.evaluate("getComputedStyle(log).scrollBehavior") == "auto"
