"""Where a visitor says they are, and whether they ask for a human."""

import pytest

from api.safety.cues import Cues
from api.safety.resources import ResourcesBroken


@pytest.fixture(scope="module")
def cues():
    return Cues.load()


@pytest.mark.parametrize(
    "text",
    ["I live in Canada", "i'm in mexico right now", "Vivo en México", "Estoy en España.", "im in london england"]
    + ["Mexico", "in Canada", "I'm not in the US", "no estoy en Estados Unidos", "fuera de Estados Unidos"],
)
def test_a_visitor_who_says_so_is_abroad(cues, text):
    assert cues.is_abroad([text]) is True


@pytest.mark.parametrize("text", ["I live in the US", "estoy en Estados Unidos", "USA"])
def test_a_visitor_who_says_so_is_in_the_us(cues, text):
    assert cues.is_abroad([text]) is False


@pytest.mark.parametrize(
    "text",
    ["I'm from Mexico", "my family is in Mexico", "I live in New Mexico", "I live in Georgia", "mexican food", ""]
    + ["soy de Colombia", "I'm in pain", "\ud83d", "I live in Tucson"],
)
def test_other_words_say_nothing_about_the_country(cues, text):
    assert cues.is_abroad([text]) is None


def test_the_last_country_named_counts(cues):
    assert cues.is_abroad(["I live in Canada", "I moved to the US", "hello"]) is False


@pytest.mark.parametrize("text", ["Are you human?", "is this a BOT", "¿Hablo con una máquina?", "hay alguien ahí"])
def test_a_question_for_a_human_is_heard(cues, text):
    assert cues.asks_if_human(text)


@pytest.mark.parametrize("text", ["are you open", "I am human", "quiero hablar con una persona"])
def test_other_questions_are_not_for_a_human(cues, text):
    assert not cues.asks_if_human(text)


@pytest.mark.parametrize("text", [None, "words: {}\n", "safety_words: [\n"])
def test_a_missing_or_broken_file_is_refused_by_name(tmp_path, text):
    if text is not None:
        (tmp_path / "safety_words.yml").write_text(text, encoding="utf-8")
    with pytest.raises(ResourcesBroken, match=r"safety_words\.yml"):
        Cues.load(tmp_path)
