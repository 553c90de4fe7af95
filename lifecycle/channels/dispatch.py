"""Sending what is claimed: from `sending` to its outcome, over the channel it belongs to.

A kill before a message's hand-over loses nothing and sends nothing; a kill after it leaves that one in doubt, which
the next worker says and does not resolve by sending again.
"""

from __future__ import annotations

import gc
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime

from lifecycle.channels.chats import Chats
from lifecycle.channels.desk import Desk, Sent, heartbeat
from lifecycle.channels.mails import Mails
from lifecycle.settings import Settings


def send_due(settings: Settings, *, now: Callable[[], datetime], stop: threading.Event) -> Sent:
    """Claim and send until nothing is due or `stop` is set; `now` tells the moment (aware UTC) whenever it is asked.

    A channel whose other side is away rests until the next pass, and what was claimed for it is given back untried.
    """
    desk = Desk(settings, now, stop)
    with heartbeat(desk.worker, now), _collecting_less():
        Mails(desk).run()
        Chats(desk).run()
    return desk.done


@contextmanager
def _collecting_less() -> Iterator[None]:
    """Let the garbage collector look at what a pass makes and not, again and again, at all that was there before."""
    gc.freeze()
    try:
        yield
    finally:
        gc.unfreeze()
