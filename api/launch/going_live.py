"""What must be in place before a practice opens to the public: each line passes, or says what to do."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session

from api import practice, signing_off
from api.chat import pausing
from api.clock import SystemClock
from api.contact import read_phone
from api.database import Database
from api.dependencies import Frontdesk
from api.errors import BadInput
from api.gateways.bot import HttpBot
from api.launch import secrets, store
from api.outbox import OutboxEntry
from api.pausing import PauseSwitch
from api.practice import Profile
from api.safety import trial
from api.safety.models import Alert
from api.settings import Settings
from api.wording import Wording

SOON = timedelta(days=14)
# The mail room queues one entry a letter to staff under this topic; the alert it is about stands in its payload.
STAFF_MAIL = "mail_staff"


@dataclass(frozen=True)
class Finding:
    """One line of the check."""

    passed: bool
    what: str
    advice: str = ""

    def line(self) -> str:
        """As it is printed."""
        return f"  ok   {self.what}" if self.passed else f"  TO DO {self.what}: {self.advice}"


@contextmanager
def installation() -> Iterator[tuple[Settings, Database]]:
    """Settings and database of this installation, migrated."""
    settings = store.settings_from(secrets.load(store.folder()))
    store.migrate(settings.database_url)
    database = Database(settings.database_url)
    try:
        yield settings, database
    finally:
        database.close()


def check(name: str, *, go_live: bool = False) -> list[Finding]:
    """The profile, and with `go_live` everything around it. Raises ProfileBroken with every reason."""
    profile = practice.load(name)
    found = [Finding(True, f"profile of {profile.name}")]
    if not go_live:
        return found
    now = SystemClock().now()
    with installation() as (settings, database):
        found += [hours(profile, now), telephone(profile), on_call(profile)]
        with database.reading() as db:
            found += [test_alert(db, now), mail(db, settings, now)]
        return [*found, signature(settings)]


def hours(profile: Profile, now: datetime) -> Finding:
    """The office opens within two weeks."""
    opens = now if profile.is_open(now) else profile.opens_at(now)
    what = "office hours"
    if opens is None or opens - now > SOON:
        return Finding(False, what, "the office does not open within 14 days; set `hours` and `closures`")
    return Finding(True, what)


def telephone(profile: Profile) -> Finding:
    """The number that stands on every page can be dialled."""
    try:
        read_phone(profile.phone)
    except BadInput:
        return Finding(
            False, "telephone number", f"`phone` ({profile.phone}) cannot be dialled; write +1 and 10 digits"
        )
    return Finding(True, "telephone number")


def on_call(profile: Profile) -> Finding:
    """Somebody is told first, and somebody else when the first one does not answer."""
    count = len(profile.on_call)
    if count == 0:
        return Finding(False, "on-call list", "nobody is on call; name at least two people under `on_call`")
    if count == 1:
        return Finding(False, "on-call list", "one person only; name a second one under `on_call`")
    return Finding(True, f"on-call list, {count} people")


def test_alert(db: Session, now: datetime) -> Finding:
    """A test alert reached somebody who pressed "I have seen this", not longer than 30 days ago."""
    what, alert = "test alert", trial.last(db, now)
    if alert is None:
        advice = "none in the last 30 days; run `./frontdesk practice test-alert` while `up` runs"
        return Finding(False, what, advice)
    if alert.acknowledged_at is None:
        advice = f'nobody has pressed "I have seen this" since {alert.raised_at:%Y-%m-%d %H:%M} UTC; open /staff/'
        return Finding(False, what, advice)
    seconds = int((alert.acknowledged_at - alert.raised_at).total_seconds())
    return Finding(True, f"{what} acknowledged on {alert.acknowledged_at:%Y-%m-%d} after {seconds} s")


def mail(db: Session, settings: Settings, now: datetime) -> Finding:
    """The notice of a test alert has left by mail."""
    what = "mail to staff"
    if settings.mail != "smtp":
        return Finding(False, what, "no channel is set up; see docs/settings.md")
    since = now - trial.FRESH
    query = select(OutboxEntry).where(OutboxEntry.topic == STAFF_MAIL, OutboxEntry.created_at >= since)
    trials = set(db.scalars(select(Alert.id).where(Alert.rules_version == trial.VERSION)))
    letters = [entry for entry in db.scalars(query) if entry.payload.get("alert_id") in trials]
    if any(entry.delivered_at is not None for entry in letters):
        return Finding(True, what)
    if not letters:
        return Finding(False, what, "no test letter yet; run `./frontdesk practice test-alert` while `up` runs")
    return Finding(False, what, f"the test letter was not delivered: {letters[-1].last_error or 'still waiting'}")


def signature(settings: Settings) -> Finding:
    """A clinician has signed the safety words as they stand now."""
    what, signed = "clinician's signature under the safety words", signing_off.read(settings.var)
    how = "a clinician reads data/wording/safety.yml and data/care/crisis_resources.yml, then runs"
    command = "`./frontdesk practice sign-off --name … --credentials …`"
    if signed is None:
        return Finding(False, what, f"none; {how} {command}")
    if not signing_off.holds(settings.var):
        return Finding(False, what, f"the words have changed since {signed.signed_on}; {how} {command} again")
    return Finding(True, f"{what}: {signed.name}, {signed.credentials}, {signed.signed_on}")


def sign_off(name: str, credentials: str) -> str:
    """Sign, and the line to print. Raises ValueError."""
    signed = signing_off.write(store.folder(), name, credentials, SystemClock().now().date())
    return f"signed by {signed.name}, {signed.credentials}, on {signed.signed_on}: {signed.digest[:12]}"


def raise_trial() -> str:
    """Raise a test alert, and what to do next."""
    with installation() as (settings, database), database.writing() as db:
        profile = practice.load(settings.practice)
        alert = trial.raise_trial(db, profile, Wording.load(), SystemClock().now())
        where = f"{settings.base_url}/staff/chats/{alert.session_id}"
    return f'a test alert was raised. Open {where} and press "I have seen this".'


def set_pause(*, on: bool) -> str:
    """Pause or go on, and the line to print. A running `up` sees it at the next request, also without a database."""
    state = "paused: the pages show the telephone number and the lines to call" if on else "answering again"
    try:
        changed = _change(on)
    except SQLAlchemyError as error:
        switch = PauseSwitch(store.folder())
        changed = switch.set("command", SystemClock().now()) if on else switch.lift()
        return f"the program is {state}; chats under way could not be told ({type(error).__name__})"
    return f"the program is {state}" if changed else f"nothing changed: the program was {state} already"


def _change(on: bool) -> bool:
    change: Callable[[Frontdesk, Wording, str], bool] = pausing.pause if on else pausing.resume
    with installation() as (settings, database):
        profile, bot = practice.load(settings.practice), HttpBot(settings.bot_url, "")
        frontdesk = Frontdesk(settings, database, SystemClock(), profile, bot)
        return change(frontdesk, Wording.load(), "command")
