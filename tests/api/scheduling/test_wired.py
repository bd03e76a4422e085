"""The room inside the whole api: real wiring, real safety state, real error bodies."""

import pytest

from api.safety.service import state_of
from api.scheduling.models import Appointment
from api.vocabulary import Tier

BODY = {
    "slot_id": "joel_marquez~therapy~video~20260303T170000Z",
    "name": "Rosa Lane",
    "phone": "520-555-0142",
}


async def book(house, visitor, **change):
    return await house.client.post("/api/appointments", json=BODY | change, headers=visitor.headers)


async def test_a_visitor_books_by_the_page_and_reads_it_in_the_chat(house, visitor):
    answer = await book(house, visitor)
    assert answer.status_code == 200, answer.text
    (visit,) = answer.json()["appointments"]
    message = (await visitor.page())["messages"][-1]
    assert message["kind"] == "booked"
    assert message["payload"]["appointments"] == [visit]
    assert await house.deliver() >= 1


@pytest.mark.parametrize(
    ("tier", "status"), [(Tier.CRISIS, 403), (Tier.EMERGENCY, 403), (Tier.URGENT, 200), (Tier.NONE, 200)]
)
async def test_only_a_chat_in_crisis_or_emergency_is_kept_from_booking(house, visitor, tier, status):
    with house.database.writing() as db:
        state = state_of(db, visitor.session_id)
        state.tier = tier
        db.merge(state)
    assert (await book(house, visitor)).status_code == status
    assert len(house.rows(Appointment)) == (status == 200)


async def test_a_lone_surrogate_in_a_booking_is_a_clear_refusal(house, visitor):
    body = b'{"slot_id": "\\ud800", "name": "Rosa", "phone": "520-555-0142"}'
    headers = visitor.headers | {"Content-Type": "application/json"}
    answer = await house.client.post("/api/appointments", content=body, headers=headers)
    assert answer.status_code in (400, 422)
    assert house.rows(Appointment) == []


async def test_the_page_of_a_visit_keeps_its_own_content_policy(house, visitor):
    link = (await book(house, visitor)).json()["appointments"][0]["manage_url"]
    page = await house.client.get(link.replace("http://127.0.0.1:8000", "http://desk.test"))
    assert page.status_code == 200
    assert page.headers.get_list("content-security-policy")[0].startswith("default-src 'none'; style-src 'sha256-")
    assert len(page.headers.get_list("content-security-policy")) == 1
