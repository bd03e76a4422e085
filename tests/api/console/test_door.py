"""Signing in with an app, from the first time to the lost telephone, as a browser does it."""

import re
from datetime import timedelta

import httpx
import pyotp
import pytest

from api.audit import AuditEvent
from api.staff import second_factor
from api.staff import service as staff
from api.staff.models import SignIn, StaffMember
from api.vocabulary import Role
from tests.api.conftest import open_house
from tests.api.console.conftest import HOST, PASSWORD

EMAIL = "clinician@example.org"


@pytest.fixture
async def strict(tmp_path):
    """A practice that asks everybody for a second factor; one member of each role."""
    async with open_house(tmp_path, second_factor="required") as house:
        with house.database.writing() as db:
            for role in Role:
                staff.add(db, f"{role}@example.org", str(role).title(), role, house.clock.now(), PASSWORD)
        yield house


class Browser:
    """A browser that goes where it is led and sends the forms it finds."""

    def __init__(self, house, address="198.51.100.7"):
        transport = httpx.ASGITransport(house.app, raise_app_exceptions=False, client=(address, 1))
        self.client = httpx.AsyncClient(transport=transport, base_url=HOST, follow_redirects=True)
        self.house = house

    async def sign_in(self, email=EMAIL, password=PASSWORD):
        self.page = await self.client.post("/staff/sign-in", data={"email": email, "password": password})
        return self.page

    async def send(self, **fields):
        """The form of the page in front."""
        action = re.search(r'<form method="post" action="([^"]+)"', self.page.text.split("<main")[1]).group(1)
        csrf = re.search(r'name="csrf_token" value="([^"]+)"', self.page.text).group(1)
        self.page = await self.client.post(action, data={"csrf_token": csrf, **fields})
        return self.page

    @property
    def heading(self):
        return re.search(r"<h1[^>]*>([^<]+)", self.page.text).group(1)

    def app(self):
        """The authenticator app, from the key on the page."""
        return pyotp.TOTP(re.search(r'id="secret">([^<]+)', self.page.text).group(1).replace(" ", ""))


@pytest.fixture
async def browser(strict):
    opened = Browser(strict)
    yield opened
    await opened.client.aclose()


@pytest.fixture
async def enrolled(browser, strict):
    """A clinician's app and recovery codes, set up an hour ago; nobody is signed in."""
    await browser.sign_in()
    app = browser.app()
    await browser.send(code=app.at(strict.clock.now()))
    codes = re.findall(r"<li><code>([^<]+)", browser.page.text)
    await browser.client.get("/staff/")
    browser.page = await browser.client.get("/staff/account")
    csrf = re.search(r'name="csrf_token" value="([^"]+)"', browser.page.text).group(1)
    await browser.client.post("/staff/sign-out", data={"csrf_token": csrf})
    strict.clock.instant += timedelta(hours=1)
    return app, codes


def actions(house):
    return [entry.action for entry in house.rows(AuditEvent)]


async def test_the_first_sign_in_sets_up_an_app_and_shows_recovery_codes_once(browser, strict):
    await browser.sign_in()
    assert browser.heading == "Set up your authenticator app"
    assert "<svg" in browser.page.text
    assert "style=" not in browser.page.text
    await browser.send(code=browser.app().at(strict.clock.now()))
    assert browser.heading == "Keep these recovery codes"
    assert len(re.findall(r"<li><code>", browser.page.text)) == 10
    assert (await browser.client.get("/staff/")).status_code == 200
    assert actions(strict)[-2:] == ["second_factor.set_up", "sign_in"]


async def test_the_password_alone_opens_no_page_and_acts_on_nothing(browser, strict):
    await browser.sign_in()
    browser.client.follow_redirects = False
    for path in ("/staff/", "/staff/account", "/staff/appointments", "/staff/chats/x"):
        assert (await browser.client.get(path)).headers["location"] == "/staff/sign-in"
    csrf = strict.rows(SignIn)[0].csrf_token
    answer = await browser.client.post("/staff/account/sign-out-elsewhere", data={"csrf_token": csrf})
    assert answer.headers["location"] == "/staff/sign-in"


async def test_a_wrong_first_code_leaves_the_same_key_on_the_page(browser):
    await browser.sign_in()
    key = browser.app().secret
    answer = await browser.send(code="000000")
    assert (answer.status_code, browser.app().secret) == (403, key)


async def test_a_code_of_the_app_lets_in(browser, strict, enrolled):
    app, _ = enrolled
    await browser.sign_in()
    assert browser.heading == "Enter your code"
    await browser.send(code=app.at(strict.clock.now()))
    assert browser.heading == "Inbox"


async def test_a_code_is_not_accepted_twice(browser, strict, enrolled):
    app, _ = enrolled
    code = app.at(strict.clock.now())
    await browser.sign_in()
    await browser.send(code=code)
    await browser.sign_in()
    assert (await browser.send(code=code)).status_code == 403
    assert browser.heading == "Enter your code"
    assert actions(strict)[-1] == "sign_in.wrong_code"


async def test_a_recovery_code_lets_in_once_and_is_written_down(browser, strict, enrolled):
    _, codes = enrolled
    await browser.sign_in()
    await browser.send(code=codes[3])
    assert browser.heading == "Inbox"
    assert actions(strict)[-3:-1] == ["recovery_code.use", "sign_in"] or "recovery_code.use" in actions(strict)
    await browser.sign_in()
    assert (await browser.send(code=codes[3])).status_code == 403


async def test_the_token_of_the_password_opens_nothing_after_the_code(browser, strict, enrolled):
    app, _ = enrolled
    await browser.sign_in()
    before = browser.client.cookies["frontdesk_staff"]
    await browser.send(code=app.at(strict.clock.now()))
    assert browser.client.cookies["frontdesk_staff"] != before


async def test_a_step_sent_by_another_site_is_refused(browser, strict, enrolled):
    app, _ = enrolled
    await browser.sign_in()
    answer = await browser.send(code=app.at(strict.clock.now()), csrf_token="x" * 43)
    assert answer.status_code == 403
    assert (await browser.client.get("/staff/")).url.path == "/staff/sign-in"


async def test_codes_cannot_be_tried_for_long(browser, strict, enrolled):
    app, _ = enrolled
    await browser.sign_in()
    for _ in range(10):
        assert (await browser.send(code="000000")).status_code == 403
    assert "Too many tries" in (await browser.send(code=app.at(strict.clock.now()))).text
    assert actions(strict)[-1] == "sign_in.throttled"


async def test_codes_cannot_be_tried_from_many_addresses_either(strict, enrolled):
    app, _ = enrolled
    for number in range(4):
        stranger = Browser(strict, f"203.0.113.{number}")
        await stranger.sign_in()
        for _ in range(9):
            await stranger.send(code="000000")
    assert "Too many tries" in stranger.page.text
    owner = Browser(strict, "198.51.100.7")
    await owner.sign_in()
    assert "Too many tries" in (await owner.send(code=app.at(strict.clock.now()))).text


async def test_an_attacker_stops_neither_a_known_browser_nor_another_address(browser, strict, enrolled):
    app, _ = enrolled
    attacker = Browser(strict)
    for _ in range(60):
        await attacker.sign_in(password="guess")
    assert attacker.page.status_code == 429
    await browser.sign_in()
    await browser.send(code=app.at(strict.clock.now()))
    assert browser.heading == "Inbox"
    elsewhere = Browser(strict, "192.0.2.99")
    assert (await elsewhere.sign_in()).status_code == 200
    assert elsewhere.heading == "Enter your code"


async def test_a_known_browser_is_known_for_its_owner_only_and_cannot_be_forged(browser, strict, enrolled):
    app, _ = enrolled
    await browser.sign_in()
    await browser.send(code=app.at(strict.clock.now()))
    attacker = Browser(strict)
    for email in ("x@example.org", EMAIL):
        for _ in range(25):
            await attacker.sign_in(email, "guess")
    assert (await browser.sign_in("front_desk@example.org")).status_code == 429
    browser.client.cookies.set("frontdesk_device", "forged." + "0" * 40, domain="desk.test", path="/staff")
    browser.client.cookies.delete("frontdesk_device", domain="desk.test", path="/staff")
    assert (await browser.sign_in()).status_code == 429


async def test_a_password_that_was_given_out_is_replaced_before_anything_opens(browser, strict, enrolled):
    app, _ = enrolled
    with strict.database.writing() as db:
        given = staff.give_password(staff.require(db, EMAIL))
    await browser.sign_in(password=given)
    await browser.send(code=app.at(strict.clock.now()))
    assert browser.heading == "Choose your own password"
    assert "at least 12 characters" in (await browser.send(password="short")).text
    assert "differs" in (await browser.send(password=given)).text
    await browser.send(password="a-word-of-my-own")
    assert browser.heading == "Inbox"


async def test_failed_attempts_are_written_down_by_id_and_never_by_what_was_typed(browser, strict):
    member = strict.read(lambda db: db.query(StaffMember).filter_by(email=EMAIL).one().id)
    await browser.sign_in(password="guess")
    await browser.sign_in("secret-typed-into-the-wrong-box", "guess")
    failed = [entry for entry in strict.rows(AuditEvent) if entry.action == "sign_in.failed"]
    assert [entry.subject for entry in failed] == [f"staff:{member}", "staff:unknown"]


async def test_where_a_second_factor_is_optional_it_is_asked_of_those_who_have_one(house, members):
    with house.database.writing() as db:
        member = staff.require(db, EMAIL)
        second_factor.prepare(member)
        assert second_factor.confirm(
            db, member, pyotp.TOTP(member.totp_secret).at(house.clock.now()), house.clock.now()
        )
    browser = Browser(house)
    await browser.sign_in()
    assert browser.heading == "Enter your code"
    await browser.sign_in("auditor@example.org")
    assert browser.heading == "Inbox"
