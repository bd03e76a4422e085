"""What stages, lists and endings of sign-ins promise."""

from datetime import UTC, datetime, timedelta

import pytest

from api.database import Base, Database
from api.errors import BadInput, Conflict, SignInRequired
from api.staff import service, sign_ins
from api.vocabulary import Role, Stage

NOW = datetime(2026, 12, 1, 17, 0, tzinfo=UTC)


@pytest.fixture
def db(tmp_path):
    database = Database(f"sqlite:///{tmp_path / 'f.db'}")
    Base.metadata.create_all(database.engine)
    with database.writing() as db:
        yield db
    database.close()


@pytest.fixture
def dana(db):
    return service.add(db, "dana@example.org", "Dana", Role.ADMINISTRATOR, NOW, "correct-horse-555-0142")[0]


@pytest.mark.parametrize(
    ("has_app", "temporary", "required", "asked"),
    [
        (False, False, False, []),
        (False, False, True, [Stage.ENROL]),
        (True, False, False, [Stage.CODE]),
        (True, True, True, [Stage.CODE, Stage.RENEW]),
        (False, True, True, [Stage.ENROL, Stage.RENEW]),
        (False, True, False, [Stage.RENEW]),
    ],
)
def test_what_is_asked_after_the_password(dana, has_app, temporary, required, asked):
    dana.totp_confirmed_at = NOW if has_app else None
    dana.password_is_temporary = temporary
    stages, passed = [], None
    while (stage := sign_ins.stage_after(dana, required=required, passed=passed)) != Stage.OPEN:
        stages.append(stage)
        passed = stage
    assert stages == asked


@pytest.mark.parametrize("stage", [Stage.CODE, Stage.ENROL, Stage.RENEW])
def test_an_unfinished_sign_in_opens_nothing_and_ends_after_a_quarter_of_an_hour(db, dana, stage):
    _, token = sign_ins.begin(db, dana, NOW, stage)
    with pytest.raises(SignInRequired):
        sign_ins.recognise(db, token, NOW)
    assert sign_ins.of_member(db, dana.id, NOW) == []
    assert sign_ins.recognise(db, token, NOW + timedelta(minutes=14), stage).member.id == dana.id
    with pytest.raises(SignInRequired):
        sign_ins.recognise(db, token, NOW + timedelta(minutes=15), stage)


def test_each_step_has_a_token_of_its_own(db, dana):
    opened, before = sign_ins.begin(db, dana, NOW, Stage.CODE)
    csrf = opened.csrf_token
    after = sign_ins.advance(opened, Stage.OPEN, NOW)
    assert sign_ins.recognise(db, after, NOW).csrf_token != csrf
    with pytest.raises(SignInRequired):
        sign_ins.recognise(db, before, NOW)


def test_a_member_sees_where_they_are_signed_in_and_ends_any_of_it(db, dana):
    first, _ = sign_ins.begin(db, dana, NOW, device="Firefox, Linux", address="192.0.2.7")
    second, token = sign_ins.begin(db, dana, NOW + timedelta(minutes=1))
    assert [row.id for row in sign_ins.of_member(db, dana.id, NOW + timedelta(minutes=2))] == [second.id, first.id]
    assert sign_ins.end_one(db, dana.id, first.id)
    assert not sign_ins.end_one(db, dana.id, first.id)
    assert not sign_ins.end_one(db, "somebody else", second.id)
    assert sign_ins.recognise(db, token, NOW + timedelta(minutes=2))


def test_signing_out_everywhere_can_spare_the_browser_at_hand(db, dana):
    here, token = sign_ins.begin(db, dana, NOW)
    for _ in range(2):
        sign_ins.begin(db, dana, NOW)
    assert sign_ins.end_all(db, dana.id, but=here.id) == 2
    assert sign_ins.recognise(db, token, NOW)
    assert sign_ins.end_all(db, dana.id) == 1


def test_a_password_that_was_given_out_must_be_replaced_by_another_one(db, dana):
    given = service.give_password(dana)
    assert service.with_password(db, dana.email, given).password_is_temporary
    for refused in ("short", given):
        with pytest.raises(BadInput):
            service.choose_password(dana, refused)
    service.choose_password(dana, "a-word-of-my-own")
    assert not service.with_password(db, dana.email, "a-word-of-my-own").password_is_temporary


def test_the_last_administrator_stays_one(db, dana):
    for change in (
        lambda: service.change_role(db, dana, Role.AUDITOR),
        lambda: service.disable(db, dana, NOW),
    ):
        with pytest.raises(Conflict):
            change()
    eli = service.add(db, "eli@example.org", "Eli", Role.ADMINISTRATOR, NOW)[0]
    service.change_role(db, dana, Role.AUDITOR)
    with pytest.raises(Conflict):
        service.disable(db, eli, NOW)
