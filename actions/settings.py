"""What the action server is told by its environment: where the api is, and the two service tokens."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass

SHORTEST_TOKEN = 16
PLACEHOLDERS = frozenset({"change-me-change-me", "secret-secret-secret", "token-token-token"})


class SettingsError(ValueError):
    """A setting is missing or cannot be meant."""


@dataclass(frozen=True, slots=True, repr=False)
class Settings:
    """Read once, at start; nothing here is ever logged.

    api_url: where `/internal` is. service_token: what we show the api. actions_token: what Rasa must show us.
    """

    api_url: str
    service_token: str
    actions_token: str

    @classmethod
    def from_environment(cls, environment: Mapping[str, str] | None = None) -> Settings:
        """From FRONTDESK_API_URL, FRONTDESK_SERVICE_TOKEN, FRONTDESK_ACTIONS_TOKEN. Raises SettingsError."""
        source = os.environ if environment is None else environment
        return cls(
            api_url=_text(source, "FRONTDESK_API_URL").rstrip("/"),
            service_token=_token(source, "FRONTDESK_SERVICE_TOKEN"),
            actions_token=_token(source, "FRONTDESK_ACTIONS_TOKEN"),
        )


def _text(source: Mapping[str, str], name: str) -> str:
    value = source.get(name, "").strip()
    if not value:
        raise SettingsError(f"{name} is not set")
    return value


def _token(source: Mapping[str, str], name: str) -> str:
    value = _text(source, name)
    if len(value) < SHORTEST_TOKEN or value.lower() in PLACEHOLDERS:
        raise SettingsError(f"{name} must be a random secret of at least {SHORTEST_TOKEN} characters")
    return value
