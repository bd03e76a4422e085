"""The app as a whole: what it refuses to start on, what every response carries, what errors look like."""

import asyncio

import pytest

from api.clock import ShiftedClock
from api.database import Base
from api.main import CannotStart, create_app
from api.practice import ProfileBroken
from api.settings import Settings
from tests.api.conftest import open_house
from tests.factories import OPEN_AT, make_settings
from tests.fakes import FakeBot, FakeEars

GOOD = {
    "signing_secret": "q8Zr2Kx9vT4mW7sN1bH5yC3dF6gJ0pLa",
    "service_token": "w8Zr2Kx9vT4mW7sN1bH5yC3dF6gJ0pLb",
    "bot_token": "e8Zr2Kx9vT4mW7sN1bH5yC3dF6gJ0pLc",
    "actions_token": "r8Zr2Kx9vT4mW7sN1bH5yC3dF6gJ0pLd",
    "audit_key": "t8Zr2Kx9vT4mW7sN1bH5yC3dF6gJ0pLe",
}


def test_the_settings_of_the_environment_are_read_when_none_are_given(tmp_path, monkeypatch):
    wanted = make_settings(tmp_path)
    monkeypatch.setenv("FRONTDESK_DATABASE_URL", wanted.database_url)
    monkeypatch.setenv("FRONTDESK_KEYS", wanted.keys.get_secret_value())
    monkeypatch.setenv("FRONTDESK_CLOCK", OPEN_AT.isoformat())
    app = create_app(bot=FakeBot(), ears=FakeEars())
    assert app.state.frontdesk.settings.database_url == wanted.database_url
    assert isinstance(app.state.frontdesk.clock, ShiftedClock)


def test_a_placeholder_secret_is_refused_outside_development(tmp_path):
    with pytest.raises(ValueError, match="FRONTDESK_SIGNING_SECRET"):
        make_settings(tmp_path, environment="production", **GOOD | {"signing_secret": "change-me" * 5})


@pytest.mark.parametrize(
    ("changes", "served"),
    [
        ({"host": "127.0.0.1"}, True),
        ({"host": "0.0.0.0"}, False),
        ({"host": "192.0.2.7", "environment": "test"}, False),
        ({"host": "0.0.0.0", "environment": "development"}, True),
        ({"host": "0.0.0.0", "behind_proxy": True, "base_url": "https://chat.example"}, True),
    ],
)
def test_plain_http_beyond_this_machine_is_refused_outside_development(tmp_path, changes, served):
    settings = make_settings(tmp_path, **{"environment": "production", **GOOD, **changes})
    if served:
        assert create_app(settings, bot=FakeBot(), ears=FakeEars())
    else:
        with pytest.raises(CannotStart, match="TLS"):
            create_app(settings, bot=FakeBot(), ears=FakeEars())


def test_a_proxy_without_its_https_address_is_refused(tmp_path):
    with pytest.raises(ValueError, match="FRONTDESK_BASE_URL"):
        make_settings(tmp_path, behind_proxy=True)


@pytest.mark.parametrize("trusted", ["*", "proxy.example", "10.0.0.0/33"])
def test_only_addresses_can_be_trusted_as_a_proxy(tmp_path, trusted):
    with pytest.raises(ValueError, match="FRONTDESK_TRUSTED_PROXIES"):
        make_settings(tmp_path, trusted_proxies=trusted)
    assert make_settings(tmp_path, trusted_proxies="10.0.0.0/8, ::1")


async def test_behind_a_proxy_browsers_are_told_to_insist_on_tls_and_otherwise_not(tmp_path, house):
    assert "strict-transport-security" not in (await house.client.get("/healthz")).headers
    (tmp_path / "other").mkdir()
    async with open_house(tmp_path / "other", behind_proxy=True, base_url="https://chat.example") as behind:
        for path in ("/", "/healthz", "/nowhere"):
            answer = await behind.client.get(path)
            assert answer.headers["strict-transport-security"] == "max-age=63072000"


async def test_every_answer_has_an_id_of_its_own_and_takes_none_over(house):
    given = {"X-Request-ID": "mine"}
    ids = {
        (await house.client.get(path, headers=given)).headers["x-request-id"] for path in ("/", "/", "/nowhere")
    }
    assert len(ids) == 3
    assert all(len(one) == 16 for one in ids)


def test_a_broken_profile_is_refused_with_file_line_and_reason(tmp_path):
    profile = tmp_path / "broken.yml"
    profile.write_text("id: broken\nname: [\n", encoding="utf-8")
    with pytest.raises(ProfileBroken, match=r"broken\.yml:\d+"):
        create_app(make_settings(tmp_path, practice=str(profile)))


def test_a_malformed_key_is_refused_without_being_shown(tmp_path):
    with pytest.raises(ValueError, match="FRONTDESK_KEYS") as refused:
        create_app(make_settings(tmp_path, keys="my-precious"))
    assert "precious" not in str(refused.value)


async def test_the_real_parts_start_and_stop_without_a_bot(tmp_path):
    settings = make_settings(tmp_path, bot_url="http://127.0.0.1:9", bot_warm_up_seconds=0.01)
    app = create_app(settings)
    Base.metadata.create_all(app.state.frontdesk.database.engine)
    async with app.router.lifespan_context(app):
        async with asyncio.timeout(5):
            while not app.state.chat.warm_up.is_over:
                await asyncio.sleep(0.01)
    assert isinstance(app.state.frontdesk.settings, Settings)


async def test_the_process_says_that_it_is_alive(house):
    answer = await house.client.get("/healthz")
    assert (answer.status_code, answer.json()) == (200, {"status": "ok"})


async def test_readiness_tells_of_database_and_bot(house):
    answer = await house.client.get("/readyz")
    assert (answer.status_code, answer.json()) == (200, {"database": True, "bot": True})


async def test_without_its_tables_the_api_is_not_ready(house):
    Base.metadata.drop_all(house.database.engine)
    answer = await house.client.get("/readyz")
    assert (answer.status_code, answer.json()) == (503, {"database": False})


@pytest.mark.parametrize("path", ["/healthz", "/api/chat/messages", "/nowhere"])
async def test_every_response_carries_the_security_headers(house, path):
    headers = (await house.client.get(path)).headers
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["referrer-policy"] == "no-referrer"
    assert "default-src 'none'" in headers["content-security-policy"]
    assert "frame-ancestors 'none'" in headers["content-security-policy"]


async def test_answers_of_the_api_are_never_cached(house, visitor):
    for path in ("/api/chat/messages", "/api/chat/transcript"):
        answer = await house.client.get(path, headers=visitor.headers)
        assert answer.headers["cache-control"] == "no-store"


async def test_a_page_brings_its_own_policy(house):
    policies = (await house.client.get("/chat")).headers.get_list("content-security-policy")
    assert len(policies) == 1
    assert "script-src 'self'" in policies[0]


async def test_an_unknown_path_is_an_error_of_the_same_shape(house):
    answer = await house.client.get("/nowhere")
    assert (answer.status_code, answer.json()["error"]) == (404, "NotFound")
    wrong = await house.client.put("/healthz")
    assert (wrong.status_code, wrong.json()["error"]) == (405, "MethodNotAllowed")


async def test_staff_without_a_sign_in_are_led_to_it(house):
    answer = await house.client.get("/staff/")
    assert (answer.status_code, answer.headers["location"]) == (303, "/staff/sign-in")
    fragment = await house.client.get("/staff/", headers={"HX-Request": "true"})
    assert fragment.headers["hx-redirect"] == "/staff/sign-in"


async def test_the_internal_calls_want_the_service_token(house):
    for headers in ({}, {"X-Frontdesk-Token": "forged"}):
        answer = await house.client.get("/internal/practice", headers=headers)
        assert (answer.status_code, answer.json()["error"]) == (401, "SignInRequired")


async def test_an_unexpected_failure_shows_lines_to_call_and_no_detail(house, visitor):
    from api.transcript.models import Message

    Message.__table__.drop(house.database.engine)
    answer = await visitor.send("my secret")
    assert (answer.status_code, answer.json()["error"]) == (500, "InternalError")
    assert "988" in answer.json()["detail"]
    assert [card["id"] for card in answer.json()["resources"]][:2] == ["us_911", "us_988"]
    assert answer.json()["request_id"] == answer.headers["x-request-id"]
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert "secret" not in answer.text
    assert "sqlite" not in answer.text.lower()


async def test_an_allowed_origin_may_call_and_another_may_not(tmp_path):
    from api.settings import ROOT

    text = (ROOT / "data/practices/tucson_integrative.yml").read_text(encoding="utf-8")
    profile = tmp_path / "practice.yml"
    profile.write_text(text + '\nallowed_origins: ["https://practice.example"]\n', encoding="utf-8")
    async with open_house(tmp_path, practice=str(profile)) as house:
        asked = {"Access-Control-Request-Method": "POST", "Access-Control-Request-Headers": "authorization"}
        for origin, allowed in (("https://practice.example", True), ("https://other.example", False)):
            answer = await house.client.options("/api/chat/messages", headers={"Origin": origin, **asked})
            assert (answer.headers.get("access-control-allow-origin") == origin) == allowed


async def test_notices_that_are_not_ours_go_to_staff(house, visitor):
    from api import outbox

    with house.database.writing() as db:
        outbox.put(db, "handoff_requested", {"handoff_id": "h"}, house.clock.now())
    await house.deliver()
    assert house.notifier.delivered == [("handoff_requested", {"handoff_id": "h"})]
