"""Only turns both bots answered alike are compared; the others are named."""

from bench import comparing
from bench.visitor import TEN_TURNS

OURS = [(f"answer {number}",) for number in range(len(TEN_TURNS))]
STOCK = [("sorry?",) if number == 3 else reply for number, reply in enumerate(OURS)]


def test_a_turn_answered_otherwise_is_left_out():
    agreed = comparing.agreement(OURS, STOCK)
    assert agreed.different == (3,)
    assert comparing.pick([[float(number) for number in range(10)]], agreed.same) == [0, 1, 2, 4, 5, 6, 7, 8, 9]


def test_its_time_counts_for_neither_side():
    quick, slow = [10.0] * 10, [100.0] * 10
    quick[3], slow[3] = 9000.0, 99000.0
    figures = comparing.turn_figures([quick], [slow], comparing.agreement(OURS, STOCK))
    assert [figure.ratio for figure in figures] == [0.1, 0.1]
    assert all(figure.held for figure in figures)


def test_it_is_named_with_what_each_said():
    notes = comparing.notes(comparing.agreement(OURS, STOCK), OURS, STOCK)
    assert notes[0].startswith("9 of 10")
    assert len(notes) == 2
    assert all(part in notes[1] for part in ("turn 4", TEN_TURNS[3], "answer 3", "sorry?"))


def test_without_a_common_turn_there_is_no_figure():
    agreed = comparing.agreement(OURS, [("sorry?",)] * len(OURS))
    assert comparing.turn_figures([[1.0] * 10], [[1.0] * 10], agreed) == []
