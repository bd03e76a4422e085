"""Splits a notice into one delivery a recipient, and makes each delivery: `Post` is the real notifier."""

import hashlib
import hmac
from collections.abc import Iterator
from dataclasses import dataclass

from sqlalchemy.orm import Session

from api import outbox
from api.clock import Clock
from api.database import Database
from api.dependencies import in_thread
from api.gateways.mail import Letter, Mailer
from api.gateways.notifier import ToSend
from api.gateways.webhook import Event, Hook, HttpHook
from api.mail import patients, staff
from api.on_call import Channel, OnCallPerson
from api.safety import alerts
from api.scheduling import telling
from api.scheduling.office import Office

MAIL_PATIENT, MAIL_STAFF, WEBHOOK = "mail_patient", "mail_staff", "webhook"
DELIVERIES = (MAIL_PATIENT, MAIL_STAFF, WEBHOOK)


@dataclass(frozen=True)
class Part:
    """One delivery of a notice: by which channel, to whom (a digest), in which lane."""

    channel: str
    recipient: str
    lane: str


@dataclass(frozen=True)
class Channels:
    """What the practice has set up: None is off."""

    mailer: Mailer | None = None
    hook: Hook | None = None
    sender: str = ""
    staff: tuple[str, ...] = ()


class Post:
    """A notifier that keeps each recipient's order and gives each delivery a life of its own."""

    tells_at_once = False

    def __init__(self, database: Database, clock: Clock, office: Office, channels: Channels) -> None:
        self._database, self._clock, self._office, self._channels = database, clock, office, channels

    async def deliver(self, notice: ToSend) -> None:
        """Split a notice, or make one delivery. Raises what the channel raises."""
        if notice.topic == WEBHOOK:
            await self._tell(notice)
        elif notice.topic in DELIVERIES:
            await self._mail(notice)
        else:
            await in_thread(self._split, notice)

    async def close(self) -> None:
        """Close the connections."""
        if isinstance(self._channels.hook, HttpHook):
            await self._channels.hook.close()

    # ---- splitting

    def _split(self, notice: ToSend) -> None:
        with self._database.writing() as db:
            for part in self._parts(db, notice):
                payload = {**notice.payload, "about": notice.topic, "recipient": part.recipient}
                payload["at"] = notice.created_at.isoformat()
                name = self._digest(f"{part.channel}:{part.recipient}")
                place = outbox.Place(notice.id, notice.created_at, name)
                outbox.put_part(db, place, part.channel, payload, self._clock.now(), lane=part.lane)

    def _parts(self, db: Session, notice: ToSend) -> Iterator[Part]:
        # An alert waits behind nothing but alerts.
        kind = "alert" if notice.topic == alerts.TOPIC else "news"
        to_staff = notice.topic not in (telling.REMINDER, telling.LINK)
        person = self._on_call(notice)
        hooked = person is None or Channel.WEBHOOK in person.channels
        if self._channels.hook is not None and to_staff and hooked:
            yield Part(WEBHOOK, WEBHOOK, f"{WEBHOOK}:{kind}")
        if self._channels.mailer is None:
            return
        for address in self._staff_for(person) if to_staff else ():
            recipient = self._digest(address)
            yield Part(MAIL_STAFF, recipient, f"{MAIL_STAFF}:{kind}:{recipient}")
        if given := patients.address_for(db, self._office.profile, notice):
            recipient = self._digest(given)
            yield Part(MAIL_PATIENT, recipient, f"{MAIL_PATIENT}:{recipient}")

    def _on_call(self, notice: ToSend) -> OnCallPerson | None:
        """Whom this step of an alert is for; None for everybody."""
        wanted = notice.payload.get("recipient") if notice.topic == alerts.TOPIC else None
        return next((one for one in self._office.profile.on_call if one.id == wanted), None)

    def _staff_for(self, person: OnCallPerson | None) -> tuple[str, ...]:
        """The practice's own addresses hear of every step; whoever is on call, by mail of their own as well."""
        own = (person.email,) if person and Channel.MAIL in person.channels and person.email else ()
        return tuple(dict.fromkeys((*self._channels.staff, *own)))

    def _digest(self, text: str) -> str:
        key = self._office.signing_secret.encode()
        return hmac.new(key, f"recipient:{text.lower()}".encode(), hashlib.sha256).hexdigest()[:32]

    # ---- delivering

    async def _tell(self, notice: ToSend) -> None:
        about = notice.payload["about"]
        link = staff.link(self._office.base_url, about, notice.payload)
        event = Event(notice.id, about, notice.payload["at"], link)
        if self._channels.hook is not None:
            await self._channels.hook.tell(event, self._clock.now())
            await in_thread(self._note, notice)

    async def _mail(self, notice: ToSend) -> None:
        if self._channels.mailer is None:
            return
        if letter := await in_thread(self._letter, notice):
            await self._channels.mailer.send(letter)
            await in_thread(self._note, notice)

    def _note(self, notice: ToSend) -> None:
        """An alert counts as told when the first channel has taken it."""
        if notice.payload["about"] == alerts.TOPIC:
            with self._database.writing() as db:
                alerts.note_alerted(db, notice.payload["alert_id"], self._clock.now())

    def _letter(self, notice: ToSend) -> Letter | None:
        """The letter of a delivery; None when there is nothing to say, or nobody to say it to, any more."""
        now = self._clock.now()
        with self._database.reading() as db:
            if notice.topic == MAIL_PATIENT:
                return patients.letter(db, self._office, notice, self._channels.sender, now)
            known = (*self._channels.staff, *(one.email for one in self._office.profile.on_call if one.email))
            address = next((each for each in known if self._is_for(each, notice)), None)
            return staff.letter(db, self._office.base_url, notice, address, now) if address else None

    def _is_for(self, address: str, notice: ToSend) -> bool:
        return hmac.compare_digest(self._digest(address), str(notice.payload["recipient"]))
