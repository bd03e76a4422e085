"""Letters leave over a real SMTP server; what is refused for good is told apart from what may work later."""

import smtplib
import ssl
from dataclasses import replace
from datetime import UTC, datetime

import pytest
from structlog.testing import capture_logs

from api.errors import Undeliverable
from api.gateways.mail import ConsoleMailer, Letter, Sender, SmtpMailer, SmtpServer, compose
from tests.post_office import PASSWORD, USER, MailServer, certificate, free_port

NOW = datetime(2026, 3, 2, 17, tzinfo=UTC)
SENDER = Sender("desk@practice.example.org")
LETTER = Letter(
    "a1b2", "rosa@example.com", "Your appointment is booked", "Tue 3 Mar. ¿Sí?\n", NOW, b"BEGIN:VCALENDAR\r\n"
)


@pytest.fixture
def server():
    server = MailServer().start()
    yield server
    server.stop()


@pytest.fixture(params=["smtp", "console"])
def mailer(request, server):
    """The real twin and the console twin."""
    if request.param == "console":
        return ConsoleMailer(SENDER)
    return SmtpMailer(SmtpServer("127.0.0.1", server.port, "none"), SENDER)


class TestEveryMailer:
    async def test_takes_a_letter(self, mailer):
        assert await mailer.send(LETTER) is None

    async def test_takes_a_letter_without_a_calendar_file(self, mailer):
        assert await mailer.send(replace(LETTER, calendar=None)) is None

    @pytest.mark.parametrize("to", ["nobody", "a@b@c", "rosa@", "a@x.org, b@x.org"])
    async def test_refuses_what_is_no_single_address(self, mailer, to):
        with pytest.raises(Undeliverable):
            await mailer.send(replace(LETTER, to=to))

    async def test_writes_neither_recipient_nor_words_into_the_log(self, mailer):
        with capture_logs() as logs:
            await mailer.send(LETTER)
        assert "rosa" not in str(logs)
        assert "appointment" not in str(logs).lower()


async def test_a_letter_arrives_whole(server):
    await SmtpMailer(SmtpServer("127.0.0.1", server.port, "none"), SENDER).send(LETTER)
    (got,) = server.got
    assert (got["To"], got["From"], got["Subject"]) == (
        "rosa@example.com",
        "desk@practice.example.org",
        LETTER.subject,
    )
    assert got["Message-ID"] == "<a1b2@practice.example.org>"
    assert got["Auto-Submitted"] == "auto-generated"
    assert got["Date"].datetime == NOW
    text, file = got.iter_parts()
    assert text.get_content().replace("\r\n", "\n") == LETTER.text
    assert file.get_content_type() == "text/calendar"
    assert file.get_param("method") == "REQUEST"
    assert file.get_filename() == "appointment.ics"
    assert file.get_content() in (b"BEGIN:VCALENDAR\r\n", "BEGIN:VCALENDAR\r\n", "BEGIN:VCALENDAR\n")


@pytest.mark.parametrize("implicit", [False, True], ids=["starttls", "ssl"])
async def test_a_protected_line_with_a_password(tmp_path, implicit):
    pem = certificate(tmp_path)
    server = MailServer(tls=pem, implicit=implicit, wants_password=not implicit).start()
    trusted = ssl.create_default_context(cafile=str(pem))
    there = SmtpServer(
        "127.0.0.1", server.port, "ssl" if implicit else "starttls", *([] if implicit else [USER, PASSWORD])
    )
    try:
        await SmtpMailer(there, SENDER, trusted).send(LETTER)
        assert len(server.got) == 1
        with pytest.raises(ssl.SSLCertVerificationError):
            await SmtpMailer(there, SENDER).send(LETTER)
        if not implicit:
            with pytest.raises(smtplib.SMTPAuthenticationError):
                await SmtpMailer(replace(there, password="wrong"), SENDER, trusted).send(LETTER)
        assert len(server.got) == 1
    finally:
        server.stop()


async def test_without_tls_on_the_other_side_nothing_is_sent_in_the_clear(server):
    with pytest.raises(smtplib.SMTPException):
        await SmtpMailer(SmtpServer("127.0.0.1", server.port, "starttls"), SENDER).send(LETTER)
    assert server.got == []


@pytest.mark.parametrize(
    ("where", "answer", "for_good"),
    [
        ("rosa@example.com", "550 no such mailbox", True),
        ("rosa@example.com", "451 try later", False),
        ("data", "554 refused", True),
        ("data", "452 full", False),
    ],
)
async def test_a_refusal_for_good_is_told_apart_from_one_for_now(server, where, answer, for_good):
    server.answers[where] = answer
    with pytest.raises((Undeliverable, smtplib.SMTPException)) as refused:
        await SmtpMailer(SmtpServer("127.0.0.1", server.port, "none"), SENDER).send(LETTER)
    assert isinstance(refused.value, Undeliverable) == for_good
    if for_good:
        assert refused.value.code == int(answer[:3])


async def test_a_server_that_is_not_there_is_a_reason_to_try_later():
    with pytest.raises(ConnectionError):
        await SmtpMailer(SmtpServer("127.0.0.1", free_port(), "none"), SENDER).send(LETTER)


@pytest.mark.parametrize("part", ["id", "to", "subject"])
@pytest.mark.parametrize("evil", ["a\r\nBcc: spy@x.org", "a\nX: y", "a\rX: y", "a\0b", "", "a\u2028b", "a\x85b"])
def test_no_part_of_a_letter_can_add_a_header(part, evil):
    with pytest.raises(Undeliverable):
        replace(LETTER, **{part: evil})


def test_the_text_cannot_add_a_header_either():
    made = compose(replace(LETTER, text="\r\n.\r\nBcc: spy@x.org\r\n"), SENDER)
    assert "Bcc" not in made
    assert "Bcc" in made.get_body().get_content()


def test_a_name_to_show_stands_beside_the_address_and_cannot_break_out():
    made = compose(LETTER, Sender("desk@practice.example.org", 'Saguaro, "Inc" <x@y.org>'))
    assert [each.addr_spec for each in made["From"].addresses] == ["desk@practice.example.org"]
