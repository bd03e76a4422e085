"""What find_concerns promises: every concern, in both languages, however it is typed; denials kept apart."""

from pathlib import Path

import pytest

from bot.language.concerns import CONCERNS, find_concerns
from bot.language.reviewed import load_folder

SENTENCES = Path(__file__).parent / "sentences"
EXPECTED = [
    tuple(part.strip() for part in line.split("|", 1))
    for line in (SENTENCES / "concerns.txt").read_text(encoding="utf-8").splitlines()
    if not line.startswith("#")
]
DENIED = [
    tuple(part.strip() for part in line.split("|"))
    for line in (SENTENCES / "denials.txt").read_text(encoding="utf-8").splitlines()
    if not line.startswith("#")
]


def ids(written: str) -> set[str]:
    return set(filter(None, written.replace("-", "").strip().split(",")))


def affirmed(text: str) -> set[str]:
    return {mention.id for mention in find_concerns(text) if not mention.negated}


def denied(text: str) -> set[str]:
    return {mention.id for mention in find_concerns(text) if mention.negated}


@pytest.mark.parametrize(("expected", "text"), EXPECTED, ids=[text for _, text in EXPECTED])
def test_the_concerns_of_a_sentence_are_found_and_no_others(expected: str, text: str) -> None:
    must, _, may = (part.strip() for part in expected.partition("+"))
    found = affirmed(text)
    assert ids(must) <= found
    assert found <= ids(must) | ids(may)


@pytest.mark.parametrize(("present", "absent", "text"), DENIED, ids=[text for _, _, text in DENIED])
def test_denied_concerns_are_reported_as_denied_only(present: str, absent: str, text: str) -> None:
    assert affirmed(text) == ids(present)
    assert denied(text) - affirmed(text) == ids(absent)


def test_every_concern_has_phrases_in_both_languages() -> None:
    written = {name: blocks for _, data in load_folder("concerns") for name, blocks in data["concerns"].items()}
    assert set(written) == set(CONCERNS)
    assert len(CONCERNS) == 30
    for name, blocks in written.items():
        assert len(blocks["en"].splitlines()) > 3, name
        assert len(blocks["es"].splitlines()) > 3, name


def test_every_concern_has_test_sentences_in_both_languages() -> None:
    spanish = set("áéíóúñ¿") | {" me ", " mi ", " no puedo", "estoy", "tengo", " mis ", "quiero", " por ", " con "}
    for concern in CONCERNS:
        texts = [text for expected, text in EXPECTED if expected.split(" ")[0].split(",")[0] == concern]
        assert len(texts) >= 6, concern
        assert any(mark in text.lower() for text in texts for mark in spanish), concern


def test_a_span_is_where_the_words_stand_in_the_text_as_typed() -> None:
    text = "Hola… I can’t  sleep 😴 at all"
    (mention,) = find_concerns(text)
    assert text[slice(*mention.span)] == "can’t  sleep"
    assert mention.to_dict() == {"id": "sleep", "span": list(mention.span), "negated": False}


@pytest.mark.parametrize(
    ("typed", "concern"),
    [
        ("so deppresed rn", "depression"),
        ("my anxitey is soooo bad", "anxiety_worry"),
        ("pannic atacks agian", "panic"),
        ("insominia 4 weeks", "sleep"),
        ("realtionship problems", "relationship"),
        ("no puedo dromir", "sleep"),
        ("tengo anciedad", "anxiety_worry"),
        ("CANT SLEEP", "sleep"),
        ("can't   sleep", "sleep"),
        ("c\u200ban’t sle\u200bep", "sleep"),
    ],
)
def test_typos_phone_typing_and_invisible_letters_are_read(typed: str, concern: str) -> None:
    assert concern in affirmed(typed)


@pytest.mark.parametrize(
    ("typed", "concerns"),
    [
        ("estoy depressed y i cant sleep", {"depression", "sleep"}),
        ("tengo panic attacks at work", {"panic"}),
        ("mi husband me fue infiel y no puedo stop crying", {"relationship"}),
    ],
)
def test_mixed_speech_is_read(typed: str, concerns: set[str]) -> None:
    assert concerns <= affirmed(typed)


@pytest.mark.parametrize(
    "text", ["the great depression", "panic button", "leave me alone", "broke down the fee", "a concern", "buscar"]
)
def test_ordinary_uses_of_the_same_words_are_left_alone(text: str) -> None:
    assert affirmed(text) == set()


def test_a_phrase_does_not_run_over_the_end_of_a_sentence() -> None:
    assert affirmed("I can't. Sleep is for the weak") == set()


def test_a_longer_phrase_takes_the_place_of_what_it_contains() -> None:
    assert affirmed("my social anxiety") == {"social_anxiety"}
    assert affirmed("postpartum depression") == {"perinatal"} or "perinatal" in affirmed("postpartum depression")


def test_a_statistical_head_adds_what_no_phrase_found() -> None:
    def head(text: str) -> dict[str, float]:
        return {"grief": 0.9, "sleep": 0.95, "panic": 0.2}

    text = "cant sleep since that day"
    found = find_concerns(text, head=head)
    assert [(mention.id, mention.span) for mention in found] == [("sleep", (0, 10)), ("grief", (0, len(text)))]
