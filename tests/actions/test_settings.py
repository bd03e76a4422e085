"""Settings of the action server: complete, real secrets, nothing shown."""

import pytest

from actions.settings import Settings, SettingsError

GOOD = {
    "FRONTDESK_API_URL": "http://127.0.0.1:8000/",
    "FRONTDESK_SERVICE_TOKEN": "s" * 20,
    "FRONTDESK_ACTIONS_TOKEN": "a" * 20,
}


def test_settings_come_from_the_environment() -> None:
    settings = Settings.from_environment(GOOD)
    assert settings.api_url == "http://127.0.0.1:8000"
    assert (settings.service_token, settings.actions_token) == ("s" * 20, "a" * 20)


@pytest.mark.parametrize("name", GOOD)
@pytest.mark.parametrize("value", ["", "   "])
def test_a_missing_setting_is_named(name: str, value: str) -> None:
    with pytest.raises(SettingsError, match=name):
        Settings.from_environment({**GOOD, name: value})


@pytest.mark.parametrize("value", ["short", "change-me-change-me"])
def test_a_placeholder_secret_is_refused(value: str) -> None:
    with pytest.raises(SettingsError):
        Settings.from_environment({**GOOD, "FRONTDESK_SERVICE_TOKEN": value})


def test_secrets_do_not_show_in_logs() -> None:
    assert "ssss" not in repr(Settings.from_environment(GOOD))
