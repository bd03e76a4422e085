"""What `screen` and `screen_record` promise: shape, spans, windows, scores, facts, and what cannot silence what."""

import pytest

from bot.language.risk import Screening, Signal, score_of, screen, screen_record
from bot.language.risk_data import TIERS


def ids(screening: Screening) -> set[str]:
    return {signal.id for signal in screening.signals}


# --- shape -------------------------------------------------------------------------------------------------------------


def test_an_explicit_statement_names_its_signal_and_where_it_stands() -> None:
    text = "hi. honestly i want to kill myself"
    screening = screen(text)
    assert screening.tier == "crisis"
    [signal] = [each for each in screening.signals if each.id == "SI_ACTIVE"]
    assert text[slice(*signal.span)] == "want to kill myself"


def test_an_ordinary_message_has_no_signals_and_no_score() -> None:
    screening = screen("can i move my appointment to tuesday")
    assert (screening.tier, screening.signals, screening.score) == ("none", (), 0.0)


def test_nothing_at_all_is_no_risk() -> None:
    assert screen("").tier == "none"
    assert screen("", previous=["i want to die"]).tier == "none"


def test_an_idiom_is_reported_as_such_and_raises_nothing() -> None:
    screening = screen("this deadline is killing me")
    assert screening.tier == "none"
    assert ids(screening) == {"IDIOM"}


def test_the_dictionary_form_is_the_contract() -> None:
    plain = screen("i hear voices at night").to_dict()
    assert plain["tier"] == "urgent"
    assert plain["lang"] == "en"
    assert plain["rules_version"].count("+") == 1
    [signal] = [each for each in plain["signals"] if each["id"] == "PSYCHOSIS"]
    assert signal["span"] == [2, 13]
    assert signal["modifiers"] == []
    assert signal["sets"] == {"psychosis_now": True}


def test_a_signal_that_fills_no_fact_has_no_sets() -> None:
    assert "sets" not in screen("i want to die").to_dict()["signals"][0]


@pytest.mark.parametrize(
    ("text", "facts"),
    [
        ("people are watching me through my phone", {"psychosis_now": True}),
        ("havent slept in 4 days and i feel amazing", {"mania_now": True}),
        ("i stopped my xanax yesterday", {"substance": "withdrawal_risk"}),
        ("lexapro makes me so sick", {"request": "side_effect"}),
        ("i ran out of my meds", {"request": "stopping_or_ran_out"}),
        ("dejé de tomar la sertralina", {"request": "stopping_or_ran_out"}),
    ],
)
def test_a_signal_fills_the_fact_that_gives_the_specific_reason(text: str, facts: dict[str, object]) -> None:
    assert facts in [dict(signal.sets) for signal in screen(text).signals]


def test_what_lies_inside_a_stronger_finding_is_left_out() -> None:
    assert ids(screen("i want to kill myself")) == {"SI_ACTIVE"}


def test_marks_count_together_only_when_they_stand_near_each_other() -> None:
    between = "and then we talked about the garden and the weather for a while " * 4
    assert screen(f"i take lithium and i am vomiting {between}").tier == "emergency"
    assert screen(f"i take lithium {between} someone was vomiting").tier == "none"


def test_a_lone_no_answers_something_and_negates_nothing_that_follows() -> None:
    assert screen("no, suicidal thoughts came back").tier == "crisis"
    assert screen("no suicidal thoughts").tier == "none"


def test_the_same_finding_is_reported_once() -> None:
    found = [(signal.id, signal.span) for signal in screen("i want to die i want to die").signals]
    assert len(found) == len(set(found))


# --- score --------------------------------------------------------------------------------------------------------------


def test_a_higher_tier_always_scores_higher_whatever_the_evidence() -> None:
    bounds = []
    for tier in TIERS:
        one, many = (tuple(Signal("X", tier, (0, 1), (), {}) for _ in range(count)) for count in (1, 9))
        bounds.append((score_of(tier, one), score_of(tier, many)))
    assert all(lower[1] < upper[0] for lower, upper in zip(bounds, bounds[1:], strict=False))
    assert all(0.0 <= score <= 1.0 for pair in bounds for score in pair)


def test_more_evidence_scores_higher_within_a_tier() -> None:
    assert screen("i want to die. i wish i was dead").score > screen("i want to die").score


# --- language -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "lang"),
    [("i want to talk to someone", "en"), ("quiero hablar con alguien", "es"), ("12345", "en"), ("😔", "en")],
)
def test_the_language_is_told_from_the_everyday_words(text: str, lang: str) -> None:
    assert screen(text).lang == lang


def test_a_given_language_is_kept_and_both_are_read_all_the_same() -> None:
    screening = screen("me quiero morir", lang="en")
    assert (screening.lang, screening.tier) == ("en", "crisis")
    assert screen("i want to die", lang="es").tier == "crisis"


def test_an_unknown_language_is_told_from_the_words_instead() -> None:
    assert screen("quiero hablar con alguien", lang="fr").lang == "es"


# --- the last three messages -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("previous", "text", "tier"),
    [
        (["i want", "to kill"], "myself", "crisis"),
        (["i dont want to"], "be alive anymore", "crisis"),
        (["i want to die"], "i have pills", "emergency"),
        (["lost my job"], "which bridges are tall here", "crisis"),
        (["i was suicidal in college"], "i still think about it", "crisis"),
        (["goodbye everyone"], "i cant do this anymore", "emergency"),
        (["no quiero"], "seguir viviendo", "crisis"),
        (["we had a baby 2 weeks ago"], "i hear voices", "emergency"),
    ],
)
def test_messages_sent_in_pieces_are_read_together(previous: list[str], text: str, tier: str) -> None:
    assert TIERS.index(screen(text).tier) < TIERS.index(tier)
    assert screen(text, previous).tier == tier


def test_an_alarm_of_an_earlier_message_is_not_raised_again_by_an_ordinary_one() -> None:
    assert screen("tuesday at 4", previous=["i want to die"]).tier == "none"


def test_messages_before_the_last_three_are_not_read() -> None:
    assert screen("i have pills", previous=["i want to die", "ok", "so", "yes"]).tier == "none"
    assert screen("i have pills", previous=["i want to die", "ok", "so"]).tier == "emergency"


@pytest.mark.parametrize(
    "before", ["no im not", "no", "i would never", "the song says", "if i get there late", "not"]
)
def test_an_earlier_message_never_takes_anything_from_this_one(before: str) -> None:
    screening = screen("i want to kill myself", previous=[before])
    assert [(signal.id, signal.span) for signal in screening.signals] == [("SI_ACTIVE", (2, 21))]


def test_spans_stay_inside_the_message_also_where_the_finding_began_earlier() -> None:
    [signal, *_] = screen("myself tonight", previous=["i want to kill"]).signals
    assert signal.span[0] == 0
    assert 0 < signal.span[1] <= len("myself tonight")


# --- what raises, what lowers --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "tier"),
    [
        ("i want to die", "crisis"),
        ("i dont want to die", "none"),
        ("i dont want to live", "crisis"),
        ("i never said i wouldnt", "watch"),
        ("not suicidal, just anxious", "none"),
        ("not suicidal but i have a plan to kill myself and the gun is loaded", "emergency"),
        ("i used to want to die", "watch"),
        ("i used to be suicidal and i still think about it", "crisis"),
        ("suicidal thoughts when i was 15", "watch"),
        ("suicidal thoughts since i was 15", "crisis"),
        ("i had suicidal thoughts in college", "watch"),
        ("im in college and have suicidal thoughts", "crisis"),
        ("my daughter has suicidal thoughts", "crisis"),
        ("the song says i want to die", "watch"),
        ("my brother died by suicide", "none"),
        ("suicide squad was bad", "none"),
        ("end it with my therapist", "none"),
        ("i want to end it", "watch"),
        ("kms i forgot my charger lol", "none"),
        ("kms", "watch"),
        ("i will kill myself if i have to go back", "crisis"),
        ("i cut my finger cooking", "none"),
        ("i cut myself in the bathroom to feel something", "urgent"),
        ("i accidentally overdosed on tylenol", "emergency"),
        ("overdosed on sugar today", "none"),
        ("my husband will kill me if i leave him", "emergency"),
        ("my husband will kill me if i forget our anniversary", "none"),
    ],
)
def test_context_decides(text: str, tier: str) -> None:
    assert screen(text).tier == tier


@pytest.mark.parametrize(
    "text",
    [
        "this deadline is killing me and i want to die",
        "lol dying of laughter but seriously i want to kill myself",
        "i want to jump in front of a train",
        "no. i want to die",
        "No, i want to kill myself",
        "not really. i want to kill myself",
        "i don't want help, i want to die",
        "my dog died and i want to die",
        "my son died last year i want to die",
        "i was abused years ago and i took all my pills tonight",
        "when i was a kid my dad left and now i want to die",
        "i was 16 when my mom died, i want to kill myself",
        "years ago i was fine but now i want to kill myself",
        "the traffic kills me. anyway i will hang myself",
    ],
)
def test_nothing_beside_an_explicit_statement_silences_it(text: str) -> None:
    assert TIERS.index(screen(text).tier) >= TIERS.index("crisis")


@pytest.mark.parametrize(
    "text",
    [
        "k1ll mys3lf",
        "su1cide",
        "s*icide is all i think about",
        "k i l l myself",
        "iwanttodie",
        "killmyself",
        "i wanttt to dieee",
        "kiII myself",
        "i want to \u200bd\u200bi\u200be",
        "i want to k\u0456ll myself",
        "Ｉ ｗａｎｔ ｔｏ ｄｉｅ",
        "I WANT TO DIE",
        "i\nwant\nto\ndie",
        "suicidall thoughts",
        "i wnat to die",
        "i want to kill mysef",
        "quiero m0rir",
        "kiero morirme",
        "unalive myself",
        "sewerslide",
        "ill kill myself",
        "id rather be dead",
    ],
)
def test_disguises_slips_and_slang_hide_nothing(text: str) -> None:
    assert TIERS.index(screen(text).tier) >= TIERS.index("watch")


# --- the JSON form -----------------------------------------------------------------------------------------------------------


def test_a_record_keeps_its_own_fields_and_gets_the_result() -> None:
    record = screen_record({"text": "i want to die", "row": 7, "previous": None, "lang": None})
    assert record["row"] == 7
    assert record["tier"] == "crisis"
    assert record["lang"] == "en"


def test_a_record_is_read_with_its_earlier_messages() -> None:
    assert screen_record({"text": "myself", "previous": ["i want to kill"], "lang": "en"})["tier"] == "crisis"


@pytest.mark.parametrize(
    ("record", "reason"),
    [
        ([], "an object"),
        ({}, "`text`"),
        ({"text": 3}, "`text`"),
        ({"text": "a", "previous": "b"}, "`previous`"),
        ({"text": "a", "previous": [1]}, "`previous`"),
        ({"text": "a", "lang": "fr"}, "`lang`"),
        ({"text": "a", "lang": ["en"]}, "`lang`"),
    ],
)
def test_a_bad_record_is_refused_with_the_reason(record: object, reason: str) -> None:
    with pytest.raises(ValueError, match=reason):
        screen_record(record)  # type: ignore[arg-type]
