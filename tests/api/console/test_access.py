"""Who gets in, who may act, and whose forms are believed."""

from datetime import timedelta

import pytest

from api.audit import AuditEvent
from api.console import roles, tries
from api.handoff.models import Handoff
from api.vocabulary import Role

PAGES = ("/staff/", "/staff/inbox", "/staff/chats/x", "/staff/chats/x/messages", "/staff/appointments")


@pytest.mark.parametrize("path", PAGES)
async def test_a_stranger_is_led_to_the_sign_in_form(stranger, path):
    answer = await stranger.get(path)
    assert (answer.status_code, answer.headers["location"]) == (303, "/staff/sign-in")
    refreshed = await stranger.get(path, **{"hx-request": "true"})
    assert refreshed.headers["hx-redirect"] == "/staff/sign-in"
    assert refreshed.text == ""


async def test_a_stranger_can_press_nothing(stranger, visitor):
    for action in ("take-over", "reply", "hand-back", "close", "acknowledge"):
        assert (await stranger.press(visitor.session_id, action)).status_code == 303
    assert stranger.house.rows(Handoff) == []


async def test_an_unknown_address_and_a_wrong_password_read_the_same(stranger):
    unknown = await stranger.client.post("/staff/sign-in", data={"email": "x@example.org", "password": "x"})
    wrong = await stranger.sign_in(Role.CLINICIAN, password="x")
    assert unknown.status_code == wrong.status_code == 403
    assert unknown.text.replace("x@example.org", "") == wrong.text.replace("clinician@example.org", "")


async def test_passwords_cannot_be_tried_for_long_and_nobody_else_is_locked_out(stranger):
    for _ in range(10):
        assert (await stranger.sign_in(Role.CLINICIAN, password="guess")).status_code == 403
    assert (await stranger.sign_in(Role.CLINICIAN)).status_code == 429
    assert (await stranger.sign_in(Role.FRONT_DESK)).status_code == 303


def test_one_address_is_stopped_whoever_it_pretends_to_be():
    counted = tries.SignInTries()
    assert all(counted.allow("203.0.113.9", f"{number}@example.org") for number in range(50))
    assert not counted.allow("203.0.113.9", "one@more.example")
    assert counted.allow("203.0.113.10", "one@more.example")


def test_small_changes_to_a_name_count_as_the_same():
    counted = tries.SignInTries()
    results = [counted.allow("a", name) for name in ("Dana@x.org", " dana@x.org", "DANA@X.ORG ") * 4]
    assert results == [True] * 10 + [False] * 2


@pytest.mark.parametrize(
    "headers",
    [
        {"origin": "https://evil.example"},
        {"origin": "null"},
        {"sec-fetch-site": "cross-site"},
        {"sec-fetch-site": "same-site"},
    ],
)
async def test_a_sign_in_sent_by_another_site_is_refused(stranger, headers):
    assert (await stranger.sign_in(Role.CLINICIAN, **headers)).status_code == 403
    assert not stranger.client.cookies


@pytest.mark.parametrize("headers", [{}, {"origin": "http://desk.test", "sec-fetch-site": "same-origin"}])
async def test_our_own_form_is_believed(stranger, headers):
    assert (await stranger.sign_in(Role.CLINICIAN, **headers)).status_code == 303


async def test_the_cookie_is_out_of_reach_of_scripts_and_other_sites(stranger):
    cookie = (await stranger.sign_in(Role.CLINICIAN)).headers["set-cookie"]
    for part in ("HttpOnly", "SameSite=strict", "Path=/staff"):
        assert part in cookie


async def test_a_form_without_its_token_or_with_a_strangers_does_nothing(desk, visitor, house):
    for csrf in ("", "x" * 43, desk.csrf[:-1]):
        answer = await desk.press(visitor.session_id, "take-over", csrf=csrf)
        assert answer.status_code == 403
        assert "reload the page" in answer.text
    assert house.rows(Handoff) == []
    assert (await desk.press(visitor.session_id, "take-over")).status_code == 303


async def test_an_auditor_sees_pages_but_nothing_they_press_is_done(stranger, visitor, house):
    await stranger.sign_in(Role.AUDITOR)
    for action in ("take-over", "reply", "hand-back", "close", "acknowledge"):
        assert (await stranger.press(visitor.session_id, action, text="x")).status_code == 403
    assert house.rows(Handoff) == []
    answer = await stranger.client.post("/staff/sign-out", data={"csrf_token": stranger.csrf})
    assert (answer.status_code, answer.headers["location"]) == (303, "/staff/sign-in")


def test_every_role_has_a_decided_place():
    assert {role: (roles.reads_story(role), roles.answers(role)) for role in Role} == {
        Role.FRONT_DESK: (False, True),
        Role.CLINICIAN: (True, True),
        Role.ADMINISTRATOR: (True, True),
        Role.AUDITOR: (False, False),
    }


async def test_a_sign_in_ends_when_nobody_uses_it_even_while_a_page_refreshes_itself(desk, house):
    for _ in range(13):
        house.clock.instant += timedelta(minutes=5)
        await desk.get("/staff/inbox")
    assert (await desk.get("/staff/")).status_code == 303


async def test_signing_in_and_out_is_in_the_audit_log(desk, house):
    await desk.client.post("/staff/sign-out", data={"csrf_token": desk.csrf})
    assert [entry.action for entry in house.rows(AuditEvent)][-2:] == ["sign_in", "sign_out"]
    assert (await desk.get("/staff/")).status_code == 303


@pytest.mark.parametrize("path", ["/staff/sign-in", "/staff/", "/staff/chats/x"])
async def test_staff_pages_are_kept_by_no_cache_and_shown_in_no_frame(desk, path):
    headers = (await desk.get(path)).headers
    assert headers["cache-control"] == "no-store"
    assert "frame-ancestors 'none'" in headers["content-security-policy"]
    assert "unsafe" not in headers["content-security-policy"]
    # Under no-referrer a browser sends `Origin: null` with our own sign-in form.
    assert headers["referrer-policy"] == "same-origin"
