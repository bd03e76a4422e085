"""Every wording is there in both languages, says nothing at random, and has no place that no code fills."""

import re

import pytest

from api.settings import ROOT
from tests.contract.said import (
    LANGUAGES,
    PRACTICES,
    RESPONSES,
    constants,
    everything,
    faq,
    fields,
    made_names,
    read,
    responses,
    spoken,
    wording,
)

WORDING = sorted((ROOT / "data/wording").glob("*.yml"))
ALL_RESPONSES = {name: entries for path in RESPONSES for name, entries in read(path)["responses"].items()}
# bot/wording.py gives these to every response.
COMMON = {"practice", "phone", "language"}
# Spanish has two words for "and"; which one follows from the sound after it, not from a count.
LANGUAGE_ALONE = {"utter_and"}
SCRIPTS = " ".join(path.read_text("utf-8") for path in (ROOT / "api/widget").rglob("*.js"))
WIDGET_PAGES = " ".join(path.read_text("utf-8") for path in (ROOT / "api/widget/templates").glob("*"))
CONSOLE_PAGES = " ".join(
    path.read_text("utf-8") for path in (ROOT / "api/console").rglob("*") if path.suffix in (".html", ".js")
)


def _keys(name):
    return set(read(f"data/wording/{name}.yml")) - {"version"}


# ---- both languages


@pytest.mark.parametrize("path", WORDING, ids=lambda path: path.stem)
def test_every_key_is_said_in_both_languages_with_the_same_places(path):
    for key, entry in read(path).items():
        if key == "version":
            continue
        said = {language: entry[language] for language in LANGUAGES}
        variants = {name: value if isinstance(value, list) else [value] for name, value in said.items()}
        assert len({len(texts) for texts in variants.values()}) == 1, key
        for english, spanish in zip(variants["en"], variants["es"], strict=True):
            assert fields(english) == fields(spanish), key


def test_no_sentence_is_empty_or_has_spaces_to_spare():
    bad = [str(said) for said in everything() if not said.text.strip() or said.text != said.text.strip(" \n")]
    # What joins two parts of a list begins and ends as it must.
    assert [where for where in bad if "between_visits" not in where] == []


@pytest.mark.parametrize("name", sorted(ALL_RESPONSES))
def test_a_response_has_as_many_texts_in_both_languages_with_the_same_places_and_buttons(name):
    spoken_in = {
        language: [entry for entry in ALL_RESPONSES[name] if entry["metadata"]["language"] == language]
        for language in LANGUAGES
    }
    if name in LANGUAGE_ALONE:
        return
    assert len(spoken_in["en"]) == len(spoken_in["es"]) > 0
    for english, spanish in zip(spoken_in["en"], spoken_in["es"], strict=True):
        assert fields(english["text"]) == fields(spanish["text"])
        meant = [[button["payload"] for button in one.get("buttons", [])] for one in (english, spanish)]
        assert meant[0] == meant[1]


def test_every_entry_of_a_response_names_its_language_and_nothing_rasa_could_choose_by():
    for name, entries in ALL_RESPONSES.items():
        for entry in entries:
            assert set(entry) <= {"text", "metadata", "buttons"}, name
            assert entry["metadata"] == {"language": entry["metadata"]["language"]}, name


def test_no_response_is_left_to_chance():
    assert read("bot/endpoints.yml")["nlg"] == {"type": "bot.wording.Wording"}
    said_by = (ROOT / "bot/wording.py").read_text("utf-8")
    assert "random" not in re.sub(r'"""[^"]*"""', "", said_by)
    for folder in ("actions", "bot", "api/chat", "api/safety"):
        for path in (ROOT / folder).rglob("*.py"):
            assert not re.search(r"^\s*(?:import|from) random", path.read_text("utf-8"), re.M), path


# ---- places


def test_a_response_said_by_name_gets_every_value_its_text_has_a_place_for():
    missing = []
    for call in spoken("actions", ("says", "say")):
        if call.name is None or not call.name.startswith("utter_"):
            continue
        for entry in ALL_RESPONSES[call.name]:
            missing += [
                f"{call.where} {call.name} {{{name}}}" for name in fields(entry["text"]) - call.given - COMMON
            ]
    assert sorted(set(missing)) == []


def test_every_place_of_any_response_is_filled_by_some_call():
    given = {name for call in spoken("actions", ("says", "say")) for name in call.given} | COMMON
    own = constants("bot")
    unfilled = [str(said) for said in responses() if fields(said.text) - given - own]
    assert unfilled == []


def test_every_place_of_an_answer_is_a_field_of_every_practice_or_filled_by_the_actions():
    told = {"name", "phone"}
    for path in PRACTICES:
        known = set(read(path)["fields"]) | told
        missing = [f"{said} {fields(said.text) - known}" for said in faq() if fields(said.text) - known]
        assert missing == [], path.name


@pytest.mark.parametrize("name", ["notice", "chat", "safety", "booking", "handoff", "mail"])
def test_every_place_of_the_apis_own_words_is_filled(name):
    given = {one for call in spoken("api", ("say", "_say", "format", "_mark", "partial")) for one in call.given}
    path = ROOT / f"data/wording/{name}.yml"
    assert [f"{said} {fields(said.text) - given}" for said in wording(path) if fields(said.text) - given] == []


def test_every_place_of_the_visitors_page_is_filled_where_it_is_used():
    filled = set(re.findall(r'replace\("\{(\w+)\}"', WIDGET_PAGES)) | {"line", "word"}
    for values in re.findall(r"fill\([^{}]*?, \{([^}]*)\}", SCRIPTS):
        filled |= {part.split(":")[0].strip() for part in values.split(",")}
    path = ROOT / "data/wording/widget.yml"
    assert [str(said) for said in wording(path) if fields(said.text) - filled] == []


def test_every_place_of_the_console_is_filled_where_it_is_used():
    filled = set(re.findall(r'replace\("\{(\w+)\}"', CONSOLE_PAGES))
    path = ROOT / "data/wording/console.yml"
    assert [str(said) for said in wording(path) if fields(said.text) - filled] == []


# ---- names


def test_every_response_that_is_said_by_name_exists():
    named = {text for text in constants("actions") if re.fullmatch(r"utter_\w*[a-z0-9]", text)}
    # A name that ends in "_" is the beginning of one that is made up.
    assert sorted(named - set(ALL_RESPONSES)) == []


def test_every_response_is_said_somewhere():
    texts = constants("actions") | constants("bot")
    made = made_names("actions")
    unused = [
        name
        for name in ALL_RESPONSES
        if name not in texts
        and not any(pattern.fullmatch(name) for pattern in made)
        # The form asks each of its questions by this beginning.
        and not name.startswith("utter_ask_intake_form_")
    ]
    plain = [name for name in unused if name.removesuffix("_plain") not in texts]
    assert plain == []


def test_every_pathway_that_can_be_suggested_or_referred_has_its_reason_in_words():
    reasons = {f"utter_why_{rule['id']}" for rule in read("data/care/pathways.yml")["pathways"]}
    spoken_by_api = {"crisis_now"}
    silent = {
        f"utter_why_{rule['id']}"
        for rule in read("data/care/pathways.yml")["pathways"]
        if rule["then"] in spoken_by_api
    }
    said = {name for name in ALL_RESPONSES if re.fullmatch(r"utter_why_R\d+\w*", name)}
    assert said <= reasons
    assert sorted(reasons - silent - said) == []


def test_every_concern_and_question_that_is_put_into_a_sentence_has_words():
    for concern in read("data/care/pathways.yml")["concern_ids"]:
        if concern not in ("other_unclear",):
            assert f"utter_concern_{concern}" in ALL_RESPONSES
    for question in read("domain.yml")["forms"]["intake_form"]["required_slots"]:
        assert f"utter_why_ask_{question}" in ALL_RESPONSES


def test_the_visitors_page_uses_every_key_and_no_other():
    used = set(re.findall(r"words\.(\w+)", SCRIPTS + WIDGET_PAGES)) - {"practice_phone"}
    used |= set(re.findall(r"(\w+): (?:text|label)[ ,}]", SCRIPTS)) & _keys("widget")
    used |= {"agree", "decline"} | (
        set(re.findall(r'words\["(\w+)"\]', " ".join(_python("api/widget")))) & _keys("widget")
    )
    from api.widget.routes import EMBED_WORDS

    used |= set(EMBED_WORDS)
    assert sorted(used - _keys("widget")) == []
    assert sorted(_keys("widget") - used) == []


def test_the_pages_without_scripts_use_every_key_and_no_other():
    code = " ".join(_python("api/widget")) + " ".join(_python("api/chat"))
    used = set(re.findall(r"\bsay\.(\w+)", WIDGET_PAGES)) | set(re.findall(r'"(\w+)"', code)) & _keys("plain")
    used |= {f"{what}_{part}" for what in ("lost", "refused", "failed") for part in ("title", "text")}
    assert sorted(set(re.findall(r"\bsay\.(\w+)", WIDGET_PAGES)) - _keys("plain")) == []
    assert sorted(_keys("plain") - used - {"consent"}) == []


@pytest.mark.parametrize("name", ["protocol", "privacy"])
def test_the_published_pages_use_every_key(name):
    code = " ".join(_python("api/widget")) + WIDGET_PAGES
    beginnings = ("tier_", "does_", "signal_", "long_")
    unused = [key for key in _keys(name) if f'"{key}"' not in code and not key.startswith(beginnings)]
    assert sorted(unused) == []


def test_the_console_uses_every_key_and_no_other():
    used = set(re.findall(r"(?<!\.)words\.(\w+)", CONSOLE_PAGES)) | (constants("api/console") & _keys("console"))
    made = tuple(re.findall(r'words\["(\w+_)" \+', CONSOLE_PAGES))
    assert sorted(used - _keys("console")) == []
    assert sorted(key for key in _keys("console") - used if not key.startswith(made)) == []


def _python(folder):
    return [path.read_text("utf-8") for path in (ROOT / folder).rglob("*.py")]
