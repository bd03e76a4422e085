"""The profile of the practice: read from `data/practices`, checked, refused with file, line and reason."""

from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Annotated, Literal, Self
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import yaml
from pydantic import AfterValidator, BaseModel, Field, ValidationError, field_validator, model_validator

from api import closures as closed
from api import strict_yaml
from api.on_call import OnCallPerson
from api.profile_parts import QUARTER_MINUTES, STRICT, Id, Misplaced, WeeklyHours, refuse_repeated
from api.settings import ROOT
from api.vocabulary import Modality

# clinical.md §2, `age_group`; `unknown` is an answer, never an age a practice takes.
AGE_GROUPS = ("child_0_5", "child_6_12", "teen_13_17", "adult_18_64", "older_65plus")


class ProfileBroken(Exception):
    """A profile cannot be used; the text names file, line and reason."""


def _only_known_ages(values: list[str]) -> list[str]:
    if unknown := sorted(set(values) - set(AGE_GROUPS)):
        raise ValueError(f"unknown age group {unknown[0]!r}; known are {', '.join(AGE_GROUPS)}")
    return values


State = Annotated[str, Field(pattern=r"^[A-Z]{2}$")]
Ages = Annotated[list[str], Field(min_length=1), AfterValidator(_only_known_ages)]


class Part(BaseModel):
    """Base of every piece of a profile: unknown keys are refused."""

    model_config = STRICT


class Bilingual(Part):
    """A text in both languages."""

    en: str
    es: str

    def get(self, language: str) -> str:
        """The text in `language`, English when unknown."""
        return self.es if language == "es" else self.en


class Service(Part):
    """A kind of visit that can be booked."""

    id: Id
    route: Literal["therapy", "medication_management"]
    name: Bilingual
    minutes: int = Field(ge=QUARTER_MINUTES, le=240, multiple_of=QUARTER_MINUTES)


class Practitioner(Part):
    """A person who treats."""

    id: Id
    name: str
    credentials: str
    services: list[str] = Field(min_length=1)
    states: list[State] = Field(min_length=1)
    languages: list[Literal["en", "es"]] = Field(["en"], min_length=1)
    ages: Ages
    modalities: list[Modality] = Field(min_length=1)
    hours: WeeklyHours
    prescribes: bool = False


class MailRules(Part):
    """What patients get by mail, once the operator has set up a mail server (docs/mail.md)."""

    to_patients: bool = True
    names_practice: bool = False
    reminder_hours: Annotated[int, Field(ge=1, le=14 * 24)] | None = None


class Profile(Part):
    """One practice."""

    id: Id
    name: str
    phone: str
    address: str
    tz: str
    states: list[State] = Field(min_length=1)
    hours: WeeklyHours
    closures: closed.Closures = []
    holidays: closed.Holidays = []
    mail: MailRules = MailRules()
    ages: Ages
    services: list[Service] = Field(min_length=1)
    practitioners: list[Practitioner]
    on_call: list[OnCallPerson] = []
    min_notice_hours: int = Field(4, ge=0)
    horizon_days: int = Field(28, ge=1, le=180)
    hold_minutes: int = Field(10, ge=1, le=60)
    usual_wait_minutes: int = Field(10, ge=1)
    allowed_origins: list[str] = []
    theme: dict[str, str] = {}
    fields: dict[str, Bilingual] = {}

    @field_validator("tz")
    @classmethod
    def _known_zone(cls, value: str) -> str:
        try:
            ZoneInfo(value)
        except (ZoneInfoNotFoundError, ValueError):
            raise ValueError(f"{value!r} is not an IANA zone such as America/Phoenix") from None
        return value

    @model_validator(mode="after")
    def _parts_fit(self) -> Self:
        refuse_repeated("services", [service.id for service in self.services])
        refuse_repeated("practitioners", [person.id for person in self.practitioners])
        refuse_repeated("on_call", [person.id for person in self.on_call])
        for index, person in enumerate(self.practitioners):
            if reason := self._misfit(person):
                raise Misplaced(reason, "practitioners", index)
        return self

    def _misfit(self, person: Practitioner) -> str | None:
        known = {service.id for service in self.services}
        if missing := set(person.services) - known:
            return f"{person.id} offers unknown services: {', '.join(sorted(missing))}"
        routes = {service.route for service in self.services if service.id in person.services}
        if "medication_management" in routes and not person.prescribes:
            return f"{person.id} offers a medication visit but does not prescribe"
        if elsewhere := set(person.states) - set(self.states):
            return f"{person.id} is licensed where the practice is not: {', '.join(sorted(elsewhere))}"
        return None

    @property
    def zone(self) -> ZoneInfo:
        """The practice's zone."""
        return ZoneInfo(self.tz)

    def service(self, service_id: str) -> Service | None:
        """The service of that id."""
        return next((service for service in self.services if service.id == service_id), None)

    def practitioner(self, practitioner_id: str) -> Practitioner | None:
        """The practitioner of that id."""
        return next((person for person in self.practitioners if person.id == practitioner_id), None)

    def is_closed_on(self, day: date) -> bool:
        """True on a day of a closure or a holiday."""
        return closed.is_closed_on(day, self.closures, self.holidays)

    def on_duty(self, now: datetime) -> list[OnCallPerson]:
        """Who of the on-call list is on duty at this instant, in the order they are told."""
        local, is_open = now.astimezone(self.zone), self.is_open(now)
        return [person for person in self.on_call if person.is_on_duty(local, is_open)]

    def on_call_name(self, person_id: str) -> str:
        """The name of somebody of the on-call list; the id itself for one who is not on it any more."""
        return next((person.name for person in self.on_call if person.id == person_id), person_id)

    def closes_at(self, now: datetime) -> datetime | None:
        """When the last stretch of this local day ends, in UTC; None unless the office is open now."""
        if not self.is_open(now):
            return None
        local = now.astimezone(self.zone)
        return datetime.combine(local, self.hours.on(local.weekday())[-1].end, self.zone).astimezone(UTC)

    def is_open(self, now: datetime) -> bool:
        """True when the office is open at this instant."""
        local = now.astimezone(self.zone)
        if self.is_closed_on(local.date()):
            return False
        return any(hours.start <= local.time() < hours.end for hours in self.hours.on(local.weekday()))

    def opens_at(self, now: datetime) -> datetime | None:
        """The next instant the office opens, in UTC, looking 60 days ahead; None when it never does."""
        today = now.astimezone(self.zone).date()
        for day in (today + timedelta(days=n) for n in range(60)):
            for hours in self.hours.on(day.weekday()) if not self.is_closed_on(day) else []:
                # Compared in UTC: two datetimes of one zone are compared by their clock faces.
                opening = datetime.combine(day, hours.start, self.zone).astimezone(UTC)
                if opening > now:
                    return opening
        return None


def load(name: str) -> Profile:
    """The profile `data/practices/<name>.yml`, or the file at that path. Raises ProfileBroken."""
    path = Path(name) if name.endswith((".yml", ".yaml")) else ROOT / "data" / "practices" / f"{name}.yml"
    return read(path)


def read(path: Path) -> Profile:
    """Read and check one file. Raises ProfileBroken with file, line and reason."""
    try:
        text = path.read_text(encoding="utf-8")
        raw = strict_yaml.load(text)
    except OSError:
        raise ProfileBroken(f"{path}: there is no such profile") from None
    except UnicodeDecodeError:
        raise ProfileBroken(f"{path}:1: not UTF-8 text") from None
    except yaml.YAMLError as error:
        line = getattr(getattr(error, "problem_mark", None), "line", 0) + 1
        raise ProfileBroken(f"{path}:{line}: not valid YAML: {getattr(error, 'problem', error)}") from None
    try:
        return Profile.model_validate(raw)
    except ValidationError as error:
        raise ProfileBroken("\n".join(_reasons(path, text, error))) from None


def _reasons(path: Path, text: str, error: ValidationError) -> list[str]:
    """Everything that is wrong, in the order of the file: file, line, key, reason."""
    found = []
    for one in error.errors():
        inner = one.get("ctx", {}).get("error")
        location = (*one["loc"], *getattr(inner, "location", ()))
        where = ".".join(str(part) for part in location) or "the file"
        found.append((strict_yaml.line_of(text, location), f"{where}: {one['msg']}"))
    return [f"{path}:{line}: {reason}" for line, reason in sorted(found, key=lambda one: one[0])]
