"""YAML that knows its lines: every refusal names the file, the line and the reason."""

import pytest

from actions.care.numbered_yaml import RulesFileError, read_yaml


def write(tmp_path, text):
    path = tmp_path / "rules.yml"
    path.write_bytes(text.encode() if isinstance(text, str) else text)
    return path


def refusal(read):
    with pytest.raises(RulesFileError) as error:
        read()
    return error.value


def test_values_come_back_as_written(tmp_path):
    fields = read_yaml(write(tmp_path, "a: text\nb: [x, null, true]\nc: {d: false}\n")).fields(("a", "b", "c"))
    assert fields["a"].text() == "text"
    assert [item.scalar() for item in fields["b"].items()] == ["x", None, True]
    assert fields["c"].fields(optional=None)["d"].flag() is False


@pytest.mark.parametrize(
    ("text", "line", "reason"),
    [
        ("a: b\nc: [d\ne: f\n", 3, "is not YAML"),
        ("a: b\n\tc: d\n", 2, "is not YAML"),
        (b"a: \xff\n", 1, "cannot be read"),
        ("a: \x07\n", 1, "cannot be read"),
        ("", 1, "is empty"),
        ("# only a remark\n", 1, "is empty"),
        ("[" * 5000, 1, "cannot be read"),
    ],
)
def test_a_file_that_is_no_yaml_is_refused(tmp_path, text, line, reason):
    path = write(tmp_path, text)
    error = refusal(lambda: read_yaml(path))
    assert (error.path, error.line) == (path, line)
    assert reason in str(error)
    assert str(error).startswith(f"{path}:{line}: ")


def test_a_missing_file_is_refused(tmp_path):
    assert "cannot be read" in refusal(lambda: read_yaml(tmp_path / "none.yml")).reason


def test_a_yaml_error_without_a_place_points_to_the_first_line(tmp_path):
    assert refusal(lambda: read_yaml(write(tmp_path, "a: b\n--- \nc: d\n"))).line in (1, 2)


@pytest.mark.parametrize(
    ("text", "line", "reason"),
    [
        ("a: 1\nb: 2\n", 2, "unknown key b; known: a, z"),
        ("a: x\na: y\n", 2, "a stands twice"),
        ("z: x\n", 1, "misses a"),
        ("- a\n", 1, "must be a mapping"),
        ("1: a\n", 1, "must be a text"),
        ("? [a]\n: b\n", 1, "must be a text"),
    ],
)
def test_a_mapping_has_its_keys_once_each(tmp_path, text, line, reason):
    error = refusal(lambda: read_yaml(write(tmp_path, text)).fields(("a",), ("z",)))
    assert error.line == line
    assert reason in error.reason


@pytest.mark.parametrize(
    ("value", "read", "reason"),
    [
        ("12_17", "scalar", "must be a text, true, false or null"),
        ("[x]", "scalar", "must be a text, true, false or null"),
        ("2026-03-02", "scalar", "quote a code"),
        ("2026-13-45", "scalar", "cannot be read"),
        ("!!python/name:os.system x", "scalar", "cannot be read"),
        ("yes", "text", "must be a text"),
        ("'  '", "text", "must be a text"),
        ("{x: y}", "text", "must be a text"),
        ("maybe", "flag", "must be true or false"),
        ("x", "items", "must be a list"),
    ],
)
def test_a_value_of_the_wrong_kind_is_refused_on_its_line(tmp_path, value, read, reason):
    entry = read_yaml(write(tmp_path, f"# remark\nkey: {value}\n")).fields(("key",))["key"]
    error = refusal(getattr(entry, read))
    assert error.line == 2
    assert reason in error.reason
