"""Which of a response's wordings is said."""

from __future__ import annotations

import itertools
from typing import Any

from rasa.core.nlg.generator import ResponseVariationFilter
from rasa.core.nlg.response import TemplatedNaturalLanguageGenerator
from rasa.shared.core.domain import Domain
from rasa.shared.core.events import BotUttered
from rasa.shared.core.trackers import DialogueStateTracker

REMEMBERED = 12  # of the latest bubbles, the texts that are not said again while there are other words


class Wording(TemplatedNaturalLanguageGenerator):
    """The first wording of domain.yml that was not said lately; when all were, the one said longest ago.

    Rasa draws one at random, and so says the same words twice in a row.  Two wordings that read alike once their
    placeholders are filled are the same words.
    """

    def __init__(self, endpoint_config: Any = None, domain: Domain | None = None) -> None:
        super().__init__(domain.responses if domain else {})

    async def generate(
        self, utter_action: str, tracker: DialogueStateTracker, output_channel: str, **kwargs: Any
    ) -> dict[str, Any] | None:
        slots = tracker.current_slot_values()
        wordings = ResponseVariationFilter(self.responses).responses_for_utter_action(
            utter_action, output_channel, slots
        )
        filled = [self._fill_response(dict(wording), slots, **kwargs) for wording in wordings]
        if len(filled) < 2:
            return filled[0] if filled else None
        said = (event.text for event in reversed(tracker.events) if isinstance(event, BotUttered))
        ago = {text: age for age, text in reversed(list(enumerate(itertools.islice(said, REMEMBERED))))}
        return max(filled, key=lambda each: ago.get(each.get("text"), REMEMBERED))
