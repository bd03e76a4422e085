"""What sign-ins promise."""

from datetime import UTC, datetime, timedelta

import pytest

from api.database import Base, Database
from api.errors import NotAllowed, SignInRequired
from api.staff import service, sign_ins
from api.vocabulary import Role
from tests import databases

NOW = datetime(2026, 12, 1, 17, 0, tzinfo=UTC)


@pytest.fixture
def db(tmp_path):
    database = Database(databases.url_for(tmp_path))
    Base.metadata.create_all(database.engine)
    with database.writing() as db:
        yield db
    database.close()


@pytest.fixture
def dana(db):
    return service.add(db, "Dana@Example.org", "Dana", Role.FRONT_DESK, NOW)


def sign_in(db, email, password):
    return sign_ins.begin(db, service.with_password(db, email, password), NOW)


def test_a_made_password_signs_in_and_is_not_stored(db, dana):
    member, password = dana
    opened, token = sign_in(db, " dana@example.org ", password)
    assert opened.staff_member_id == member.id
    assert password not in member.password_hash
    assert token not in opened.token_hash
    assert sign_ins.recognise(db, token, NOW).member.name == "Dana"


@pytest.mark.parametrize("email", ["dana@example.org", "nobody@example.org"])
def test_a_wrong_password_and_an_unknown_address_get_the_same_answer(db, dana, email):
    with pytest.raises(NotAllowed, match="do not match"):
        sign_in(db, email, "wrong")


def test_a_disabled_member_can_neither_sign_in_nor_go_on(db, dana):
    member, password = dana
    _, token = sign_in(db, member.email, password)
    member.disabled_at = NOW
    with pytest.raises(NotAllowed):
        sign_in(db, member.email, password)
    with pytest.raises(SignInRequired):
        sign_ins.recognise(db, token, NOW)


def test_a_sign_in_ends_after_an_hour_of_idling_unless_touched(db, dana):
    member, password = dana
    _, token = sign_in(db, member.email, password)
    later = NOW + timedelta(minutes=61)
    with pytest.raises(SignInRequired):
        sign_ins.recognise(db, token, later)
    sign_ins.touch(db, token, NOW + timedelta(minutes=30))
    assert sign_ins.recognise(db, token, later)


def test_a_sign_in_ends_after_a_working_day_even_in_use(db, dana):
    member, password = dana
    _, token = sign_in(db, member.email, password)
    end = NOW + timedelta(hours=sign_ins.SIGN_IN_HOURS)
    sign_ins.touch(db, token, end)
    with pytest.raises(SignInRequired):
        sign_ins.recognise(db, token, end)


@pytest.mark.parametrize("token", [None, "", "forged", "\ud800"])
def test_a_forged_token_is_nobody(db, dana, token):
    with pytest.raises(SignInRequired):
        sign_ins.recognise(db, token, NOW)


def test_signing_out_ends_it(db, dana):
    member, password = dana
    _, token = sign_in(db, member.email, password)
    sign_ins.end(db, token)
    with pytest.raises(SignInRequired):
        sign_ins.recognise(db, token, NOW)


def test_an_address_is_added_once_whatever_its_case(db, dana):
    with pytest.raises(ValueError, match="already"):
        service.add(db, "DANA@example.org", "Other", Role.AUDITOR, NOW)


@pytest.mark.parametrize(("email", "password"), [("nonsense", None), ("a@example.org", "short")])
def test_a_bad_address_or_a_short_password_is_refused(db, email, password):
    with pytest.raises(ValueError):
        service.add(db, email, "A", Role.FRONT_DESK, NOW, password)


def test_the_first_member_is_noticed(db):
    assert not service.anyone(db)
    service.add(db, "a@example.org", "A", Role.ADMINISTRATOR, NOW)
    assert service.anyone(db)
    assert list(service.names(db).values()) == ["A"]
