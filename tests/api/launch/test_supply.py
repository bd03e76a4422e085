"""The bill of materials, and the judgement on advisories, which must never call silence safety."""

import json
import re

import pytest

from api.launch import advisories, environments, sbom
from api.settings import ROOT
from bot.absent import LIBRARIES

LOCKS = {name: (ROOT / f"requirements/{name}.txt").read_text("utf-8") for name in environments.PYTHON_VERSIONS}
PAGE = advisories.PAGE.read_text("utf-8")


def _report(name, vulns=None, skipped=()):
    found = []
    for package in sbom.packages(LOCKS[name]):
        row = {"name": package.name, "version": package.version}
        if package.name in skipped:
            found.append({"name": package.name, "skip_reason": "not found"})
        else:
            ids = (vulns or {}).get(package.name, ())
            found.append({**row, "vulns": [{"id": one} for one in ids]})
    return {"dependencies": found}


@pytest.mark.parametrize("name", sorted(LOCKS))
def test_the_bill_names_every_locked_package_with_every_digest(name):
    parts = sbom.bill(name)["components"]
    assert len(parts) == len(re.findall(r"^[A-Za-z0-9][^\n]*==", LOCKS[name], re.M))
    assert sum(len(part["properties"]) for part in parts) == LOCKS[name].count("--hash=sha256:")
    assert len({part["purl"] for part in parts}) == len(parts)


def test_the_same_lock_file_gives_the_same_bill(tmp_path):
    first, second = sbom.write(tmp_path / "a"), sbom.write(tmp_path / "b")
    assert [path.name for path in first] == ["bot.cdx.json", "app.cdx.json"]
    assert [path.read_bytes() for path in first] == [path.read_bytes() for path in second]
    assert json.loads(first[0].read_text())["specVersion"] == "1.5"


def test_a_package_without_a_digest_makes_no_bill():
    with pytest.raises(ValueError, match="loose"):
        list(sbom.packages("loose==1.0\n"))


@pytest.mark.parametrize("name", sorted(LOCKS))
def test_nothing_found_in_anything_is_a_pass(name):
    assert advisories.judge(name, _report(name)).exit_code == 0


def test_an_advisory_in_the_environment_that_faces_the_network_is_never_excused():
    verdict = advisories.judge("app", _report("app", {"pydantic": ["PYSEC-1"]}))
    assert (verdict.exit_code, verdict.answered) == (1, ())


def test_an_advisory_that_the_page_answers_passes_and_another_does_not():
    assert advisories.judge("bot", _report("bot", {"tensorflow": ["PYSEC-2"]})).exit_code == 0
    verdict = advisories.judge("bot", _report("bot", {"cryptography": ["PYSEC-3"], "tensorflow": ["PYSEC-2"]}))
    assert verdict.exit_code == 1
    assert len(verdict.opened) == len(verdict.answered) == 1


def test_what_was_not_looked_up_is_no_pass_and_is_said(tmp_path, capsys):
    everything = {package.name for package in sbom.packages(LOCKS["bot"])}
    report = tmp_path / "report.json"
    report.write_text(json.dumps(_report("bot", skipped=everything)))
    assert advisories.main("bot", str(report)) == 2
    assert f"NOT AUDITED: {len(everything)} packages" in capsys.readouterr().out
    assert advisories.judge("bot", {"dependencies": []}).exit_code == 2


def test_every_package_the_page_answers_for_is_in_the_bots_lock_file():
    locked = {package.name for package in sbom.packages(LOCKS["bot"])}
    assert advisories.answered_packages(PAGE) - locked == set()
    assert len(advisories.answered_packages(PAGE)) > 30


def test_what_the_page_calls_left_out_is_left_out():
    modules = {"slack-sdk": "slack_sdk", "aio-pika": "aio_pika", "rocketchat-api": "rocketchat_API"}
    modules |= {"scikit-learn": "sklearn", "python-socketio": "socketio"}
    said = ["tensorflow", "keras", "scikit-learn", "python-socketio", "pymongo", "redis", "boto3", "botocore"]
    said += ["aio-pika", "twilio", "slack-sdk", "aiogram", "webexteamssdk", "rocketchat-api", "mattermostwrapper"]
    assert [name for name in [*said, "fbmessenger"] if modules.get(name, name) not in LIBRARIES] == []


def test_both_steps_of_the_checks_exist_and_the_audit_is_spoken_of_where_it_is_not_run():
    assert "api.launch.sbom var/sbom" in (ROOT / ".ci/run").read_text()
    assert ".ci/audit" in (ROOT / ".ci/run").read_text()
    assert (ROOT / ".ci/audit").stat().st_mode & 0o111
