"""What patients get by mail: neutral words, a link, a calendar file that follows the visit; and who gets none."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest
from icalendar import Calendar

from api.outbox import OutboxEntry
from tests.api.mail.conftest import TUESDAY_TEN, act, book, later, open_post, profile_file

WEDNESDAY_TWO = "joel_marquez~therapy~video~20260304T210000Z"
MEDICATION = "mara_ellison~medication_management~video~20260303T200000Z"
TELLING = ("Rosa", "Lane", "herap", "edicat", "sychiat", "Saguaro", "Márquez", "Marquez", "LCSW", "ental", "988")


def to_patient(server, address="rosa@example.com"):
    return [message for message in server.got if message["To"] == address]


def text_of(message):
    return message.get_body(("plain",)).get_content()


def file_of(message):
    (part,) = [part for part in message.walk() if part.get_content_type() == "text/calendar"]
    calendar = Calendar.from_ical(part.get_content())
    (event,) = calendar.walk("VEVENT")
    assert calendar["METHOD"] == part.get_param("method")
    return calendar, event


async def test_a_booking_brings_one_mail_with_neutral_words_a_link_and_a_file(post, server):
    visit = await book(post, await post.visitor())
    await post.deliver()
    (mail,) = to_patient(server)
    assert mail["Subject"] == "Your appointment is booked"
    assert mail["From"] == "frontdesk@practice.example.org"
    assert "Your appointment is booked: Tue 3 Mar, 10:00 am (Phoenix time), 60 minutes." in text_of(mail)
    assert visit["manage_url"] in text_of(mail)
    calendar, event = file_of(mail)
    assert (calendar["METHOD"], event["UID"], event["SEQUENCE"]) == ("REQUEST", f"{visit['id']}@frontdesk", 0)
    assert (event["SUMMARY"], event["STATUS"]) == ("Appointment", "CONFIRMED")
    assert event["ATTENDEE"] == "mailto:rosa@example.com"
    assert event.start == datetime(2026, 3, 3, 17, tzinfo=UTC)
    whole = server.raw[server.got.index(mail)].decode() + text_of(mail) + calendar.to_ical().decode()
    assert [word for word in TELLING if word in whole] == []


async def test_moving_and_cancelling_change_the_same_calendar_entry(post, server):
    visit = await book(post, await post.visitor())
    assert (await act(post, visit, action="move", slot_id=WEDNESDAY_TWO)).status_code == 200
    assert (await act(post, visit, action="cancel")).status_code == 200
    await post.deliver()
    mails = to_patient(server)
    assert [mail["Subject"].split()[-1] for mail in mails] == ["booked", "time", "cancelled"]
    events = [file_of(mail) for mail in mails]
    assert [calendar["METHOD"] for calendar, _ in events] == ["REQUEST", "REQUEST", "CANCEL"]
    assert [event["SEQUENCE"] for _, event in events] == [0, 1, 2]
    assert len({event["UID"] for _, event in events}) == 1
    # Each tells what it was written for, although all left together, after the last change.
    assert [event.start.astimezone(UTC).day for _, event in events] == [3, 4, 4]
    assert events[2][1]["STATUS"] == "CANCELLED"


async def test_a_visitor_who_gave_only_a_number_gets_no_mail(post, server):
    await book(post, await post.visitor(), email=None, phone="520-555-0134")
    await post.deliver()
    assert [message["To"] for message in server.got] == ["desk@practice.example.org"]


async def test_mail_in_spanish_for_a_chat_in_spanish(post, server):
    await book(post, await post.visitor("es"))
    await post.deliver()
    (mail,) = to_patient(server)
    assert mail["Subject"] == "Su cita está reservada"
    assert "mar 3 mar, 10:00 a. m. (hora de Phoenix), 60 minutos" in text_of(mail)
    assert file_of(mail)[1]["SUMMARY"] == "Cita"


async def test_the_practice_is_named_only_when_its_profile_says_so(tmp_path, server):
    practice = profile_file(tmp_path, mail={"names_practice": True})
    async with open_post(tmp_path, server, practice=practice) as house:
        await book(house, await house.visitor())
        await house.deliver()
    (mail,) = to_patient(server)
    assert mail["From"] == "Saguaro Integrative Psychiatry <frontdesk@practice.example.org>"
    assert "Saguaro Integrative Psychiatry, (520) 555-0142" in text_of(mail)
    assert "herap" not in text_of(mail)


async def test_a_practice_can_keep_mail_to_patients_off(tmp_path, server):
    practice = profile_file(tmp_path, mail={"to_patients": False})
    async with open_post(tmp_path, server, practice=practice) as house:
        await book(house, await house.visitor())
        await house.deliver()
    assert to_patient(server) == []
    assert len(server.got) == 1


async def test_combined_care_brings_two_mails_that_know_of_each_other(post, server):
    visitor = await post.visitor()
    holds = []
    for slot_id in (TUESDAY_TEN, MEDICATION):
        from api.scheduling import service
        from api.scheduling.wiring import office_of
        from api.transcript import service as transcript

        office = office_of(post.app.state.frontdesk, lambda db, session_id: False)
        with post.database.writing() as db:
            session = transcript.find(db, visitor.session_id)
            holds.append(service.hold(db, office, session, slot_id, post.clock.now()).id)
    body = {"hold_ids": holds, "name": "Rosa Lane", "email": "rosa@example.com"}
    answer = await post.client.post("/api/appointments", json=body, headers=visitor.headers)
    first, second = answer.json()["appointments"]
    await post.deliver()
    mails = to_patient(server)
    assert len(mails) == 2
    related = {event["UID"]: event["RELATED-TO"] for _, event in map(file_of, mails)}
    assert related == {
        f"{first['id']}@frontdesk": f"{second['id']}@frontdesk",
        f"{second['id']}@frontdesk": f"{first['id']}@frontdesk",
    }
    assert first["manage_url"] in text_of(mails[0])
    assert second["manage_url"] in text_of(mails[1])


class TestReminders:
    @pytest.fixture
    async def reminding(self, tmp_path, server):
        practice = profile_file(tmp_path, mail={"reminder_hours": 24})
        async with open_post(tmp_path, server, practice=practice) as house:
            yield house

    async def test_a_reminder_leaves_a_day_before_and_once(self, reminding, server):
        await book(reminding, await reminding.visitor(), WEDNESDAY_TWO)
        await reminding.deliver()
        later(reminding, hours=27, minutes=59)
        await reminding.deliver()
        assert len(to_patient(server)) == 1
        later(reminding, minutes=2)
        for _ in range(2):
            await reminding.deliver()
        _, reminder = to_patient(server)
        assert reminder["Subject"] == "Your appointment is coming up"
        assert [part.get_content_type() for part in reminder.walk()] == ["text/plain"]

    async def test_a_moved_visit_is_reminded_of_at_its_new_time_alone(self, reminding, server):
        visit = await book(reminding, await reminding.visitor(), WEDNESDAY_TWO)
        await act(reminding, visit, action="move", slot_id="joel_marquez~therapy~video~20260305T170000Z")
        later(reminding, hours=30)
        await reminding.deliver()
        assert len(to_patient(server)) == 2
        later(reminding, hours=24)
        await reminding.deliver()
        assert "Thu 5 Mar" in text_of(to_patient(server)[2])

    @pytest.mark.parametrize("action", ["cancel", "stop_reminders"])
    async def test_none_comes_after_it_was_called_off_or_stopped(self, reminding, server, action):
        visit = await book(reminding, await reminding.visitor(), WEDNESDAY_TWO)
        assert (await act(reminding, visit, action=action)).status_code == 200
        later(reminding, hours=30)
        await reminding.deliver()
        assert "Your appointment is coming up" not in server.subjects

    async def test_none_is_queued_by_a_practice_that_does_not_remind(self, post):
        await book(post, await post.visitor(), WEDNESDAY_TWO)
        assert "appointment_reminder" not in {entry.topic for entry in post.rows(OutboxEntry)}


@pytest.mark.parametrize(
    ("tz", "instant", "wall"),
    [
        ("America/New_York", datetime(2026, 3, 6, 19, tzinfo=UTC), "2026-03-06T14:00:00-05:00"),
        ("America/New_York", datetime(2026, 3, 9, 18, tzinfo=UTC), "2026-03-09T14:00:00-04:00"),
        ("America/Phoenix", datetime(2026, 7, 6, 21, tzinfo=UTC), "2026-07-06T14:00:00-07:00"),
        ("America/New_York", datetime(2026, 11, 1, 5, 30, tzinfo=UTC), "2026-11-01T01:30:00-04:00"),
        ("America/New_York", datetime(2026, 11, 1, 6, 30, tzinfo=UTC), "2026-11-01T01:30:00-05:00"),
    ],
)
def test_a_file_holds_the_right_instant_on_both_sides_of_a_change_of_the_clocks(tz, instant, wall):
    from datetime import timedelta

    from api.scheduling.calendar_file import Invitation, calendar_file
    from tests.api.scheduling.conftest import profile_with

    assert instant.astimezone(ZoneInfo(tz)).isoformat() == wall
    visit = Invitation(
        "a1", 0, instant, instant + timedelta(hours=1), "video", "en", "https://x.test/a/1", instant
    )
    file = calendar_file(profile_with(tz=tz), visit, "PUBLISH")
    (event,) = Calendar.from_ical(file).walk("VEVENT")
    # Read by its own VTIMEZONE, as a program does that knows no zone by name.
    assert event.start.astimezone(UTC) == instant
    assert event.end.astimezone(UTC) == instant + timedelta(hours=1)
    if instant.day != 1:
        assert b"BEGIN:VTIMEZONE" in file
        assert f"DTSTART;TZID={tz}".encode() in file
