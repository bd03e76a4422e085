"""What /privacy says: made from the settings of the running program; a line stands there only when it is true."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from sqlalchemy.engine import make_url

from api.contact import show_phone
from api.practice import Profile
from api.settings import Settings
from api.wording import Wording

LOOPBACK = ("127.0.0.1", "::1", "localhost", "")
DAYS_OF_A_YEAR = 365
# Above this a span is said in years: "about 7 years" is read, "2557 days" is not.
MANY_DAYS = 730
KEPT = ("kept_chat", "kept_visit", "kept_alert", "kept_locked", "kept_log", "kept_address", "kept_browser")
READERS = ("who_program", "who_desk", "who_clinician", "who_auditor", "who_danger")
SPANS = ("abandoned", "contact", "booked", "safety")


@dataclass(frozen=True)
class Section:
    """A heading and its lines."""

    title: str
    lines: list[str]


@dataclass(frozen=True)
class Privacy:
    """The page in one language."""

    settings: Settings
    profile: Profile
    words: Wording
    language: str

    def say(self, key: str, **fields: Any) -> str:
        """One line."""
        return self.words.say(f"privacy.{key}", self.language, **fields)

    def sections(self) -> list[Section]:
        """All of it, in reading order."""
        phone = show_phone(self.profile.phone)
        rights = [self.say("rights_copy"), self.say("rights_no"), self.say("rights_ask", phone=phone)]
        return [
            Section(self.say("kept_title"), [self.say(key) for key in KEPT]),
            Section(self.say("long_title"), self.how_long()),
            Section(self.say("who_title"), [self.say(key) for key in READERS]),
            Section(self.say("leaves_title"), self.what_leaves()),
            Section(self.say("rights_title"), [*rights, self.say("rights_honest")]),
        ]

    def how_long(self) -> list[str]:
        """The spans the purge works with; without any, that nothing is deleted by itself."""
        spans = {name: getattr(self.settings, f"retention_{name}_days", None) for name in SPANS}
        said = [self.say(f"long_{name}", days=self._span(days)) for name, days in spans.items() if days]
        return said or [self.say("long_none")]

    def _span(self, days: int) -> str:
        if days > MANY_DAYS:
            return self.say("years", count=round(days / DAYS_OF_A_YEAR))
        return self.say("days", count=days)

    def what_leaves(self) -> list[str]:
        """The configured channels and no other."""
        return [*(list(self._channels()) or [self.say("leaves_nothing")]), self.say("leaves_never")]

    def _channels(self) -> Iterator[str]:
        # Read by name: a channel whose room is not in this release is off.
        if getattr(self.settings, "mail", "off") == "smtp":
            yield self.say("leaves_mail", host=getattr(self.settings, "mail_host", ""))
        if getattr(self.settings, "webhook", "off") == "http":
            address = urlsplit(str(getattr(self.settings, "webhook_url", "")))
            yield self.say("leaves_hook", host=address.hostname or "")
        host = make_url(self.settings.database_url).host or ""
        if host not in LOOPBACK:
            yield self.say("leaves_database", host=host)
        if self.settings.behind_proxy:
            yield self.say("leaves_proxy")
