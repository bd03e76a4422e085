"""What settings refuse."""

import pytest
from pydantic import ValidationError

from api.crypto import Keyring
from api.launch import secrets
from api.settings import SECRET_FIELDS, Settings, is_weak
from tests.factories import make_settings


def _good(**changes):
    strong = {name: f"{'q8Zr-5tW_xJ2mN7v' * 3}{number}" for number, name in enumerate(SECRET_FIELDS)}
    return {**strong, "keys": Keyring.generate(), "environment": "production", **changes}


def test_production_starts_with_strong_secrets():
    assert Settings(**_good()).environment == "production"


@pytest.mark.parametrize("weak", ["", "short", "change-me-change-me-change-me-change-me", "a" * 64])
@pytest.mark.parametrize("name", SECRET_FIELDS)
def test_production_refuses_a_placeholder_and_names_it(name, weak):
    with pytest.raises(ValidationError, match=f"FRONTDESK_{name.upper()}"):
        Settings(**_good(**{name: weak}))


def test_development_starts_without_secrets():
    assert Settings(environment="development").environment == "development"


def test_a_moved_clock_is_refused_in_production():
    with pytest.raises(ValidationError, match="FRONTDESK_CLOCK"):
        Settings(**_good(clock="2026-01-01T00:00:00Z"))


def test_settings_cannot_change_once_read():
    with pytest.raises(ValidationError):
        Settings().port = 1


def test_the_first_run_makes_secrets_that_production_accepts(tmp_path, monkeypatch):
    for name in SECRET_FIELDS:
        monkeypatch.delenv(f"FRONTDESK_{name.upper()}", raising=False)
    made = secrets.load(tmp_path / "var")
    assert not any(is_weak(value) for value in made.values())
    assert (tmp_path / "var" / "secrets.env").stat().st_mode & 0o077 == 0
    assert secrets.load(tmp_path / "var") == made


SMTP = {"mail": "smtp", "mail_host": "mail.example.org", "mail_from": "desk@example.org"}
HOOK = {
    "webhook": "http",
    "webhook_url": "https://x.example.org/h",
    "webhook_secret": "q8Zr2Kx9vT4mW7sN1bH5yC3dF6gJ0pLa",
}


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        (SMTP | {"mail_host": ""}, "FRONTDESK_MAIL_HOST"),
        (SMTP | {"mail_from": ""}, "FRONTDESK_MAIL_FROM"),
        (SMTP | {"mail_from": "desk"}, "FRONTDESK_MAIL_FROM"),
        (SMTP | {"mail_staff": "a@example.org, b"}, "FRONTDESK_MAIL_STAFF"),
        (SMTP | {"mail_from": "a@example.org\r\nBcc: spy@example.org"}, "FRONTDESK_MAIL_FROM"),
        (SMTP | {"mail_tls": "none"}, "FRONTDESK_MAIL_TLS"),
        (HOOK | {"webhook_url": "http://x.example.org/h"}, "FRONTDESK_WEBHOOK_URL"),
        (HOOK | {"webhook_url": ""}, "FRONTDESK_WEBHOOK_URL"),
        (HOOK | {"webhook_secret": "short"}, "FRONTDESK_WEBHOOK_SECRET"),
    ],
)
def test_a_channel_that_is_half_set_up_is_refused_by_name(tmp_path, changes, reason):
    with pytest.raises(ValueError, match=reason):
        make_settings(tmp_path, **changes)


def test_a_channel_that_is_whole_is_taken(tmp_path):
    made = make_settings(tmp_path, **SMTP, **HOOK, mail_staff=" a@example.org,b@example.org, a@example.org ")
    assert made.staff_addresses == ("a@example.org", "b@example.org")
    assert make_settings(tmp_path, **SMTP | {"mail_tls": "none", "mail_host": "127.0.0.1"})
