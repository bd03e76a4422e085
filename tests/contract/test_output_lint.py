"""What may never be said to a visitor, checked on every sentence the product has (clinical.md §4 "never", §5 D02)."""

import re

import pytest

from api.settings import ROOT
from tests.contract.readability import grade, longest_sentence
from tests.contract.said import english, everything, read

CONDITIONS = (
    r"depress(?:ion|ed)|anxiety(?: disorder)?|panic disorder|ptsd|ocd|adhd|bipolar|psychosis|schizophreni\w+|"
    r"borderline|an? (?:eating|mood|personality) disorder|addict(?:ion|ed)|mentally ill|a mental illness"
)
FORBIDDEN = {
    "a diagnosis": rf"\byou (?:have|are|suffer from|show signs of|meet criteria for|might have|may have) (?:{CONDITIONS})\b",
    "a diagnosis in other words": r"\b(?:your (?:diagnosis|disorder|illness|condition) is|sounds like you have|"
    r"this (?:is|looks like) (?:clinical|major|severe) )",
    "severity": r"\b(?:severe|moderate|mild) (?:depression|anxiety|ptsd|ocd)\b",
    "suffering": r"\bsuffer(?:s|ing)? (?:from|with)\b",
    "a need": r"(?<!if )\byou (?:really )?(?:need|must|have to|ought to|should) (?!say\b|to say\b)",
    "a dose": r"\b\d+(?:\.\d+)? ?(?:mg|mcg|milligrams?|ml|pills?|tablets?|drops|units)\b",
    "advice on medicine": r"\b(?:take|stop taking|increase|lower|double|skip) (?:your|the|a|one|two) "
    r"(?:dose|medicine|medication|pill|tablet)s?\b",
    "words that hurt": r"\b(?:committed suicide|commit suicide|failed attempt|successful suicide|crazy|insane|"
    r"psycho|junkie|attention.seeking|manipulative)\b",
    "a promise": r"\b(?:we|i|it|this|they) (?:promise|guarantee|will (?:definitely|certainly|surely)|"
    r"will (?:help|fix|cure|heal|work))\b|\b(?:guaranteed|100 ?%|you will (?:feel|get) better|"
    r"everything will be (?:ok|okay|fine|alright))\b",
    "secrecy": r"\b(?:anonymous(?:ly)?|completely private|totally confidential|hipaa certified|nobody will (?:ever )?know)\b",
    "a false feeling": r"\b(?:i (?:feel|understand|know) (?:your|how you|exactly)|i care about you|i am (?:so |very )?worried|"
    r"i love|i was (?:so |very )?(?:touched|moved))\b",
    "a person pretended": r"\b(?:i am|i'm) (?:a|your) (?:human|person|therapist|counselor|nurse|doctor|clinician)\b",
    "blame or minimising": r"\b(?:calm down|cheer up|it could be worse|just relax|snap out|look on the bright side|"
    r"others have it worse|at least you)\b",
    "a word for people": r"\b(?:users?|customers?|clients?|consumers?)\b",
}
SPANISH = {
    "a diagnosis": r"\busted (?:tiene|padece|sufre de) (?:depresión|ansiedad|un trastorno|bipolaridad|esquizofrenia)\b",
    "a need": r"\b(?:usted necesita|debe (?!decir|guardar)usted|tiene que tomar)\b",
    "a dose": r"\b\d+ ?(?:mg|miligramos|pastillas|tabletas|gotas)\b",
    "words that hurt": r"\b(?:cometió suicidio|cometer suicidio|loco|loca|demente)\b",
    "a promise": r"\b(?:prometemos|prometo|le garantiz\w+|garantizado|todo (?:va a estar|estará) bien)\b",
    "a word for people": r"\b(?:usuari[oa]s?|clientes?)\b",
}
# Where a forbidden form is what must be said: the sentence, and why.
ALLOWED = {
    "I'm an automated assistant, not a counselor": "says what it is not",
    "do not have to say why": "takes a duty away",
}
# Found, told, and not rewritten yet; nothing may be added.
WAITING = {("page_unknown", "a promise")}
PAIN = re.compile(
    r"\b(?:sorry|hurt|pain|die|kill|danger|crisis|911|988|safe|sad|hard|heavy|grief|afraid|emergency|suicid\w+|loss|"
    r"dolor|morir|peligro|crisis|triste|difícil|pesado|emergencia|daño)\b",
    re.IGNORECASE,
)


def _without_allowed(text):
    for phrase in ALLOWED:
        text = text.replace(phrase, "")
    return text


def _found(language, what, pattern):
    expression = re.compile(pattern, re.IGNORECASE)
    return [
        f"{said}: {found[0]!r}"
        for said in everything()
        if said.language == language
        for found in [expression.search(_without_allowed(said.text))]
        if found and (said.key, what) not in WAITING
    ]


@pytest.mark.parametrize("what", FORBIDDEN)
def test_no_english_sentence_holds(what):
    assert _found("en", what, FORBIDDEN[what]) == []


@pytest.mark.parametrize("what", SPANISH)
def test_no_spanish_sentence_holds(what):
    assert _found("es", what, SPANISH[what]) == []


def test_nothing_is_shouted_about_pain():
    assert [str(said) for said in everything() if "!" in said.text and PAIN.search(said.text)] == []


def test_nothing_is_shouted_at_all():
    assert [str(said) for said in everything() if "!" in said.text or "¡" in said.text] == []


def test_no_word_stands_in_capitals_but_names_and_what_is_to_be_texted():
    known = {"AYUDA", "HOME", "START", "STOP", "HOPE", "CBT", "TCC", "EMDR", "DBT", "ADHD", "PTSD", "OCD", "TOC"}
    known |= {"RAINN", "LGBTQ", "SAMHSA", "ANAD", "TDAH", "TEPT", "AZ", "US", "OK", "JOEL"}
    loud = [
        f"{said}: {word}"
        for said in everything()
        for word in re.findall(r"\b[A-ZÁÉÍÓÚÑ]{3,}\b", said.text)
        if word not in known
    ]
    assert loud == []


def test_the_lint_itself_finds_what_it_is_made_for():
    wrong = {
        "a diagnosis": "It seems you have depression.",
        "a need": "You need therapy.",
        "a dose": "Try 50 mg at night.",
        "advice on medicine": "Stop taking your medication.",
        "words that hurt": "He committed suicide.",
        "a promise": "We promise you will get better.",
        "secrecy": "This chat is anonymous.",
        "a person pretended": "I am a therapist.",
        "blame or minimising": "Please calm down.",
        "a word for people": "Our clients like it.",
        "severity": "That is severe depression.",
        "suffering": "You are suffering from it.",
        "a false feeling": "I know how you feel.",
        "a diagnosis in other words": "Your diagnosis is clear.",
    }
    assert set(wrong) == set(FORBIDDEN)
    for what, text in wrong.items():
        assert re.search(FORBIDDEN[what], text, re.IGNORECASE), what


def test_the_words_for_staff_name_people_rightly_too():
    texts = [str(entry["en"]) for entry in read("data/wording/console.yml").values() if isinstance(entry, dict)]
    assert [text for text in texts if re.search(FORBIDDEN["a word for people"], text, re.IGNORECASE)] == []


def test_no_code_or_page_calls_people_by_the_wrong_word():
    pattern = re.compile(r"\b(?:customer|client(?!_message_id|_id|\b))s?\b", re.IGNORECASE)
    for folder in ("api/console/templates", "api/widget/templates", "api/widget/static"):
        for path in (ROOT / folder).iterdir():
            assert not pattern.search(path.read_text("utf-8")), path


# ---- plain words


# Above grade 7 still, and how much: these texts wait to be rewritten and may only become plainer. A line goes as
# soon as its text is plain. Most of them carry "medication", "prescriber" or "clinician", which have no short word.
TOO_HARD = {
    "utter_why_R26": 13.6,
    "utter_why_R34": 12.0,
    "ask_controlled": 10.8,
    "utter_why_R06": 10.5,
    "utter_why_R29": 10.4,
    "utter_why_R32": 9.8,
    "utter_why_R23": 9.6,
    "utter_why_R15": 9.4,
    "utter_why_ask_seeker": 9.1,
    "utter_why_R38": 9.1,
    "ask_prescribers": 8.2,
    "utter_why_R05": 8.0,
    "utter_why_R37": 8.0,
    "utter_why_R22": 7.9,
    "utter_why_R33": 7.8,
    "utter_why_R36": 7.8,
    "utter_why_ask": 7.7,
    "ask_medication_management": 7.7,
    "utter_why_ask_age_group": 7.6,
    "utter_why_R17": 7.6,
    "utter_why_R18": 7.6,
    "utter_why_R30": 7.6,
    "utter_why_R31": 7.6,
}
# Seven names in a row, and fields of a practice that stand inside other sentences.
NO_SENTENCES = ("utter_months", "utter_weekdays")


def _worth_measuring():
    """Whole messages of English with enough words for the measure to mean something; labels and names are not."""
    for said in english():
        is_sentence = said.key not in NO_SENTENCES and not said.where.startswith("data/practices")
        if is_sentence and len(re.findall(r"[A-Za-z]+", said.text)) >= 8:
            yield said


def test_every_english_message_is_plain_enough_for_grade_seven():
    grades = {str(said): (said.key, round(grade(said.text), 1)) for said in _worth_measuring()}
    hard = {where: found for where, (key, found) in grades.items() if found > TOO_HARD.get(key, 7.0)}
    assert hard == {}


def test_what_is_listed_as_too_hard_still_is():
    hard = {said.key for said in _worth_measuring() if round(grade(said.text), 1) > 7}
    assert set(TOO_HARD) - hard == set(), "plain now: take these lines out of TOO_HARD"


def test_no_english_sentence_is_longer_than_can_be_read_in_one_breath():
    assert [
        f"{said}: {longest_sentence(said.text)}" for said in english() if longest_sentence(said.text) > 32
    ] == []


def test_no_message_is_a_wall_of_text():
    walls = [f"{said}: {len(said.text)}" for said in everything() if len(said.text) > 650]
    assert walls == []
