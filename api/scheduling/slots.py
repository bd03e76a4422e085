"""What a bookable time is, what may be wanted of one, and its self-describing id; pure."""

import re
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

from api.errors import BadInput, NotFound
from api.practice import Practitioner, Profile, Service
from api.profile_parts import QUARTER_MINUTES
from api.vocabulary import Modality

QUARTER = timedelta(minutes=QUARTER_MINUTES)
HOURS_WORTH_A_DAY = timedelta(hours=3)
STAMP = "%Y%m%dT%H%M%SZ"
SLOT_ID = re.compile(r"([a-z0-9_]{1,64})~([a-z0-9_]{1,64})~(in_person|video|phone)~([0-9]{8}T[0-9]{6}Z)")


@dataclass(frozen=True)
class Slot:
    """A bookable time: FHIR's Slot. `start` is in UTC."""

    practitioner: Practitioner
    service: Service
    modality: Modality
    start: datetime

    @property
    def id(self) -> str:
        """`practitioner~service~modality~start`: all that is needed to find the slot again."""
        return f"{self.practitioner.id}~{self.service.id}~{self.modality}~{self.start:{STAMP}}"

    @property
    def end(self) -> datetime:
        """When the visit ends, in UTC."""
        return self.start + timedelta(minutes=self.service.minutes)

    @property
    def quarters(self) -> list[datetime]:
        """The quarter hours the visit takes, in order."""
        return quarters_between(self.start, self.end)


@dataclass(frozen=True)
class Window:
    """A stretch of local wall-clock time, naive, end exclusive."""

    start: datetime
    end: datetime

    def holds(self, start: datetime, end: datetime) -> bool:
        """True when a visit fits; in a window shorter than the visit ("at four") its start decides."""
        fits = end <= self.end or self.end - self.start < end - start
        return self.start <= start < self.end and fits

    def distance(self, start: datetime, end: datetime) -> float:
        """How far a visit lies outside, in days; three hours off on the right day count as a day."""
        last = self.end - timedelta(microseconds=1)
        days = max((self.start.date() - start.date()).days, (start.date() - last.date()).days, 0)
        if last.date() > self.start.date():
            return float(days)
        opens, shuts = self.start - _midnight(self.start), self.end - _midnight(self.start)
        begins, ends = start - _midnight(start), end - _midnight(start)
        return days + max(opens - begins, ends - shuts, timedelta(0)) / HOURS_WORTH_A_DAY


def _midnight(wall: datetime) -> datetime:
    return datetime.combine(wall.date(), time(0))


@dataclass(frozen=True)
class Wanted:
    """What a visit must be; None and empty mean any."""

    service: str
    modality: Modality | None = None
    state: str | None = None
    age_group: str | None = None
    language: str | None = None
    practitioner: str | None = None
    windows: tuple[Window, ...] = ()

    def accepts(self, person: Practitioner) -> bool:
        """True when a practitioner fits all that is wanted."""
        return (
            self.service in person.services
            and self.practitioner in (None, person.id)
            and may_see(person, self.state, self.age_group)
            and (self.language is None or self.language in person.languages)
            and (self.modality is None or self.modality in person.modalities)
        )

    def modalities(self, person: Practitioner) -> list[Modality]:
        """The ways to meet this practitioner that are wanted, the practitioner's first choice first."""
        return [way for way in person.modalities if self.modality in (None, way)]


def may_see(person: Practitioner, state: str | None, age_group: str | None) -> bool:
    """True when somebody is licensed where the visitor will be (clinical.md §5, D16) and takes the age."""
    licensed = state is None or state in person.states
    return licensed and (age_group is None or age_group in person.ages)


def read_slot_id(profile: Profile, slot_id: str) -> Slot:
    """The slot an id describes; whether that time is worked or free is not asked here.

    Raises BadInput for what is no id or no date, NotFound for what the practice does not offer.
    """
    parts = SLOT_ID.fullmatch(slot_id)
    if parts is None:
        raise BadInput("this is not a bookable time; choose one of the times on offer")
    try:
        start = datetime.strptime(parts[4], STAMP).replace(tzinfo=UTC)
    except ValueError:
        raise BadInput("there is no such date or time; choose one of the times on offer") from None
    return find_slot(profile, parts[1], parts[2], parts[3], start)


def find_slot(profile: Profile, practitioner_id: str, service_id: str, modality: str, start: datetime) -> Slot:
    """The slot with these parts. Raises NotFound when the practice has no such person, service or way."""
    person, service, way = (
        profile.practitioner(practitioner_id),
        profile.service(service_id),
        Modality(modality),
    )
    if person is None or service is None or service.id not in person.services or way not in person.modalities:
        raise NotFound("the practice has no such visit; choose one of the times on offer")
    return Slot(person, service, way, start)


def to_wall(instant: datetime, zone: ZoneInfo) -> datetime:
    """What the clock on the practice's wall shows, naive."""
    return instant.astimezone(zone).replace(tzinfo=None, fold=0)


def quarters_between(start: datetime, end: datetime) -> list[datetime]:
    """The quarter hours from `start` up to `end`, both on the quarter."""
    return [start + n * QUARTER for n in range((end - start) // QUARTER)]
