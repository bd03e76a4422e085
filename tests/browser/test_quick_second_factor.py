"""An authenticator app set up and used in a real browser, by keyboard, on a phone; and the pages around it."""

import pyotp
import pytest
from playwright.sync_api import expect

from tests.browser.conftest import LAPTOP
from tests.browser.quick_house import PASSWORD

PHONE = {"width": 375, "height": 740}


def fits(page):
    return page.evaluate("document.documentElement.scrollWidth") <= page.viewport_size["width"]


def set_up(page, quick):
    """From the account page to the recovery codes, by keyboard alone; the app."""
    page.goto("/staff/account")
    summary = page.locator("summary", has_text="Set up an app")
    summary.focus()
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    page.keyboard.type(PASSWORD)
    page.keyboard.press("Enter")
    expect(page.get_by_role("img", name="QR code for your authenticator app")).to_be_visible()
    assert fits(page)
    app = pyotp.TOTP(page.locator("#secret").inner_text().replace(" ", ""))
    page.get_by_label("The six digits").focus()
    page.keyboard.type(app.at(quick.clock.now()))
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="Keep these recovery codes")).to_be_visible()
    assert fits(page)
    return app


def sign_in_again(page, role):
    page.get_by_role("button", name="Sign out", exact=True).click()
    page.get_by_label("E-mail").fill(f"{role}@example.org")
    page.get_by_label("Password").fill(PASSWORD)
    page.keyboard.press("Enter")
    expect(page.get_by_label("Code")).to_be_focused()


@pytest.mark.parametrize("viewport", [PHONE, LAPTOP], ids=["phone", "laptop"])
def test_an_app_is_set_up_and_lets_in_by_keyboard(desk, quick, viewport):
    page = desk("clinician", viewport)
    app = set_up(page, quick)
    recovery = page.locator(".codes code").first.inner_text()
    page.get_by_role("link", name="I have kept them").click()
    expect(page.get_by_text("10 recovery codes are left")).to_be_visible()
    sign_in_again(page, "clinician")
    page.keyboard.type(app.at(quick.clock.now()))
    page.keyboard.press("Enter")
    # The code that set the app up is not taken a second time.
    expect(page.get_by_role("alert").first).to_contain_text("used before")
    expect(page.get_by_label("Code")).to_be_focused()
    assert fits(page)
    page.keyboard.type(recovery)
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="Inbox")).to_be_visible()


def test_a_second_browser_is_listed_and_signed_out(desk):
    other, page = desk("clinician", PHONE), desk("clinician", PHONE)
    page.get_by_role("link", name="Mara: your account").click()
    expect(page.locator(".places li")).to_have_count(2)
    assert fits(page)
    page.get_by_role("button", name="Sign out there").click()
    expect(page.locator(".places li")).to_have_count(1)
    other.goto("/staff/")
    expect(other.get_by_role("heading", name="Sign in")).to_be_visible()


@pytest.mark.parametrize("viewport", [PHONE, LAPTOP], ids=["phone", "laptop"])
def test_an_administrator_changes_a_role_on_the_people_page(desk, viewport):
    page = desk("administrator", viewport)
    page.get_by_role("link", name="People").click()
    assert fits(page)
    card = page.get_by_role("region", name="Otto")
    card.get_by_label("Role").select_option("clinician")
    card.get_by_role("button", name="Save").click()
    expect(page.get_by_role("region", name="Otto").get_by_label("Role")).to_have_value("clinician")
    page.get_by_role("region", name="Otto").get_by_label("Role").select_option("auditor")
    page.get_by_role("region", name="Otto").get_by_role("button", name="Save").click()
    expect(page.get_by_role("region", name="Otto").get_by_label("Role")).to_have_value("auditor")
