"""Every variable that is read is documented, and nothing is documented that nobody reads."""

import re

import pytest

from actions.settings import Settings as ActionSettings
from api.settings import ROOT, Settings

PAGE = (ROOT / "docs/settings.md").read_text("utf-8")
ROWS = {
    (section.split("\n")[0], name): (default, meaning)
    for section in PAGE.split("\n## ")[1:]
    for name, default, meaning in re.findall(r"^\| `(FRONTDESK_\w+)` \| (.+?) \| (.+?) \|$", section, re.M)
}
NAMES = {name for _, name in ROWS}
FOLDERS = ("api", "actions", "bot", "frontdesk", ".ci")
# Read by the tests themselves or by a person at the keyboard, never by the product.
NOT_OURS = {"FRONTDESK_STAFF_EMAIL", "FRONTDESK_STAFF_PASSWORD"}


def _read_anywhere():
    for folder in FOLDERS:
        start = ROOT / folder
        paths = [start] if start.is_file() else [path for path in start.rglob("*") if path.is_file()]
        for path in paths:
            if path.suffix in (".py", ".yml", ".sh", "") and "__pycache__" not in path.parts:
                yield from re.findall(r"FRONTDESK_[A-Z_]*[A-Z]\b", path.read_text("utf-8", errors="replace"))


def _fields():
    return {f"FRONTDESK_{name.upper()}": field for name, field in Settings.model_fields.items()}


def test_every_variable_that_stands_in_the_code_is_documented():
    assert set(_read_anywhere()) - NAMES - NOT_OURS == set()


def test_nothing_is_documented_that_nobody_reads():
    made = {f"FRONTDESK_PYTHON_{name}" for name in ("APP", "BOT")}
    assert NAMES - set(_read_anywhere()) - set(_fields()) - made == set()


def test_the_settings_of_the_api_are_all_on_the_page_and_no_other():
    documented = {name for section, name in ROWS if section.startswith("The api")}
    assert documented == set(_fields())


def test_the_settings_of_the_action_server_are_all_on_the_page():
    documented = {name for section, name in ROWS if section.startswith("The action server")}
    assert documented == {f"FRONTDESK_{name.upper()}" for name in ActionSettings.__dataclass_fields__}


@pytest.mark.parametrize("name", sorted(_fields()))
def test_a_default_on_the_page_is_the_default_in_the_code(name):
    shown = next(default for (section, other), (default, _) in ROWS.items() if other == name and "api" in section)
    default = _fields()[name].default
    secret = getattr(default, "get_secret_value", lambda: default)()
    wanted = "–" if secret in ("", None) else f"`{str(secret).replace(f'{ROOT}/', '')}`"
    assert shown == wanted


def test_every_setting_has_a_meaning():
    assert [name for name, (_, meaning) in ROWS.items() if len(meaning.split()) < 3] == []
