"""Help is always there: no script, no server, before consent, while paused; on the page and in the embed."""

import re

import pytest
from playwright.sync_api import expect

from api.handoff.models import Handoff
from tests.browser.conftest import LAPTOP, Watched
from tests.browser.quick_house import QuickHouse
from tests.browser.visitor import VisitorPage

SMALL = {"width": 375, "height": 667}
LINES = ("tel:911", "tel:988", "sms:988", "tel:+15205550142")


def can_be_called(place, lines=LINES):
    """Every line is seen, not only in the source."""
    for href in lines:
        expect(place.locator(f'a[href^="{href}"]:visible').first).to_be_visible()


@pytest.mark.parametrize(("language", "send"), [("en", "Send to our staff"), ("es", "Enviar a nuestro personal")])
def test_without_scripts_the_lines_stand_open_and_a_form_reaches_staff(quick_pages, quick, language, send):
    page = quick_pages.open(SMALL, java_script_enabled=False)
    page.goto(f"/chat?lang={language}")
    can_be_called(page.locator("main"), ("tel:911", "tel:988", "tel:+15205550142"))
    page.locator("textarea[name=text]").fill("i would like a visit")
    page.locator("input[name=phone]").fill("520-555-0134")
    page.locator("input[name=agree]").check()
    page.get_by_role("button", name=send).click()
    expect(page.get_by_role("heading", level=1)).to_have_text(
        {"en": "We have your message", "es": "Tenemos su mensaje"}[language]
    )
    can_be_called(page, ("tel:911", "tel:988", "tel:+15205550142"))
    [waiting] = quick.rows(Handoff)
    assert waiting.callback["phone"] == "+15205550134"


def test_without_scripts_danger_is_answered_and_its_question_can_be_answered(quick_pages, quick):
    page = quick_pages.open(SMALL, java_script_enabled=False)
    page.goto("/chat")
    page.locator("textarea[name=text]").fill("i want to die")
    page.get_by_role("button", name="Send to our staff").click()
    expect(page.get_by_text("really glad you told me")).to_be_visible()
    can_be_called(page)
    page.get_by_role("button", name="Yes", exact=True).click()
    expect(page.get_by_text("Please call 911 now")).to_be_visible()
    can_be_called(page)


def test_without_scripts_the_other_language_is_one_link_away(quick_pages):
    page = quick_pages.open(SMALL, java_script_enabled=False)
    page.goto("/chat")
    page.locator("main").get_by_role("link", name="Español").click()
    # Playwright's search by text leaves out what stands in a noscript.
    expect(page.locator("main noscript p").first).to_be_visible()
    expect(page.locator("main noscript p").first).to_contain_text("Si hay peligro de vida")


def test_without_its_script_the_page_opens_the_lines_by_itself(quick_pages):
    page = quick_pages.open(SMALL)
    page.route("**/chat.js", lambda route: route.abort())
    page.goto("/chat")
    expect(page.locator("#starting .late")).to_be_visible(timeout=10_000)
    can_be_called(page.locator("#starting"))


@pytest.mark.parametrize(
    ("language", "says"), [("en", "cannot reach the practice"), ("es", "No podemos conectar")]
)
def test_when_the_server_is_never_reached_the_lines_stand_open(quick_pages, language, says):
    page = quick_pages.open(SMALL)
    page.route("**/api/**", lambda route: route.abort())
    page.goto(f"/chat?lang={language}")
    expect(page.locator("#banner")).to_contain_text(says)
    can_be_called(page.locator("#help"), ("tel:911", "tel:988", "tel:+15205550142"))


@pytest.fixture
def mortal(tmp_path):
    """A quick house of its own, which a test may stop."""
    running = QuickHouse(tmp_path)
    running.start()
    yield running
    running.stop()


def test_when_the_server_is_stopped_whoever_only_reads_is_told_and_sees_the_lines(chromium, mortal):
    watched = Watched(chromium, mortal.base_url)
    visitor = VisitorPage(watched.open(SMALL), mortal)
    visitor.arrive()
    visitor.agree()
    mortal.stop()
    expect(visitor.banner).to_contain_text("cannot reach the practice", timeout=30_000)
    can_be_called(visitor.page.locator("#help"))
    visitor.say("is anybody there")
    expect(visitor.page.get_by_text("Not sent")).to_be_visible()
    assert [entry["text"] for entry in visitor.kept()["unsent"]] == ["is anybody there"]
    watched.close()


def test_lines_opened_by_an_outage_stay_closed_once_closed_and_tell_staff_nothing(talking, quick):
    talking.page.route("**/api/**", lambda route: route.abort())
    talking.say("are you there")
    can_be_called(talking.page.locator("#help"))
    talking.page.locator("#help-close").click()
    expect(talking.page.get_by_role("button", name="Try again")).to_be_visible()
    talking.page.get_by_role("button", name="Try again").click()
    expect(talking.page.get_by_text("Not sent")).to_be_visible()
    expect(talking.page.locator("#help[open]")).to_have_count(0)
    talking.page.unroute("**/api/**")
    talking.hears("heard: are you there")
    expect(talking.banner).to_be_hidden()
    assert quick.rows(Handoff) == []


def test_before_consent_the_lines_can_be_called(visitor):
    visitor.arrive()
    visitor.page.locator("#help summary").click()
    can_be_called(visitor.page.locator("#help"))


def test_the_demo_page_shows_the_lines_without_opening_anything(quick_pages):
    page = quick_pages.open(SMALL, java_script_enabled=False)
    page.goto("/?lang=es")
    can_be_called(page.locator("main"), ("tel:911", "tel:988", "tel:+15205550142"))
    page.locator("noscript a").or_(page.get_by_role("link", name="Escríbanos")).first.click()
    expect(page.locator("textarea[name=text]")).to_be_visible()


def test_the_embed_shows_the_lines_when_its_frame_cannot_load(quick_pages, quick):
    page = quick_pages.open(SMALL)
    page.route("**/chat?*", lambda route: route.abort())
    page.goto("/?lang=es")
    page.get_by_role("button", name="Abrir el chat").click()
    expect(page.get_by_text("El chat no está disponible ahora")).to_be_visible(timeout=10_000)
    can_be_called(page.locator(".down"), ("tel:911", "tel:988", "tel:+15205550142"))


# ---- the pause


def test_an_administrator_pauses_the_program_and_lets_it_go_on(desk, talking, quick):
    page = desk("administrator")
    page.get_by_role("link", name="Practice").click()
    page.get_by_role("button", name="Pause the program").click()
    expect(page.get_by_text("The program is paused: visitors see")).to_be_visible()
    talking.hears("does not answer any more")
    talking.say("hello")
    talking.hears("Your message is kept for our staff")
    talking.page.goto("/chat")
    expect(talking.page.get_by_role("heading", level=1)).to_have_text("Our chat is paused")
    can_be_called(talking.page)
    page.get_by_role("button", name="Let the program answer again").click()
    expect(page.get_by_role("button", name="Pause the program")).to_be_visible()
    talking.page.goto("/chat")
    talking.hears("answers here again")


def test_while_paused_the_embed_shows_number_and_lines_without_loading_the_chat(quick_pages, quick):
    quick.app.state.frontdesk.pause.set("test", quick.clock.now())
    page = quick_pages.open(SMALL)
    loaded = []
    page.on("request", lambda request: loaded.append(request.url))
    page.goto("/")
    page.get_by_role("button", name="Help and contact").click()
    expect(page.get_by_text("Our chat is paused. You can reach")).to_be_visible()
    can_be_called(page.locator(".down"))
    assert not [url for url in loaded if re.search(r"/chat\b", url)]
    page.get_by_role("button", name="Close the chat").click()
    expect(page.locator(".down")).to_be_hidden()


def test_a_site_that_still_has_the_old_script_gets_the_paused_page_in_its_frame(quick_pages, quick):
    page = quick_pages.open(LAPTOP)
    page.goto("/")
    expect(page.get_by_role("button", name="Open the chat")).to_be_visible()
    quick.app.state.frontdesk.pause.set("test", quick.clock.now())
    page.get_by_role("button", name="Open the chat").click()
    frame = page.frame_locator("iframe")
    expect(frame.get_by_role("heading", level=1)).to_have_text("Our chat is paused")
    can_be_called(frame.locator("main"))
    frame.get_by_role("button", name="Close the chat").click()
    expect(page.locator("iframe")).to_be_hidden()
