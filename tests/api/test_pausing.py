"""The pause switch: seen by everybody who sees the folder, and safe when it cannot be read."""

from api.pausing import PauseSwitch
from tests.factories import OPEN_AT


def test_it_is_off_until_it_is_set_and_the_first_one_counts(tmp_path):
    switch = PauseSwitch(tmp_path / "var")
    assert (switch.is_on, switch.read()) == (False, None)
    assert switch.set("staff:a", OPEN_AT)
    assert not switch.set("staff:b", OPEN_AT)
    seen = PauseSwitch(tmp_path / "var").read()
    assert (seen.by, seen.at) == ("staff:a", OPEN_AT)


def test_it_can_be_lifted_once(tmp_path):
    switch = PauseSwitch(tmp_path)
    switch.set("staff:a", OPEN_AT)
    assert switch.lift()
    assert not switch.lift()
    assert not switch.is_on


def test_a_file_nobody_can_read_means_paused(tmp_path):
    PauseSwitch(tmp_path).path.write_text("{", "utf-8")
    assert PauseSwitch(tmp_path).read() is not None
    assert [path.name for path in tmp_path.iterdir()] == ["paused.json"]
