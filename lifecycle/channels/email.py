"""E-mail: hands letters in, over one kept SMTP connection or into the maildir of a store without a mail server."""

from __future__ import annotations

import mailbox
from collections.abc import Callable
from email.utils import parseaddr

from lifecycle.channels import DeliveryError
from lifecycle.channels.smtp import Connection, Envelope, Server
from lifecycle.settings import Settings


class Mailer:
    """Where mails are handed in, as the settings say."""

    def __init__(self, settings: Settings) -> None:
        self._outbox = settings.mail_outbox
        self._connection: Connection | None = None
        if settings.smtp_url:
            domain = parseaddr(settings.mail_from)[1].rpartition("@")[2]
            self._connection = Connection(Server.parse(settings.smtp_url), greeting=domain or "localhost")

    def send(
        self,
        envelope: Envelope,
        hand_over: Callable[[], None],
        *,
        meanwhile: Callable[[], None] | None = None,
        following: Envelope | None = None,
    ) -> None:
        """Send one mail or raise DeliveryError; `hand_over` is called at the last moment a retry is safe, `meanwhile`
        when only the server's answer is waited for; `following` is likely the next."""
        if self._connection is not None:
            self._connection.send(envelope, hand_over, meanwhile=meanwhile, following=following)
            return
        self._outbox.mkdir(parents=True, exist_ok=True, mode=0o700)
        for folder in ("tmp", "new", "cur"):
            (self._outbox / folder).mkdir(exist_ok=True, mode=0o700)
        hand_over()
        try:
            mailbox.Maildir(self._outbox, create=False).add(envelope.content.replace(b"\r\n", b"\n"))
        except OSError as error:
            raise DeliveryError(f"the local outbox cannot be written: {error.strerror}", in_doubt=True) from error
        if meanwhile is not None:
            meanwhile()

    def close(self) -> None:
        if self._connection is not None:
            self._connection.close()
