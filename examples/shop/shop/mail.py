"""E-mails, sent in background tasks: nobody waits for them."""

from __future__ import annotations

import logging
import smtplib
from email.message import EmailMessage
from typing import Annotated, Protocol

from shop.security import CurrentSettings
from shop.settings import Settings
from xapi import Depends

logger = logging.getLogger("shop.mail")


class Mailer(Protocol):
    """What endpoints know of e-mail. Tests put a list in its place."""

    def send(self, to: str, subject: str, text: str) -> None:
        """Send one e-mail."""


class SmtpMailer:
    """Sends through the server that the settings name, or writes to the log if they name none."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings

    def send(self, to: str, subject: str, text: str) -> None:
        """Send one e-mail. A failure is logged: what the e-mail tells has happened all the same."""
        message = EmailMessage()
        message["From"] = self._settings.sender
        message["To"] = to
        message["Subject"] = subject
        message.set_content(text)
        if self._settings.smtp_host is None:
            logger.info("Not sent, because SHOP_SMTP_HOST is not set:\n%s", message)
            return
        try:
            with smtplib.SMTP(self._settings.smtp_host, self._settings.smtp_port, timeout=10) as server:
                server.send_message(message)
        except (OSError, smtplib.SMTPException):
            logger.exception("The e-mail %r to %s could not be sent", subject, to)


def mailer(settings: CurrentSettings) -> Mailer:
    return SmtpMailer(settings)


Mail = Annotated[Mailer, Depends(mailer)]
