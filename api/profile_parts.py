"""The small pieces that profiles of practices are made of: ids, times of the day, stretches, weeks."""

from datetime import time
from itertools import pairwise
from typing import Annotated, Self

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, model_validator

WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
QUARTER_MINUTES = 15
# Unknown keys of a profile are refused.
STRICT = ConfigDict(extra="forbid", frozen=True)


class Misplaced(ValueError):
    """A check across parts failed; `location` names the part below the one that was checked."""

    def __init__(self, reason: str, *location: str | int) -> None:
        super().__init__(reason)
        self.location = location


def _read_time(value: object) -> object:
    # YAML 1.1 reads 9:30 as the sexagesimal integer 570; "9:30" in quotes is what a profile should say.
    if isinstance(value, str) and value.count(":") == 1:
        hours, minutes = value.split(":")
        return time(int(hours), int(minutes))
    raise ValueError(f'write the time in quotes as "HH:MM", not {value!r}')


WallTime = Annotated[time, BeforeValidator(_read_time)]

# Ids stand in links and in bookable times, so they hold no other signs.
Id = Annotated[str, Field(pattern=r"^[a-z0-9_]{1,64}$")]


class Part(BaseModel):
    """Base of the pieces below."""

    model_config = STRICT


class Hours(Part):
    """One stretch of a day, local wall clock, end exclusive."""

    start: WallTime
    end: WallTime

    @model_validator(mode="after")
    def _forward(self) -> Self:
        if self.end <= self.start:
            raise ValueError(f"hours end ({self.end:%H:%M}) before they start ({self.start:%H:%M})")
        if self.start.minute % QUARTER_MINUTES or self.end.minute % QUARTER_MINUTES:
            raise ValueError("hours start and end on a quarter of an hour")
        return self


class WeeklyHours(Part):
    """Stretches by weekday; a missing day is closed."""

    monday: list[Hours] = []
    tuesday: list[Hours] = []
    wednesday: list[Hours] = []
    thursday: list[Hours] = []
    friday: list[Hours] = []
    saturday: list[Hours] = []
    sunday: list[Hours] = []

    def on(self, weekday: int) -> list[Hours]:
        """The stretches of a weekday, 0 = Monday."""
        hours: list[Hours] = getattr(self, WEEKDAYS[weekday])
        return hours

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        for weekday in range(7):
            hours = self.on(weekday)
            for index, (before, after) in enumerate(pairwise(hours), start=1):
                if after.start < before.end:
                    raise Misplaced("stretches of a day must be in order and apart", WEEKDAYS[weekday], index)
        return self


def refuse_repeated(part: str, ids: list[str]) -> None:
    """Raises Misplaced at the first id of a list that stood in it before."""
    for index, name in enumerate(ids):
        if name in ids[:index]:
            raise Misplaced(f"the id {name!r} is used twice", part, index)
