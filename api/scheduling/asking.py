"""From what a caller asks for to what a visit must be; local wall-clock windows, instants are converted."""

from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from api.errors import BadInput
from api.scheduling.schemas import AvailabilityIn, WindowIn
from api.scheduling.slots import Wanted, Window, to_wall

# Earlier and later than any visit; a window open at one end reaches there.
FIRST, LAST = datetime(1900, 1, 1), datetime(2200, 1, 1)


def wanted_in_turn(asked: AvailabilityIn, language: str, zone: ZoneInfo) -> Wanted:
    """What the action server asks for; the language is the chat's."""
    return Wanted(
        asked.service,
        modality=asked.modality,
        state=asked.state,
        age_group=asked.age_group,
        language=language,
        practitioner=asked.practitioner,
        windows=tuple(_window(each, zone) for each in asked.windows),
    )


def _window(given: WindowIn, zone: ZoneInfo) -> Window:
    try:
        return _forward(_wall(given.start, zone), _wall(given.end, zone))
    except OverflowError:
        raise BadInput("there is no such date", field="windows") from None


def window_of_query(since: str | None, until: str | None, zone: ZoneInfo) -> tuple[Window, ...]:
    """The window of `?from=&to=`: dates (the last one counts whole) or times; none when both are missing."""
    if since is None and until is None:
        return ()
    start = _read(since, zone, time(0), days=0) if since is not None else FIRST
    end = _read(until, zone, time(0), days=1) if until is not None else LAST
    return (_forward(start, end),)


def _read(text: str, zone: ZoneInfo, at: time, days: int) -> datetime:
    try:
        if len(text) == len("2026-03-02"):
            return datetime.combine(date.fromisoformat(text) + timedelta(days=days), at)
        return _wall(datetime.fromisoformat(text), zone)
    except (ValueError, OverflowError):
        raise BadInput("there is no such date; write 2026-03-02 or 2026-03-02T16:00", field="from") from None


def _wall(moment: datetime, zone: ZoneInfo) -> datetime:
    return moment if moment.tzinfo is None else to_wall(moment, zone)


def _forward(start: datetime, end: datetime) -> Window:
    if end <= start:
        raise BadInput("the end lies before the start", field="to")
    return Window(start, end)
