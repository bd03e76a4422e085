"""The staff pages in a real browser: inbox, conversation, roles, live both ways, nothing lost, nothing sent twice."""

import pathlib
from datetime import timedelta

import pytest
from playwright.sync_api import expect

from api.audit import AuditEvent
from api.handoff import service as handoff
from api.transcript import service as transcript
from api.transcript.models import ChatSession, Message
from api.vocabulary import Author, HandoffReason
from tests.browser.conftest import LAPTOP, PHONE
from tests.browser.quick_house import PASSWORD
from tests.fakes import says

AUDIT = pathlib.Path(__file__).with_name("audit.js").read_text("utf-8")
MARKUP = "<img src=x onerror=alert(1)><script>alert(2)</script>"


def _ask_for_a_person(quick, **more):
    """The visitor's chat gets a handoff, as the actions would make it."""
    quick.clock.instant += timedelta(seconds=1)
    with quick.database.writing() as db:
        session = db.query(ChatSession).order_by(ChatSession.created_at.desc()).first()
        handoff.request(db, session, HandoffReason.VISITOR_REQUEST, quick.clock.now(), **more)
        return session.id


@pytest.fixture
def waiting(talking, quick):
    """A visitor who told a story and then asked for a person."""
    talking.say("my story is private")
    talking.hears("heard: my story is private")
    talking.session_id = _ask_for_a_person(quick)
    talking.say("is anybody there")
    talking.hears("heard: is anybody there")
    return talking


def _open(desk_page, visitor):
    desk_page.goto(f"/staff/chats/{visitor.session_id}")
    return desk_page


def _take_over(desk_page, visitor):
    _open(desk_page, visitor).get_by_role("button", name="Take over").click()
    expect(desk_page.get_by_label("Reply")).to_be_focused()


def _audited(quick, action):
    return [entry for entry in quick.rows(AuditEvent) if entry.action == action]


def _replies(quick):
    return [row.text for row in quick.rows(Message) if row.author == Author.STAFF]


def test_a_stranger_is_led_to_the_sign_in_form_and_then_to_the_inbox(quick_pages):
    page = quick_pages.open(LAPTOP)
    page.goto("/staff/")
    expect(page.get_by_label("E-mail")).to_be_focused()
    page.keyboard.type("clinician@example.org")
    page.keyboard.press("Tab")
    page.keyboard.type(PASSWORD)
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="Inbox")).to_be_visible()
    expect(page.get_by_text("Nobody is waiting.")).to_be_visible()


def test_a_wrong_password_keeps_the_address_and_lets_nobody_in(quick_pages):
    page = quick_pages.open(LAPTOP)
    page.goto("/staff/sign-in")
    page.get_by_label("E-mail").fill("clinician@example.org")
    page.get_by_label("Password").fill("wrong")
    page.get_by_role("button", name="Sign in").click()
    expect(page.get_by_role("alert").first).to_contain_text("do not match")
    expect(page.get_by_label("E-mail")).to_have_value("clinician@example.org")
    expect(page.get_by_label("Password")).to_have_value("")
    expect(page.get_by_label("Password")).to_be_focused()


def test_the_cookie_is_for_the_server_alone(desk):
    page = desk()
    cookie = page.context.cookies()[0]
    assert (cookie["httpOnly"], cookie["sameSite"], cookie["path"]) == (True, "Strict", "/staff")
    assert page.evaluate("document.cookie") == ""


def test_a_new_request_appears_by_itself_and_is_said_once(desk, talking, quick):
    page = desk()
    page.evaluate(
        "window.said = []; new MutationObserver(() => said.push(live.textContent))"
        ".observe(live, {childList: true, characterData: true, subtree: true})"
    )
    _ask_for_a_person(quick)
    expect(page.get_by_role("link", name="asked for a person")).to_be_visible()
    expect(page).to_have_title("(1) Inbox")
    page.wait_for_timeout(3500)
    assert page.evaluate("said") == ["1 in the inbox, 0 with an alert nobody has seen"]


def test_the_riskiest_stands_first_with_the_words_that_caused_it(desk, waiting, quick, quick_pages):
    from tests.browser.visitor import VisitorPage

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
    assert len(_audited(quick, "alert.acknowledge")) == 1


def test_keyboard_focus_in_the_inbox_survives_its_refresh(desk, waiting):
    page = desk()
    link = page.get_by_role("link", name="asked for a person")
    link.focus()
    with page.expect_response("**/staff/inbox"):
        pass
    expect(link).to_be_focused()


def test_taking_over_replying_and_handing_back_is_live_both_ways(desk, waiting):
    page = desk()
    _take_over(page, waiting)
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
    _take_over(page, waiting)
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
    _take_over(page, waiting)
    page.get_by_label("Reply").fill("Only once.")
    page.get_by_role("button", name="Send").dblclick()
    expect(page.locator(".message.staff .says")).to_have_text("Only once.")
    assert _replies(quick) == ["Only once."]


def test_markup_from_a_visitor_stays_text_on_every_staff_page(desk, waiting, quick):
    quick.bot.answer = lambda turn: says(
        MARKUP, facts={"state": MARKUP, "medications": [MARKUP], "why": MARKUP, "suggested_route": "therapy"}
    )
    waiting.say(f"{MARKUP} i took all my pills {MARKUP}")
    waiting.say(MARKUP)
    page = desk("administrator")
    expect(page.locator(".inbox")).to_be_visible()
    _open(page, waiting)
    expect(page.locator("#log")).to_contain_text(MARKUP)
    assert page.locator("main img, main script").count() == 0


def test_the_front_desk_sees_route_and_contact_and_not_the_story(desk, waiting, quick):
    facts = {"concerns": ["panic"], "state": "AZ", "why": "because of the story", "suggested_route": "therapy"}
    quick.bot.answer = lambda turn: says("Noted.", facts=facts)
    waiting.say("next words")
    waiting.hears("Noted")
    _ask_for_a_person(quick, callback={"phone": "+15205550166", "email": None, "leave_message": False})
    page = desk("front_desk")
    _open(page, waiting)
    expect(page.locator("#log")).to_contain_text("is anybody there")
    for hidden in ("my story is private", "panic", "because of the story"):
        assert hidden not in page.content()
    for shown in ("(520) 555-0166", "leave no message", "Therapy", "Earlier messages are for clinicians"):
        expect(page.locator("main")).to_contain_text(shown)
    answer = page.request.get(f"/staff/chats/{waiting.session_id}/messages?after=0")
    assert "my story is private" not in answer.text()


def test_the_front_desk_reads_nothing_of_what_the_program_is_told_afterwards(desk, waiting):
    page = desk("front_desk")
    _take_over(page, waiting)
    page.get_by_role("button", name="Hand back to the program").click()
    expect(page.get_by_role("button", name="Take over")).to_be_visible()
    waiting.say("only for the program")
    waiting.hears("heard: only for the program")
    _open(page, waiting)
    expect(page.locator("#log")).to_contain_text("is anybody there")
    assert "only for the program" not in page.content()
    answer = page.request.get(f"/staff/chats/{waiting.session_id}/messages?after=0")
    assert "only for the program" not in answer.text()


def test_the_words_behind_an_alert_are_not_for_the_front_desk(desk, talking, quick):
    talking.say("i took all my pills 20 min ago")
    expect(talking.page.locator(".message.crisis")).to_be_visible()
    page = desk("front_desk")
    expect(page.locator(".inbox li").first).to_contain_text("emergency")
    assert "pills" not in page.content()
    page.locator(".inbox li a").first.click()
    expect(page.get_by_role("button", name="I have seen this")).to_be_visible()
    assert "pills" not in page.content()


def test_an_auditor_looks_on_and_cannot_act(desk, waiting, quick):
    page = desk("auditor")
    _open(page, waiting)
    assert page.locator("main form").count() == 0
    assert "is anybody there" not in page.content()
    csrf = page.locator("input[name=csrf_token]").first.get_attribute("value")
    for action in ("take-over", "reply", "hand-back", "close", "acknowledge"):
        answer = page.request.post(
            f"/staff/chats/{waiting.session_id}/{action}", form={"csrf_token": csrf, "text": "x"}
        )
        assert answer.status == 403
    page.get_by_role("button", name="Sign out").click()
    expect(page.get_by_role("heading", name="Sign in")).to_be_visible()


def test_signing_out_ends_it_everywhere(desk):
    page = desk()
    other = page.context.new_page()
    other.goto("/staff/")
    page.get_by_role("button", name="Sign out").click()
    expect(page.get_by_role("heading", name="Sign in")).to_be_visible()
    expect(other.get_by_role("heading", name="Sign in")).to_be_visible(timeout=8_000)
    page.go_back()
    expect(page.get_by_role("heading", name="Sign in")).to_be_visible()


def test_every_look_at_a_transcript_is_in_the_audit_log(desk, waiting, quick):
    page = desk()
    _open(page, waiting)
    expect(page.locator("#log")).to_contain_text("is anybody there")
    assert len(_audited(quick, "transcript.read")) == 1
    page.request.get(f"/staff/chats/{waiting.session_id}/messages?after=0")
    assert len(_audited(quick, "transcript.read")) == 2
    assert len(_audited(quick, "sign_in")) == 1
    assert {entry.subject for entry in _audited(quick, "transcript.read")} == {f"session:{waiting.session_id}"}


def test_a_colleague_who_comes_second_is_told_who_has_the_chat(desk, waiting):
    first, second = desk("clinician"), desk("administrator")
    _open(second, waiting)
    _take_over(first, waiting)
    expect(second.locator("#changed")).to_be_visible()
    second.get_by_role("button", name="Take over").click()
    expect(second.get_by_role("alert").first).to_contain_text("Mara has this chat")
    expect(second.get_by_role("button", name="Take over")).to_have_count(0)


def test_a_reply_that_is_refused_is_still_in_the_box(desk, waiting):
    page = desk()
    _take_over(page, waiting)
    page.get_by_label("Reply").fill("z" * 4001)
    page.get_by_role("button", name="Send").click()
    expect(page.get_by_role("alert").first).to_contain_text("4000")
    expect(page.get_by_label("Reply")).to_have_value("z" * 4001)


def test_a_reply_written_while_the_sign_in_ran_out_is_still_there(desk, waiting, quick):
    page = desk()
    _take_over(page, waiting)
    page.get_by_label("Reply").fill("half an hour of typing")
    page.context.clear_cookies()
    page.get_by_role("button", name="Send").click()
    page.get_by_label("E-mail").fill("clinician@example.org")
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Sign in").click()
    expect(page.get_by_role("heading", name="Inbox")).to_be_visible()
    _open(page, waiting)
    expect(page.get_by_label("Reply")).to_have_value("half an hour of typing")
    page.get_by_role("button", name="Send").click()
    expect(page.locator(".message.staff .says")).to_have_text("half an hour of typing")
    expect(page.get_by_label("Reply")).to_have_value("")


def test_closing_takes_two_steps_and_an_outcome(desk, waiting, quick):
    page = desk()
    _take_over(page, waiting)
    expect(page.get_by_role("button", name="Close this chat")).to_be_hidden()
    page.get_by_text("Close…").click()
    page.get_by_label("How it ended").select_option("called back")
    page.get_by_role("button", name="Close this chat").click()
    expect(page.get_by_text("This chat is closed.", exact=True)).to_be_visible()
    expect(waiting.offer("Start a new chat")).to_be_visible()
    assert quick.read(lambda db: db.query(handoff.Handoff).one().outcome) == "called_back"


def test_a_line_that_breaks_is_said_and_mends_itself(desk, waiting):
    page = desk()
    _open(page, waiting)
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
    _open(page, waiting)
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
    assert _replies(quick) == ["Hello without a script."]


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
    from api.scheduling.models import Appointment

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
