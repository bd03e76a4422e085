"""Who gets into the staff pages in a real browser, what each role sees there, and what is written down."""

from playwright.sync_api import expect

from tests.browser.conftest import LAPTOP
from tests.browser.quick_house import PASSWORD
from tests.browser.staff import ask_for_a_person, audited, open_chat, take_over
from tests.fakes import says

MARKUP = "<img src=x onerror=alert(1)><script>alert(2)</script>"


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


def test_markup_from_a_visitor_stays_text_on_every_staff_page(desk, waiting, quick):
    quick.bot.answer = lambda turn: says(
        MARKUP, facts={"state": MARKUP, "medications": [MARKUP], "why": MARKUP, "suggested_route": "therapy"}
    )
    waiting.say(f"{MARKUP} i took all my pills {MARKUP}")
    waiting.say(MARKUP)
    page = desk("administrator")
    expect(page.locator(".inbox")).to_be_visible()
    open_chat(page, waiting)
    expect(page.locator("#log")).to_contain_text(MARKUP)
    assert page.locator("main img, main script").count() == 0


def test_the_front_desk_sees_route_and_contact_and_not_the_story(desk, waiting, quick):
    facts = {"concerns": ["panic"], "state": "AZ", "why": "because of the story", "suggested_route": "therapy"}
    quick.bot.answer = lambda turn: says("Noted.", facts=facts)
    waiting.say("next words")
    waiting.hears("Noted")
    ask_for_a_person(quick, callback={"phone": "+15205550166", "email": None, "leave_message": False})
    page = desk("front_desk")
    open_chat(page, waiting)
    expect(page.locator("#log")).to_contain_text("is anybody there")
    for hidden in ("my story is private", "panic", "because of the story"):
        assert hidden not in page.content()
    for shown in ("(520) 555-0166", "leave no message", "Therapy", "Earlier messages are for clinicians"):
        expect(page.locator("main")).to_contain_text(shown)
    answer = page.request.get(f"/staff/chats/{waiting.session_id}/messages?after=0")
    assert "my story is private" not in answer.text()


def test_the_front_desk_reads_nothing_of_what_the_program_is_told_afterwards(desk, waiting):
    page = desk("front_desk")
    take_over(page, waiting)
    page.get_by_role("button", name="Hand back to the program").click()
    expect(page.get_by_role("button", name="Take over")).to_be_visible()
    waiting.say("only for the program")
    waiting.hears("heard: only for the program")
    open_chat(page, waiting)
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
    open_chat(page, waiting)
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
    open_chat(page, waiting)
    expect(page.locator("#log")).to_contain_text("is anybody there")
    assert len(audited(quick, "transcript.read")) == 1
    page.request.get(f"/staff/chats/{waiting.session_id}/messages?after=0")
    assert len(audited(quick, "transcript.read")) == 2
    assert len(audited(quick, "sign_in")) == 1
    assert {entry.subject for entry in audited(quick, "transcript.read")} == {f"session:{waiting.session_id}"}
