"""Notices by mail: `smtp://user:password@host:587` (STARTTLS where offered, demanded with a password) or `smtps://…:465`."""

import asyncio
import smtplib
import ssl
from email.message import EmailMessage
from email.utils import formatdate
from typing import Final
from urllib.parse import unquote, urlsplit

from amends.gateways.notices import Away, Carried, Notice, Refused, Taken

PORTS: Final = {"smtp": 587, "smtps": 465}
FOR_GOOD: Final = 500


class SmtpNotices:
    """Implements `NoticesGateway`. One connection a notice, in a thread; `total_s` bounds every step of it."""

    def __init__(self, url: str, sender: str, *, total_s: float = 10.0) -> None:
        parts = urlsplit(url)
        if parts.scheme not in PORTS or parts.hostname is None:
            raise ValueError("a mail server is smtp://host or smtps://host")
        self._secure = parts.scheme == "smtps"
        self._host, self._port = parts.hostname, parts.port or PORTS[parts.scheme]
        self._user, self._password = unquote(parts.username or ""), unquote(parts.password or "")
        self._sender, self._total_s = sender, total_s

    async def carry(self, notice: Notice) -> Carried:
        """See NoticesGateway."""
        return await asyncio.to_thread(self._carry, notice)

    async def close(self) -> None:
        """Every notice closed its own."""

    def _carry(self, notice: Notice) -> Carried:
        try:
            with self._open() as server:
                server.send_message(self.message(notice))
        except smtplib.SMTPRecipientsRefused as refused:
            codes = [code for code, _ in refused.recipients.values()]
            return Refused("recipient_refused") if min(codes, default=0) >= FOR_GOOD else Away("recipient_not_now")
        except smtplib.SMTPResponseException as answer:
            return Refused(f"smtp_{answer.smtp_code}") if answer.smtp_code >= FOR_GOOD else Away(f"smtp_{answer.smtp_code}")
        except (OSError, smtplib.SMTPException) as problem:
            return Away(type(problem).__name__)
        return Taken()

    def _open(self) -> smtplib.SMTP:
        context = ssl.create_default_context()
        if self._secure:
            server: smtplib.SMTP = smtplib.SMTP_SSL(self._host, self._port, timeout=self._total_s, context=context)
        else:
            server = smtplib.SMTP(self._host, self._port, timeout=self._total_s)
        try:
            self._enter(server, context)
        except BaseException:
            server.close()
            raise
        return server

    def _enter(self, server: smtplib.SMTP, context: ssl.SSLContext) -> None:
        if not self._secure:
            server.ehlo()
            if self._password or server.has_extn("starttls"):
                server.starttls(context=context)
        if self._password:
            server.login(self._user, self._password)

    def message(self, notice: Notice) -> EmailMessage:
        """The notice as mail. Its id follows from its key, so that a mailbox shows a repeated one once."""
        mail = EmailMessage()
        mail["From"], mail["To"], mail["Subject"] = self._sender, notice.to, " ".join(notice.subject.split())
        mail["Date"] = formatdate(usegmt=True)
        mail["Message-ID"] = f"<{notice.key}@amends>"
        mail["Auto-Submitted"] = "auto-generated"
        mail.set_content(notice.text)
        return mail
