"""What holding, booking and cancelling promise, on a real database file."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest

from api.audit import AuditEvent
from api.errors import BadInput, Conflict, NotAllowed, NotFound, SlotTaken, TooMany
from api.outbox import OutboxEntry
from api.scheduling import service
from api.scheduling.models import Appointment, Hold, Occupancy
from api.scheduling.offers import Person
from api.transcript import service as transcript
from api.transcript.models import Message
from api.vocabulary import AppointmentStatus

# Tuesday 3 March 2026, 10:00 in Phoenix.
TUESDAY_TEN = "ana~therapy~video~20260303T170000Z"
TUESDAY_HALF_PAST_TEN = "ana~therapy~video~20260303T173000Z"
TUESDAY_ONE = "ana~therapy~video~20260303T200000Z"


def hold(calendar, session, slot_id=TUESDAY_TEN, **named):
    return calendar.writing(service.hold, session, slot_id, calendar.now, **named)


def book(calendar, session, holds, contact):
    return calendar.writing(service.book, session, [each.id for each in holds], contact, calendar.now)


def cancel(calendar, visit):
    return calendar.writing(service.cancel, visit.id, calendar.now, actor="link")


def test_a_hold_keeps_every_quarter_of_the_visit_until_it_expires(calendar):
    kept = hold(calendar, calendar.visitor())
    assert kept.expires_at == calendar.now + timedelta(minutes=10)
    rows = calendar.rows(Occupancy)
    assert sorted(row.quarter_at.minute for row in rows) == [0, 15, 30, 45]
    assert {row.expires_at for row in rows} == {kept.expires_at}


@pytest.mark.parametrize("slot_id", [TUESDAY_TEN, TUESDAY_HALF_PAST_TEN])
def test_a_time_that_overlaps_a_hold_is_taken_and_the_nearest_three_are_named(calendar, slot_id):
    hold(calendar, calendar.visitor())
    with pytest.raises(SlotTaken) as refused:
        hold(calendar, calendar.visitor(), slot_id)
    named = refused.value.extra["slots"]
    assert [slot["label"] for slot in named] == [
        "Tue 3 Mar, 9:00 am, video, with Ana Vega, LCSW",
        "Tue 3 Mar, 11:00 am, video, with Ana Vega, LCSW",
        "Tue 3 Mar, 11:30 am, video, with Ana Vega, LCSW",
    ]


def test_the_refused_visitor_holds_nothing_and_keeps_the_older_hold(calendar):
    first, second = calendar.visitor(), calendar.visitor()
    hold(calendar, first)
    older = hold(calendar, second, TUESDAY_ONE)
    with pytest.raises(SlotTaken):
        hold(calendar, second)
    alive = [
        row.id for row in calendar.rows(Hold) if row.session_id == second.id and row.expires_at > calendar.now
    ]
    assert alive == [older.id]


def test_the_nearest_times_come_from_all_practitioners_once_state_and_age_are_known(
    calendar, make_office, make_profile, make_person
):
    people = [
        make_person(),
        make_person(id="ben", name="Ben Hale"),
        make_person(id="cy", name="Cy Roe", ages=["older_65plus"]),
    ]
    calendar.office = make_office(make_profile(practitioners=people))
    hold(calendar, calendar.visitor())
    with pytest.raises(SlotTaken) as unknown:
        hold(calendar, calendar.visitor())
    with pytest.raises(SlotTaken) as known:
        hold(calendar, calendar.visitor(), person=Person("AZ", "adult_18_64"))
    names = [{slot["practitioner"]["id"] for slot in error.value.extra["slots"]} for error in (unknown, known)]
    assert names == [{"ana"}, {"ben"}]


def test_an_expired_hold_frees_its_time(calendar):
    hold(calendar, calendar.visitor())
    calendar.now += timedelta(minutes=10)
    assert hold(calendar, calendar.visitor()).start_at == datetime(2026, 3, 3, 17, tzinfo=UTC)
    assert len(calendar.rows(Occupancy)) == 4


def test_an_expired_hold_is_remembered_for_a_day_and_then_forgotten(calendar):
    hold(calendar, calendar.visitor())
    calendar.now += timedelta(hours=23)
    hold(calendar, calendar.visitor(), "ana~therapy~video~20260305T170000Z")
    assert len(calendar.rows(Hold)) == 2
    calendar.now += timedelta(hours=2)
    hold(calendar, calendar.visitor(), "ana~therapy~video~20260305T200000Z")
    assert len(calendar.rows(Hold)) == 2


def test_holding_the_same_time_again_extends_the_hold(calendar):
    session = calendar.visitor()
    first = hold(calendar, session)
    calendar.now += timedelta(minutes=5)
    again = hold(calendar, session)
    assert again.id == first.id
    assert again.expires_at == calendar.now + timedelta(minutes=10)
    assert {row.expires_at for row in calendar.rows(Occupancy)} == {again.expires_at}


def test_a_new_hold_of_the_same_service_lets_the_older_one_go(calendar):
    session = calendar.visitor()
    hold(calendar, session)
    later = hold(calendar, session, TUESDAY_ONE)
    assert {row.holder_id for row in calendar.rows(Occupancy)} == {later.id}
    assert hold(calendar, calendar.visitor()).id != later.id


def four_services(make_profile, make_person):
    services = [
        {"id": f"s{n}", "route": "therapy", "name": {"en": "S", "es": "S"}, "minutes": 30} for n in range(4)
    ]
    return make_profile(services=services, practitioners=[make_person(services=[f"s{n}" for n in range(4)])])


def test_a_chat_holds_at_most_three_times(calendar, make_office, make_profile, make_person):
    calendar.office = make_office(four_services(make_profile, make_person))
    session = calendar.visitor()
    for n in range(3):
        hold(calendar, session, f"ana~s{n}~video~20260303T{17 + n}0000Z")
    with pytest.raises(TooMany):
        hold(calendar, session, "ana~s3~video~20260303T200000Z")
    assert len(calendar.rows(Hold)) == 3


def test_an_address_holds_at_most_ten_times_and_is_kept_only_as_a_hash(calendar):
    starts = [f"202603{day:02d}T{hour}0000Z" for day in (3, 4) for hour in range(17, 23)]
    for start in starts[:10]:
        hold(calendar, calendar.visitor(), f"ana~therapy~video~{start}", address="192.0.2.7")
    with pytest.raises(TooMany):
        hold(calendar, calendar.visitor(), f"ana~therapy~video~{starts[10]}", address="192.0.2.7")
    assert hold(calendar, calendar.visitor(), f"ana~therapy~video~{starts[10]}", address="192.0.2.8")
    assert not any("192.0.2" in row.address_hash for row in calendar.rows(Hold))


@pytest.mark.parametrize(
    "slot_id",
    [
        *("", "x", "\x00", "' or 1=1 --", TUESDAY_TEN + "\n", "ana~therapy~video"),
        "ana~therapy~fax~20260303T170000Z",
        "ana~therapy~video~20260230T170000Z",
        "ana~therapy~video~20261303T170000Z",
        "ana~therapy~video~00000303T170000Z",
        "ana~therapy~video~20260303T256000Z",
        "ana~therapy~video~２０２６0303T170000Z",
    ],
)
def test_what_is_no_slot_or_no_date_is_bad_input(calendar, slot_id):
    with pytest.raises(BadInput):
        hold(calendar, calendar.visitor(), slot_id)
    assert calendar.rows(Hold) == []


@pytest.mark.parametrize(
    "slot_id",
    [
        "eve~therapy~video~20260303T170000Z",
        "ana~yoga~video~20260303T170000Z",
        "ana~medicine~video~20260303T170000Z",
        "ana~therapy~in_person~20260303T170000Z",
        # before opening, past closing, off the half hour, off the minute, a Saturday, beyond the horizon
        "ana~therapy~video~20260303T150000Z",
        "ana~therapy~video~20260303T233000Z",
        "ana~therapy~video~20260303T171500Z",
        "ana~therapy~video~20260303T170001Z",
        "ana~therapy~video~20260307T170000Z",
        "ana~therapy~video~20260407T170000Z",
        "ana~therapy~video~99991231T235959Z",
    ],
)
def test_a_visit_the_practice_does_not_offer_is_not_found(calendar, slot_id):
    with pytest.raises(NotFound):
        hold(calendar, calendar.visitor(), slot_id)
    assert calendar.rows(Hold) == []


@pytest.mark.parametrize("start", ["20260227T170000Z", "20260302T170000Z", "20260302T203000Z", "00010101T000000Z"])
def test_a_time_that_is_past_or_too_soon_is_refused_with_the_nearest_ones(calendar, start):
    with pytest.raises(SlotTaken) as refused:
        hold(calendar, calendar.visitor(), f"ana~therapy~video~{start}")
    assert refused.value.extra["slots"][0]["start"] == "2026-03-02T21:00:00Z"


def test_a_closed_day_is_not_bookable(calendar, make_office, make_profile):
    calendar.office = make_office(make_profile(closures=[date(2026, 3, 3)]))
    with pytest.raises(NotFound):
        hold(calendar, calendar.visitor())


@pytest.mark.parametrize("who", [Person(state="NM"), Person(age_group="teen_13_17"), Person("AZ", "child_6_12")])
def test_a_practitioner_without_licence_for_the_state_or_the_age_cannot_be_held(calendar, who):
    with pytest.raises(NotAllowed):
        hold(calendar, calendar.visitor(), person=who)
    assert hold(calendar, calendar.visitor(), person=Person("AZ", "adult_18_64"))


def test_booking_turns_the_hold_into_an_appointment_that_does_not_expire(calendar, contact):
    session = calendar.visitor()
    kept = hold(calendar, session)
    (visit,) = book(calendar, session, [kept], contact)
    assert (visit.id, visit.status, visit.start_at) == (kept.id, AppointmentStatus.BOOKED, kept.start_at)
    assert visit.contact == contact.model_dump()
    assert contact.name.encode() not in visit.contact_sealed
    assert calendar.rows(Hold) == []
    assert {(row.holder_id, row.expires_at) for row in calendar.rows(Occupancy)} == {(visit.id, None)}
    calendar.now += timedelta(hours=2)
    with pytest.raises(SlotTaken):
        hold(calendar, calendar.visitor())


def test_booking_tells_the_chat_the_outbox_and_the_audit_log_once(calendar, contact):
    session = calendar.visitor()
    (visit,) = book(calendar, session, [hold(calendar, session)], contact)
    (message,) = calendar.rows(Message)
    assert (message.author, message.kind) == ("bot", "booked")
    assert "Tue 3 Mar, 10:00 am, video, with Ana Vega, LCSW" in message.text
    (said,) = message.extra["payload"]["appointments"]
    assert said["manage_url"].startswith(f"http://practice.test/a/{visit.id}.")
    assert (said["start"], said["end"]) == ("2026-03-03T17:00:00Z", "2026-03-03T18:00:00Z")
    (entry,) = calendar.rows(OutboxEntry)
    assert (entry.topic, entry.lane) == ("appointment_booked", f"visit:{visit.id}")
    assert entry.payload == {
        "appointment_id": visit.id,
        "group_id": visit.group_id,
        "changes": 0,
        "start": "2026-03-03T17:00:00+00:00",
        "end": "2026-03-03T18:00:00+00:00",
        "modality": "video",
    }
    (noted,) = calendar.rows(AuditEvent)
    assert (noted.action, noted.subject) == ("appointment.book", f"appointment:{visit.id}")
    with calendar.database.reading() as db:
        assert transcript.find(db, session.id).booked


def test_booking_the_same_hold_twice_gives_the_same_appointment_and_says_it_once(calendar, contact):
    session = calendar.visitor()
    kept = hold(calendar, session)
    first = book(calendar, session, [kept], contact)
    again = book(calendar, session, [kept, kept], contact)
    assert [visit.id for visit in again] == [visit.id for visit in first]
    assert len(calendar.rows(Message)) == len(calendar.rows(OutboxEntry)) == len(calendar.rows(AuditEvent)) == 1


@pytest.fixture
def combined(calendar, make_office, make_profile, make_person):
    people = [make_person(), make_person(id="max", name="Max Ode", services=["medicine"], prescribes=True)]
    calendar.office = make_office(make_profile(practitioners=people))
    return calendar


def test_combined_care_books_two_visits_with_one_group_and_one_message(combined, contact):
    session = combined.visitor("es")
    kept = [hold(combined, session), hold(combined, session, "max~medicine~video~20260304T170000Z")]
    visits = book(combined, session, kept, contact)
    assert [visit.id for visit in visits] == [each.id for each in kept]
    assert len({visit.group_id for visit in visits}) == 1
    (message,) = combined.rows(Message)
    assert message.text.startswith("Sus visitas están reservadas: mar 3 mar, 10:00 a. m., video, con Ana Vega")
    assert len(message.extra["payload"]["appointments"]) == 2
    assert len(combined.rows(OutboxEntry)) == 2


def test_a_second_visit_booked_later_joins_the_group_of_the_first(combined, contact):
    session = combined.visitor()
    first = hold(combined, session)
    (visit,) = book(combined, session, [first], contact)
    second = hold(combined, session, "max~medicine~video~20260304T170000Z")
    both = book(combined, session, [first, second], contact)
    assert {each.group_id for each in both} == {visit.group_id}
    assert len(combined.rows(Appointment)) == 2


def test_of_two_holds_one_expired_nothing_is_booked(combined, contact):
    session = combined.visitor()
    first = hold(combined, session)
    combined.now += timedelta(minutes=6)
    second = hold(combined, session, "max~medicine~video~20260304T170000Z")
    combined.now += timedelta(minutes=5)
    with pytest.raises(Conflict):
        book(combined, session, [second, first], contact)
    assert combined.rows(Appointment) == combined.rows(Message) == []


def test_an_expired_hold_is_not_booked_and_the_nearest_times_are_named(calendar, contact):
    session = calendar.visitor()
    kept = hold(calendar, session)
    calendar.now = kept.expires_at
    with pytest.raises(SlotTaken) as refused:
        book(calendar, session, [kept], contact)
    assert "2026-03-03T17:00:00Z" in [slot["start"] for slot in refused.value.extra["slots"]]
    assert calendar.rows(Appointment) == []


def test_a_hold_of_another_chat_or_of_nobody_is_not_found(calendar, contact):
    kept = hold(calendar, calendar.visitor())
    with pytest.raises(NotFound):
        book(calendar, calendar.visitor(), [kept], contact)
    with pytest.raises(NotFound):
        calendar.writing(service.book, calendar.visitor(), ["f" * 32], contact, calendar.now)


def test_nothing_is_held_or_booked_in_a_crisis(calendar, contact):
    session = calendar.visitor()
    kept = hold(calendar, session)
    calendar.office = replace(calendar.office, in_crisis=lambda db, session_id: session_id == session.id)
    with pytest.raises(NotAllowed):
        book(calendar, session, [kept], contact)
    with pytest.raises(NotAllowed):
        hold(calendar, session, TUESDAY_ONE)
    assert calendar.rows(Appointment) == []
    assert hold(calendar, calendar.visitor(), TUESDAY_ONE)


def test_a_free_slot_is_booked_in_one_step_and_asking_again_gives_the_same(calendar, contact):
    session = calendar.visitor()
    ask = (service.book_slot, session, TUESDAY_TEN, contact, calendar.now)
    (first,) = calendar.writing(*ask)
    (again,) = calendar.writing(*ask)
    assert again.id == first.id
    assert len(calendar.rows(Appointment)) == 1


def test_a_slot_booked_by_another_is_refused_and_nothing_is_kept(calendar, contact):
    calendar.writing(service.book_slot, calendar.visitor(), TUESDAY_TEN, contact, calendar.now)
    with pytest.raises(SlotTaken):
        calendar.writing(service.book_slot, calendar.visitor(), TUESDAY_TEN, contact, calendar.now)
    assert len(calendar.rows(Appointment)) == 1
    assert calendar.rows(Hold) == []


def test_cancelling_frees_the_time_tells_the_chat_and_is_idempotent(calendar, contact):
    session = calendar.visitor()
    (visit,) = book(calendar, session, [hold(calendar, session)], contact)
    for _ in range(2):
        assert cancel(calendar, visit).status == AppointmentStatus.CANCELLED
    assert calendar.rows(Occupancy) == []
    assert [row.topic for row in calendar.rows(OutboxEntry)] == [
        "appointment_booked",
        "appointment_cancelled",
    ]
    assert "is cancelled: Tue 3 Mar, 10:00 am" in calendar.rows(Message)[-1].text
    assert len(calendar.rows(Message)) == 2
    with calendar.database.reading() as db:
        assert not transcript.find(db, session.id).booked
    assert hold(calendar, calendar.visitor())


def test_the_chat_stays_booked_while_another_visit_stands(combined, contact):
    session = combined.visitor()
    kept = [hold(combined, session), hold(combined, session, "max~medicine~video~20260304T170000Z")]
    visits = book(combined, session, kept, contact)
    cancel(combined, visits[0])
    with combined.database.reading() as db:
        assert transcript.find(db, session.id).booked


def test_a_cancelled_visit_is_not_booked_back_by_its_old_hold(calendar, contact):
    session = calendar.visitor()
    kept = hold(calendar, session)
    (visit,) = book(calendar, session, [kept], contact)
    cancel(calendar, visit)
    with pytest.raises(Conflict):
        book(calendar, session, [kept], contact)


def test_a_visit_that_has_begun_or_is_over_cannot_be_cancelled(calendar, contact):
    session = calendar.visitor()
    (visit,) = book(calendar, session, [hold(calendar, session)], contact)
    calendar.now = visit.start_at
    with pytest.raises(Conflict):
        cancel(calendar, visit)
    assert calendar.rows(Appointment)[0].status == AppointmentStatus.BOOKED


def test_a_visit_marked_as_arrived_cannot_be_cancelled(calendar, contact):
    session = calendar.visitor()
    (visit,) = book(calendar, session, [hold(calendar, session)], contact)
    with calendar.database.writing() as db:
        db.get_one(Appointment, visit.id).status = AppointmentStatus.ARRIVED
    with pytest.raises(Conflict):
        cancel(calendar, visit)


def test_an_appointment_outlives_its_erased_chat_and_is_cancelled_in_silence(calendar, contact):
    session = calendar.visitor()
    (visit,) = book(calendar, session, [hold(calendar, session)], contact)
    with calendar.database.writing() as db:
        transcript.erase_session(db, transcript.find(db, session.id), calendar.now)
    cancel(calendar, visit)
    assert calendar.rows(Message) == []


def test_an_appointment_without_a_chat_can_be_cancelled(calendar, contact):
    session = calendar.visitor()
    (visit,) = book(calendar, session, [hold(calendar, session)], contact)
    with calendar.database.writing() as db:
        db.get_one(Appointment, visit.id).session_id = None
    assert cancel(calendar, visit).status == AppointmentStatus.CANCELLED


def test_cancelling_what_does_not_exist_is_not_found(calendar):
    with pytest.raises(NotFound):
        calendar.writing(service.cancel, "f" * 32, calendar.now, actor="link")


def test_the_appointments_of_a_day_are_those_of_the_practice_day(calendar, contact):
    # 4:00 pm in Phoenix is 23:00 UTC: still Tuesday; the Wednesday 9:00 am visit is not of that day.
    for start in ("20260303T230000Z", "20260303T160000Z", "20260304T160000Z"):
        slot_id = f"ana~therapy~video~{start}"
        calendar.writing(service.book_slot, calendar.visitor(), slot_id, contact, calendar.now)
    with calendar.database.reading() as db:
        visits = service.appointments_on(db, date(2026, 3, 3), calendar.office.profile.zone)
    assert [visit.start_at.hour for visit in visits] == [16, 23]
