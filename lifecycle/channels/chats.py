"""Follow-ups told in the store's own chat, one by one: asking Rasa twice changes nothing, so none is ever in doubt."""

from __future__ import annotations

from lifecycle import db, leaving, outbox
from lifecycle.channels import DeliveryError, webchat
from lifecycle.channels.desk import ClaimLost, Desk, Withheld
from lifecycle.errors import Unavailable

BATCH = 20


class Chats:
    """The chat turns of one pass."""

    def __init__(self, desk: Desk) -> None:
        self.desk = desk
        self.resting = False

    def run(self) -> None:
        desk = self.desk
        while not self.resting and not desk.stop.is_set():
            with db.transaction() as session:
                mine = outbox.claim(session, worker=desk.worker, now=desk.now(), limit=BATCH, channels=["webchat"])
            if not mine:
                break
            while mine and not self.resting and not desk.stop.is_set():
                self._deliver(mine.pop(0))
            if mine:
                with db.transaction() as session:
                    outbox.give_back(session, mine, worker=desk.worker)

    def _deliver(self, delivery_id: int) -> None:
        desk = self.desk
        try:
            self._ask(delivery_id)
        except ClaimLost:
            pass
        except Withheld as refusal:
            reason = str(refusal)
            if desk.settle(
                lambda session: outbox.withhold(session, delivery_id, worker=desk.worker, reason=reason, now=desk.now())
            ):
                desk.count("suppressed")
        except DeliveryError as error:
            self._failed(delivery_id, error)
            self.resting = error.unreachable
        except Unavailable:
            raise  # nothing is known to have been said: the lease brings the delivery back
        except Exception as error:
            self._failed(delivery_id, desk.our_error(error, in_doubt=False))
        else:
            desk.done.sent += desk.settle(
                lambda session: outbox.sent(session, [delivery_id], worker=desk.worker, now=desk.now())
            )

    def _ask(self, delivery_id: int) -> None:
        """The last look and the ownership in one transaction; nothing of the database is held while Rasa works."""
        desk = self.desk
        with db.transaction() as session:
            standing = leaving.standings(session, [delivery_id]).get(delivery_id)
            if standing is None:
                raise ClaimLost("the delivery is gone")
            if standing.withheld:
                raise Withheld(standing.withheld)
            if not outbox.hand_over(session, [delivery_id], worker=desk.worker, repeatable=True, now=desk.now()):
                raise ClaimLost("the delivery belongs to another worker")
            turn = webchat.compose(session, standing.follow_up_id, standing.params.get("survey_id"))
        webchat.send(turn, settings=desk.settings, now=desk.now())

    def _failed(self, delivery_id: int, error: DeliveryError) -> None:
        self.desk.count(self.desk.settle(lambda session: self.desk.failed(session, delivery_id, error)))
