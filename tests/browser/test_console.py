"""The staff console in a real browser, with a visitor on the other side."""

import pytest
from playwright.sync_api import expect

from tests.journeys.house import STAFF_EMAIL, STAFF_PASSWORD


@pytest.fixture
def real_desk(chromium, house):
    """A signed-in staff member on a laptop."""
    context = chromium.new_context(viewport={"width": 1200, "height": 800}, base_url=house.base_url)
    page = context.new_page()
    page.goto("/staff/")
    page.get_by_label("E-mail").fill(STAFF_EMAIL)
    page.get_by_label("Password").fill(STAFF_PASSWORD)
    page.get_by_role("button", name="Sign in").click()
    expect(page.get_by_role("heading", name="Inbox")).to_be_visible()
    yield page
    context.close()


def _visitor_asks_for_a_person(page, words="get me a person"):
    page.goto("/chat")
    page.get_by_role("button", name="I agree, start the chat").click()
    page.get_by_label("Type a message").fill(words)
    page.get_by_role("button", name="Send").click()
    expect(page.locator(".message.bot").nth(1)).to_be_visible()


def test_a_stranger_is_led_to_the_sign_in_form(page):
    page.goto("/staff/")
    expect(page.get_by_role("heading", name="Sign in")).to_be_visible()


def test_a_wrong_password_says_so_and_lets_nobody_in(page):
    page.goto("/staff/sign-in")
    page.get_by_label("E-mail").fill(STAFF_EMAIL)
    page.get_by_label("Password").fill("wrong password")
    page.get_by_role("button", name="Sign in").click()
    expect(page.get_by_role("alert")).to_contain_text("do not match")


def test_a_request_for_a_person_is_taken_answered_and_handed_back(page, real_desk):
    _visitor_asks_for_a_person(page)
    row = real_desk.get_by_role("link", name="asked for a person").first
    expect(row).to_be_visible()
    row.click()
    expect(real_desk.locator("#log")).to_contain_text("get me a person")
    real_desk.get_by_role("button", name="Take over").click()
    real_desk.get_by_label("Reply").fill("Hello, this is Dana. How can I help?")
    real_desk.get_by_role("button", name="Send").click()
    expect(page.locator(".message.staff .says")).to_have_text(["Hello, this is Dana. How can I help?"])
    page.get_by_label("Type a message").fill("i would like an evening visit")
    page.get_by_role("button", name="Send").click()
    expect(real_desk.locator("#log")).to_contain_text("i would like an evening visit")
    real_desk.get_by_role("button", name="Hand back").click()
    expect(page.locator(".message.marker").last).to_be_visible()


def test_a_chat_in_danger_stands_first_and_is_acknowledged(page, real_desk):
    _visitor_asks_for_a_person(page, "i took all my pills 20 min ago")
    real_desk.goto("/staff/")
    first = real_desk.locator(".inbox li").first
    expect(first).to_contain_text("emergency")
    first.get_by_role("link").click()
    real_desk.get_by_role("button", name="I have seen this").click()
    expect(real_desk.get_by_role("button", name="I have seen this")).to_have_count(0)
