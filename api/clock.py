"""The one place that knows what time it is."""

from datetime import UTC, datetime
from typing import Protocol


class Clock(Protocol):
    """Anything that can say the present instant."""

    def now(self) -> datetime:
        """The present instant, aware, in UTC."""
        ...


class SystemClock:
    """The machine's clock."""

    def now(self) -> datetime:
        """The present instant in UTC."""
        return datetime.now(UTC)


class ShiftedClock:
    """The machine's clock moved so that it started at a given instant (demonstrations, journeys, tests)."""

    def __init__(self, starts_at: datetime) -> None:
        self._shift = starts_at.astimezone(UTC) - datetime.now(UTC)

    def now(self) -> datetime:
        """The shifted instant in UTC; it runs on at normal speed."""
        return datetime.now(UTC) + self._shift


class FixedClock:
    """A clock that stands still until it is told otherwise; for tests."""

    def __init__(self, instant: datetime) -> None:
        self.instant = instant.astimezone(UTC)

    def now(self) -> datetime:
        """The instant it was set to."""
        return self.instant
