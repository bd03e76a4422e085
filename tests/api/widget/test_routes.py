"""The visitor's pages over HTTP: policies, caching, languages, and what is written into scripts."""

import json
import re

import pytest

from api import wording
from api.widget.routes import in_script, panel, shown_phone

CHAT, DEMO, EMBED = "/chat", "/", "/widget.js"


@pytest.mark.parametrize("path", [CHAT, DEMO])
async def test_a_page_allows_nothing_from_elsewhere_and_no_inline_script(house, path):
    answer = await house.client.get(path)
    policy = answer.headers["content-security-policy"]
    assert "default-src 'none'" in policy
    assert "unsafe" not in policy
    assert "http" not in policy.replace("https://practice.example", "")
    inline = re.findall(r"<script(?![^>]*src=)[^>]*>", answer.text)
    assert inline in ([], ['<script type="application/json" id="settings">'])
    assert not re.search(r"\son\w+=|style=|javascript:", answer.text)


@pytest.mark.parametrize("path", [CHAT, DEMO, EMBED, "/theme.css"])
async def test_nothing_is_fetched_from_another_host(house, path):
    text = (await house.client.get(path)).text
    assert not re.search(r"(?:src|href)=\"(?:https?:)?//|@import|url\(", text)


async def test_the_chat_may_be_framed_by_the_practice_and_the_demo_page_by_nobody(house):
    chat, demo = (await house.client.get(CHAT)), (await house.client.get(DEMO))
    origins = house.app.state.frontdesk.profile.allowed_origins
    assert chat.headers["content-security-policy"].endswith(" ".join(["frame-ancestors 'self'", *origins]))
    assert demo.headers["content-security-policy"].endswith("frame-ancestors 'none'")


async def test_the_chat_is_never_kept_by_a_cache_and_its_files_for_good(house):
    page = await house.client.get(CHAT)
    assert page.headers["cache-control"] == "no-store"
    assert "set-cookie" not in page.headers
    files = re.findall(r'(?:src|href)="(/widget/[^"]+)"', page.text)
    assert len(files) == 2
    for file in files:
        answer = await house.client.get(file)
        assert answer.status_code == 200
        assert "immutable" in answer.headers["cache-control"]


async def test_every_module_a_script_imports_lies_below_the_same_address(house):
    page = await house.client.get(CHAT)
    entry = re.search(r'src="(/widget/\w+/)chat\.js"', page.text)
    waiting, seen = ["chat.js"], set()
    while waiting:
        name = waiting.pop()
        seen.add(name)
        answer = await house.client.get(entry.group(1) + name)
        assert answer.status_code == 200, name
        assert answer.headers["content-type"].startswith("text/javascript")
        waiting += {found for found in re.findall(r'from "\./([\w.]+)"', answer.text)} - seen
    assert len(seen) > 10


async def test_files_that_are_no_part_of_the_page_are_not_served(house):
    for path in ("/widget/routes.py", "/widget/x/chat.js", "/widget/../api/settings.py", "/static/chat.js"):
        assert (await house.client.get(path)).status_code == 404


@pytest.mark.parametrize("language", ["en", "es"])
async def test_a_page_speaks_one_language(house, language):
    answer = await house.client.get(f"{CHAT}?lang={language}")
    texts = wording.load("widget")
    assert f'<html lang="{language}">' in answer.text
    assert texts["help_now"][language] in answer.text
    other = {"en": "es", "es": "en"}[language]
    assert texts["help_now"][other] not in answer.text


async def test_another_language_is_refused_clearly(house):
    answer = await house.client.get(f"{CHAT}?lang=<script>")
    assert answer.status_code == 422
    assert "<script>" not in answer.text


async def test_the_crisis_panel_is_in_the_page_before_any_script(house):
    text = (await house.client.get(CHAT)).text
    for href in ("tel:911", "tel:988", "sms:988", f"tel:{house.app.state.frontdesk.profile.phone}"):
        assert f'href="{href}"' in text.split("<script")[0]


def test_the_panel_is_made_of_the_reviewed_lines():
    assert [line["href"] for line in panel("en")] == ["tel:911", "tel:988", "sms:988"]
    assert panel("es")[-1] == {"href": "sms:988?&body=AYUDA", "label": "Enviar AYUDA al 988"}


async def test_the_embed_script_is_filled_in_and_may_be_loaded_by_any_site(house):
    answer = await house.client.get(EMBED)
    assert answer.headers["content-type"].startswith("text/javascript")
    assert answer.headers["cross-origin-resource-policy"] == "cross-origin"
    assert "/*SETTINGS*/" not in answer.text
    settings = json.loads(re.search(r"const settings = (\{.*\});", answer.text).group(1))
    assert settings["words"]["es"]["open_chat"] == "Abrir el chat"
    assert settings["phone"]["href"] == f"tel:{house.app.state.frontdesk.profile.phone}"
    assert settings["theme"].startswith(":host{--accent:#")


async def test_no_page_stores_an_address_or_a_token(house):
    for path in (CHAT, DEMO, EMBED):
        assert "198.51.100.7" not in (await house.client.get(path)).text


def test_json_in_a_page_cannot_end_its_script():
    assert "<" not in in_script({"x": "</script><!--<script>"})
    assert json.loads(in_script({"x": "</script>"})) == {"x": "</script>"}


@pytest.mark.parametrize(
    ("phone", "shown"),
    [("+15205550142", "(520) 555-0142"), ("+442079460000", "+442079460000"), ("+1520555014", "+1520555014")],
)
def test_a_phone_number_is_shown_as_people_read_it(phone, shown):
    assert shown_phone(phone) == shown
