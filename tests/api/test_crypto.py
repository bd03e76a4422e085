"""What a sealed value promises."""

import pytest

from api import crypto
from api.crypto import Keyring, SealBroken, Sealed, install_keyring


class Row:
    __tablename__ = "thing"
    secret = Sealed("secret_sealed")

    def __init__(self, row_id=None):
        self.id, self.secret_sealed = row_id, None


@pytest.fixture
def keyring():
    ring = Keyring.parse(Keyring.generate())
    install_keyring(ring)
    return ring


def test_a_sealed_value_comes_back_and_is_not_readable_in_the_column(keyring):
    row = Row()
    row.secret = {"text": "panic at work"}
    assert row.secret == {"text": "panic at work"}
    assert b"panic" not in row.secret_sealed


def test_a_row_without_an_id_gets_one_before_sealing(keyring):
    row = Row()
    row.secret = "x"
    assert len(row.id) == 32


def test_none_stays_none(keyring):
    row = Row("a")
    row.secret = None
    assert row.secret is None


def test_a_value_copied_into_another_row_does_not_open(keyring):
    first, second = Row("a" * 32), Row("b" * 32)
    first.secret = "x"
    second.secret_sealed = first.secret_sealed
    with pytest.raises(SealBroken):
        _ = second.secret


def test_a_changed_byte_does_not_open(keyring):
    sealed = bytearray(keyring.seal(b"x", "t.c.1"))
    sealed[-1] ^= 1
    with pytest.raises(SealBroken):
        keyring.open(bytes(sealed), "t.c.1")


@pytest.mark.parametrize("sealed", [b"", b"\x01", b"\x02\x02k1" + b"0" * 40])
def test_bytes_of_another_version_or_none_at_all_are_refused(keyring, sealed):
    with pytest.raises(SealBroken):
        keyring.open(sealed, "t.c.1")


def test_the_first_key_seals_and_older_keys_still_open():
    old = Keyring.parse(Keyring.generate("old"))
    sealed = old.seal(b"x", "t.c.1")
    both = Keyring.parse(f"{Keyring.generate('new')},old:{_text_of(old)}")
    assert both.open(sealed, "t.c.1") == b"x"
    with pytest.raises(SealBroken):
        old.open(both.seal(b"y", "t.c.1"), "t.c.1")


def _text_of(ring):
    import base64

    return base64.b64encode(ring.keys[0][1]).decode()


@pytest.mark.parametrize("text", ["", "k1", "k1:AAAA", "k1:not base64!"])
def test_a_malformed_key_list_is_refused(text):
    with pytest.raises(ValueError):
        Keyring.parse(text)


def _in_file(path, ring):
    fresh = path.with_name("fresh")
    fresh.write_text(f"OTHER=x\nFRONTDESK_KEYS={ring.text}\n")
    fresh.replace(path)


def test_a_changed_key_file_is_taken_up_and_a_missing_one_changes_nothing(tmp_path, monkeypatch):
    monkeypatch.setattr(crypto, "LOOK_SECONDS", 0.0)
    old = Keyring.parse(Keyring.generate())
    new = old.with_new_key()
    file = tmp_path / "secrets.env"
    _in_file(file, old)
    install_keyring(old, file)
    row = Row()
    row.secret = "before"
    _in_file(file, new)
    assert row.secret == "before"
    row.secret = "after"
    assert crypto.key_id_of(row.secret_sealed) == "k2"
    _in_file(file, new.only_first())
    assert row.secret == "after"
    file.unlink()
    assert row.secret == "after"


def test_a_key_nobody_knew_is_looked_for_at_once(tmp_path, monkeypatch):
    monkeypatch.setattr(crypto, "LOOK_SECONDS", 3600.0)
    old = Keyring.parse(Keyring.generate())
    new = old.with_new_key()
    file = tmp_path / "secrets.env"
    _in_file(file, old)
    install_keyring(old, file)
    row = Row("a" * 32)
    row.secret = "x"
    _in_file(file, new)
    row.secret_sealed = new.seal(b'"elsewhere"', crypto.bound_to("thing", "secret_sealed", row.id))
    assert row.secret == "elsewhere"


def test_a_list_of_keys_is_written_as_it_is_read():
    ring = Keyring.parse(Keyring.generate()).with_new_key().with_new_key()
    assert [name for name, _ in ring.keys] == ["k3", "k2", "k1"]
    assert Keyring.parse(ring.text) == ring
    assert Keyring.parse(Keyring.generate("mine")).with_new_key().first == "k1"
