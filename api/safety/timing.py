"""How long alerts took: from detection to the first notice that left, and to the first person who answered."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from statistics import median

from sqlalchemy import select
from sqlalchemy.orm import Session

from api.safety.models import Alert
from api.vocabulary import Tier

TIERS = (Tier.EMERGENCY, Tier.CRISIS, Tier.URGENT)


@dataclass(frozen=True)
class Times:
    """The times of one kind: how many there are, the middle one and the slowest; None without any."""

    count: int
    median: timedelta | None
    slowest: timedelta | None

    @classmethod
    def of(cls, found: Iterable[timedelta | None]) -> "Times":
        """From single times; what has not happened yet (None) is left out."""
        seconds = [one.total_seconds() for one in found if one is not None]
        if not seconds:
            return cls(0, None, None)
        return cls(len(seconds), timedelta(seconds=median(seconds)), timedelta(seconds=max(seconds)))


@dataclass(frozen=True)
class TierTimes:
    """One line of the table."""

    tier: Tier
    raised: int
    waiting: int
    alerted: Times
    acknowledged: Times


def to_alerted(alert: Alert) -> timedelta | None:
    """From detection to the first notice that left; None before."""
    return alert.alerted_at - alert.raised_at if alert.alerted_at else None


def to_acknowledged(alert: Alert) -> timedelta | None:
    """From detection to the answer; None before."""
    return alert.acknowledged_at - alert.raised_at if alert.acknowledged_at else None


def table(db: Session, since: datetime) -> list[TierTimes]:
    """The times of every tier that raises alerts, gravest first."""
    raised = list(db.scalars(select(Alert).where(Alert.raised_at >= since)))
    return [_line(tier, [alert for alert in raised if alert.tier == tier]) for tier in TIERS]


def _line(tier: Tier, raised: Sequence[Alert]) -> TierTimes:
    return TierTimes(
        tier=tier,
        raised=len(raised),
        waiting=sum(alert.acknowledged_at is None for alert in raised),
        alerted=Times.of(map(to_alerted, raised)),
        acknowledged=Times.of(map(to_acknowledged, raised)),
    )
