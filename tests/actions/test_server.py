"""The action server over HTTP: token, calls without a domain, errors without content, a wrong value rejected."""

from collections.abc import AsyncIterator
from typing import Any

import httpx
import pytest

from actions.practice_api import PracticeApi
from actions.server import LARGEST_BODY, build_executor, create_app
from tests.actions.fake_practice import NOW, FakePractice

ACTIONS_TOKEN = "actions-token-of-the-tests"
SECRET_WORDS = "something only the visitor may read"


@pytest.fixture
async def server(desk: PracticeApi) -> AsyncIterator[httpx.AsyncClient]:
    transport = httpx.ASGITransport(app=create_app(desk, ACTIONS_TOKEN))
    headers = {"X-Frontdesk-Token": ACTIONS_TOKEN}
    async with httpx.AsyncClient(transport=transport, base_url="http://actions", headers=headers) as client:
        yield client


def call(action: str, slots: dict[str, Any] | None = None, **message: Any) -> dict[str, Any]:
    """What Rasa posts with `enable_selective_domain: true`: there is no domain in it."""
    metadata = {"turn_id": "turn-1", "now": NOW, "deadline_at": "2026-03-02T17:00:10Z", "language": "en"}
    latest = {"text": "", "intent": {"name": "inform"}, "metadata": metadata, **message}
    tracker = {
        "sender_id": "session-0001",
        "slots": slots or {},
        "latest_message": latest,
        "events": [],
        "paused": False,
        "active_loop": {},
        "latest_action_name": "action_listen",
    }
    return {"next_action": action, "sender_id": "session-0001", "tracker": tracker, "version": "3.6.21"}


def slots_of(answer: httpx.Response) -> dict[str, Any]:
    return {event["name"]: event["value"] for event in answer.json()["events"] if event["event"] == "slot"}


async def test_a_call_without_a_domain_is_answered(server: httpx.AsyncClient) -> None:
    answer = await server.post("/webhook", json=call("validate_intake_form", intent={"name": "greet"}))
    assert answer.status_code == 200
    assert slots_of(answer)["requested_slot"] == "concerns"


@pytest.mark.parametrize("wrong", ["dragon", "", 7, None, {"a": 1}])
async def test_a_wrong_value_in_a_live_form_is_rejected(server: httpx.AsyncClient, wrong: Any) -> None:
    known = {"requested_slot": "age_group", "concerns": ["sleep"], "safety_check": "no", "seeker": "self"}
    findings = {"facts": {"age_group": wrong}, "pressed": True}
    answer = await server.post("/webhook", json=call("validate_intake_form", known, findings=findings))
    assert "age_group" not in slots_of(answer)
    assert slots_of(answer)["requested_slot"] == "age_group"


async def test_a_right_value_in_a_live_form_is_accepted(server: httpx.AsyncClient) -> None:
    known = {"requested_slot": "age_group", "concerns": ["sleep"], "safety_check": "no", "seeker": "self"}
    findings = {"facts": {"age_group": "teen_13_17"}, "pressed": True}
    answer = await server.post("/webhook", json=call("validate_intake_form", known, findings=findings))
    assert slots_of(answer)["age_group"] == "teen_13_17"


@pytest.mark.parametrize("token", ["", "wrong", ACTIONS_TOKEN + "x", "é"])
async def test_without_the_token_nothing_runs(
    server: httpx.AsyncClient, practice: FakePractice, token: str
) -> None:
    headers = {"X-Frontdesk-Token": token.encode()}
    body = call("validate_intake_form", intent={"name": "request_human"})
    answer = await server.post("/webhook", json=body, headers=headers)
    assert answer.status_code == 401
    assert practice.calls == []


async def test_an_unknown_action_is_not_found(server: httpx.AsyncClient) -> None:
    answer = await server.post("/webhook", json=call("action_of_nobody"))
    assert answer.status_code == 404


@pytest.mark.parametrize("body", [b"", b"not json", b'{"next_action": "validate_intake_form"}', b"[]"])
async def test_a_call_of_another_shape_is_answered_without_its_content(
    server: httpx.AsyncClient, body: bytes
) -> None:
    answer = await server.post("/webhook", content=body)
    assert answer.status_code == 500
    assert answer.json() == {"error": "FrontdeskError", "detail": ""}


async def test_an_error_tells_neither_the_answer_nor_the_log_what_was_said(
    server: httpx.AsyncClient, caplog: pytest.LogCaptureFixture
) -> None:
    body = call("validate_intake_form", {"windows": SECRET_WORDS, "asked": 5}, text=SECRET_WORDS)
    answer = await server.post("/webhook", json=body)
    assert answer.status_code == 500
    assert SECRET_WORDS not in answer.text
    assert SECRET_WORDS not in caplog.text
    assert "action failed" in caplog.text


async def test_a_body_beyond_measure_is_refused(server: httpx.AsyncClient) -> None:
    answer = await server.post("/webhook", content=b" " * (LARGEST_BODY + 1))
    assert answer.status_code == 413


async def test_health_needs_no_token(server: httpx.AsyncClient) -> None:
    answer = await server.get("/health", headers={"X-Frontdesk-Token": ""})
    assert answer.json() == {"status": "ok"}


async def test_what_no_rule_foresaw_is_handed_to_the_form(server: httpx.AsyncClient) -> None:
    answer = await server.post("/webhook", json=call("action_default_fallback"))
    assert answer.json()["events"] == [{"event": "followup", "name": "intake_form"}]


def test_the_actions_are_those_of_the_domain(desk: PracticeApi) -> None:
    import yaml

    with open("domain.yml", encoding="utf-8") as file:
        domain = yaml.safe_load(file)
    names = [name if isinstance(name, str) else next(iter(name)) for name in domain["actions"]]
    assert sorted(build_executor(desk).actions) == sorted(names)
