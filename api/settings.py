"""What the operator decides, read once from the environment (`FRONTDESK_…`).

`./frontdesk up` writes the secrets to `var/secrets.env` (0600) at its first run and hands them to every process.
Outside development, placeholder or short secrets are refused.
"""

from datetime import datetime
from ipaddress import IPv4Network, IPv6Network, ip_network
from pathlib import Path
from typing import Literal, Self

from pydantic import Field, SecretStr, model_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

ROOT = Path(__file__).resolve().parent.parent
PLACEHOLDERS = ("change", "example", "placeholder", "secret", "password", "default", "dev-only")
SECRET_FIELDS = ("keys", "signing_secret", "service_token", "bot_token", "actions_token", "audit_key")
SHORTEST_SECRET = 32
PLAIN_HTTP = (
    "refusing plain HTTP beyond this machine: put a proxy that speaks TLS in front and start with --behind-proxy "
    "(docs/running.md). To try it in your own network, with invented chats only, set FRONTDESK_ENVIRONMENT=development"
)


class Settings(BaseSettings):
    """All settings of the api process."""

    model_config = SettingsConfigDict(env_prefix="FRONTDESK_", frozen=True, extra="ignore")

    environment: Literal["development", "test", "production"] = "development"
    practice: str = Field("tucson_integrative", description="name of a profile in data/practices, or a path")
    database_url: str = Field(f"sqlite:///{ROOT}/var/frontdesk.db", description="SQLAlchemy URL")
    keys: SecretStr = Field(SecretStr(""), description="id:base64 of 32 bytes, comma separated; first encrypts")
    signing_secret: SecretStr = Field(SecretStr(""), description="signs links and cookies")
    service_token: SecretStr = Field(SecretStr(""), description="the actions show it on /internal")
    bot_token: SecretStr = Field(SecretStr(""), description="the api shows it to the bot")
    actions_token: SecretStr = Field(SecretStr(""), description="the bot shows it to the actions")
    audit_key: SecretStr = Field(
        SecretStr(""), description="HMAC key of the audit chain, kept outside the database"
    )
    bot_url: str = Field("http://127.0.0.1:5005", description="where the bot listens; loopback")
    bot_timeout_seconds: float = Field(5.0, description="a turn is given up after this time")
    bot_warm_up_seconds: float = Field(60.0, description="how long a starting bot is waited for")
    base_url: str = Field("http://127.0.0.1:8000", description="public address, for links")
    host: str = Field("127.0.0.1", description="address to listen on")
    port: int = Field(8000, description="port to listen on", ge=0, le=65535)
    behind_proxy: bool = Field(False, description="a TLS proxy stands in front: trust its headers")
    trusted_proxies: str = Field("127.0.0.1,::1", description="addresses whose word for a visitor's is taken")
    metrics_token: SecretStr = Field(SecretStr(""), description="opens /metrics; empty: there is none")
    clock: datetime | None = Field(None, description="start the clock at this instant; demonstrations and tests")

    @model_validator(mode="after")
    def _refuse_weak_secrets(self) -> Self:
        if self.environment != "production":
            return self
        weak = [name for name in SECRET_FIELDS if is_weak(getattr(self, name).get_secret_value())]
        if weak:
            names = ", ".join(f"FRONTDESK_{name.upper()}" for name in weak)
            raise ValueError(f"{names}: missing, too short or a placeholder; './frontdesk up' makes good ones")
        if self.clock is not None:
            raise ValueError("FRONTDESK_CLOCK is for demonstrations and tests only")
        return self

    @model_validator(mode="after")
    def _refuse_half_a_proxy(self) -> Self:
        if self.behind_proxy and not self.base_url.startswith("https://"):
            raise ValueError(
                "behind a proxy FRONTDESK_BASE_URL must be the https:// address that visitors see: links and the "
                "staff cookie follow it"
            )
        if self.metrics_token.get_secret_value() and is_weak(self.metrics_token.get_secret_value()):
            raise ValueError("FRONTDESK_METRICS_TOKEN: too short or a placeholder; 32 random characters are good")
        read_networks(self.trusted_proxies)
        return self

    @property
    def speaks_plainly(self) -> bool:
        """True when others could reach the api over plain HTTP: off loopback, without a proxy that speaks TLS, and
        without an operator's own word that this is development."""
        is_trial = self.environment == "development" and "environment" in self.model_fields_set
        return self.host not in ("127.0.0.1", "::1", "localhost") and not self.behind_proxy and not is_trial


def read_networks(text: str) -> list[IPv4Network | IPv6Network]:
    """Addresses and networks (10.0.0.0/8), comma separated. Raises ValueError: names and `*` would trust anybody."""
    try:
        return [ip_network(part.strip()) for part in text.split(",") if part.strip()]
    except ValueError:
        raise ValueError(
            "FRONTDESK_TRUSTED_PROXIES must be addresses or networks, such as 127.0.0.1,10.0.0.0/8"
        ) from None


def is_weak(secret: str) -> bool:
    """True for a secret that is missing, shorter than 32 characters, or looks like a placeholder."""
    lowered = secret.lower()
    return len(secret) < SHORTEST_SECRET or any(word in lowered for word in PLACEHOLDERS) or len(set(secret)) < 8
