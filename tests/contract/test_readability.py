"""The measure of plain words measures what it should."""

import pytest

from tests.contract.readability import grade, longest_sentence, sentences, syllables


@pytest.mark.parametrize(
    ("word", "count"),
    [
        *(("cat", 1), ("made", 1), ("times", 1), ("used", 1), ("wanted", 2), ("therapy", 3), ("visit", 2)),
        *(("medication", 4), ("the", 1), ("table", 2), ("idea", 3), ("being", 2), ("question", 2), ("quiet", 2)),
        *(("emergency", 4), ("counselor", 3), ("people", 2), ("appointment", 3), ("anxiety", 4), ("988", 2)),
    ],
)
def test_syllables_are_counted_as_they_are_said(word, count):
    assert abs(syllables(word) - count) <= (word in ("quiet", "idea", "anxiety"))


def test_plain_words_have_a_low_grade_and_hard_ones_a_high_one():
    assert grade("The cat sat on the mat. It was warm.") < 2
    assert grade("Thank you for telling me. I want to ask you one thing. Are you safe right now?") < 5
    assert grade("Pharmacological interventions necessitate comprehensive longitudinal evaluation.") > 18


def test_sentences_end_where_a_reader_rests():
    assert [len(one) for one in sentences("One two. Three; four five: six?\nSeven")] == [2, 1, 2, 1, 1]
    assert longest_sentence("One two three. Four.") == 3
