"""/safety and /privacy: made from the data and the settings, in both languages, and true."""

import html
import re
from datetime import date

import pytest

from api import signing_off
from api.practice import load
from api.safety import trial
from api.safety.escalation import WAITS
from api.vocabulary import Tier
from api.widget.privacy import Privacy
from api.widget.public_pages import _resources, _words
from api.widget.publishing import SCRIPTS, Protocol, referrals, shown
from api.wording import Wording
from bot.language.risk_data import load_rules
from tests.factories import make_settings


def text_of(page):
    return html.unescape(re.sub(r"<[^>]+>", " ", page.text))


@pytest.mark.parametrize("language", ["en", "es"])
async def test_the_protocol_names_every_level_signal_script_and_line(house, language):
    answer = await house.client.get(f"/safety?lang={language}")
    page, words = text_of(answer), Wording.load(["safety", "protocol"])
    assert f'<html lang="{language}"' in answer.text
    for tier in Tier:
        assert words.say(f"protocol.tier_{tier}", language) in page
        for script in SCRIPTS[tier]:
            assert words.say(f"safety.{script}", language) in page
    for signal in load_rules().signals:
        assert words.say(f"protocol.signal_{signal}", language) in page
    for row in _resources().table.values():
        assert row["name"][language] in page
        assert row["verified_on"] in page
    assert load_rules().version in page
    assert 'href="tel:18007997233"' in answer.text


def test_every_signal_of_the_rules_has_plain_words_and_no_other_has(house):
    keys = {key for key in _words().phrases if key.startswith("protocol.signal_")}
    assert keys == {f"protocol.signal_{name}" for name in load_rules().signals}


async def test_the_times_of_the_protocol_are_those_the_alerts_work_with(house):
    page = text_of(await house.client.get("/safety"))
    assert [WAITS[tier].total_seconds() / 60 for tier in (Tier.EMERGENCY, Tier.CRISIS)] == [5, 15]
    assert (
        "in danger: after 5 minutes. In a crisis: after 15 minutes. For urgent words: by the end of the day"
        in page
    )


async def test_the_protocol_says_what_the_program_cannot_do_and_whether_it_was_signed(house, tmp_path):
    page = text_of(await house.client.get("/safety"))
    assert "cannot send help" in page
    assert "No clinician has signed" in page
    signing_off.write(house.settings.var, "Ana Ruiz", "LCSW", date(2026, 3, 2))
    assert "Ana Ruiz, LCSW on 2026-03-02" in text_of(await house.client.get("/safety"))


async def test_the_demo_page_says_so_until_a_clinician_has_signed(house):
    assert "no clinician has signed" in (await house.client.get("/")).text
    signing_off.write(house.settings.var, "Ana Ruiz", "LCSW", date(2026, 3, 2))
    assert "no clinician has signed" not in (await house.client.get("/")).text


async def test_referrals_to_crisis_lines_are_counted_without_tests_and_without_ordinary_chats(house):
    for text in ("hello", "i want to die", "i cut last night"):
        await (await house.visitor()).says(text)
    with house.database.writing() as db:
        trial.raise_trial(db, house.app.state.frontdesk.profile, house.chat.wording, house.clock.now())
    assert house.read(lambda db: referrals(db, house.clock.now())) == 1
    assert "crisis lines were shown: 1." in text_of(await house.client.get("/safety"))


async def test_the_protocol_names_no_method(house):
    page = text_of(await house.client.get("/safety")).lower()
    for word in ("bridge", "rope", "gun", "pill", "height", "knife", "bleach", "weapon"):
        assert word not in page


async def test_the_protocol_stands_without_a_database(house):
    rename(house, "alert", "gone")
    answer = await house.client.get("/safety")
    rename(house, "gone", "alert")
    assert answer.status_code == 200
    assert "of the last twelve months" not in answer.text


def rename(house, table, name):
    with house.database.engine.begin() as changing:
        changing.exec_driver_sql(f"ALTER TABLE {table} RENAME TO {name}")


def test_numbers_are_shown_as_people_read_them():
    assert [shown(one) for one in ("988", "18007997233", "741741")] == ["988", "1-800-799-7233", "741741"]


def test_a_protocol_of_an_on_call_list_says_so(house):
    class OnCall:
        class profile:
            on_call = ["a", "b"]

    assert "next one is told" in Protocol(_words(), _resources(), "en").on_call(OnCall)


# ---- privacy


def privacy(folder, settings=None, language="en"):
    return Privacy(settings or make_settings(folder), load("tucson_integrative"), _words(), language)


class Channels:
    """Settings with every channel set up, as the rooms that bring them name them."""

    mail, mail_host = "smtp", "mail.example.org"
    webhook, webhook_url = "http", "https://hooks.example.net/x?key=hidden"
    database_url = "postgresql+psycopg://frontdesk:hidden@db.example.org/frontdesk"
    behind_proxy = True
    retention_abandoned_days, retention_contact_days = 30, 90
    retention_booked_days = retention_safety_days = 2557


@pytest.mark.parametrize("language", ["en", "es"])
async def test_the_privacy_page_is_there_in_both_languages(house, language):
    answer = await house.client.get(f"/privacy?lang={language}")
    assert answer.status_code == 200
    for section in privacy(house.settings.var, house.settings, language).sections():
        assert section.title in text_of(answer)
        assert all(line in text_of(answer) for line in section.lines)


def test_without_a_channel_nothing_leaves_and_with_one_it_is_named(tmp_path):
    alone, open_ = privacy(tmp_path).what_leaves(), privacy(tmp_path, Channels()).what_leaves()
    assert alone[0] == "Nothing. No channel to the outside is set up."
    said = " ".join(open_)
    for host in ("mail.example.org", "hooks.example.net", "db.example.org", "in front of this one"):
        assert host in said
    assert "Nothing. No channel" not in said
    assert "hidden" not in said


def test_how_long_is_what_the_settings_say(tmp_path):
    said = privacy(tmp_path, Channels()).how_long()
    assert said == [
        "A chat that led to nothing: 30 days.",
        "A chat with a way to call you back, but no visit: 90 days.",
        "A chat with a visit: about 7 years.",
        "What was about danger: about 7 years.",
    ]


def test_without_spans_it_says_that_nothing_is_deleted_by_itself(tmp_path):
    class Without:
        pass

    assert "deletes nothing by itself" in privacy(tmp_path, Without()).how_long()[0]


async def test_nothing_is_promised_that_is_not_true(house):
    for path in ("/privacy", "/safety", "/privacy?lang=es", "/safety?lang=es"):
        page = text_of(await house.client.get(path)).lower()
        assert not re.search(r"hipaa certified|anonymous|anónim|certificad", page)
