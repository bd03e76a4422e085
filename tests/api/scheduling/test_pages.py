"""The page behind a visit's link: neutral, small, and able to call the visit off."""

import re
from datetime import timedelta

import pytest

from api.scheduling.models import Appointment, Occupancy
from api.transcript import service as transcript

JOEL_TUESDAY_TEN = "joel_marquez~therapy~video~20260303T170000Z"


async def booked(web, slot_id=JOEL_TUESDAY_TEN):
    body = {"slot_id": slot_id, "name": "Rosa Lane", "phone": "5205550142"}
    return (await web.post("/api/appointments", body)).json()["appointments"][0]["manage_url"]


def words(page):
    return " ".join(re.sub(r"<style>.*?</style>|<[^>]+>", " ", page.text, flags=re.S).split())


async def test_the_page_tells_when_where_and_with_whom_and_nothing_about_care(web):
    page = await web.client.get(await booked(web))
    said = words(page)
    assert "Tue 3 Mar, 10:00 am (Phoenix time), 60 minutes" in said
    assert "By video." in said
    assert "Joel Márquez" in said
    for telling in ("LCSW", "herap", "edicat", "sychiat", "Rosa"):
        assert telling not in page.text
    assert "<title>Your visit</title>" in page.text


async def test_an_in_person_visit_has_the_address(web):
    page = await web.client.get(await booked(web, JOEL_TUESDAY_TEN.replace("video", "in_person")))
    assert "210 Sample Plaza" in words(page)


async def test_the_page_speaks_the_language_of_the_chat(web):
    with web.calendar.database.writing() as db:
        _, web.token = transcript.open_session(db, language="es", now=web.clock.now())
    page = await web.client.get(await booked(web))
    assert '<html lang="es">' in page.text
    assert "mar 3 mar, 10:00 a. m. (hora de Phoenix), 60 minutos" in words(page)


async def test_the_page_may_not_be_kept_framed_or_told_to_other_sites(web):
    headers = (await web.client.get(await booked(web))).headers
    assert headers["cache-control"] == "no-store"
    assert headers["referrer-policy"] == "no-referrer"
    assert "frame-ancestors 'none'" in headers["content-security-policy"]
    assert "unsafe" not in headers["content-security-policy"]


async def test_every_state_of_the_page_has_the_crisis_lines(web):
    link = await booked(web)
    pages = [
        await web.client.get(link),
        await web.client.get("/a/x"),
        await web.client.post(link, data={"action": "cancel"}),
    ]
    for page in pages:
        for line in ("tel:911", "tel:988", "sms:988"):
            assert f'href="{line}"' in page.text


@pytest.mark.parametrize("how", [{"data": {"action": "cancel"}}, {"json": {"action": "cancel"}}])
async def test_cancelling_frees_the_time_and_can_be_repeated(web, how):
    link = await booked(web)
    for _ in range(2):
        page = await web.client.post(link, **how)
        assert page.status_code == 200
        assert "This visit is cancelled." in words(page)
        assert "Cancel this visit" not in words(page)
    assert web.rows(Occupancy) == []
    assert "10:00" not in words(await web.client.get(link))
    assert "/a/" in await booked(web)


async def test_a_script_gets_json(web):
    link = await booked(web)
    answer = await web.client.post(link, json={"action": "cancel"}, headers={"Accept": "application/json"})
    assert answer.json()["status"] == "cancelled"
    assert (await web.client.get(link, headers={"Accept": "application/json"})).json()["status"] == "cancelled"


async def test_a_visit_that_has_begun_cannot_be_cancelled_and_the_page_says_so(web):
    link = await booked(web)
    web.clock.instant += timedelta(days=1)
    page = await web.client.post(link, data={"action": "cancel"})
    assert page.status_code == 409
    assert "It cannot be changed here any more." in words(page)
    assert web.rows(Appointment)[0].status == "booked"
    answer = await web.client.post(link, json={"action": "cancel"}, headers={"Accept": "application/json"})
    assert answer.json()["error"] == "Conflict"
    assert "This time has passed." in words(await web.client.get(link))


@pytest.mark.parametrize(
    "change", [lambda link: link[:-1], lambda link: link + "0", lambda link: link[:-40] + "0" * 40]
)
async def test_a_changed_link_opens_nothing_and_says_whom_to_call(web, change):
    link = change(await booked(web))
    for page in (await web.client.get(link), await web.client.post(link, data={"action": "cancel"})):
        assert page.status_code == 404
        assert "call the practice" in words(page)
        assert '<a href="tel:+15205550142">(520) 555-0142</a>' in page.text
    json = await web.client.get(link, headers={"Accept": "application/json"})
    assert (json.status_code, json.json()["error"]) == (404, "NotFound")
    assert web.rows(Appointment)[0].status == "booked"


async def test_a_broken_link_answers_in_the_language_of_the_browser(web):
    page = await web.client.get("/a/nothing", headers={"Accept-Language": "es-MX,es;q=0.9"})
    assert "Este enlace no funciona" in words(page)


async def test_a_link_signed_for_a_visit_that_is_gone_opens_nothing(web):
    link = web.calendar.office.manage_url("f" * 32)
    assert (await web.client.get(link)).status_code == 404


@pytest.mark.parametrize(
    "how",
    [
        {"data": {"action": "burn"}},
        {"data": {}},
        {"json": ["cancel"]},
        {"content": b"{", "headers": {"content-type": "application/json"}},
        {"content": b"\xff\xfe", "headers": {"content-type": "application/json"}},
    ],
)
async def test_another_action_is_refused(web, how):
    link = await booked(web)
    assert (await web.client.post(link, **how)).status_code == 400
    assert web.rows(Appointment)[0].status == "booked"


async def test_the_visit_of_somebody_who_has_left_the_practice_can_still_be_seen(web):
    link = await booked(web)
    with web.calendar.database.writing() as db:
        db.query(Appointment).one().practitioner_id = "gone_away"
    assert "gone_away" in words(await web.client.get(link))
    answer = await web.client.get(link, headers={"Accept": "application/json"})
    assert answer.json()["practitioner"] == {"id": "gone_away", "name": "gone_away", "credentials": ""}
