"""Addresses and commands that scripts rely on exist; what is not built yet says so."""

import re

import pytest
from starlette.routing import Mount
from typer.testing import CliRunner

from api.cli import LATER, NOT_BUILT, app
from api.main import create_app
from api.settings import ROOT
from tests.factories import make_settings
from tests.fakes import FakeBot, FakeEars, FakeNotifier

PUBLIC = {
    "POST /api/chat/sessions",
    "POST /api/chat/consent",
    "POST /api/chat/messages",
    "GET /api/chat/messages",
    "GET /api/chat/stream",
    "POST /api/chat/help-now",
    "DELETE /api/chat/session",
    "GET /api/chat/transcript",
    "GET /api/availability",
    "POST /api/appointments",
    "GET /a/{signed}",
    "POST /a/{signed}",
    "GET /widget.js",
    "GET /chat",
    "GET /",
    "GET /safety",
    "GET /privacy",
    "GET /healthz",
    "GET /readyz",
    "GET /metrics",
    "GET /staff/",
}
COMMANDS = (
    "up",
    "test",
    "train",
    "screen",
    "understand",
    "times",
    "route",
    "evaluate",
    "journey",
    "bench",
    "lock",
)
ADMINISTRATION = ("staff", "practice", "rules", "keys", "purge", "backup", "restore", "audit")
KEEPING = ("keys", "purge", "backup", "restore", "audit")
PROTOCOLS = (ROOT / "docs/protocols.md").read_text("utf-8")
run = CliRunner().invoke


@pytest.fixture(scope="module")
def routes(tmp_path_factory):
    parts = {"bot": FakeBot(), "ears": FakeEars(), "notifier": FakeNotifier()}
    made = create_app(make_settings(tmp_path_factory.mktemp("app")), **parts)
    yield {
        f"{method} {route.path}" for route in _all(made.routes) for method in getattr(route, "methods", None) or ()
    }
    made.state.frontdesk.database.close()


def _all(routes):
    for route in routes:
        if isinstance(route, Mount):
            continue
        inner = getattr(route, "original_router", None)
        yield from _all(inner.routes) if inner else [route]


def test_every_address_of_the_contract_is_served(routes):
    assert PUBLIC - routes == set()


def test_every_call_of_the_protocol_is_served(routes):
    calls = set(re.findall(r"`((?:GET|POST|DELETE) /internal/[\w/]+)`", PROTOCOLS))
    assert len(calls) == 6
    assert calls - routes == set()


def test_every_internal_call_is_in_the_protocol(routes):
    served = {route for route in routes if "/internal/" in route and not route.startswith("HEAD")}
    assert served - set(re.findall(r"`((?:GET|POST|DELETE) /internal/[\w/]+)`", PROTOCOLS)) == set()


def test_nothing_describes_the_api_to_strangers(routes):
    assert not {route for route in routes if re.search(r"openapi|/docs|redoc", route)}


@pytest.mark.parametrize("name", [*COMMANDS, *ADMINISTRATION])
def test_every_command_of_the_contract_is_in_the_help(name):
    assert re.search(rf"^\W*{name}\b", run(app, ["--help"]).output, re.M)


@pytest.mark.parametrize("name", ["add", "reset", "list"])
def test_the_commands_for_staff_are_in_their_help(name):
    assert re.search(rf"^\W*{name}\b", run(app, ["staff", "--help"]).output, re.M)


@pytest.mark.parametrize("name", sorted(LATER))
def test_what_is_not_built_says_so_and_exits_three(name):
    answer = run(app, [name, "anything"])
    assert answer.exit_code == NOT_BUILT == 3
    assert "not built yet" in answer.output


@pytest.mark.parametrize(
    "name",
    [
        *("up", "test", "lock", "train", "screen", "understand", "times", "route", "journey", "staff", "practice"),
        *KEEPING,
    ],
)
def test_what_this_release_promises_is_built(name):
    assert name not in LATER


@pytest.mark.parametrize(
    ("command", "options"),
    [("up", ["--practice", "--port", "--host", "--demo", "--behind-proxy"]), ("train", ["--force"])],
)
def test_a_command_has_the_options_of_the_contract(command, options):
    shown = run(app, [command, "--help"], env={"COLUMNS": "200", "TERM": "dumb"}).output
    assert [option for option in options if option not in shown] == []
