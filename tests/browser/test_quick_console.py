"""The staff pages in a real browser: inbox, conversation, live both ways, nothing lost, nothing sent twice."""

import pathlib
from datetime import timedelta

import pytest
from playwright.sync_api import expect

from api.handoff.models import Handoff
from api.scheduling.models import Appointment
from api.transcript import service as transcript
from tests.browser.conftest import LAPTOP, PHONE
from tests.browser.quick_house import PASSWORD
from tests.browser.staff import ask_for_a_person, audited, open_chat, replies, take_over
from tests.browser.visitor import VisitorPage

AUDIT = pathlib.Path(__file__).with_name("audit.js").read_text("utf-8")


def test_a_new_request_appears_by_itself_and_is_said_once(desk, talking, quick):
    page = desk()
    page.evaluate(
        "window.said = []; new MutationObserver(() => said.push(live.textContent))"
        ".observe(live, {childList: true, characterData: true, subtree: true})"
    )
    ask_for_a_person(quick)
    expect(page.get_by_role("link", name="asked for a person")).to_be_visible()
    expect(page).to_have_title("(1) Inbox")
    page.wait_for_timeout(3500)
    assert page.evaluate("said") == ["1 in the inbox, 0 with an alert nobody has seen"]


def test_the_riskiest_stands_first_with_the_words_that_caused_it(desk, waiting, quick, quick_pages):
    other = VisitorPage(quick_pages.open(), quick)
    other.arrive()
    other.agree()
    other.say("it is bad, i took all my pills 20 min ago")
    expect(other.page.locator(".message.crisis")).to_be_visible()
    page = desk()
    first = page.locator(".inbox li").first
    expect(first).to_contain_text("emergency")
    expect(first).to_contain_text("said “took all my pills”")
    first.get_by_role("link").click()
    expect(page.locator("mark")).to_have_text("took all my pills")
    page.get_by_role("button", name="I have seen this").click()
    expect(page.get_by_role("button", name="I have seen this")).to_have_count(0)
    page.goto("/staff/")
    expect(page.locator(".inbox li.unseen")).to_have_count(0)
    assert len(audited(quick, "alert.acknowledge")) == 1


def test_keyboard_focus_in_the_inbox_survives_its_refresh(desk, waiting):
    page = desk()
    link = page.get_by_role("link", name="asked for a person")
    link.focus()
    with page.expect_response("**/staff/inbox"):
        pass
    expect(link).to_be_focused()


def test_taking_over_replying_and_handing_back_is_live_both_ways(desk, waiting):
    page = desk()
    take_over(page, waiting)
    expect(waiting.page.locator("#with-person")).to_be_visible()
    page.get_by_label("Reply").fill("Hello, this is Mara.")
    page.keyboard.press("Enter")
    expect(waiting.page.locator(".message.staff .says")).to_have_text("Hello, this is Mara.")
    waiting.say("thank you for coming")
    expect(page.locator("#log")).to_contain_text("thank you for coming")
    expect(waiting.page.get_by_text("heard: thank you for coming")).to_have_count(0)
    page.get_by_role("button", name="Hand back to the program").click()
    expect(waiting.page.locator("#with-person")).to_be_hidden()
    expect(waiting.page.locator(".message.marker")).to_have_count(2)
    waiting.say("and now")
    waiting.hears("heard: and now")


def test_a_visitor_hears_each_reply_once(desk, waiting):
    page = desk()
    take_over(page, waiting)
    waiting.page.evaluate(
        "window.heard = []; new MutationObserver((changes) => changes.forEach((change) => change.addedNodes.forEach("
        "(node) => heard.push(node.textContent)))).observe(polite, {childList: true})"
    )
    page.get_by_label("Reply").fill("One reply.")
    page.keyboard.press("Enter")
    expect(waiting.page.locator(".message.staff .says")).to_have_text("One reply.")
    assert len([text for text in waiting.page.evaluate("heard") if "One reply." in text]) == 1


def test_a_reply_pressed_twice_is_sent_once(desk, waiting, quick):
    page = desk()
    take_over(page, waiting)
    page.get_by_label("Reply").fill("Only once.")
    page.get_by_role("button", name="Send").dblclick()
    expect(page.locator(".message.staff .says")).to_have_text("Only once.")
    assert replies(quick) == ["Only once."]


def test_a_colleague_who_comes_second_is_told_who_has_the_chat(desk, waiting):
    first, second = desk("clinician"), desk("administrator")
    open_chat(second, waiting)
    take_over(first, waiting)
    expect(second.locator("#changed")).to_be_visible()
    second.get_by_role("button", name="Take over").click()
    expect(second.get_by_role("alert").first).to_contain_text("Mara has this chat")
    expect(second.get_by_role("button", name="Take over")).to_have_count(0)


def test_a_reply_that_is_refused_is_still_in_the_box(desk, waiting):
    page = desk()
    take_over(page, waiting)
    page.get_by_label("Reply").fill("z" * 4001)
    page.get_by_role("button", name="Send").click()
    expect(page.get_by_role("alert").first).to_contain_text("4000")
    expect(page.get_by_label("Reply")).to_have_value("z" * 4001)


def test_a_reply_written_while_the_sign_in_ran_out_is_still_there(desk, waiting, quick):
    page = desk()
    take_over(page, waiting)
    page.get_by_label("Reply").fill("half an hour of typing")
    page.context.clear_cookies()
    page.get_by_role("button", name="Send").click()
    page.get_by_label("E-mail").fill("clinician@example.org")
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Sign in").click()
    expect(page.get_by_role("heading", name="Inbox")).to_be_visible()
    open_chat(page, waiting)
    expect(page.get_by_label("Reply")).to_have_value("half an hour of typing")
    page.get_by_role("button", name="Send").click()
    expect(page.locator(".message.staff .says")).to_have_text("half an hour of typing")
    expect(page.get_by_label("Reply")).to_have_value("")


def test_closing_takes_two_steps_and_an_outcome(desk, waiting, quick):
    page = desk()
    take_over(page, waiting)
    expect(page.get_by_role("button", name="Close this chat")).to_be_hidden()
    page.get_by_text("Close…").click()
    page.get_by_label("How it ended").select_option("called back")
    page.get_by_role("button", name="Close this chat").click()
    expect(page.get_by_text("This chat is closed.", exact=True)).to_be_visible()
    expect(waiting.offer("Start a new chat")).to_be_visible()
    assert quick.read(lambda db: db.query(Handoff).one().outcome) == "called_back"


def test_a_line_that_breaks_is_said_and_mends_itself(desk, waiting):
    page = desk()
    open_chat(page, waiting)
    page.context.set_offline(True)
    expect(page.locator("#no-connection")).to_be_visible()
    page.context.set_offline(False)
    expect(page.locator("#no-connection")).to_be_hidden()
    waiting.say("after the break")
    expect(page.locator("#log")).to_contain_text("after the break")


def test_somebody_who_reads_further_up_is_not_pulled_down(desk, waiting):
    page = desk(viewport={"width": 1280, "height": 500})
    for number in range(8):
        waiting.say(f"line {number}")
        waiting.hears(f"heard: line {number}")
    open_chat(page, waiting)
    page.locator("#log").evaluate("log => { log.scrollTop = 0; }")
    waiting.say("something new")
    expect(page.locator("#log")).to_contain_text("something new")
    assert page.locator("#log").evaluate("log => log.scrollTop") == 0


def test_an_unknown_chat_is_a_page_a_person_can_read(desk):
    page = desk()
    page.goto("/staff/chats/nobody")
    expect(page.get_by_role("alert").first).to_contain_text("no such chat")
    page.get_by_role("link", name="Back to the inbox").click()
    expect(page.get_by_role("heading", name="Inbox")).to_be_visible()


@pytest.mark.parametrize("viewport", [PHONE, LAPTOP], ids=["phone", "laptop"])
def test_staff_pages_keep_contrast_size_and_width(desk, waiting, viewport, quick_pages):
    page = desk(viewport=viewport)
    waiting.say("i took all my pills")
    for path in ("/staff/", f"/staff/chats/{waiting.session_id}", "/staff/appointments"):
        page.goto(path)
        assert page.evaluate(AUDIT) == {"pale": [], "small": [], "sideways": 0}, path
    page.goto(f"/staff/chats/{waiting.session_id}")
    page.get_by_role("button", name="Take over").click()
    expect(page.get_by_label("Reply")).to_be_visible()
    page.get_by_text("Close…").click()
    assert page.evaluate(AUDIT) == {"pale": [], "small": [], "sideways": 0}
    stranger = quick_pages.open(viewport)
    stranger.goto("/staff/sign-in")
    assert stranger.evaluate(AUDIT) == {"pale": [], "small": [], "sideways": 0}


def test_everything_works_without_a_script(quick_pages, waiting, quick):
    page = quick_pages.open(LAPTOP, java_script_enabled=False)
    page.goto("/staff/sign-in")
    page.get_by_label("E-mail").fill("clinician@example.org")
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Sign in").click()
    page.get_by_role("link", name="asked for a person").click()
    page.get_by_role("button", name="Take over").click()
    page.get_by_label("Reply").fill("Hello without a script.")
    page.get_by_role("button", name="Send").click()
    expect(page.locator(".message.staff .says")).to_have_text("Hello without a script.")
    assert replies(quick) == ["Hello without a script."]


def test_a_visit_booked_in_the_chat_stands_in_the_calendar(desk, waiting, quick):
    with quick.database.writing() as db:
        session = transcript.find(db, waiting.session_id)
        _book(quick, db, session)
    page = desk("front_desk")
    page.goto("/staff/appointments?day=2026-03-03")
    row = page.locator("tbody tr")
    expect(row).to_contain_text("Robin Vale")
    expect(row).to_contain_text("(520) 555-0166")
    expect(row).to_contain_text("leave no message")
    page.goto("/staff/appointments?day=9999-12-31")
    expect(page.get_by_role("alert").first).to_be_visible()


def _book(quick, db, session):
    start = quick.clock.now() + timedelta(days=1)
    visit = Appointment(
        id="a1",
        group_id="g1",
        session_id=session.id,
        status="booked",
        language="en",
        created_at=start,
        practitioner_id="joel_marquez",
        service="therapy",
        modality="video",
        start_at=start,
        end_at=start + timedelta(hours=1),
    )
    visit.contact = {"name": "Robin Vale", "phone": "+15205550166", "email": None, "leave_message": False}
    db.add(visit)
