"""One's own account, and the people page: who may end, change and see what."""

import re
from datetime import timedelta

import pyotp
import pytest

from api.audit import AuditEvent
from api.staff.models import SignIn, StaffMember
from api.vocabulary import Role
from tests.api.console.conftest import PASSWORD, Desk


@pytest.fixture
async def open_desk(house, members):
    """Opens browsers."""
    desks = []

    async def opened(role, **headers):
        desk = Desk(house)
        desks.append(desk)
        assert (await desk.sign_in(role, **headers)).status_code == 303
        return desk

    yield opened
    for desk in desks:
        await desk.client.aclose()


async def press(desk, path, **fields):
    return await desk.client.post(path, data={"csrf_token": desk.csrf, **fields})


def member(house, role):
    return house.read(lambda db: db.query(StaffMember).filter_by(email=f"{role}@example.org").one())


def actions(house):
    return [entry.action for entry in house.rows(AuditEvent)]


async def test_a_member_sees_their_browsers_and_ends_one(open_desk, house):
    agent = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0"
    other = await open_desk(Role.CLINICIAN, **{"user-agent": agent})
    house.clock.instant += timedelta(minutes=1)
    desk = await open_desk(Role.CLINICIAN)
    page = (await desk.get("/staff/account")).text
    assert "Firefox, Linux" in page
    assert page.count("this browser") == 1
    (path,) = re.findall(r'action="(/staff/account/sign-ins/\w+/end)"', page)
    assert (await press(desk, path)).status_code == 303
    assert (await other.get("/staff/")).headers["location"] == "/staff/sign-in"
    assert (await desk.get("/staff/")).status_code == 200
    assert actions(house)[-1] == "sign_in.end"


async def test_nobody_ends_a_colleagues_sign_in_from_their_own_page(open_desk, house):
    desk, colleague = await open_desk(Role.CLINICIAN), await open_desk(Role.FRONT_DESK)
    theirs = house.read(
        lambda db: db.query(SignIn).filter_by(staff_member_id=member(house, Role.FRONT_DESK).id).one()
    )
    assert (await press(desk, f"/staff/account/sign-ins/{theirs.id}/end")).status_code == 404
    assert (await colleague.get("/staff/")).status_code == 200


async def test_signing_out_elsewhere_spares_the_browser_at_hand(open_desk):
    first, second, desk = [await open_desk(Role.CLINICIAN) for _ in range(3)]
    await press(desk, "/staff/account/sign-out-elsewhere")
    assert [(await each.get("/staff/")).status_code for each in (first, second, desk)] == [303, 303, 200]


async def test_a_new_password_wants_the_present_one_and_signs_out_everywhere_else(open_desk, house):
    other, desk = await open_desk(Role.CLINICIAN), await open_desk(Role.CLINICIAN)
    wrong = await press(desk, "/staff/account/password", present="guess", password="a-word-of-my-own")
    assert (wrong.status_code, "not your password" in wrong.text) == (403, True)
    assert (await other.get("/staff/")).status_code == 200
    done = await press(desk, "/staff/account/password", present=PASSWORD, password="a-word-of-my-own")
    assert (done.status_code, (await other.get("/staff/")).status_code) == (303, 303)
    assert (await Desk(house).sign_in(Role.CLINICIAN)).status_code == 403
    assert (await Desk(house).sign_in(Role.CLINICIAN, "a-word-of-my-own")).status_code == 303


async def test_present_passwords_cannot_be_tried_for_long(open_desk):
    desk = await open_desk(Role.CLINICIAN)
    for _ in range(10):
        await press(desk, "/staff/account/password", present="guess", password="a-word-of-my-own")
    answer = await press(desk, "/staff/account/password", present=PASSWORD, password="a-word-of-my-own")
    assert answer.status_code == 429


async def test_an_app_is_set_up_changed_and_removed_by_its_owner(open_desk, house):
    desk = await open_desk(Role.CLINICIAN)
    assert (await press(desk, "/staff/account/app", present="guess")).status_code == 403
    assert (await press(desk, "/staff/account/app", present=PASSWORD)).headers["location"] == "/staff/account/app"
    page = (await desk.get("/staff/account/app")).text
    app = pyotp.TOTP(re.search(r'id="secret">([^<]+)', page).group(1).replace(" ", ""))
    assert (await press(desk, "/staff/account/app/confirm", code="000000")).status_code == 403
    shown = await press(desk, "/staff/account/app/confirm", code=app.at(house.clock.now()))
    assert len(re.findall("<li><code>", shown.text)) == 10
    assert (await desk.get("/staff/account/app")).status_code == 404
    assert "10 recovery codes are left" in (await desk.get("/staff/account")).text
    fresh = await press(desk, "/staff/account/recovery-codes", present=PASSWORD)
    assert set(re.findall("<li><code>([^<]+)", fresh.text)).isdisjoint(re.findall("<li><code>([^<]+)", shown.text))
    assert (await press(desk, "/staff/account/app/remove", present=PASSWORD)).status_code == 303
    assert not member(house, Role.CLINICIAN).has_second_factor
    done = ["second_factor.begin", "second_factor.set_up", "recovery_code.renew", "second_factor.remove"]
    assert [action for action in actions(house) if action != "sign_in"] == done


@pytest.mark.parametrize("role", [Role.FRONT_DESK, Role.CLINICIAN, Role.AUDITOR])
async def test_only_administrators_see_and_change_people(open_desk, house, role):
    desk = await open_desk(role)
    target = member(house, Role.CLINICIAN).id
    assert (await desk.get("/staff/people")).status_code == 403
    assert "/staff/people" not in (await desk.get("/staff/")).text
    for path, fields in (("role", {"role": "auditor"}), ("sign-out", {}), ("shut-out", {}), ("let-in", {})):
        assert (await press(desk, f"/staff/people/{target}/{path}", **fields)).status_code == 403
    assert member(house, Role.CLINICIAN).role == Role.CLINICIAN


async def test_an_administrator_changes_a_role_and_it_holds_at_once(open_desk, house):
    desk, colleague = await open_desk(Role.ADMINISTRATOR), await open_desk(Role.CLINICIAN)
    target = member(house, Role.CLINICIAN).id
    assert (await press(desk, f"/staff/people/{target}/role", role="auditor")).status_code == 303
    assert actions(house)[-1] == "role.auditor"
    assert (await press(colleague, "/staff/chats/x/take-over")).status_code == 403
    assert (await press(desk, f"/staff/people/{target}/role", role="boss")).status_code == 400


async def test_an_administrator_signs_somebody_out_and_shuts_them_out(open_desk, house):
    desk, colleague = await open_desk(Role.ADMINISTRATOR), await open_desk(Role.CLINICIAN)
    target = member(house, Role.CLINICIAN).id
    page = (await desk.get("/staff/people")).text
    (path,) = re.findall(rf'action="(/staff/people/{target}/sign-ins/\w+/end)"', page)
    await press(desk, path)
    assert (await colleague.get("/staff/")).status_code == 303
    await colleague.sign_in(Role.CLINICIAN)
    await press(desk, f"/staff/people/{target}/sign-out")
    assert (await colleague.get("/staff/")).status_code == 303
    await press(desk, f"/staff/people/{target}/shut-out")
    assert (await colleague.sign_in(Role.CLINICIAN)).status_code == 403
    await press(desk, f"/staff/people/{target}/let-in")
    assert (await colleague.sign_in(Role.CLINICIAN)).status_code == 303
    assert [one for one in actions(house) if "staff." in one] == ["staff.disable", "staff.enable"]


async def test_the_last_administrator_cannot_give_it_up(open_desk, house):
    desk = await open_desk(Role.ADMINISTRATOR)
    answer = await press(desk, f"/staff/people/{member(house, Role.ADMINISTRATOR).id}/role", role="auditor")
    assert (answer.status_code, "somebody must stay administrator" in answer.text.lower()) == (409, True)
