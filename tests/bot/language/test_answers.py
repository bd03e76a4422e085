"""Short answers: yes, no, not sure, rather not say, and what is too long or too mixed to be one."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from bot.language.answers import is_safety_question, read_answer

YES = """yes|yeah|yep i am|YES!|yess|yesss|y|sure|sure thing|of course|ok|okay|ok sounds good|sounds good|that works for me|i do
i am|absolutely|correct|that's right|yes please|yes thank you|go ahead|i think so|👍|please do|yeah sure
sí|si|sí, claro|claro|claro que sí|por supuesto|dale|vale|está bien|correcto|así es|sí por favor|me parece bien|creo que sí|bueno|ok thanks|bueno, gracias
yes she does|yes, with dr smith|yeah he is|yes i take zoloft"""
NO = """no|nope|no.|NO|nooo|nah|no thanks|no thank you|nope not at all|not at all|not really|not right now|none|never|i don't
i'm not|no i'm not|i dont think so|not yet|no never|nothing like that|neither|👎|nah im good|not for me|ok no|ok, no thanks
bueno, no|no gracias|para nada|nunca|nada|ahora no|todavía no|creo que no|no mucho|ninguno|claro que no|no, no tengo
no, i live in tucson|no she doesn't|no i haven't|no, solo ansiedad"""
UNSURE = """idk|i don't know|i dont know|not sure|im not sure|maybe|perhaps|it depends|kind of|hard to say|no idea|no clue|i guess|sometimes|yes and no
yeah maybe|ok, not sure|no, not sure|🤷|no sé|no se|tal vez|quizás|a lo mejor|no estoy segura|depende|más o menos|a veces|ni idea|puede ser"""
SKIP = """skip|pass|next question|rather not say|i'd rather not say|i prefer not to answer|no comment|none of your business|no, i'd rather not say
prefiero no decir|prefiero no contestar|saltar|paso|siguiente pregunta|no quiero contestar|mejor no|i dont want to talk about it"""
NO_ANSWER = """tuesday|hello|i feel sad all the time|yes but i stopped|no but i used to|yes if it is cheap|no insurance|no medication please|no, yes i mean
si puedo elegir|what do you mean|why do you ask|both|therapy|2|...|🙂"""


def known_words() -> set[str]:
    return set(re.findall(r"\w+", Path("data/language/answers.yml").read_text(encoding="utf-8")))


def listed(texts: str) -> list[str]:
    return [text.strip() for line in texts.splitlines() for text in line.split("|")]


@pytest.mark.parametrize("text", listed(YES))
def test_a_yes_is_read(text: str) -> None:
    assert read_answer(text, "in_therapy") == "yes"


@pytest.mark.parametrize("text", listed(NO))
def test_a_no_is_read(text: str) -> None:
    assert read_answer(text, "in_therapy") == "no"


@pytest.mark.parametrize("text", listed(UNSURE))
def test_doubt_is_read(text: str) -> None:
    assert read_answer(text, "med_pref", "en") == "unsure"


@pytest.mark.parametrize("text", listed(SKIP))
@pytest.mark.parametrize("question", ["state", "safety_check", "direct", None])
def test_rather_not_say_is_a_skip_whatever_was_asked(text: str, question: str | None) -> None:
    assert read_answer(text, question) == "skip"


@pytest.mark.parametrize("text", listed(NO_ANSWER) + ["", "   ", "\0", "no " * 80])
def test_what_is_no_plain_answer_is_none(text: str) -> None:
    assert read_answer(text, "in_therapy") is None


CLEAR_DENIALS = """no|nope|No.|no!!|NOOO|nah|no no no|no i'm not|no, i am not|no i don't|nothing like that|no, nothing like that|not at all|no not at all|never
no, never|none of that|absolutely not|no, just stressed|no just stressed|no, just really tired|no, i'm just stressed about work|no im safe|no, i'm safe
no i'm not suicidal|no, i'm not having thoughts like that|i don't want to kill myself|i'm not having those thoughts|no thanks for asking|no, thankfully
no i just want to talk to someone|no, i want therapy|no lol
no, para nada|para nada|nada de eso|no, nada de eso|no, gracias a dios|claro que no|nunca|no, solo estoy estresada|no, no quiero morir|no tengo esos pensamientos|jamás"""
NOT_CLEAR = """no but|no but sometimes|not right now|no, not right now|not really|no not really|no idea|sometimes|maybe|idk|not sure|not anymore|not today|i guess not|i don't think so
no i dont think so|not exactly|kind of|a little|not much|at times|no, i dont want to be here|no i dont want to live|im not ok|no im not ok|no, i'm not just stressed|no sleep
no anxiety|yes im safe|no yes|nope, not me|no more|used to|in the past|i hope not|i'm not anxious|no i want to sleep forever|no, tired of everything|nothing serious
ahora no|no por ahora|no sé|tal vez|a veces|ya no|no mucho|creo que no|no tengo ganas de vivir|no, pero a veces sí|casi nunca|no realmente|no quiero estar aquí|por el momento no"""
CLEAR_YES = """yes|yeah|yes i am|yes i do|i do|yes sometimes|yes i think about it a lot|all the time|yep, every day|yes, tonight|sí|si|sí, a veces|sí, todo el tiempo|claro que sí"""
OFF_TOPIC = (
    """i want to book|tuesday after 4|are you a robot|hello|i am safe|im fine|estoy bien|quiero una cita|ok"""
)


@pytest.mark.parametrize("question", ["safety_check", "direct"])
@pytest.mark.parametrize("text", listed(CLEAR_DENIALS))
def test_only_a_clear_denial_is_a_no_about_safety(text: str, question: str) -> None:
    assert read_answer(text, question) == "no"


@pytest.mark.parametrize("question", ["safety_check", "direct"])
@pytest.mark.parametrize("text", listed(NOT_CLEAR))
def test_a_half_denial_about_safety_is_unsure(text: str, question: str) -> None:
    assert read_answer(text, question) == "unsure"


@pytest.mark.parametrize("text", listed(CLEAR_YES))
def test_a_yes_about_safety_is_a_yes_whatever_follows(text: str) -> None:
    assert read_answer(text, "direct") == "yes"


@pytest.mark.parametrize("text", listed(OFF_TOPIC))
def test_a_change_of_topic_about_safety_is_none(text: str) -> None:
    assert read_answer(text, "safety_check") is None


def test_the_safety_questions_are_known_by_name() -> None:
    assert is_safety_question("safety_check") and is_safety_question("direct")
    assert not is_safety_question("state") and not is_safety_question(None)


DOUBTS = [
    "but",
    "pero",
    "sometimes",
    "a veces",
    "maybe",
    "not really",
    "not right now",
    "idk",
    "except at night",
    "yes",
    "anymore",
]


@settings(max_examples=200, deadline=None)
@given(denial=st.sampled_from(listed(CLEAR_DENIALS)), doubt=st.sampled_from(DOUBTS), before=st.booleans())
def test_a_denial_beside_any_doubt_is_never_a_no(denial: str, doubt: str, before: bool) -> None:
    text = f"{doubt}, {denial}" if before else f"{denial}, {doubt}"
    assert read_answer(text, "safety_check") != "no"


@settings(max_examples=300, deadline=None)
@given(
    denial=st.sampled_from(["no", "nope", "not at all", "para nada"]),
    tail=st.text("abcdefghijklmnop", min_size=3, max_size=9),
)
def test_an_unknown_word_beside_a_denial_is_never_a_no(denial: str, tail: str) -> None:
    # A doubled letter is read as one ("imm" is "im"): what is left must be no word either.
    assume({tail, re.sub(r"(.)\1+", r"\1", tail)}.isdisjoint(known_words()))
    assert read_answer(f"{denial} {tail}", "direct") != "no"


@settings(max_examples=300, deadline=None)
@given(text=st.text(), question=st.sampled_from(["safety_check", "state", None, ""]))
def test_no_text_raises(text: str, question: str | None) -> None:
    assert read_answer(text, question) in ("yes", "no", "unsure", "skip", None)
