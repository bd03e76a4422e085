"""Alerts in a real browser: by keyboard, on a phone and a desk; the banner without pressing anything."""

from datetime import timedelta

import pytest
from playwright.sync_api import expect

from api.safety.models import Alert
from tests.browser.conftest import LAPTOP
from tests.browser.test_quick_console import AUDIT

NARROW = {"width": 375, "height": 740}


@pytest.fixture
def in_danger(talking, quick):
    talking.say("i took all my pills")
    expect(talking.page.get_by_role("log").get_by_text("Are you able to call 911 now?")).to_be_visible()
    talking.session_id = quick.rows(Alert)[0].session_id
    return talking


def let_timers_run(quick, inbox):
    """Each time a due time passes, the api's own poll takes the step and the inbox shows whom it told."""
    for name in ("Joel Márquez", "Mara Ellison", "everybody"):
        quick.clock.instant += timedelta(minutes=5)
        expect(inbox.locator(".inbox")).to_contain_text(name, timeout=15_000)


def test_when_nobody_answers_the_number_appears_by_itself_and_the_visitor_hears_it(desk, in_danger, quick):
    page = desk()
    let_timers_run(quick, page)
    banner = page.locator("#alarms .alarm")
    expect(banner).to_contain_text("Call now (520) 555-0142.", timeout=15_000)
    expect(page.locator("#live")).to_contain_text("Nobody has answered an alert")
    expect(
        in_danger.page.get_by_role("log").get_by_text("Nobody from our team has answered here yet.")
    ).to_be_visible(timeout=15_000)


def test_an_alert_is_seen_ended_and_judged_by_keyboard_alone(desk, in_danger, quick):
    page = desk()
    page.goto(f"/staff/chats/{in_danger.session_id}")
    page.get_by_role("button", name="I have seen this").focus()
    page.keyboard.press("Enter")
    outcome = page.locator(".answered select")
    outcome.focus()
    page.keyboard.press("ArrowDown")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(page.locator(".answered summary")).to_contain_text("not reached")
    page.locator(".answered summary").focus()
    page.keyboard.press("Enter")
    page.get_by_role("radio", name="right").focus()
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Tab")
    page.keyboard.type("a song")
    page.keyboard.press("Enter")
    expect(page.locator(".answered summary")).to_contain_text("false alarm")
    [alert] = quick.rows(Alert)
    assert (alert.outcome, alert.verdict, alert.note) == ("not_reached", "false", "a song")


@pytest.mark.parametrize("viewport", [NARROW, LAPTOP], ids=["phone", "laptop"])
def test_pages_of_alerts_keep_contrast_size_and_width(desk, in_danger, quick, viewport):
    page = desk(viewport=viewport)
    let_timers_run(quick, page)
    where = ("/staff/", "/staff/alerts", f"/staff/chats/{in_danger.session_id}")
    for path in where:
        page.goto(path)
        expect(page.locator("#alarms .alarm")).to_be_visible()
        assert page.evaluate(AUDIT) == {"pale": [], "small": [], "sideways": 0}, path
    page.get_by_role("button", name="I have seen this").click()
    expect(page.locator(".answered")).to_be_visible()
    assert page.evaluate(AUDIT) == {"pale": [], "small": [], "sideways": 0}
