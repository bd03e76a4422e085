"""Risk data that is wrong is refused with file, line and reason; right data is read once."""

import shutil
from pathlib import Path

import pytest

from bot.language.risk_data import FOLDER, TIERS, load_rules
from bot.language.risk_sheet import RiskDataError


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return Path(shutil.copytree(FOLDER, tmp_path / "risk"))


def append(path: Path, lines: str) -> int:
    """Add lines to a file; answers the number of the first one."""
    text = path.read_text(encoding="utf-8")
    path.write_text(text + lines, encoding="utf-8")
    return text.count("\n") + 1


def refusal(folder: Path) -> str:
    with pytest.raises(RiskDataError) as caught:
        load_rules(folder)
    return str(caught.value)


def test_the_reviewed_data_load_once_and_carry_a_version() -> None:
    rules = load_rules()
    assert rules is load_rules()
    reviewed, digest = rules.version.split("+")
    assert len(reviewed) == 10
    assert len(digest) == 12
    assert {rule.tier for rule in rules.signals.values()} == set(TIERS)


def test_the_version_changes_with_any_word_of_the_data(folder: Path) -> None:
    append(folder / "health.yml", "# one more look\n")
    assert load_rules(folder).version != load_rules().version


@pytest.mark.parametrize(
    ("group", "reason"),
    [
        ("- {signal: NOWHERE, kind: said, en: a b}\n", "'NOWHERE' is not one of"),
        ("- {signal: AMBIG, kind: loud, en: a b}\n", "'loud' is not one of said, named"),
        ("- {signal: AMBIG, kind: said, tier: mild, en: a b}\n", "'mild' is not one of"),
        ("- {signal: AMBIG, kind: said}\n", "phrases are missing"),
        ("- {kind: said, en: a b}\n", "signal or marks is missing"),
        ("- {signal: AMBIG, en: a b}\n", "kind is missing"),
        ("- {signal: AMBIG, kind: said, fr: a b}\n", "unknown field fr"),
        ("- {signal: AMBIG, kind: said, kind: said, en: a b}\n", "kind stands here twice"),
        ("- just a line\n", "a mapping is expected here"),
        ("- {signal: [AMBIG], kind: said, en: a b}\n", "a single value is expected here"),
    ],
)
def test_a_broken_group_is_refused_with_its_place(folder: Path, group: str, reason: str) -> None:
    number = append(folder / "health.yml", group)
    message = refusal(folder)
    assert message.startswith(f"health.yml:{number}: ")
    assert reason in message


def test_a_broken_pattern_is_refused_with_the_line_it_stands_on(folder: Path) -> None:
    number = append(
        folder / "watch.yml", "- signal: AMBIG\n  kind: said\n  en: |\n    fine words\n    (not closed\n"
    )
    assert refusal(folder).startswith(f"watch.yml:{number + 4}: '(not closed': an opening ( is not closed")


def test_a_missing_file_is_refused(folder: Path) -> None:
    (folder / "signals.yml").unlink()
    assert refusal(folder) == "signals.yml:1: the file is missing in risk"


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"", "watch.yml:1: the file is empty"),
        (b"a: [1", "watch.yml:2: not YAML"),
        (b"a: b: c\n", "watch.yml:1: not YAML"),
        (b"\xff\xfe\xff", "watch.yml:1: cannot be read"),
        (b"a: \x01\n", "watch.yml:1: not YAML"),
        (b"groups: []\n", "watch.yml:1: reviewed_on is missing"),
        (b'reviewed_on: "yesterday"\ngroups: []\n', "watch.yml:1: 'yesterday' is not a date"),
        (b'reviewed_on: "2026-11-22"\ngroups: {}\n', "watch.yml:2: a list is expected here"),
        (b'reviewed_on: "2026-11-22"\n', "watch.yml:1: groups is missing"),
    ],
)
def test_a_file_that_is_no_risk_data_is_refused(folder: Path, content: bytes, reason: str) -> None:
    (folder / "watch.yml").write_bytes(content)
    assert refusal(folder).startswith(reason)


def test_a_combination_of_marks_nobody_sets_is_refused(folder: Path) -> None:
    number = append(
        folder / "combinations.yml", "- {signal: MANIA, of: [[no_such_mark], [high_mood]], within: 3}\n"
    )
    assert refusal(folder).startswith(f"combinations.yml:{number}: 'no_such_mark' is not one of")


def test_a_scope_that_is_no_number_is_refused(folder: Path) -> None:
    line = "- {category: past, direction: after, scope: wide, kinds: [said], en: ago}\n"
    number = append(folder / "modifiers.yml", line)
    assert refusal(folder) == f"modifiers.yml:{number}: 'wide' is not a whole number"


def test_a_broken_macro_is_refused_with_its_name(folder: Path) -> None:
    number = append(folder / "words.yml", '  BROKEN: "a | {NOWHERE}"\n')
    assert refusal(folder) == f"words.yml:{number}: macro BROKEN: unknown macro {{NOWHERE}}"


@pytest.mark.parametrize(
    ("line", "reason"), [("  word\n", "`left = right` is expected"), ("  im = i am\n", "im stands here twice")]
)
def test_a_broken_pair_is_refused(folder: Path, line: str, reason: str) -> None:
    path = folder / "spelling.yml"
    path.write_text(path.read_text(encoding="utf-8").replace("  iam = i am\n", line, 1), encoding="utf-8")
    message = refusal(folder)
    assert message.startswith("spelling.yml:")
    assert reason in message
