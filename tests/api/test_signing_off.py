"""The clinician's signature: it holds for exactly the words that were read."""

import shutil
from datetime import date

import pytest

from api import signing_off
from api.settings import ROOT


@pytest.mark.parametrize("name", signing_off.FILES)
def test_any_changed_letter_of_what_is_said_in_danger_makes_another_digest(tmp_path, name):
    for file in signing_off.FILES:
        (tmp_path / file).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(ROOT / file, tmp_path / file)
    before = signing_off.digest_of.__wrapped__(tmp_path)
    assert before == signing_off.digest_of()
    (tmp_path / name).write_text((tmp_path / name).read_text("utf-8").replace("988", "998", 1), "utf-8")
    assert signing_off.digest_of.__wrapped__(tmp_path) != before


def test_a_signature_is_read_back_and_holds(tmp_path):
    assert signing_off.read(tmp_path) is None
    assert not signing_off.holds(tmp_path)
    signing_off.write(tmp_path, " Ana Ruiz ", "LCSW", date(2026, 3, 2))
    signed = signing_off.read(tmp_path)
    assert (signed.name, signed.credentials, signed.signed_on) == ("Ana Ruiz", "LCSW", date(2026, 3, 2))
    assert signing_off.holds(tmp_path)


@pytest.mark.parametrize("content", ["", "{}", "[]", '{"name": "a"}', '{"signed_on": 3}'])
def test_a_record_nobody_can_read_is_no_signature(tmp_path, content):
    (tmp_path / signing_off.NAME).write_text(content, "utf-8")
    assert signing_off.read(tmp_path) is None
