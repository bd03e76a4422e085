"""docs/mail.md shows owners the mails as they are."""

import re

from api import holidays
from api.gateways import webhook
from api.settings import ROOT
from tests.contract.said import read

PAGE = " ".join((ROOT / "docs/mail.md").read_text("utf-8").replace("> ", "").split())
MAIL = {key: entry["en"] for key, entry in read("data/wording/mail.yml").items() if key != "version"}


def test_every_sentence_of_every_mail_stands_on_the_page():
    missing = []
    for key, text in MAIL.items():
        for piece in re.split(r"\{\w+\}", text):
            said = " ".join(piece.split()).strip(" :.,")
            if said and said not in PAGE:
                missing.append(f"{key}: {said}")
    assert missing == []


def test_every_holiday_and_header_is_named():
    for name in (*holidays.RULES, webhook.ID, webhook.TIMESTAMP, webhook.SIGNATURE):
        assert f"`{name}`" in PAGE or name in PAGE, name


def test_no_mail_names_care_or_a_line_that_tells_what_it_is_about():
    for key, entry in read("data/wording/mail.yml").items():
        if key != "version":
            for text in (entry["en"], entry["es"]):
                found = re.search(
                    r"therap|terap|medic|psych|psiq|mental|988|counsel|clinic|clínic|doctor", text, re.I
                )
                assert found is None, (key, found)
