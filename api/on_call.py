"""The on-call list of a practice: who is told of an alert, in which order, when, and by which channel."""

from datetime import datetime, time, timedelta
from enum import StrEnum
from typing import Annotated, Literal, Self

from pydantic import AfterValidator, BaseModel, Field, model_validator

from api.profile_parts import STRICT, WEEKDAYS, Id, WallTime


class Channel(StrEnum):
    """How a person of the list is reached; every one of them sees the inbox, too."""

    INBOX = "inbox"
    MAIL = "mail"
    WEBHOOK = "webhook"


class Watch(BaseModel):
    """One stretch on duty, local wall clock, end exclusive; one that ends before it starts lasts into the next day."""

    model_config = STRICT

    start: WallTime
    end: WallTime

    @model_validator(mode="after")
    def _has_length(self) -> Self:
        if self.start == self.end:
            raise ValueError('a watch cannot end when it starts; for day and night write "always"')
        return self

    def covers(self, at: time, *, since_yesterday: bool) -> bool:
        """True when this stretch of today, or of yesterday, holds the time."""
        overnight = self.end < self.start
        if since_yesterday:
            return overnight and at < self.end
        return self.start <= at and (overnight or at < self.end)


class WeeklyWatches(BaseModel):
    """Stretches on duty by the weekday on which they start."""

    model_config = STRICT

    monday: list[Watch] = []
    tuesday: list[Watch] = []
    wednesday: list[Watch] = []
    thursday: list[Watch] = []
    friday: list[Watch] = []
    saturday: list[Watch] = []
    sunday: list[Watch] = []

    def on(self, weekday: int) -> list[Watch]:
        """The stretches that start on a weekday, 0 = Monday."""
        watches: list[Watch] = getattr(self, WEEKDAYS[weekday])
        return watches

    @model_validator(mode="after")
    def _some(self) -> Self:
        if not any(self.on(weekday) for weekday in range(len(WEEKDAYS))):
            raise ValueError("names no hours at all, so this person would never be told")
        return self


def _each_once(channels: list[Channel]) -> list[Channel]:
    if len(set(channels)) < len(channels):
        raise ValueError("each channel once")
    return channels


class OnCallPerson(BaseModel):
    """One place of the list. `hours`: day and night, while the office is open, while it is closed, or by the week."""

    model_config = STRICT

    id: Id
    name: str = Field(min_length=1, max_length=80)
    hours: Literal["always", "open", "closed"] | WeeklyWatches = "always"
    channels: Annotated[list[Channel], Field(min_length=1), AfterValidator(_each_once)] = [Channel.INBOX]
    email: str | None = Field(None, pattern=r"^[^@\s]+@[^@\s]+$", max_length=254)

    @model_validator(mode="after")
    def _reachable(self) -> Self:
        if Channel.MAIL in self.channels and self.email is None:
            raise ValueError(f"{self.id} is to be told by mail but has no `email`")
        return self

    def is_on_duty(self, local: datetime, office_is_open: bool) -> bool:
        """True when this person is to be told at this local time."""
        if isinstance(self.hours, str):
            return self.hours == "always" or (self.hours == "open") == office_is_open
        yesterday = (local - timedelta(days=1)).weekday()
        started_today = any(
            each.covers(local.time(), since_yesterday=False) for each in self.hours.on(local.weekday())
        )
        return started_today or any(
            each.covers(local.time(), since_yesterday=True) for each in self.hours.on(yesterday)
        )
