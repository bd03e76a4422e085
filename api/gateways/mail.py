"""The way out for mail: one letter at a time over SMTP; the console twin only logs that one would leave."""

import asyncio
import re
import smtplib
import ssl
from dataclasses import dataclass
from datetime import datetime
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP as WIRE_FORMAT
from email.utils import format_datetime
from typing import Literal, Protocol

import structlog

from api.errors import Undeliverable

# Each step of an exchange; the whole stays well below `outbox.LEASE`.
STEP_SECONDS = 15.0
# One line of printable signs: nothing that could end a header and begin another.
ONE_LINE = re.compile(r"[^\x00-\x1f\x7f-\x9f\u2028\u2029]{1,320}")
# One address and nothing else; `api.contact` has read it strictly before.
ADDRESS = re.compile(r"[^\s,;:<>()\[\]\"\\@]+@[^\s,;:<>()\[\]\"\\@]+")
PERMANENT = range(500, 600)

Tls = Literal["starttls", "ssl", "none"]
log = structlog.get_logger(__name__)


@dataclass(frozen=True)
class Letter:
    """One mail. `id` makes its Message-ID: a letter that is sent again has the same. `calendar` is an .ics file."""

    id: str
    to: str
    subject: str
    text: str
    at: datetime
    calendar: bytes | None = None
    method: str = "REQUEST"

    def __post_init__(self) -> None:
        """Refuse what could add a header. Raises Undeliverable: such a letter can never be sent."""
        if not all(ONE_LINE.fullmatch(part) for part in (self.id, self.to, self.subject)):
            raise Undeliverable("unsafe header")
        if not ADDRESS.fullmatch(self.to):
            raise Undeliverable("no mail address")


@dataclass(frozen=True)
class Sender:
    """Whom mail comes from: an address, and a name to show (none unless the practice wants it)."""

    address: str
    name: str = ""

    @property
    def domain(self) -> str:
        """The part after the @."""
        return self.address.rpartition("@")[2]


class Mailer(Protocol):
    """Whatever can take a letter."""

    async def send(self, letter: Letter) -> None:
        """Hand the letter over. Raises Undeliverable when it was refused for good, else "try again later"."""
        ...


class ConsoleMailer:
    """Logs that a letter would leave: neither to whom nor what."""

    def __init__(self, sender: Sender) -> None:
        self._sender = sender

    async def send(self, letter: Letter) -> None:
        """Log the letter's id."""
        compose(letter, self._sender)
        log.info("mail", letter=letter.id, calendar=letter.calendar is not None)


@dataclass(frozen=True)
class SmtpServer:
    """Where letters are handed over, and how the line is protected."""

    host: str
    port: int
    tls: Tls = "starttls"
    user: str = ""
    password: str = ""


class SmtpMailer:
    """Speaks SMTP with the practice's mail server, one connection a letter."""

    def __init__(self, server: SmtpServer, sender: Sender, context: ssl.SSLContext | None = None) -> None:
        self._server, self._sender = server, sender
        self._context = context or ssl.create_default_context()

    async def send(self, letter: Letter) -> None:
        """Deliver; returns after the server has answered 250 to the whole letter."""
        await asyncio.to_thread(self._send, letter)

    def _send(self, letter: Letter) -> None:
        message = compose(letter, self._sender)
        connection = self._connect()
        try:
            self._greet(connection)
            _hand_over(connection, message)
        finally:
            # The letter was taken or refused; how the line ends changes nothing about it.
            connection.close()

    def _connect(self) -> smtplib.SMTP:
        server = self._server
        if server.tls == "ssl":
            return smtplib.SMTP_SSL(server.host, server.port, timeout=STEP_SECONDS, context=self._context)
        return smtplib.SMTP(server.host, server.port, timeout=STEP_SECONDS)

    def _greet(self, connection: smtplib.SMTP) -> None:
        # A refused greeting or password is a fault of the set-up, not of the letter: it is tried again.
        if self._server.tls == "starttls":
            connection.starttls(context=self._context)
        if self._server.user:
            connection.login(self._server.user, self._server.password)


def _hand_over(connection: smtplib.SMTP, message: EmailMessage) -> None:
    try:
        connection.send_message(message)
    except smtplib.SMTPRecipientsRefused as refusal:
        _judge(*(code for code, _ in refusal.recipients.values()))
        raise
    except smtplib.SMTPNotSupportedError:
        raise Undeliverable("no utf-8 addresses") from None
    except smtplib.SMTPResponseException as refusal:
        _judge(refusal.smtp_code)
        raise


def _judge(*codes: int) -> None:
    if codes and all(code in PERMANENT for code in codes):
        raise Undeliverable(codes[0]) from None


def compose(letter: Letter, sender: Sender) -> EmailMessage:
    """The letter on the wire; an address or a subject cannot add a header (a contract of `Letter` and `policy`)."""
    message = EmailMessage(policy=WIRE_FORMAT)
    message["Message-ID"] = f"<{letter.id}@{sender.domain}>"
    message["Date"] = format_datetime(letter.at)
    message["From"] = Address(sender.name, addr_spec=sender.address)
    message["To"] = Address(addr_spec=letter.to)
    message["Subject"] = letter.subject
    message["Auto-Submitted"] = "auto-generated"
    message["X-Auto-Response-Suppress"] = "All"
    message.set_content(letter.text)
    if letter.calendar is not None:
        message.add_attachment(
            letter.calendar,
            maintype="text",
            subtype="calendar",
            filename="appointment.ics",
            params={"method": letter.method, "charset": "utf-8"},
        )
    return message
