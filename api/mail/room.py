"""Picks the channels a practice has set up: the real ones, their console twins, or none."""

from api.dependencies import Frontdesk
from api.gateways.mail import ConsoleMailer, Mailer, Sender, SmtpMailer, SmtpServer
from api.gateways.notifier import ConsoleNotifier, Notifier
from api.gateways.webhook import ConsoleHook, Hook, HttpHook
from api.mail.post import Channels, Post
from api.practice import Profile
from api.scheduling import wiring
from api.scheduling.office import InCrisis
from api.settings import Settings


def notifier(frontdesk: Frontdesk, in_crisis: InCrisis) -> Notifier:
    """Where notices go; without any channel they stand in the log alone."""
    settings = frontdesk.settings
    channels = Channels(
        mailer(settings, frontdesk.profile), hook(settings), settings.mail_from, settings.staff_addresses
    )
    if channels.mailer is None and channels.hook is None:
        return ConsoleNotifier()
    office = wiring.office_of(frontdesk, in_crisis)
    return Post(frontdesk.database, frontdesk.clock, office, channels)


def mailer(settings: Settings, profile: Profile) -> Mailer | None:
    """The channel for mail, None when it is off."""
    if settings.mail == "off":
        return None
    sender = Sender(settings.mail_from, profile.name if profile.mail.names_practice else "")
    if settings.mail == "console":
        return ConsoleMailer(sender)
    password = settings.mail_password.get_secret_value()
    server = SmtpServer(settings.mail_host, settings.mail_port, settings.mail_tls, settings.mail_user, password)
    return SmtpMailer(server, sender)


def hook(settings: Settings) -> Hook | None:
    """The channel for the webhook, None when it is off."""
    if settings.webhook == "off":
        return None
    if settings.webhook == "console":
        return ConsoleHook()
    return HttpHook(settings.webhook_url, settings.webhook_secret.get_secret_value())
