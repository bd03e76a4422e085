"""Units of work behind the page of alerts, the banner above every page, and what staff write down of an alert."""

from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy.orm import Session

from api.console import views
from api.console.access import Visit
from api.console.pages import note
from api.dependencies import Frontdesk
from api.on_call import OnCallPerson
from api.safety import alerts, channels, timing, verdicts
from api.safety.channels import LateChannel
from api.safety.models import Alert, AlertOutcome, AlertStep, Judgement
from api.safety.timing import TierTimes
from api.staff import service as staff
from api.staff import sign_ins

SHOWN_DAYS, MOST_SHOWN = 90, 100


@dataclass(frozen=True)
class Alarms:
    """What stands above every page: alerts nobody has answered, channels that do not get their notices out."""

    unanswered: list[Alert]
    late: list[LateChannel]


@dataclass(frozen=True)
class ShownAlerts:
    """Everything the page of alerts shows; no words of a chat."""

    alarms: Alarms
    times: list[TierTimes]
    on_duty: list[OnCallPerson]
    alerts: list[Alert]
    told: dict[str, list[AlertStep]]
    names: dict[str, str]


def alarms(frontdesk: Frontdesk) -> Alarms:
    """The banner."""
    with frontdesk.database.reading() as db:
        return _alarms(db, frontdesk)


def _alarms(db: Session, frontdesk: Frontdesk) -> Alarms:
    return Alarms(alerts.given_out(db), channels.late(db, frontdesk.clock.now()))


def shown(frontdesk: Frontdesk, token: str) -> ShownAlerts:
    """The page of alerts: the last 90 days, newest first."""
    now = frontdesk.clock.now()
    since = now - timedelta(days=SHOWN_DAYS)
    with frontdesk.database.writing() as db:
        sign_ins.touch(db, token, now)
    with frontdesk.database.reading() as db:
        found = alerts.recent(db, since, MOST_SHOWN)
        return ShownAlerts(
            alarms=_alarms(db, frontdesk),
            times=timing.table(db, since),
            on_duty=frontdesk.profile.on_duty(now),
            alerts=found,
            told=views.told(db, found),
            names=staff.names(db),
        )


def record_outcome(frontdesk: Frontdesk, visit: Visit, alert_id: str, outcome: AlertOutcome) -> str:
    """Write down what came of an alert; the id of its chat. Raises NotFound, Conflict."""
    with frontdesk.database.writing() as db:
        alert = alerts.record_outcome(db, alert_id, visit.id, outcome, frontdesk.clock.now())
        note(db, frontdesk, visit.id, "alert.outcome", f"alert:{alert.id}")
        return alert.session_id


def give_verdict(frontdesk: Frontdesk, visit: Visit, alert_id: str, verdict: Judgement, words: str) -> str:
    """Write down what staff think of an alert; the id of its chat. Raises NotFound, Conflict, BadInput."""
    with frontdesk.database.writing() as db:
        alert = verdicts.give(db, alert_id, visit.id, verdict, words, frontdesk.clock.now())
        note(db, frontdesk, visit.id, "alert.verdict", f"alert:{alert.id}")
        return alert.session_id
