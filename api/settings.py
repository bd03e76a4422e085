"""What the operator decides, read once from the environment (`FRONTDESK_…`).

`./frontdesk up` writes the secrets to `var/secrets.env` (0600) at its first run and hands them to every process.
Outside development, placeholder or short secrets are refused.
"""

from datetime import datetime
from ipaddress import IPv4Network, IPv6Network, ip_network
from pathlib import Path
from typing import Literal, Self
from urllib.parse import urlsplit

from email_validator import EmailNotValidError, validate_email
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
    second_factor: Literal["required", "optional"] | None = Field(
        None,
        description="whether staff must sign in with an authenticator app; unset: required outside development",
    )
    keys_file: Path | None = Field(None, description="where the keys stand while `keys rotate` changes them")
    retention_abandoned_days: int = Field(30, ge=1, description="chats that led to nothing")
    retention_contact_days: int = Field(90, ge=1, description="chats that left a way to call back, but no visit")
    retention_booked_days: int = Field(2557, ge=1, description="chats with a visit, and the visit itself")
    retention_safety_days: int = Field(2557, ge=1, description="alerts and the messages that raised them")
    var: Path = Field(ROOT / "var", description="folder of the pause switch and the clinician's signature")
    trusted_proxies: str = Field("127.0.0.1,::1", description="addresses whose word for a visitor's is taken")
    metrics_token: SecretStr = Field(SecretStr(""), description="opens /metrics; empty: there is none")
    clock: datetime | None = Field(None, description="start the clock at this instant; demonstrations and tests")

    mail: Literal["off", "console", "smtp"] = Field("off", description="how mail leaves; console only logs")
    mail_host: str = Field("", description="the practice's mail server")
    mail_port: int = Field(587, description="its port", ge=1, le=65535)
    mail_tls: Literal["starttls", "ssl", "none"] = Field("starttls", description="how the line is protected")
    mail_user: str = Field("", description="sign-in at the mail server; empty for none")
    mail_password: SecretStr = Field(SecretStr(""), description="its password")
    mail_from: str = Field("", description="address that mail comes from")
    mail_staff: str = Field("", description="who hears of chats and visits: addresses, comma separated")
    webhook: Literal["off", "console", "http"] = Field("off", description="one signed webhook; console only logs")
    webhook_url: str = Field("", description="where it is posted")
    webhook_secret: SecretStr = Field(SecretStr(""), description="signs it; 32 characters or more")

    @property
    def staff_addresses(self) -> tuple[str, ...]:
        """The addresses of `mail_staff`, each once."""
        parts = (part.strip() for part in self.mail_staff.split(","))
        return tuple(dict.fromkeys(part for part in parts if part))

    @model_validator(mode="after")
    def _channels_are_complete(self) -> Self:
        if reason := channels_misfit(self):
            raise ValueError(reason)
        return self

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

    @property
    def requires_second_factor(self) -> bool:
        """True when every staff member must have an authenticator app."""
        if self.second_factor is None:
            return self.environment != "development"
        return self.second_factor == "required"

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


LOOPBACK = ("127.0.0.1", "::1", "localhost")


def channels_misfit(settings: Settings) -> str | None:
    """What is missing or unsafe in the set-up of mail and webhook, in words; None when all is well."""
    return _mail_misfit(settings) or _webhook_misfit(settings)


def _mail_misfit(settings: Settings) -> str | None:
    if settings.mail == "off":
        return None
    try:
        for address in (settings.mail_from, *settings.staff_addresses):
            validate_email(address, check_deliverability=False, test_environment=True)
    except EmailNotValidError:
        return "FRONTDESK_MAIL_FROM and FRONTDESK_MAIL_STAFF must be mail addresses such as desk@practice.org"
    if settings.mail == "smtp" and not settings.mail_host:
        return "FRONTDESK_MAIL is smtp, so FRONTDESK_MAIL_HOST must name the mail server"
    if settings.mail_tls == "none" and settings.mail_host not in LOOPBACK:
        return "FRONTDESK_MAIL_TLS may be none only for a mail server on this machine"
    return None


def _webhook_misfit(settings: Settings) -> str | None:
    if settings.webhook != "http":
        return None
    url = urlsplit(settings.webhook_url)
    if url.scheme != "https" and not (url.scheme == "http" and url.hostname in LOOPBACK):
        return "FRONTDESK_WEBHOOK_URL must begin with https:// (http:// only on this machine)"
    if is_weak(settings.webhook_secret.get_secret_value()):
        return "FRONTDESK_WEBHOOK_SECRET: missing, too short or a placeholder; 32 random characters are good"
    return None


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
