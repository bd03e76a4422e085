"""What `up` refuses at once, in words."""

import socket

import pytest

from api.launch import secrets, store, up
from api.launch.up import CannotStart


def test_a_port_in_use_is_refused_with_the_next_one_to_try():
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        with pytest.raises(CannotStart, match=f"port {port} .*in use.*--port {port + 1}"):
            up.refuse_taken_port("127.0.0.1", port)


def test_a_free_port_is_accepted():
    up.refuse_taken_port("127.0.0.1", up.free_port())


def test_every_process_gets_the_same_secrets_and_telemetry_is_off(tmp_path, monkeypatch):
    monkeypatch.setenv("FRONTDESK_VAR", str(tmp_path))
    values = up.environment(up.Options())
    assert values["RASA_TELEMETRY_ENABLED"] == "false"
    assert {program.environment["FRONTDESK_KEYS"] for program in up.programs(values).values()} == {
        values["FRONTDESK_KEYS"]
    }
    assert up.environment(up.Options())["FRONTDESK_KEYS"] == values["FRONTDESK_KEYS"]


def test_bot_and_actions_listen_on_loopback_only(tmp_path, monkeypatch):
    monkeypatch.setenv("FRONTDESK_VAR", str(tmp_path))
    command = up.programs(up.environment(up.Options(host="0.0.0.0")))["bot"].command
    assert command[command.index("-i") + 1] == "127.0.0.1"
    assert "--enable-api" not in command


def test_a_broken_profile_is_refused_with_file_line_and_reason(tmp_path, monkeypatch):
    monkeypatch.setenv("FRONTDESK_VAR", str(tmp_path))
    text = (store.ROOT / "data/practices/tucson_integrative.yml").read_text()
    broken = tmp_path / "broken.yml"
    broken.write_text(text.replace("tz: America/Phoenix", "tz: America/Pheonix"))
    line = next(n for n, row in enumerate(broken.read_text().splitlines(), 1) if row.startswith("tz:"))
    with pytest.raises(CannotStart, match=f"broken.yml:{line}: tz: .*Pheonix"):
        up.prepare({**secrets.load(tmp_path), "FRONTDESK_PRACTICE": str(broken)}, up.Options())


def test_a_broken_rules_file_is_refused_with_file_line_and_reason(tmp_path, monkeypatch):
    monkeypatch.setenv("FRONTDESK_VAR", str(tmp_path))
    broken = tmp_path / "pathways.yml"
    broken.write_text(store.RULES.read_text().replace("safety_tier == 'crisis'", "safety_teir == 'crisis'"))
    line = next(n for n, row in enumerate(broken.read_text().splitlines(), 1) if "safety_teir" in row)
    monkeypatch.setattr(store, "RULES", broken)
    with pytest.raises(CannotStart, match=f"pathways.yml:{line}: .*safety_teir"):
        up.prepare(secrets.load(tmp_path), up.Options())


def test_a_placeholder_secret_is_refused_outside_development_and_named(tmp_path, monkeypatch):
    monkeypatch.setenv("FRONTDESK_VAR", str(tmp_path))
    values = {**secrets.load(tmp_path), "FRONTDESK_ENVIRONMENT": "production", "FRONTDESK_BOT_TOKEN": "change-me"}
    with pytest.raises(CannotStart, match="FRONTDESK_BOT_TOKEN"):
        up.prepare(values, up.Options())


def test_plain_http_off_loopback_is_refused_unless_it_is_said_to_be_development(tmp_path, monkeypatch):
    monkeypatch.setenv("FRONTDESK_VAR", str(tmp_path))
    monkeypatch.delenv("FRONTDESK_ENVIRONMENT", raising=False)
    options = up.Options(host="0.0.0.0")
    with pytest.raises(CannotStart, match="--behind-proxy"):
        up.prepare(up.environment(options), options)
    monkeypatch.setenv("FRONTDESK_ENVIRONMENT", "development")
    up.prepare(up.environment(options), options)


def test_behind_a_proxy_it_may_be_served_and_its_addresses_are_https(tmp_path, monkeypatch):
    monkeypatch.setenv("FRONTDESK_VAR", str(tmp_path))
    options = up.Options(host="0.0.0.0", behind_proxy=True)
    values = up.environment(options)
    up.prepare(values, options)
    assert values["FRONTDESK_BASE_URL"].startswith("https://")
    assert values["FRONTDESK_BEHIND_PROXY"] == "true"


def test_in_production_the_address_behind_a_proxy_must_be_named(tmp_path, monkeypatch):
    monkeypatch.setenv("FRONTDESK_VAR", str(tmp_path))
    monkeypatch.setenv("FRONTDESK_ENVIRONMENT", "production")
    options = up.Options(behind_proxy=True)
    with pytest.raises(CannotStart, match="FRONTDESK_BASE_URL"):
        up.prepare(up.environment(options), options)
    monkeypatch.setenv("FRONTDESK_BASE_URL", "https://chat.practice.example")
    up.prepare(up.environment(options), options)


def test_the_word_of_a_proxy_is_taken_behind_one_only_and_from_its_addresses_only(tmp_path, monkeypatch):
    monkeypatch.setenv("FRONTDESK_VAR", str(tmp_path))
    monkeypatch.setenv("FRONTDESK_TRUSTED_PROXIES", "10.0.0.5")
    alone = up.programs(up.environment(up.Options()))["api"].command
    assert "--no-proxy-headers" in alone
    behind = up.programs(up.environment(up.Options(behind_proxy=True)))["api"].command
    assert behind[behind.index("--forwarded-allow-ips") + 1] == "10.0.0.5"
    assert "--no-proxy-headers" not in behind


@pytest.mark.parametrize(
    ("host", "inward"), [("127.0.0.1", "127.0.0.1"), ("0.0.0.0", "127.0.0.1"), ("10.0.0.7", "10.0.0.7")]
)
def test_the_actions_find_the_api_wherever_it_listens(tmp_path, monkeypatch, host, inward):
    monkeypatch.setenv("FRONTDESK_VAR", str(tmp_path))
    assert up.environment(up.Options(host=host))["FRONTDESK_API_URL"] == f"http://{inward}:8000"


def test_no_process_starts_threads_that_wait_in_circles():
    values = up.environment(up.Options())
    assert {name: values[name] for name in up.ONE_THREAD} == {"OPENBLAS_NUM_THREADS": "1", "OMP_NUM_THREADS": "1"}
