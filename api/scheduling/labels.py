"""How a visit is written for people, in their language and the practice's zone."""

from datetime import date, datetime
from functools import cache

from api.practice import Profile
from api.scheduling.slots import to_wall
from api.wording import Wording


@cache
def wording() -> Wording:
    """The texts of `data/wording/booking.yml`, read once."""
    return Wording.load(["booking"])


def say(key: str, language: str, turn: int = 0, **fields: object) -> str:
    """The text `booking.<key>` in that language, its fields filled in; `turn` picks one of several."""
    return wording().say(f"booking.{key}", language, turn, **fields)


def when(profile: Profile, start: datetime, language: str) -> str:
    """Day and time on the practice's wall: 'Tue 3 Mar, 4:30 pm'."""
    day = day_of(to_wall(start, profile.zone), language)
    return say("when", language, on=day, time=clock(profile, start, language))


def clock(profile: Profile, start: datetime, language: str) -> str:
    """The time on the practice's wall: '4:30 pm'."""
    wall = to_wall(start, profile.zone)
    half = say("half_of_day", language, int(wall.hour >= 12))
    return f"{wall.hour % 12 or 12}:{wall:%M} {half}"


def day_of(day: date, language: str) -> str:
    """A day without its time: 'Tue 3 Mar'."""
    weekday, month = say("weekdays", language, day.weekday()), say("months", language, day.month - 1)
    return say("day", language, weekday=weekday, day=day.day, month=month)


def label(profile: Profile, practitioner_id: str, modality: str, start: datetime, language: str) -> str:
    """One line for a visit: 'Tue 3 Mar, 4:30 pm, video, with Joel Márquez, LCSW'."""
    return say(
        "slot_label",
        language,
        when=when(profile, start, language),
        modality=say(f"modality_{modality}", language),
        practitioner=name_of(profile, practitioner_id),
    )


def name_of(profile: Profile, practitioner_id: str) -> str:
    """Name and credentials; the id for somebody who has left the practice."""
    person = profile.practitioner(practitioner_id)
    return f"{person.name}, {person.credentials}" if person else practitioner_id
