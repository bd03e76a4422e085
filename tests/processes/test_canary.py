"""What people type is found in no log, metric, mail, webhook, outbox row or error page, whatever fails."""

import secrets
from dataclasses import dataclass, replace

import httpx
import pytest
import pytest_asyncio

from api.launch import up
from api.launch.processes import Supervisor
from api.settings import Settings
from tests.journeys import house as houses
from tests.processes import leaks

FAILING = {
    "actions.server": "tests.processes.failing_actions",
    "bot/credentials.yml": "tests/processes/failing_credentials.yml",
}
pytestmark = pytest.mark.asyncio(loop_scope="module")


@dataclass
class Found:
    """Where words could have turned up, after everything was typed."""

    words: leaks.Words
    logs: dict[str, str]
    metrics: str
    outbox: list[str]
    errors: list[str]
    outside: leaks.Outside
    fault: httpx.Response


@pytest_asyncio.fixture(scope="module", loop_scope="module", params=["development", "production"])
async def found(request):
    with pytest.MonkeyPatch.context() as patched, leaks.Outside() as outside, houses.temporary_folder() as folder:
        patched.setenv("FRONTDESK_ENVIRONMENT", request.param)
        token = secrets.token_urlsafe(32)
        values = houses.values_for(folder, up.free_port())
        values |= {"FRONTDESK_METRICS_TOKEN": token, "FRONTDESK_SECOND_FACTOR": "optional", **outside.settings()}
        supervisor = Supervisor(folder / "logs")
        await houses.start_api(supervisor, values, None)
        for name in ("actions", "bot"):
            program = up.programs(values)[name]
            command = tuple(FAILING.get(word, word) for word in program.command)
            supervisor.start(replace(program, command=command))
        ready = f"{values['FRONTDESK_BOT_URL']}/webhooks/frontdesk/ready"
        assert await up.answers(ready, 180, {"X-Frontdesk-Token": values["FRONTDESK_BOT_TOKEN"]})
        yield await houses.asyncio.to_thread(_type, values, folder, outside, token)
        supervisor.stop()
        await supervisor.wait()


def _type(values, folder, outside, token):
    words, base_url, file = leaks.Words(), values["FRONTDESK_BASE_URL"], str(folder / "frontdesk.db")
    with httpx.Client(base_url=base_url, timeout=60) as one, httpx.Client(base_url=base_url, timeout=60) as other:
        visitor, staff = leaks.Typist(one, words), leaks.Typist(other, words)
        leaks.type_as_visitor(visitor)
        leaks.type_as_staff(staff, houses.STAFF_EMAIL, houses.STAFF_PASSWORD, visitor.session_id)
        for trouble in ("action", "bot"):
            troubled = leaks.Typist(one, words, visitor.errors)
            troubled.open()
            troubled.consent()
            troubled.say(f"hello there {words.new(trouble)}")
        outside.wait_for_both()
        fault = leaks.break_the_database(troubled, file)
    # On a line of its own: the server hangs up after a fault.
    metrics = httpx.get(f"{base_url}/metrics", headers={"Authorization": f"Bearer {token}"}).text
    logs = {path.name: path.read_text(errors="replace") for path in (folder / "logs").iterdir()}
    return Found(
        words, logs, metrics, leaks.rows_of(file, "outbox_entry"), visitor.errors + staff.errors, outside, fault
    )


async def test_everything_that_was_to_go_wrong_went_wrong(found):
    assert len(found.words.typed) > 20
    assert set(found.logs) == {"api.log", "actions.log", "bot.log"}
    assert leaks.lines_about(found.logs["actions.log"], "action failed: ValueError")
    assert leaks.lines_about(found.logs["bot.log"], "RuntimeError")
    assert len(leaks.lines_about(found.logs["api.log"], "turn_given_up")) == 2
    assert leaks.lines_about(
        found.logs["api.log"], "request_failed.*OperationalError|OperationalError.*request_failed"
    )
    assert found.fault.status_code == 500
    assert len(found.errors) > 10
    assert found.outbox
    assert 'frontdesk_alerts_total{tier="crisis"}' in found.metrics


async def test_no_log_holds_a_word_that_was_typed(found):
    assert {name: found.words.within(text) for name, text in found.logs.items() if found.words.within(text)} == {}


async def test_no_metric_holds_a_word_that_was_typed(found):
    assert found.words.within(found.metrics) == []


async def test_no_row_of_the_outbox_holds_a_word_that_was_typed(found):
    assert found.words.within("\n".join(found.outbox)) == []


async def test_no_error_page_holds_a_word_that_was_typed(found):
    assert [error for error in found.errors if found.words.within(error)] == []


async def test_nothing_that_left_the_machine_holds_a_word_that_was_typed(found):
    has_channels = "webhook" in Settings.model_fields
    assert bool(found.outside.hooks) == has_channels
    assert bool(found.outside.mails) == has_channels
    assert found.words.within("\n".join([*found.outside.hooks, *found.outside.mails])) == []
