"""What the second factor promises: the right code at the right time, once."""

from datetime import UTC, datetime, timedelta

import pyotp
import pytest

from api.crypto import Keyring, install_keyring
from api.database import Base, Database
from api.staff import second_factor, service
from api.staff.models import RecoveryCode
from api.vocabulary import Role

# Twelve seconds into a step of thirty.
NOW = datetime(2026, 12, 1, 17, 0, 12, tzinfo=UTC)
STEP = timedelta(seconds=30)


@pytest.fixture
def db(tmp_path):
    install_keyring(Keyring.parse(Keyring.generate()))
    database = Database(f"sqlite:///{tmp_path / 'f.db'}")
    Base.metadata.create_all(database.engine)
    with database.writing() as db:
        yield db
    database.close()


@pytest.fixture
def dana(db):
    return service.add(db, "dana@example.org", "Dana", Role.FRONT_DESK, NOW)[0]


def code(member, at=NOW):
    return pyotp.TOTP(member.totp_secret).at(at)


@pytest.fixture
def codes(db, dana):
    """Dana has set up her app an hour ago; her recovery codes."""
    second_factor.prepare(dana)
    return second_factor.confirm(db, dana, code(dana, NOW - timedelta(hours=1)), NOW - timedelta(hours=1))


def test_nothing_is_in_force_before_the_app_gave_a_right_code(db, dana):
    second_factor.prepare(dana)
    assert not dana.has_second_factor
    assert second_factor.confirm(db, dana, "000000", NOW) is None
    assert not dana.has_second_factor
    assert second_factor.take(db, dana, code(dana), NOW) is None


def test_the_secret_is_sealed_and_stays_until_it_is_confirmed(dana):
    secret = second_factor.prepare(dana)
    assert second_factor.prepare(dana) == secret
    assert secret.encode() not in dana.totp_sealed
    assert secret in second_factor.address_of(dana, "A practice")


@pytest.mark.parametrize("steps", [-1, 0, 1])
def test_a_clock_may_be_one_step_off(db, dana, codes, steps):
    assert second_factor.take(db, dana, code(dana, NOW + steps * STEP), NOW) == "app"


@pytest.mark.parametrize("steps", [-2, 2])
def test_a_clock_may_not_be_two_steps_off(db, dana, codes, steps):
    assert second_factor.take(db, dana, code(dana, NOW + steps * STEP), NOW) is None


def test_a_code_is_taken_once_and_none_before_it_any_more(db, dana, codes):
    assert second_factor.take(db, dana, code(dana), NOW) == "app"
    assert second_factor.take(db, dana, code(dana), NOW) is None
    assert second_factor.take(db, dana, code(dana, NOW - STEP), NOW) is None
    assert second_factor.take(db, dana, code(dana, NOW + STEP), NOW + STEP) == "app"


def test_the_code_that_set_up_the_app_does_not_sign_in_again(db, dana):
    second_factor.prepare(dana)
    assert second_factor.confirm(db, dana, code(dana), NOW)
    assert second_factor.take(db, dana, code(dana), NOW) is None


def test_a_code_may_be_typed_with_a_space(db, dana, codes):
    digits = code(dana)
    assert second_factor.take(db, dana, f"{digits[:3]} {digits[3:]} ", NOW) == "app"


@pytest.mark.parametrize("wrong", ["", "0", "abcdef", "１２３４５６", "0" * 60, "\ud800"])
def test_nonsense_is_a_wrong_code(db, dana, codes, wrong):
    assert second_factor.take(db, dana, wrong, NOW) is None


def test_each_of_ten_recovery_codes_lets_in_once(db, dana, codes):
    assert len(set(codes)) == second_factor.RECOVERY_CODES == 10
    for left, one in enumerate(reversed(codes)):
        assert second_factor.recovery_codes_left(db, dana) == 10 - left
        assert second_factor.take(db, dana, one, NOW) == "recovery"
        assert second_factor.take(db, dana, one, NOW) is None


def test_a_recovery_code_may_be_typed_without_dashes_and_in_capitals(db, dana, codes):
    assert second_factor.take(db, dana, codes[0].replace("-", " ").upper(), NOW) == "recovery"


def test_recovery_codes_are_kept_as_hashes_and_are_nobody_elses(db, dana, codes):
    assert not {one.code_hash for one in db.query(RecoveryCode)} & {*codes, *(c.replace("-", "") for c in codes)}
    other = service.add(db, "eli@example.org", "Eli", Role.FRONT_DESK, NOW)[0]
    second_factor.prepare(other)
    assert second_factor.confirm(db, other, code(other), NOW)
    assert second_factor.take(db, other, codes[0], NOW) is None


def test_new_recovery_codes_end_the_old_ones(db, dana, codes):
    fresh = second_factor.new_recovery_codes(db, dana)
    assert second_factor.take(db, dana, codes[0], NOW) is None
    assert second_factor.take(db, dana, fresh[0], NOW) == "recovery"


def test_another_app_can_be_set_up_in_the_same_half_minute(db, dana, codes):
    assert second_factor.take(db, dana, code(dana), NOW) == "app"
    second_factor.remove(db, dana)
    second_factor.prepare(dana)
    assert second_factor.confirm(db, dana, code(dana), NOW)


def test_a_removed_app_opens_nothing(db, dana, codes):
    last = code(dana)
    second_factor.remove(db, dana)
    assert (dana.has_second_factor, second_factor.recovery_codes_left(db, dana)) == (False, 0)
    assert second_factor.take(db, dana, last, NOW) is None
    assert second_factor.take(db, dana, codes[0], NOW) is None
