"""Ways to reach a customer or another system; each sends one delivery or raises DeliveryError."""

from __future__ import annotations

from lifecycle.errors import LifecycleError


class DeliveryError(LifecycleError):
    """A message did not certainly leave.  It answers the caller's only questions: shall we try again, may it be there?

    permanent: no retry can help.  in_doubt: the message was handed over and the answer was lost, so it may have
    arrived.  bounced: the address itself does not exist.  unreachable: the other side does not serve us at all now, so
    the next message need not try.  The text names the step and the reply code, never the person.
    """

    def __init__(
        self,
        reason: str,
        *,
        permanent: bool = False,
        in_doubt: bool = False,
        bounced: bool = False,
        unreachable: bool = False,
    ) -> None:
        super().__init__(reason)
        self.permanent = permanent
        self.in_doubt = in_doubt
        self.bounced = bounced
        self.unreachable = unreachable
