"""What /safety says: the protocol as the running program holds it, in words a visitor can read."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from api import signing_off
from api.dependencies import Frontdesk
from api.safety import escalation, trial
from api.safety.models import Alert
from api.safety.resources import Resources
from api.vocabulary import Tier
from api.wording import Wording
from bot.language.risk_data import load_rules

YEAR = timedelta(days=365)
# The texts of data/wording/safety.yml that each tier begins with.
SCRIPTS = {
    Tier.EMERGENCY: ("emergency", "call_911"),
    Tier.CRISIS: ("crisis", "in_danger", "may_call"),
    Tier.URGENT: ("urgent", "urgent_number"),
    Tier.WATCH: ("direct",),
    Tier.NONE: (),
}


@dataclass(frozen=True)
class Level:
    """One tier: its name, what happens, what it looks for, what is said."""

    id: str
    name: str
    does: str
    signals: list[str]
    says: list[str]


@dataclass(frozen=True)
class Line:
    """One line to call, with the day it was checked."""

    name: str
    ways: list[dict[str, str]]
    hours: str
    checked: str


@dataclass(frozen=True)
class Protocol:
    """The whole page in one language."""

    words: Wording
    resources: Resources
    language: str

    def _say(self, key: str, **fields: Any) -> str:
        return self.words.say(f"protocol.{key}", self.language, **fields)

    def levels(self) -> list[Level]:
        """The tiers, gravest first."""
        signals = load_rules().signals
        return [
            Level(
                id=tier.value,
                name=self._say(f"tier_{tier}"),
                does=self._say(f"does_{tier}"),
                signals=[self._say(f"signal_{name}") for name, rule in signals.items() if rule.tier == tier],
                says=[self.words.say(f"safety.{key}", self.language) for key in SCRIPTS[tier]],
            )
            for tier in reversed(Tier)
        ]

    def staff(self) -> list[str]:
        """Who is told and when, with the real times."""
        times = {tier.value: self._span(span) for tier, span in escalation.WAITS.items()}
        return [text.format(**times) for text in self.words.variants("protocol.staff", self.language)]

    def _span(self, span: timedelta) -> str:
        return self._say("minutes", count=int(span.total_seconds() // 60))

    def lines(self) -> list[Line]:
        """Every verified line with the ways to reach it."""
        return [self._line(name) for name in self.resources.table]

    def _line(self, name: str) -> Line:
        row, card = self.resources.table[name], self.resources.card(name, self.language)
        ways = []
        if number := card.get("call"):
            ways.append({"href": f"tel:{number}", "label": self._say("line_call", number=shown(str(number)))})
        if text := card.get("text"):
            word, _, number = str(text).rpartition(" to ")
            body = f"?&body={word}" if word else ""
            label = self._say("line_word" if word else "line_text", word=word, number=shown(number))
            ways.append({"href": f"sms:{number}{body}", "label": label})
        if address := row.get("url"):
            ways.append({"href": str(address), "label": str(address).removeprefix("https://")})
        checked = self._say("line_checked", day=row["verified_on"])
        return Line(str(card["name"]), ways, str(card.get("hours", "")), checked)

    def variants(self, key: str) -> tuple[str, ...]:
        """The lines of a list."""
        return self.words.variants(f"protocol.{key}", self.language)

    def versions(self, frontdesk: Frontdesk) -> list[str]:
        """Which data this is, and who signed it."""
        held = [
            self._say("version_rules", version=load_rules().version),
            self._say("version_words", version=self.words.version("safety")),
            self._say("version_lines", version=self.resources.version),
        ]
        signed = signing_off.read(frontdesk.settings.var)
        if signed is None or not signing_off.holds(frontdesk.settings.var):
            return [*held, self._say("not_signed")]
        name = f"{signed.name}, {signed.credentials}"
        return [*held, self._say("signed", name=name, day=signed.signed_on.isoformat())]

    def on_call(self, frontdesk: Frontdesk) -> str:
        """Whether somebody is on call, as the practice's profile says."""
        return self._say("on_call_yes" if getattr(frontdesk.profile, "on_call", None) else "on_call_no")

    def counted(self, frontdesk: Frontdesk) -> str:
        """In how many chats crisis lines were shown in a year (D04); nothing when the database does not answer."""
        try:
            with frontdesk.database.reading() as db:
                return self._say("counted", count=referrals(db, frontdesk.clock.now()))
        except Exception:
            # The page must show while the database is down; the number is the least of it.
            return ""


def referrals(db: Session, now: datetime) -> int:
    """Chats of the last year that raised an alert of crisis or above; test alerts are left out."""
    grave = (Tier.CRISIS, Tier.EMERGENCY)
    query = select(func.count(Alert.session_id.distinct())).where(
        Alert.tier.in_(grave), Alert.raised_at >= now - YEAR, Alert.rules_version != trial.VERSION
    )
    return db.scalar(query) or 0


def shown(number: str) -> str:
    """18007997233 → 1-800-799-7233; short numbers as they are."""
    if len(number) != 11 or not number.isdigit():
        return number
    return f"{number[0]}-{number[1:4]}-{number[4:7]}-{number[7:]}"
