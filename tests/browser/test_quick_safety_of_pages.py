"""Nothing leaks and nothing gets in: markup, addresses, cookies, frames, third parties."""

import pytest
from playwright.sync_api import expect

from tests.fakes import says

MARKUP = "<img src=x onerror=alert(1)><script>alert(2)</script>{{7*7}}</script><!--"


def test_markup_from_anybody_stays_text_in_the_chat(talking, quick):
    payload = {
        "appointments": [
            {"id": "a", "manage_url": "javascript:alert(1)", "label": MARKUP},
            {"id": "b", "manage_url": f"{quick.base_url}/a/x", "label": MARKUP},
        ]
    }
    quick.bot.answer = lambda turn: says(MARKUP, (MARKUP, "/x{}"), kind="booked", payload=payload)
    talking.say(MARKUP)
    expect(talking.own.last).to_have_text(MARKUP)
    expect(talking.bot.last).to_have_text(MARKUP)
    expect(talking.offer("<img")).to_be_visible()
    assert talking.page.locator("#messages img, #messages script, #offers img").count() == 0
    assert talking.page.locator("a[href^=javascript]").count() == 0


def test_markup_typed_before_consent_or_kept_in_the_browser_stays_text(visitor):
    visitor.page.goto("/chat")
    visitor.page.evaluate(
        "markup => localStorage.setItem('chat', JSON.stringify({draft: markup, unsent: [{id: 'u1', text: markup}]}))",
        MARKUP,
    )
    visitor.page.reload()
    expect(visitor.own.last).to_have_text(MARKUP)
    expect(visitor.box).to_have_value(MARKUP)
    assert visitor.page.locator("#messages img").count() == 0


def test_what_is_kept_in_the_browser_may_be_nonsense(visitor):
    visitor.page.goto("/chat")
    for nonsense in ("null", "[]", "7", "{", '{"token": 5}', '{"unsent": 3, "draft": 4}'):
        visitor.page.evaluate("text => localStorage.setItem('chat', text)", nonsense)
        visitor.page.reload()
        expect(visitor.offer("I agree, start the chat")).to_be_visible()


def test_the_token_is_never_in_an_address_and_no_cookie_is_set(quick_pages, quick, visitor):
    addresses = []
    visitor.page.on("request", lambda request: addresses.append(request.url))
    visitor.arrive()
    visitor.agree()
    visitor.say("hello")
    visitor.hears("heard: hello")
    token = visitor.kept()["token"]
    assert len(token) > 30
    assert not [address for address in addresses if token in address]
    assert visitor.page.context.cookies() == []
    assert token not in visitor.page.content()


def test_no_request_says_where_it_came_from(visitor):
    referrers = []
    visitor.page.on("request", lambda request: referrers.append(request.headers.get("referer")))
    visitor.arrive()
    assert set(filter(None, referrers)) == set()


@pytest.mark.parametrize("path", ["/", "/staff/sign-in"])
def test_pages_that_are_not_for_frames_refuse_them(quick_pages, quick, path):
    page = quick_pages.open()
    page.goto("/chat")
    page.route("**/framing", lambda route: route.fulfill(body="<p>x</p>", content_type="text/html"))
    page.goto("/framing")
    page.evaluate(
        "path => document.body.append(Object.assign(document.createElement('iframe'), {src: path}))", path
    )
    page.wait_for_timeout(500)
    assert page.frames[1].url.startswith("chrome-error:")
    quick_pages.faults.clear()


def test_the_chat_refuses_frames_of_strangers(quick_pages, quick):
    page = quick_pages.open()
    stranger = "http://stranger.test/"
    quick_pages.allowed.add(stranger)
    html = f"<iframe src='{quick.base_url}/chat'></iframe>"
    page.route(stranger, lambda route: route.fulfill(body=html, content_type="text/html"))
    page.goto(stranger)
    page.wait_for_timeout(500)
    assert page.frames[1].url.startswith("chrome-error:")
    quick_pages.faults.clear()


def test_a_message_from_a_stranger_neither_opens_closes_nor_leaves(quick_pages):
    page = quick_pages.open()
    page.goto("/")
    page.get_by_role("button", name="Open the chat").click()
    expect(page.frame_locator("iframe").locator("#offers button").first).to_be_visible()
    for what in ("exit", "close", "ready", "constructor"):
        page.evaluate("what => window.postMessage({ frontdesk: what }, '*')", what)
    page.wait_for_timeout(200)
    expect(page.locator("iframe")).to_be_visible()


def test_a_page_with_the_script_twice_or_in_its_head_gets_one_working_button(quick_pages, quick):
    page = quick_pages.open()
    html = (
        "<!doctype html><html lang=es><head><script src=/widget.js></script></head><body><p>Hola</p></body></html>"
    )
    page.route("**/host-page", lambda route: route.fulfill(body=html, content_type="text/html"))
    page.goto("/host-page")
    page.get_by_role("button", name="Abrir el chat").click()
    expect(page.frame_locator("iframe").locator("html")).to_have_attribute("lang", "es")


def test_the_embed_works_on_a_page_with_a_strict_policy_of_its_own(quick_pages, quick):
    page = quick_pages.open()
    policy = "default-src 'none'; script-src 'self'; frame-src 'self'; style-src 'none'"
    html = "<!doctype html><body><script src=/widget.js></script></body>"
    page.route(
        "**/strict-page",
        lambda route: route.fulfill(
            body=html, headers={"content-type": "text/html", "content-security-policy": policy}
        ),
    )
    page.goto("/strict-page")
    button = page.get_by_role("button", name="Open the chat")
    assert button.evaluate("one => getComputedStyle(one).position") == "fixed"
    button.click()
    expect(page.frame_locator("iframe").locator("#offers button").first).to_be_visible()
