"""The reviewed language data: dated, in both languages, readable, and no file Rasa would take for its own."""

import re

import pytest

from bot.language import reviewed
from bot.language.reviewed import DATA, ReviewedDataError, lines, load, load_folder, pairs
from bot.language.statements import HIDDEN

OWN = [
    *sorted(path.relative_to(DATA).as_posix() for path in DATA.glob("concerns/*.yml")),
    *sorted(path.relative_to(DATA).as_posix() for path in DATA.glob("facts/*.yml")),
    *["denial.yml", "durations.yml", "groups.yml", "medicine_words.yml", "medicines.yml", "people.yml"],
    *["places.yml", "question_answers.yml", "shorthand.yml", "spelling.yml"],
]


@pytest.mark.parametrize("name", OWN)
def test_a_file_is_dated_and_has_no_key_that_rasa_reads(name: str) -> None:
    assert re.fullmatch(r"\d{4}-\d{2}-\d{2}", load(*name.split("/"))["reviewed_on"])
    text = (DATA / name).read_text(encoding="utf-8")
    assert not re.search(r"^\s*(nlu|rules|stories|responses):", text, re.MULTILINE)


def test_every_value_of_a_fact_is_written_in_both_languages() -> None:
    for name, data in load_folder("facts"):
        for fact, values in data["facts"].items():
            for value, blocks in values.items():
                assert value == HIDDEN or set(blocks) == {"en", "es"}, (name, fact, value)
                assert isinstance(value, str), (name, fact, value)


def test_a_broken_file_is_refused_with_its_name(tmp_path, monkeypatch) -> None:  # type: ignore[no-untyped-def]
    monkeypatch.setattr(reviewed, "DATA", tmp_path)
    (tmp_path / "undated.yml").write_text("groups: {}\n", encoding="utf-8")
    (tmp_path / "broken.yml").write_text("a: [\n", encoding="utf-8")
    for name in ("undated.yml", "broken.yml", "missing.yml"):
        with pytest.raises(ReviewedDataError, match=name):
            load(name)


def test_a_block_is_read_line_by_line() -> None:
    assert lines("one\n\n  two  \n## a comment\n# years old\n") == ["one", "two", "# years old"]
    assert lines(None) == []
    assert pairs("im = i am\ndr = doctor\n") == {"im": "i am", "dr": "doctor"}
    with pytest.raises(ReviewedDataError):
        lines(["a list"])
