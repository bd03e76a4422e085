"""What is offered to a chat: its own holds, its other visits, its language, its windows."""

from datetime import datetime, timedelta

import pytest

from api.errors import NotFound
from api.scheduling import offers, service
from api.scheduling.slots import Wanted, Window, to_wall

TUESDAY_TEN = "ana~therapy~video~20260303T170000Z"


def suggest(calendar, session, limit=6, **wanted):
    with calendar.database.reading() as db:
        asked = Wanted(wanted.pop("service", "therapy"), **wanted)
        return offers.suggest(db, calendar.office, asked, calendar.now, session.id, limit)


def shown(calendar, session=None, **wanted):
    session_id = session.id if session else None
    with calendar.database.reading() as db:
        asked = Wanted(wanted.pop("service", "therapy"), **wanted)
        slots = offers.free_slots(db, calendar.office, asked, calendar.now, session_id)
    return [slot.id for slot in slots]


def test_a_held_time_is_offered_to_nobody_but_the_one_who_holds_it(calendar):
    holder = calendar.visitor()
    calendar.writing(service.hold, holder, TUESDAY_TEN, calendar.now)
    assert TUESDAY_TEN not in shown(calendar)
    assert TUESDAY_TEN not in shown(calendar, calendar.visitor())
    assert TUESDAY_TEN in shown(calendar, holder)


def test_an_expired_hold_is_on_offer_again_before_anything_sweeps_it(calendar):
    calendar.writing(service.hold, calendar.visitor(), TUESDAY_TEN, calendar.now)
    calendar.now += timedelta(minutes=10)
    assert TUESDAY_TEN in shown(calendar)


def test_a_booked_time_is_offered_to_nobody_not_even_its_patient(calendar, contact):
    session = calendar.visitor()
    calendar.writing(service.book_slot, session, TUESDAY_TEN, contact, calendar.now)
    assert TUESDAY_TEN not in shown(calendar)
    assert TUESDAY_TEN not in shown(calendar, session)


@pytest.mark.parametrize("booked", [True, False])
def test_the_second_visit_of_combined_care_is_not_offered_during_the_first(
    calendar, contact, make_office, make_profile, make_person, booked
):
    people = [make_person(), make_person(id="max", services=["medicine"], prescribes=True)]
    calendar.office = make_office(make_profile(practitioners=people))
    session = calendar.visitor()
    kept = calendar.writing(service.hold, session, TUESDAY_TEN, calendar.now)
    if booked:
        calendar.writing(service.book, session, [kept.id], contact, calendar.now)
    same_time = "max~medicine~video~20260303T170000Z"
    assert same_time not in shown(calendar, session, service="medicine")
    assert same_time in shown(calendar, calendar.visitor(), service="medicine")


def test_a_spanish_chat_is_offered_who_speaks_spanish(calendar, make_office, make_profile, make_person):
    people = [make_person(), make_person(id="bea", languages=["es"])]
    calendar.office = make_office(make_profile(practitioners=people))
    found = suggest(calendar, calendar.visitor("es"), language="es")
    assert {slot.practitioner.id for slot in found.slots} == {"bea"}


def test_when_nobody_speaks_the_language_everybody_is_offered(calendar):
    found = suggest(calendar, calendar.visitor("es"), language="es")
    assert {slot.practitioner.id for slot in found.slots} == {"ana"}


def test_times_in_the_windows_are_exact(calendar):
    window = Window(datetime(2026, 3, 4, 13), datetime(2026, 3, 4, 15))
    found = suggest(calendar, calendar.visitor(), windows=(window,))
    assert found.exact
    walls = [to_wall(slot.start, calendar.office.profile.zone) for slot in found.slots]
    assert walls == [datetime(2026, 3, 4, 13), datetime(2026, 3, 4, 13, 30), datetime(2026, 3, 4, 14)]


def test_nothing_in_the_windows_gives_the_nearest_and_says_so(calendar):
    window = Window(datetime(2026, 3, 7, 9), datetime(2026, 3, 7, 12))
    found = suggest(calendar, calendar.visitor(), windows=(window,))
    assert not found.exact
    assert len(found.slots) == 6


def test_when_nobody_is_licensed_there_is_nothing_and_it_is_not_exact(calendar):
    found = suggest(calendar, calendar.visitor(), state="NM")
    assert found.slots == []
    assert not found.exact


def test_an_unknown_service_is_not_found(calendar):
    with pytest.raises(NotFound):
        shown(calendar, service="yoga")


@pytest.mark.parametrize(
    ("wanted", "people"),
    [
        ({}, {"ana", "bea", "cy"}),
        ({"modality": "in_person"}, {"bea"}),
        ({"state": "NV"}, {"cy"}),
        ({"age_group": "teen_13_17"}, {"bea"}),
        ({"language": "es"}, {"cy"}),
        ({"practitioner": "ana"}, {"ana"}),
        ({"state": "NV", "age_group": "teen_13_17"}, set()),
    ],
)
def test_every_wish_narrows_who_is_offered(calendar, make_office, make_profile, make_person, wanted, people):
    staff = [
        make_person(),
        make_person(id="bea", modalities=["video", "in_person"], ages=["adult_18_64", "teen_13_17"]),
        make_person(id="cy", states=["AZ", "NV"], languages=["en", "es"]),
    ]
    calendar.office = make_office(make_profile(practitioners=staff, states=["AZ", "NV"]))
    assert {slot_id.split("~")[0] for slot_id in shown(calendar, **wanted)} == people
