"""Answers: both languages, the practice's own fields, an offer at the end, no diagnosis and no dose."""

import re
from pathlib import Path

import pytest
import yaml

from actions.faq import default_answers, fill, load_answers
from tests.actions.chat import Chat
from tests.actions.fake_practice import FakePractice

ROOT = Path(__file__).parents[2]
PROFILE = yaml.safe_load((ROOT / "data/practices/tucson_integrative.yml").read_text())
OFFER = {"en": r"\b(I can|I will)\b", "es": r"\bpuedo\b"}
FORBIDDEN = r"\byou (have|suffer|need|must|should take)\b|\btake \d|\bmg\b|usted tiene que|debe tomar"


def asked_about() -> list[str]:
    """The intents of the understanding that ask something."""
    texts = [path.read_text() for path in (ROOT / "data/nlu").glob("*.yml")]
    intents = {name for text in texts for name in re.findall(r"- intent: (ask_\w+)", text)}
    return sorted(intents - {"ask_availability"})


@pytest.mark.parametrize("intent", asked_about())
@pytest.mark.parametrize("language", ["en", "es"])
def test_every_question_has_an_answer_that_ends_in_an_offer(intent: str, language: str) -> None:
    text = default_answers().answers[intent][language]
    assert re.search(OFFER[language], text, re.IGNORECASE)
    assert not re.search(FORBIDDEN, text, re.IGNORECASE)
    assert not text.endswith("?")


@pytest.mark.parametrize("intent", sorted(default_answers().answers))
@pytest.mark.parametrize("language", ["en", "es"])
def test_the_shipped_practice_states_every_field_an_answer_needs(intent: str, language: str) -> None:
    fields = {name: text[language] for name, text in PROFILE["fields"].items()}
    assert fill(default_answers().answers[intent][language], fields)


def test_an_answer_whose_field_is_not_stated_is_not_half_said() -> None:
    assert fill("{fees}. I can get a person.", {"fees": ""}) is None
    assert fill("{fees}. I can get a person.", {}) is None
    assert fill("{fees}. I can get a person.", {"fees": "It is $10."}) == "It is $10. I can get a person."


async def test_without_the_field_the_phone_and_a_person_are_offered(chat: Chat) -> None:
    await chat.types("do you take my insurance", "ask_insurance")
    assert "+15205550142" in chat.replies[0]["values"]["ready"]


async def test_questions_are_answered_when_the_api_is_down(chat: Chat, practice: FakePractice) -> None:
    practice.down = True
    await chat.types("are you a robot", "ask_is_human")
    assert "program" in chat.replies[0]["values"]["ready"]
    assert chat.question == "concerns"


def test_an_answer_without_a_language_is_refused(tmp_path: Path) -> None:
    broken = tmp_path / "faq.yml"
    broken.write_text("answers: {ask_fees: {en: 'x'}}\nagain: {en: a, es: a}\nunknown: {en: a, es: a}\n")
    with pytest.raises(ValueError, match="ask_fees"):
        load_answers(broken)
