"""Whom the safety conversation speaks to: minors, visitors of other countries, people who worry about somebody else."""

import pytest

from api.intake import service as intake
from api.safety import service
from api.safety.hearing import Heard, Signal, listen, meant
from api.safety.person import Hints, speaks_of_another, subject
from api.safety.service import Inbound
from api.transcript import service as transcript
from api.vocabulary import Author, Kind, Mode, Tier
from tests.factories import OPEN_AT


@pytest.fixture
def ask(db, gate, session):
    def say(text, language="en", answer=None, **hints):
        heard = listen(gate.ears, text, ())
        inbound = Inbound(session.id, language, Mode.BOT, text, heard, answer, None, Hints(**hints))
        verdict = gate.consider(db, inbound, OPEN_AT)
        service.raise_alert(db, gate.profile, session.id, None, verdict, OPEN_AT)
        transcript.append(db, session, Author.VISITOR, Kind.TEXT, text, now=OPEN_AT)
        return verdict.line

    return say


def lines(line):
    return [card["id"] for card in line.payload["resources"]]


def test_a_minor_hears_who_may_be_told_and_of_an_adult_they_trust(ask):
    text = ask("i am 15 and i want to die").text
    assert "we may need to tell someone who can help" in text
    assert "an adult you trust" in text


def test_an_age_said_earlier_still_counts(ask):
    ask("i am 15")
    assert "an adult you trust" in ask("i want to die").text


def test_the_age_of_the_intake_counts(ask):
    assert "adulto de confianza" in ask("quiero morirme", language="es", minor=True).text


def test_an_adult_hears_nothing_of_it(ask):
    text = ask("i want to die").text
    assert "adult" not in text
    assert "someone you trust" in text


@pytest.mark.parametrize(
    ("facts", "minor"),
    [
        ({"age_group": "teen_13_17"}, True),
        ({"age_group": "teen_13_17", "seeker": "self"}, True),
        ({"age_group": "teen_13_17", "seeker": "parent_guardian"}, False),
        ({"age_group": "adult_18_64"}, False),
        ({}, False),
    ],
)
def test_a_parent_who_writes_for_a_child_is_no_minor(db, session, facts, minor):
    intake.store(db, session.id, facts, OPEN_AT)
    assert intake.is_from_minor(db, session.id) is minor


def test_abroad_no_american_card_is_shown_and_988_is_said_to_be_american(ask):
    ask("I live in Canada")
    line = ask("i want to die")
    assert lines(line) == ["intl"]
    assert line.payload["resources"][0]["url"] == "https://findahelpline.com"
    assert "In the US, call or text 988" in line.text
    assert "741741" not in line.text


def test_a_browser_of_another_country_is_asked_for_the_country_and_keeps_the_lines(ask):
    line = ask("i want to die", elsewhere=True)
    assert "tell me which one" in line.text
    assert lines(line)[:3] == ["us_911", "us_988", "intl"]
    assert "findahelpline.com" in ask("Canada", elsewhere=True).text


def test_who_says_they_are_in_the_us_is_not_asked(ask):
    ask("I live in the US")
    assert "tell me which one" not in ask("i want to die", elsewhere=True).text


def test_a_foreign_telephone_asks_for_the_country(ask, gate, monkeypatch):
    ask("i cut last night")
    monkeypatch.setattr(gate.ears, "read_phone", lambda text: "+525512345678")
    assert "tell me which one" in ask("55 1234 5678").text


def test_who_asks_for_a_human_hears_that_this_is_a_program(ask):
    ask("i want to die")
    assert "automated assistant" in ask("are you human?").text
    assert "automated assistant" not in ask("hello").text


def signal(name, span=(0, 1)):
    return Signal(name, Tier.CRISIS, span)


def test_a_wish_to_die_inside_words_about_a_friend_is_the_friends(ask):
    other, own = signal("THIRD_SI", (0, 31)), signal("SI_PASSIVE", (19, 31))
    assert meant([other, own]) == {"THIRD_SI"}
    assert meant([other, signal("SI_PASSIVE", (40, 50))]) == {"THIRD_SI", "SI_PASSIVE"}
    assert meant([Signal("SI_PASSIVE", Tier.NONE)]) == frozenset()


@pytest.mark.parametrize(
    ("signals", "another", "whom"),
    [
        ({"THIRD_SI"}, True, "_other"),
        ({"THIRD_SI", "SI_PASSIVE"}, False, ""),
        ({"HI_THOUGHTS", "SI_PASSIVE"}, False, "_harm"),
        ({"CHILD_ABUSE"}, False, "_unsafe"),
        ({"SI_ACTIVE"}, False, ""),
        (set(), False, ""),
    ],
)
def test_the_way_back_asks_about_the_right_danger(signals, another, whom):
    assert speaks_of_another(frozenset(signals)) is another
    assert subject(frozenset(signals)) == whom


def test_the_way_back_of_a_worried_friend_asks_about_the_friend(ask):
    ask("my friend wants to die")
    ask("no", answer="no")
    ask("no", answer="no")
    text = ask("i want to go on").text
    assert "do you think they may kill themselves?" in text
    assert "yourself" not in text


def test_who_could_hurt_somebody_is_not_let_back_by_a_no_about_suicide_alone(ask):
    ask("i could hurt my ex")
    ask("no", answer="no")
    ask("no", answer="no")
    assert "hurting someone" in ask("i want to go on").text


def test_nothing_heard_speaks_of_nobody():
    assert meant(Heard().signals) == frozenset()
