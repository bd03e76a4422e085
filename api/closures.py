"""When a practice is closed beyond its weekly hours: stretches of days, and holidays by name."""

from datetime import date
from typing import Annotated, Self

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, model_validator

from api import holidays


class Closure(BaseModel):
    """Days on which the practice is closed, first and last included."""

    model_config = ConfigDict(extra="forbid", frozen=True, populate_by_name=True)

    first: date = Field(alias="from")
    last: date = Field(alias="to")

    @model_validator(mode="after")
    def _forward(self) -> Self:
        if self.last < self.first:
            raise ValueError(f"the closure ends ({self.last}) before it begins ({self.first})")
        return self


def _as_stretch(value: object) -> object:
    return value if isinstance(value, (dict, Closure)) else {"from": value, "to": value}


def _only_known_holidays(values: list[str]) -> list[str]:
    if unknown := sorted(set(values) - set(holidays.RULES)):
        raise ValueError(f"unknown holiday {unknown[0]!r}; known are {', '.join(holidays.RULES)}")
    return values


# A date alone is a stretch of one day.
Closures = list[Annotated[Closure, BeforeValidator(_as_stretch)]]
Holidays = Annotated[list[str], AfterValidator(_only_known_holidays)]


def is_closed_on(day: date, closures: Closures, names: Holidays) -> bool:
    """True on a day of a closure or a holiday."""
    return any(each.first <= day <= each.last for each in closures) or holidays.is_holiday(day, names)
