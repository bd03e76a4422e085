"""What must be true of the files themselves: what Rasa may read, what is vendored, what is locked, what is shown."""

import hashlib
import re

import pytest
import yaml

from api.settings import ROOT
from api.widget.routes import PANEL, panel
from tests.contract.said import everything, read

HTMX = "d6fdc75f204e6bdefa99b69bf1e6d4ac69b8a364f77929f45c13476b4000f717"
RASAS = ("data/nlu", "data/rules", "data/stories", "data/responses")
RASA_KEY = re.compile(r"^\s*(?:nlu|rules|stories|responses)\s*:", re.M)
SKIPPED = {"var", ".git", ".mypy_cache", ".ruff_cache", ".pytest_cache", "__pycache__", ".rasa", "node_modules"}


def _files(*suffixes):
    for path in ROOT.rglob("*"):
        inside = path.relative_to(ROOT)
        if path.is_file() and path.suffix in suffixes and not SKIPPED & set(inside.parts):
            yield path


YAMLS = sorted(_files(".yml", ".yaml"))
DATA = [path for path in YAMLS if path.relative_to(ROOT).parts[0] == "data"]


def _is_rasas(path):
    return str(path.relative_to(ROOT)).startswith(tuple(f"{folder}/" for folder in RASAS))


def test_no_file_outside_rasas_folders_could_be_taken_for_training_data():
    found = [
        str(path.relative_to(ROOT))
        for path in DATA
        if not _is_rasas(path) and RASA_KEY.search(path.read_text("utf-8"))
    ]
    assert found == []


def test_rasa_is_given_its_own_folders_and_no_more():
    from api.launch.suite import RASA_DATA

    assert set(RASA_DATA) == set(RASAS)
    assert not [path for path in (ROOT / "data").iterdir() if path.is_file()]


@pytest.mark.parametrize("path", DATA, ids=lambda path: str(path.relative_to(ROOT / "data")))
def test_yes_no_and_age_codes_are_texts_not_what_yaml_makes_of_them(path):
    def keys_and_codes(value):
        if isinstance(value, dict):
            yield from value
            for one in value.values():
                yield from keys_and_codes(one)
        elif isinstance(value, list):
            for one in value:
                yield from keys_and_codes(one)

    loaded = yaml.safe_load(path.read_text("utf-8"))
    assert [key for key in keys_and_codes(loaded) if isinstance(key, bool)] == []


def test_htmx_is_the_file_that_was_reviewed():
    path = ROOT / "api/console/static/htmx-2.0.11.min.js"
    assert hashlib.sha256(path.read_bytes()).hexdigest() == HTMX


def test_no_other_foreign_script_is_served():
    scripts = {path.name for folder in ("console", "widget") for path in (ROOT / "api" / folder).rglob("*.js")}
    assert {name for name in scripts if ".min." in name} == {"htmx-2.0.11.min.js"}
    for path in (ROOT / "api").rglob("*.js"):
        if ".min." not in path.name:
            assert not re.search(
                r"\beval\(|new Function|innerHTML|outerHTML|insertAdjacentHTML|document\.write",
                path.read_text("utf-8"),
            ), path


def test_no_template_switches_escaping_off_but_for_json_made_for_it():
    for path in (ROOT / "api").rglob("templates/*.html"):
        text = path.read_text("utf-8")
        assert "autoescape false" not in text
        assert re.findall(r"\{\{[^}]*\|\s*safe[^}]*\}\}", text) in ([], ["{{ settings | safe }}"]), path


@pytest.mark.parametrize("name", ["app", "bot"])
def test_a_lock_file_names_no_index_and_pins_every_package_by_hash(name):
    text = (ROOT / f"requirements/{name}.txt").read_text("utf-8")
    assert not re.search(r"https?://|--(?:extra-)?index-url|--find-links|--trusted-host| @ ", text)
    packages = re.findall(r"^[A-Za-z0-9][\w.-]*(?:\[[\w,-]+\])?==", text, re.M)
    entries = re.findall(r"^[A-Za-z0-9][^\n]*", text, re.M)
    assert len(packages) == len(entries) > 50
    assert text.count("--hash=sha256:") >= len(packages)


def test_every_yaml_of_ours_can_be_read():
    for path in YAMLS:
        if "tests/" not in str(path.relative_to(ROOT)):
            yaml.safe_load(path.read_text("utf-8"))


# ---- numbers somebody in danger is given


def _numbers(row):
    for part in (row, row.get("es", {})):
        for kind in ("call", "text"):
            if kind in part:
                yield part[kind]["number"]


REVIEWED = {
    number
    for row in read("data/care/crisis_resources.yml")["crisis_resources"]
    if row["verified_on"]
    for number in _numbers(row)
}


def test_the_panel_of_the_page_shows_reviewed_lines_alone():
    shown = {row["id"] for row in read("data/care/crisis_resources.yml")["crisis_resources"] if row["verified_on"]}
    assert set(PANEL) <= shown
    for language in ("en", "es"):
        for link in panel(language):
            assert re.match(r"(?:tel|sms):(\d+)", link["href"])[1] in REVIEWED


def test_every_number_in_any_sentence_is_a_reviewed_line():
    wrong = []
    for said in everything():
        for found in re.findall(r"(?<![\d$,.])(?:1-\d{3}-\d{3}-\d{4}|\d{5,6}|911|988)(?![\d,.]\d)", said.text):
            if found.replace("-", "") not in REVIEWED:
                wrong.append(f"{said}: {found}")
    assert wrong == []


def test_no_number_but_reviewed_lines_stands_in_a_page_or_script():
    for path in [*(ROOT / "api/widget").rglob("*.js"), *(ROOT / "api").rglob("*.html")]:
        for found in re.findall(r"(?:tel|sms):(\d+)", path.read_text("utf-8")):
            assert found in REVIEWED, path


# ---- nobody real


def test_every_telephone_number_in_the_data_is_a_line_to_call_or_invented():
    for path in (ROOT / "data").rglob("*.yml"):
        for found in re.findall(r"\+1(\d{10})\b", path.read_text("utf-8")):
            assert found[3:8] == "55501" or path.name == "crisis_resources.yml", f"{path}: {found}"
