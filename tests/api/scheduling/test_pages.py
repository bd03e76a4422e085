"""The page behind a visit's link: neutral, small, and able to call the visit off."""

import re
from datetime import UTC, datetime, timedelta

import pytest

from api.audit import AuditEvent
from api.outbox import OutboxEntry
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


WEDNESDAY_TWO = "joel_marquez~therapy~video~20260304T210000Z"


async def test_seeing_the_page_the_times_or_the_file_changes_nothing(web):
    link = await booked(web)
    before = [vars(row).copy() for row in web.rows(Appointment)]
    entries, notes = len(web.rows(OutboxEntry)), len(web.rows(AuditEvent))
    for query in ("", "?show=times", "?show=times&page=2", "?show=calendar", "?action=cancel", "?action=confirm"):
        assert (await web.client.get(link + query)).status_code == 200
        await web.client.head(link + query)
    after = [vars(row).copy() for row in web.rows(Appointment)]
    for row in (*before, *after):
        row.pop("_sa_instance_state")
    assert before == after
    assert (len(web.rows(OutboxEntry)), len(web.rows(AuditEvent))) == (entries, notes)


async def test_the_times_on_offer_are_those_of_the_same_person_kind_and_way(web):
    link = await booked(web)
    page = await web.client.get(link + "?show=times")
    offered = re.findall(r'name="slot_id" value="([^"]+)"', page.text)
    assert len(offered) > 10
    assert {slot.rsplit("~", 1)[0] for slot in offered} == {"joel_marquez~therapy~video"}
    assert JOEL_TUESDAY_TEN not in offered
    assert "joel_marquez~therapy~video~20260303T173000Z" in offered, "half an hour later, over its own time"
    assert "Your visit stays where it is" in words(page)
    assert "Thu 5 Mar" not in words(page)
    assert "Mon 16 Mar" in words(await web.client.get(link + "?show=times&page=2"))
    script = await web.client.get(link + "?show=times", headers={"Accept": "application/json"})
    assert {slot["slot_id"] for slot in script.json()["slots"]} >= set(offered)


@pytest.mark.parametrize("how", ["data", "json"])
async def test_moving_frees_the_old_time_and_takes_the_new_one(web, how):
    link = await booked(web)
    page = await web.client.post(link, **{how: {"action": "move", "slot_id": WEDNESDAY_TWO}})
    assert page.status_code == 200
    assert "Done. This is your new time." in words(page)
    assert "Wed 4 Mar, 2:00 pm" in words(page)
    assert {row.quarter_at for row in web.rows(Occupancy)} == {
        datetime(2026, 3, 4, 21, minute, tzinfo=UTC) for minute in (0, 15, 30, 45)
    }
    (visit,) = web.rows(Appointment)
    assert (visit.changes, visit.start_at) == (1, datetime(2026, 3, 4, 21, tzinfo=UTC))
    assert [row.action for row in web.rows(AuditEvent)][-1] == "appointment.move"
    with web.calendar.database.reading() as db:
        assert transcript.messages_after(db, web.session_id)[-1].text.startswith(
            "Your visit has a new time: Wed 4 Mar"
        )
    assert (await web.client.post(link, data={"action": "move", "slot_id": WEDNESDAY_TWO})).status_code == 200
    assert web.rows(Appointment)[0].changes == 1, "again is no change"
    assert "/a/" in await booked(web), "the old time can be booked"


async def test_a_visit_may_move_by_half_an_hour_over_its_own_time(web):
    link = await booked(web)
    page = await web.client.post(
        link, data={"action": "move", "slot_id": "joel_marquez~therapy~video~20260303T173000Z"}
    )
    assert page.status_code == 200
    assert len(web.rows(Occupancy)) == 4


async def test_a_time_that_was_just_taken_leaves_the_visit_where_it_was(web):
    link = await booked(web)
    await booked(web, WEDNESDAY_TWO)
    page = await web.client.post(link, data={"action": "move", "slot_id": WEDNESDAY_TWO})
    assert page.status_code == 409
    assert "Your visit stays where it was." in words(page)
    assert 'name="slot_id"' in page.text
    answer = await web.client.post(
        link, json={"action": "move", "slot_id": WEDNESDAY_TWO}, headers={"Accept": "application/json"}
    )
    assert (answer.json()["error"], len(answer.json()["slots"])) == ("SlotTaken", 3)
    first = min(web.rows(Appointment), key=lambda row: row.start_at)
    assert (first.start_at, first.changes) == (datetime(2026, 3, 3, 17, tzinfo=UTC), 0)
    assert len(web.rows(Occupancy)) == 8


@pytest.mark.parametrize(
    ("slot_id", "status"),
    [
        ("priya_raman~therapy~video~20260304T160000Z", 400),
        ("joel_marquez~therapy~in_person~20260304T210000Z", 400),
        ("nonsense", 400),
        ("x" * 300, 400),
        ("", 400),
        ("joel_marquez~therapy~video~20260301T210000Z", 409),
        ("joel_marquez~therapy~video~20260307T210000Z", 409),
        ("joel_marquez~therapy~video~20270304T210000Z", 409),
        ("joel_marquez~therapy~video~20260304T211500Z", 409),
    ],
)
async def test_a_visit_cannot_be_moved_to_what_is_not_on_offer(web, slot_id, status):
    link = await booked(web)
    answer = await web.client.post(
        link, json={"action": "move", "slot_id": slot_id}, headers={"Accept": "application/json"}
    )
    assert answer.status_code == status
    assert web.rows(Appointment)[0].changes == 0


async def test_two_visits_of_one_booking_cannot_be_moved_onto_each_other_and_link_to_each_other(web):
    first, second = JOEL_TUESDAY_TEN, "mara_ellison~medication_management~video~20260303T200000Z"
    holds = [(await web.internal("holds", slot_id=slot_id)).json()["hold_id"] for slot_id in (first, second)]
    body = {"hold_ids": holds, "name": "Rosa Lane", "phone": "5205550142"}
    one, two = (await web.post("/api/appointments", body)).json()["appointments"]
    over_the_other = "joel_marquez~therapy~video~20260303T193000Z"
    answer = await web.client.post(one["manage_url"], data={"action": "move", "slot_id": over_the_other})
    assert answer.status_code == 409
    assert two["manage_url"] in (await web.client.get(one["manage_url"])).text
    await web.client.post(two["manage_url"], data={"action": "cancel"})
    assert two["manage_url"] not in (await web.client.get(one["manage_url"])).text
    answer = await web.client.post(one["manage_url"], data={"action": "move", "slot_id": over_the_other})
    assert answer.status_code == 200


async def test_confirming_says_thanks_is_kept_and_ends_with_a_move(web):
    link = await booked(web)
    for _ in range(2):
        page = await web.client.post(link, data={"action": "confirm"})
        assert "Thank you. We know that you will come." in words(page)
        assert "I will be there" not in words(page)
    assert (await web.client.get(link, headers={"Accept": "application/json"})).json()["confirmed"]
    assert [row.action for row in web.rows(AuditEvent)].count("appointment.confirm") == 1
    await web.client.post(link, data={"action": "move", "slot_id": WEDNESDAY_TWO})
    assert "I will be there" in words(await web.client.get(link))


async def test_reminders_are_stopped_for_good(web):
    link = await booked(web)
    for _ in range(2):
        assert "You get no more reminders." in words(
            await web.client.post(link, data={"action": "stop_reminders"})
        )
    assert web.rows(Appointment)[0].reminders_stopped_at is not None


async def test_the_calendar_file_is_neutral_and_has_no_people(web):
    answer = await web.client.get(await booked(web) + "?show=calendar")
    assert answer.headers["content-type"].startswith("text/calendar")
    assert answer.headers["content-disposition"] == 'attachment; filename="appointment.ics"'
    assert "METHOD:PUBLISH" in answer.text
    for telling in ("ATTENDEE", "Rosa", "herap", "quez", "sychiat", "Saguaro"):
        assert telling not in answer.text


@pytest.mark.parametrize("action", ["move", "confirm", "cancel"])
async def test_nothing_can_be_changed_once_the_visit_has_begun(web, action):
    link = await booked(web)
    web.clock.instant += timedelta(days=1)
    page = await web.client.post(link, data={"action": action, "slot_id": WEDNESDAY_TWO})
    assert page.status_code == 409
    assert "It cannot be changed here any more." in words(page)
    assert "<button" not in page.text
    assert (await web.client.get(link + "?show=times")).status_code == 409


async def test_a_cancelled_visit_cannot_be_moved_back(web):
    link = await booked(web)
    await web.client.post(link, data={"action": "cancel"})
    page = await web.client.post(link, data={"action": "move", "slot_id": WEDNESDAY_TWO})
    assert page.status_code == 409
    assert web.rows(Occupancy) == []


async def test_a_link_opens_nothing_a_month_after_the_visit(web):
    link = await booked(web)
    web.clock.instant += timedelta(days=30)
    assert (await web.client.get(link)).status_code == 200
    web.clock.instant += timedelta(days=2)
    late = await web.client.get(link)
    assert (late.status_code, late.text) == (404, (await web.client.get("/a/forged.0")).text)


@pytest.mark.parametrize(
    ("site", "status"), [("cross-site", 403), ("same-site", 403), ("same-origin", 200), ("none", 200)]
)
async def test_a_button_on_another_site_changes_nothing(web, site, status):
    link = await booked(web)
    answer = await web.client.post(link, data={"action": "cancel"}, headers={"Sec-Fetch-Site": site})
    assert answer.status_code == status
    assert web.rows(Appointment)[0].status == ("cancelled" if status == 200 else "booked")
