"""Times, numbers and reasons as staff read them."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

SECONDS_COUNT = 120
START = datetime(2000, 1, 1, tzinfo=UTC)


def clock_time(at: datetime, zone: ZoneInfo) -> str:
    """9:05 am"""
    local = at.astimezone(zone)
    return f"{local.hour % 12 or 12}:{local.minute:02d} {'am' if local.hour < 12 else 'pm'}"


def moment(at: datetime, now: datetime, zone: ZoneInfo) -> str:
    """The time alone today, with its day before and after: Mon 2 Mar, 9:05 am."""
    local = at.astimezone(zone)
    time = clock_time(at, zone)
    return time if local.date() == now.astimezone(zone).date() else f"{local:%a} {local.day} {local:%b}, {time}"


def phone(number: str | None) -> str:
    """A US number as people read it: +15205550142 → (520) 555-0142; others as they are."""
    digits = (number or "").removeprefix("+1")
    is_ours = len(digits) == 10 and digits.isdigit()
    return f"({digits[:3]}) {digits[3:6]}-{digits[6:]}" if is_ours else number or ""


def sentence(reason: str) -> str:
    """A reason of the api, which begins small, as a sentence."""
    return reason[:1].upper() + reason[1:] + ("" if reason.endswith(".") else ".")


def duration(lasted: timedelta) -> str:
    """Seconds while they count, then as `waited`: 12 s, 4 min."""
    seconds = max(0, round(lasted.total_seconds()))
    return f"{seconds} s" if seconds < SECONDS_COUNT else waited(START, START + lasted)


def waited(since: datetime, now: datetime) -> str:
    """How long: 4 min, 2 h 10 min, 3 days."""
    minutes = max(0, int((now - since) / timedelta(minutes=1)))
    hours, days = minutes // 60, minutes // 1440
    if days:
        return f"{days} day" if days == 1 else f"{days} days"
    return f"{hours} h {minutes % 60} min" if hours else f"{minutes} min"
