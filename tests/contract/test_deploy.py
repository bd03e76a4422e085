"""The files a practice copies to its server: they parse, harden what they promise to, and name nothing that is not there."""

import configparser
import re
import shutil
import subprocess

import pytest

from api.launch import environments
from api.settings import ROOT
from tests.contract.test_settings_documented import NAMES

FOLDER = ROOT / "deploy"
UNIT, CADDY, CONTAINER = (FOLDER / name for name in ("frontdesk.service", "Caddyfile", "Containerfile"))
FILES = sorted(path for path in FOLDER.iterdir() if path.is_file())
RUNNING = (ROOT / "docs/running.md").read_text("utf-8")


def _unit():
    parser = configparser.RawConfigParser(strict=False)
    parser.optionxform = str
    parser.read_string(UNIT.read_text("utf-8"))
    return parser


def _instructions():
    joined = CONTAINER.read_text("utf-8").replace("\\\n", " ")
    lines = [line for line in joined.splitlines() if line and not line.startswith("#")]
    return [tuple(line.split(maxsplit=1)) for line in lines]


@pytest.mark.parametrize("path", [*FILES, ROOT / "docs/running.md"], ids=lambda path: path.name)
def test_every_setting_that_is_named_exists(path):
    assert set(re.findall(r"FRONTDESK_[A-Z_]*[A-Z]\b", path.read_text("utf-8"))) - NAMES == set()


@pytest.mark.parametrize("path", [UNIT, CONTAINER], ids=lambda path: path.name)
def test_up_is_started_with_options_it_has(path):
    from tests.contract.test_addresses_and_commands import app, run

    shown = run(app, ["up", "--help"], env={"COLUMNS": "200", "TERM": "dumb"}).output
    line = next(
        line for line in path.read_text("utf-8").splitlines() if line.startswith(("ExecStart", 'CMD ["up'))
    )
    options = re.findall(r"--[a-z-]+", line)
    assert options
    assert [option for option in options if option not in shown] == []


# ---- systemd


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("User", "frontdesk"),
        ("NoNewPrivileges", "yes"),
        ("CapabilityBoundingSet", ""),
        ("ProtectSystem", "strict"),
        ("ProtectHome", "yes"),
        ("PrivateTmp", "yes"),
        ("PrivateDevices", "yes"),
        ("ProtectKernelTunables", "yes"),
        ("RestrictSUIDSGID", "yes"),
        ("IPAddressDeny", "any"),
        ("IPAddressAllow", "localhost"),
        ("StateDirectoryMode", "0700"),
        ("UMask", "0077"),
    ],
)
def test_the_unit_is_unprivileged_closed_and_cut_off_from_other_machines(key, value):
    assert _unit().get("Service", key) == value


def test_the_unit_runs_in_production_and_keeps_its_data_where_it_may_write():
    text = UNIT.read_text("utf-8")
    assert "FRONTDESK_ENVIRONMENT=production" in text
    assert "FRONTDESK_VAR=/var/lib/frontdesk" in text
    assert _unit().get("Service", "StateDirectory") == "frontdesk"


def test_systemd_itself_reads_the_unit_where_there_is_one(tmp_path):
    if shutil.which("systemd-analyze"):
        # The same file, with a program and a folder that this machine has.
        text = UNIT.read_text("utf-8").replace("/opt/frontdesk", str(ROOT))
        (tmp_path / UNIT.name).write_text(text)
        command = ["systemd-analyze", "verify", "--man=no", str(tmp_path / UNIT.name)]
        done = subprocess.run(command, capture_output=True, text=True)
        assert (done.returncode, done.stderr) == (0, "")


# ---- Caddy


def test_the_proxy_hides_what_is_not_for_visitors_and_insists_on_tls():
    text = CADDY.read_text("utf-8")
    assert re.search(r"@private path /internal /internal/\* /metrics /readyz\n\trespond @private 404", text)
    assert "Strict-Transport-Security" in text
    assert "reverse_proxy 127.0.0.1:8000" in text
    assert text.count("{") == text.count("}")


def test_the_proxy_keeps_no_addresses_of_visitors_and_streams_at_once():
    text = CADDY.read_text("utf-8")
    assert not re.search(r"^\s*log\b", text, re.M)
    assert "flush_interval -1" in text
    assert "trusted_proxies" not in re.sub(r"#.*", "", text)


# ---- container


def test_everything_the_container_copies_is_there():
    for name, rest in _instructions():
        if name == "COPY":
            *sources, _ = [word for word in rest.split() if not word.startswith("--")]
            assert [source for source in sources if not (ROOT / source).exists()] == []


def test_everything_the_product_needs_is_copied():
    copied = {word for name, rest in _instructions() if name == "COPY" for word in rest.split()}
    needed = {
        "requirements",
        "frontdesk",
        "pyproject.toml",
        "config.yml",
        "domain.yml",
        "data",
        "bot",
        "actions",
        "api",
    }
    assert needed - copied == set()


def test_both_environments_are_made_from_their_lock_files_by_hash():
    text = CONTAINER.read_text("utf-8")
    for name, version in environments.PYTHON_VERSIONS.items():
        assert f"uv venv --python {version} var/env/{name}" in text
        synced = rf"uv pip sync [^\n]*--require-hashes --python var/env/{name}/bin/python requirements/{name}\.txt"
        assert re.search(synced, text)
        # What the launcher compares: equal, so that a start installs nothing.
        assert f"cp requirements/{name}.txt var/env/{name}/.lock" in text


def test_the_container_is_not_root_keeps_its_data_in_a_volume_and_says_whether_it_lives():
    names = [name for name, _ in _instructions()]
    users = [rest for name, rest in _instructions() if name == "USER"]
    assert users == ["frontdesk"]
    assert names.index("USER") < names.index("COPY")
    assert ("VOLUME", "/app/var/data") in _instructions()
    assert any(name == "HEALTHCHECK" and "/healthz" in rest for name, rest in _instructions())
    assert "FRONTDESK_VAR=/app/var/data" in CONTAINER.read_text("utf-8")


def test_no_secret_stands_in_a_file_of_this_folder():
    for path in FILES:
        found = re.findall(r"^(?!#).*(?:TOKEN|SECRET|KEYS?|PASSWORD)=\S+", path.read_text("utf-8"), re.M)
        assert found == [], path


# ---- the page about it


@pytest.mark.parametrize("title", ["## Serving it", "## Upgrading", "## Watching it"])
def test_the_page_about_running_it_has_its_sections(title):
    assert f"\n{title}\n" in RUNNING


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.name)
def test_every_file_of_this_folder_is_explained(path):
    assert f"deploy/{path.name}" in RUNNING


def test_every_count_is_explained():
    from api.measures import Measures
    from api.metrics import KINDS

    names = {metric.name for metric in Measures(KINDS).registry.collect()}
    names |= {"frontdesk_outbox_waiting", "frontdesk_outbox_oldest_age_seconds"}
    names |= {"frontdesk_bot_ready", "frontdesk_streams_open"}
    assert {name for name in names if name not in RUNNING} == set()
