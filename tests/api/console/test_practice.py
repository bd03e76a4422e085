"""The page for administrators: pausing the program, and whether the safety wording is signed."""

from datetime import date, timedelta

import pytest
from sqlalchemy.exc import OperationalError

from api import signing_off
from api.audit import AuditEvent
from api.chat import pausing
from api.transcript.models import Message
from api.vocabulary import Role


@pytest.fixture
async def administrator(stranger):
    assert (await stranger.sign_in(Role.ADMINISTRATOR)).status_code == 303
    return stranger


async def press(desk, change, csrf=None):
    form = {"csrf_token": desk.csrf if csrf is None else csrf}
    return await desk.client.post(f"/staff/practice/{change}", data=form)


def switch(house):
    return house.app.state.frontdesk.pause


@pytest.mark.parametrize("role", [Role.CLINICIAN, Role.FRONT_DESK, Role.AUDITOR])
async def test_only_an_administrator_may_pause(stranger, house, role):
    await stranger.sign_in(role)
    assert (await press(stranger, "pause")).status_code == 403
    assert (await stranger.get("/staff/practice")).status_code == 403
    assert "/staff/practice" not in (await stranger.get("/staff/")).text
    assert not switch(house).is_on


async def test_a_pause_needs_the_forms_own_token(administrator, house):
    assert (await press(administrator, "pause", csrf="guessed")).status_code == 403
    assert not switch(house).is_on


async def test_a_pause_is_set_written_down_and_told_to_chats_under_way_only(administrator, house):
    gone = await house.visitor("es")
    house.clock.instant += timedelta(minutes=61)
    here = await house.visitor("es")
    # The staff member's sign-in has gone idle meanwhile.
    await administrator.sign_in(Role.ADMINISTRATOR)
    assert (await press(administrator, "pause")).status_code == 303
    assert switch(house).read().by.startswith("staff:")
    assert "Acabamos de pausar" in (await here.texts())[-1]
    assert "(520) 555-0142" in (await here.texts())[-1]
    told = [row.session_id for row in house.rows(Message) if "Acabamos de pausar" in row.text]
    assert told == [here.session_id] != [gone.session_id]
    [event] = [row for row in house.rows(AuditEvent) if row.action.startswith("practice.")]
    assert (event.action, event.subject) == (pausing.PAUSE, "tucson_integrative")
    assert "The program is paused" in (await administrator.get("/staff/")).text


async def test_pressed_twice_nobody_is_told_twice(administrator, house):
    visitor = await house.visitor()
    for _ in range(2):
        await press(administrator, "pause")
    assert len([text for text in await visitor.texts() if "just now" in text]) == 1
    for _ in range(2):
        await press(administrator, "resume")
    assert not switch(house).is_on
    assert (await visitor.texts())[-1].startswith("The program answers here again")
    actions = [row.action for row in house.rows(AuditEvent) if row.action.startswith("practice.")]
    assert actions == [pausing.PAUSE, pausing.RESUME]


async def test_the_pause_holds_when_the_database_fails_and_says_that_chats_were_not_told(
    administrator, house, monkeypatch
):
    def fail(*_anything):
        raise OperationalError("x", {}, Exception())

    monkeypatch.setattr(pausing, "_tell", fail)
    answer = await press(administrator, "pause")
    assert answer.status_code == 503
    assert "could not be told" in answer.text
    assert switch(house).is_on


async def test_every_page_says_so_until_a_clinician_has_signed_the_present_words(
    administrator, house, monkeypatch
):
    assert "No clinician has signed" in (await administrator.get("/staff/")).text
    signing_off.write(house.settings.var, "Ana Ruiz", "LCSW", date(2026, 3, 2))
    assert "No clinician has signed" not in (await administrator.get("/staff/")).text
    assert "signed by Ana Ruiz, LCSW on 2026-03-02" in (await administrator.get("/staff/practice")).text
    monkeypatch.setattr(signing_off, "digest_of", lambda: "changed")
    page = (await administrator.get("/staff/practice")).text
    assert "have changed since Ana Ruiz, LCSW signed" in page
    assert "No clinician has signed the present" in page
