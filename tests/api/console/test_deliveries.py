"""What could not be sent is seen by staff and can be tried again; a mail's link leads to the day of the visit."""

import pytest

from api import outbox
from api.errors import Undeliverable
from api.outbox import OutboxEntry
from api.vocabulary import Role


@pytest.fixture
async def refused(house, visitor):
    """A booking whose news was refused for good."""
    house.notifier.failure = Undeliverable(550)
    body = {
        "slot_id": "joel_marquez~therapy~video~20260303T170000Z",
        "name": "Rosa Lane",
        "email": "r@example.com",
    }
    answer = await house.client.post("/api/appointments", json=body, headers=visitor.headers)
    await house.deliver()
    house.notifier.failure = None
    return answer.json()["appointments"][0]


async def test_what_was_given_up_is_listed_with_the_answer_and_what_it_was_about(desk, house, refused):
    page = await desk.get("/staff/deliveries")
    assert "Undeliverable 550" in page.text
    assert f"/staff/visits/{refused['id']}" in page.text
    assert "Rosa" not in page.text
    assert "r@example.com" not in page.text


async def test_the_inbox_says_so_and_is_silent_otherwise(desk, house, visitor):
    assert (await desk.get("/staff/deliveries/notice")).text.strip() == ""
    assert "/staff/deliveries/notice" in (await desk.get("/staff/")).text
    with house.database.writing() as db:
        outbox.put(db, "webhook", {}, house.clock.now()).failed_at = house.clock.now()
    assert "could not be sent" in (await desk.get("/staff/deliveries/notice")).text


async def test_trying_again_sends_it_and_takes_it_off_the_list(desk, house, refused):
    (entry,) = [entry for entry in house.rows(OutboxEntry) if entry.failed_at]
    answer = await desk.client.post(f"/staff/deliveries/{entry.id}/retry", data={"csrf_token": desk.csrf})
    assert answer.status_code == 303
    await house.deliver()
    assert [topic for topic, _ in house.notifier.delivered] == ["appointment_booked"]
    assert "Undeliverable" not in (await desk.get("/staff/deliveries")).text


async def test_a_form_without_its_token_and_an_auditor_try_nothing_again(stranger, house, refused):
    await stranger.sign_in(Role.AUDITOR)
    (entry,) = [entry for entry in house.rows(OutboxEntry) if entry.failed_at]
    for token in ("", stranger.csrf):
        answer = await stranger.client.post(f"/staff/deliveries/{entry.id}/retry", data={"csrf_token": token})
        assert answer.status_code == 403
    assert [each.id for each in house.rows(OutboxEntry) if each.failed_at] == [entry.id]


@pytest.mark.parametrize("path", ["/staff/deliveries", "/staff/deliveries/notice", "/staff/visits/x"])
async def test_nobody_sees_it_without_a_sign_in(stranger, path):
    assert (await stranger.get(path)).headers["location"] == "/staff/sign-in"


async def test_the_link_of_a_mail_leads_to_the_day_of_the_visit(desk, refused):
    answer = await desk.get(f"/staff/visits/{refused['id']}")
    assert (answer.status_code, answer.headers["location"]) == (303, "/staff/appointments?day=2026-03-03")
    assert (await desk.get("/staff/visits/gone")).headers["location"] == "/staff/appointments"


async def test_a_confirmed_visit_says_so_in_the_day(desk, house, refused):
    await house.client.post(refused["manage_url"].replace("http://127.0.0.1:8000", ""), data={"action": "confirm"})
    assert "booked, confirmed" in (await desk.get("/staff/appointments?day=2026-03-03")).text
