"""Where Rasa repeats work on every turn: the same work, once.

Each patch replaces one function by one that returns the same and is tested against the original.  They are written for
one version of Rasa, and refuse any other.
"""

from __future__ import annotations

import copy
import functools
from collections import deque
from types import SimpleNamespace
from typing import Any

import rasa
from jsonschema import ValidationError
from jsonschema.validators import validator_for
from rasa.core import processor
from rasa.core.actions import action
from rasa.core.actions.action import ActionExtractSlots, RemoteAction
from rasa.core.policies import rule_policy
from rasa.core.policies.policy import PolicyPrediction
from rasa.core.policies.rule_policy import RULES, RulePolicy
from rasa.shared.core.constants import (
    ACTION_VALIDATE_SLOT_MAPPINGS,
    DEFAULT_SLOT_NAMES,
    MAPPING_TYPE,
    PREVIOUS_ACTION,
    SHOULD_NOT_BE_SET,
    USER,
    SlotMappingType,
)
from rasa.shared.core.domain import Domain, State
from rasa.shared.core.events import (
    ActionExecuted,
    BotUttered,
    DefinePrevUserUtteredFeaturization,
    Event,
    FollowupAction,
    SlotSet,
    UserUttered,
)
from rasa.shared.core.slots import Slot
from rasa.shared.core.trackers import DialogueStateTracker
from rasa.shared.nlu.constants import ACTION_NAME, ENTITIES, INTENT, TEXT

from lifecycle.engine.actions import ActionsHere
from lifecycle.engine.runner import StraightRunner
from lifecycle.errors import Invalid

VERSION = "3.6.21"
MOST_SITUATIONS = 2_000  # whose predictions are kept; our rules know about fifty

_default_actions = action.default_actions
_is_empty = Domain.is_empty
_tracker_copy = DialogueStateTracker.copy
_prediction_states = RulePolicy._prediction_states
_possible_keys = RulePolicy._get_possible_keys
_predict = RulePolicy._predict
_extract_slots = ActionExtractSlots.run


def refuse_other_versions() -> None:
    """Raises Invalid on a Rasa the patches were not written for."""
    if rasa.__version__ != VERSION:
        raise Invalid(
            f"This is Rasa {rasa.__version__}; lifecycle/engine/patches.py is written for {VERSION}. "
            "Install that one, or read the patches against the new one and change VERSION."
        )


def apply() -> None:
    """Put every patch in place, once; raises Invalid on a Rasa they were not written for."""
    refuse_other_versions()
    RemoteAction._validate_action_result = _validate_action_result
    if not hasattr(Event.resolve_by_type, "cache_info"):
        Event.resolve_by_type = staticmethod(functools.lru_cache(maxsize=256)(Event.resolve_by_type))
    processor.DaskGraphRunner = StraightRunner
    action.default_actions = default_actions
    DialogueStateTracker.copy = tracker_copy
    RulePolicy._prediction_states = latest_states
    RulePolicy._get_possible_keys = possible_keys
    RulePolicy._predict = predict
    ActionExtractSlots.run = extract_slots
    Domain.is_empty = is_empty
    Slot.__copy__ = slot_copy
    # Both modules copy deeply only what they hand to their debug log, which is off: it holds what customers write.
    processor.copy = rule_policy.copy = SimpleNamespace(copy=copy.copy, deepcopy=lambda value: value)


@functools.lru_cache(maxsize=1)
def _validator() -> Any:
    """Rasa checks the schema itself against its meta-schema before each use, which is most of the cost."""
    schema = RemoteAction.action_response_format_spec()
    kind = validator_for(schema)
    kind.check_schema(schema)
    return kind(schema)


def _validate_action_result(self: RemoteAction, result: dict[str, Any]) -> bool:
    """An answer from outside is checked; one of this process comes from rasa-sdk, which has checked its events."""
    if isinstance(self.action_endpoint, ActionsHere):
        return True
    for error in _validator().iter_errors(result):
        raise ValidationError(f"The action server's answer has a wrong shape: {error.message}")
    return True


def default_actions(action_endpoint: Any = None) -> list[Any]:
    """Rasa's own actions hold no state; it makes all of them anew each time it looks one up."""
    if action_endpoint is None:
        return list(_default_actions(None))
    made: list[Any] = action_endpoint.__dict__.setdefault("_lifecycle_default_actions", [])
    if not made:
        made += _default_actions(action_endpoint)
    return made


def slot_copy(self: Slot) -> Slot:
    """Every copy of a tracker copies every slot; `copy.copy` takes each apart and puts it together again."""
    twin: Slot = Slot.__new__(type(self))
    twin.__dict__.update(self.__dict__)
    return twin


def is_empty(self: Domain) -> bool:
    """A domain is read once and stays; Rasa makes an empty one to compare it with at every message."""
    known = self.__dict__.get("_lifecycle_empty")
    if known is None:
        known = self.__dict__["_lifecycle_empty"] = _is_empty(self)
    return bool(known)


def tracker_copy(self: DialogueStateTracker) -> DialogueStateTracker:
    """A copy with the same state; Rasa replays every event to get there.

    An action that was to follow is the one part of the state that does not come back by replaying, so such a tracker
    is left to Rasa.
    """
    if any(isinstance(event, FollowupAction) for event in self.events):
        return _tracker_copy(self)
    twin = self.init_copy()
    twin.events = deque(self.events, self.events.maxlen)
    for name, slot in self.slots.items():
        twin.slots[name].__dict__.update(slot.__dict__)
    for name in ("_paused", "latest_action", "latest_message", "latest_bot_utterance", "followup_action"):
        setattr(twin, name, getattr(self, name))
    twin.active_loop = copy.copy(self.active_loop)
    return twin


def latest_states(
    self: RulePolicy,
    tracker: DialogueStateTracker,
    domain: Domain,
    use_text_for_last_user_input: bool = False,
    rule_only_data: dict[str, Any] | None = None,
) -> list[State]:
    """The states the longest rule looks at, and no older ones, read off the events.

    Rasa replays the whole conversation into one tracker after another.  A rule that came to the end of its own states
    applies, whatever was before.  Slots that influence the talk, loops and whatever else changes a state are left to
    Rasa.
    """
    longest = _longest_rule(self)
    events = _latest_events(tracker, longest + 2) if longest and _plain(domain) else None
    if events is None:
        return list(_prediction_states(self, tracker, domain, use_text_for_last_user_input, rule_only_data))
    states = _states(domain, events)[-longest:]
    self.featurizer._choose_last_user_input([states], use_text_for_last_user_input)
    return states


def _states(domain: Domain, events: list[Event]) -> list[State]:
    heard: UserUttered | None = None
    before: dict[str, str] | None = None
    states: list[State] = []
    for event in events:
        if isinstance(event, ActionExecuted):
            states.append(_state(domain, heard, before))
            before = event.as_sub_state()
        elif isinstance(event, UserUttered):
            heard = event
    return [*states, _state(domain, heard, before)]


def predict(self: RulePolicy, tracker: DialogueStateTracker, domain: Domain) -> tuple[PolicyPrediction, str | None]:
    """What the rules say of a situation; of one they were asked about before, what they said then.

    A situation is the states the longest rule looks at.  Whatever a prediction depends on beside them (a loop, a rule
    made of texts, a message without an intent) is left to Rasa.
    """
    situation = _situation(self, tracker, domain)
    if situation is None:
        return _predict(self, tracker, domain)
    kept = self.__dict__.get("_lifecycle_predictions")
    if kept is None or kept[0] is not self.lookup or kept[1] is not domain:
        kept = self.__dict__["_lifecycle_predictions"] = (self.lookup, domain, {})
    known = kept[2].get(situation)
    if known is None:
        if len(kept[2]) >= MOST_SITUATIONS:
            kept[2].clear()
        known = kept[2][situation] = _predict(self, tracker, domain)
    prediction, source = known
    again = copy.copy(prediction)  # its user changes probabilities and adds events
    again.probabilities = list(prediction.probabilities)
    again.events, again.optional_events, again.diagnostic_data = [], [], {}
    return again, source


def _situation(policy: RulePolicy, tracker: DialogueStateTracker, domain: Domain) -> tuple[Any, ...] | None:
    longest = _longest_rule(policy)
    if not longest or not _plain(domain) or tracker.active_loop_name or _texts_in_rules(policy):
        return None
    events = _latest_events(tracker, longest + 2)
    if events is None:
        return None
    seen: list[tuple[Any, ...]] = []
    for state in _states(domain, events)[-longest:]:
        user, before = state.get(USER, {}), state.get(PREVIOUS_ACTION, {})
        if user and not user.get(INTENT):
            return None
        heard = (user.get(INTENT), tuple(user.get(ENTITIES, ())), bool(user.get(TEXT)))
        seen.append((*heard, *sorted(before.items())))
    return (tracker.latest_action_name, *seen)


async def extract_slots(
    self: ActionExtractSlots, output_channel: Any, nlg: Any, tracker: DialogueStateTracker, domain: Domain
) -> list[Event]:
    """Where only actions set slots, a message sets none: Rasa asks each mapping of each slot to find that out."""
    if _slots_of_actions(domain):
        return []
    return list(await _extract_slots(self, output_channel, nlg, tracker, domain))


def _slots_of_actions(domain: Domain) -> bool:
    known = domain.__dict__.get("_lifecycle_slots_of_actions")
    if known is None:
        mappings = [each for slot in domain.slots if slot.name not in DEFAULT_SLOT_NAMES for each in slot.mappings]
        by_hand = all(
            each.get(MAPPING_TYPE) == str(SlotMappingType.CUSTOM) and not each.get("action") for each in mappings
        )
        known = by_hand and ACTION_VALIDATE_SLOT_MAPPINGS not in domain.user_actions
        domain.__dict__["_lifecycle_slots_of_actions"] = known
    return bool(known)


def _state(domain: Domain, heard: UserUttered | None, before: dict[str, str] | None) -> State:
    """What `Domain.get_active_state` makes of a tracker without loops and slots that count."""
    user = domain._get_user_sub_state(SimpleNamespace(latest_message=heard))
    return {name: part for name, part in ((USER, user), (PREVIOUS_ACTION, before)) if part}


def _plain(domain: Domain) -> bool:
    """Does nothing but messages and actions tell a state of this domain?"""
    known = domain.__dict__.get("_lifecycle_plain")
    if known is None:
        known = not domain.form_names and not any(slot.influence_conversation for slot in domain.slots)
        domain.__dict__["_lifecycle_plain"] = known
    return bool(known)


def _longest_rule(policy: RulePolicy) -> int:
    known = policy.__dict__.get("_lifecycle_longest")
    if known is None or known[0] is not policy.lookup:
        rules = policy.lookup.get(RULES, {}) if policy.lookup else {}
        known = (policy.lookup, max((len(policy._rule_key_to_state(key)) for key in rules), default=0))
        policy.__dict__["_lifecycle_longest"] = known
    return int(known[1])


def _texts_in_rules(policy: RulePolicy) -> bool:
    known = policy.__dict__.get("_lifecycle_texts")
    if known is None or known[0] is not policy.lookup:
        rules = policy.lookup.get(RULES, {}) if policy.lookup else {}
        states = (state for key in rules for state in policy._rule_key_to_state(key))
        known = (policy.lookup, any(state.get(USER, {}).get(TEXT) for state in states))
        policy.__dict__["_lifecycle_texts"] = known
    return bool(known[1])


_READ = (ActionExecuted, UserUttered, BotUttered, SlotSet, DefinePrevUserUtteredFeaturization)


def _latest_events(tracker: DialogueStateTracker, actions: int) -> list[Event] | None:
    """The events from the message before the last `actions` actions on, all when there are fewer.

    None when there is one among all that a state may depend on otherwise.
    """
    events = tracker.applied_events()
    if any(type(event) not in _READ for event in events):
        return None
    seen = 0
    for place in range(len(events) - 1, -1, -1):
        seen += isinstance(events[place], ActionExecuted)
        if seen >= actions and isinstance(events[place], UserUttered):
            return events[place:]
    return events


def possible_keys(self: RulePolicy, lookup: dict[str, str], states: list[State]) -> set[str]:
    """The rules that apply; Rasa compares every rule with the latest state, most of which want another intent."""
    if not lookup or not states:
        return set(_possible_keys(self, lookup, states))
    latest = states[-1]
    intent = latest.get(USER, {}).get(INTENT)
    before = latest.get(PREVIOUS_ACTION, {}).get(ACTION_NAME)
    index = _index(self, lookup)
    wanted = {(a, b) for a in (intent, None) for b in (before, None)}
    return set(_possible_keys(self, {key: lookup[key] for pair in wanted for key in index.get(pair, ())}, states))


def _index(policy: RulePolicy, lookup: dict[str, str]) -> dict[tuple[str | None, str | None], list[str]]:
    """Rules by the intent and the action before that their last state asks for; None: it does not ask."""
    kept = policy.__dict__.setdefault("_lifecycle_index", {})
    known = kept.get(id(lookup))
    if known is None or known[0] is not lookup or known[1] != len(lookup):
        index: dict[tuple[str | None, str | None], list[str]] = {}
        for key in lookup:
            last = policy._rule_key_to_state(key)[-1]
            intent = before = None
            if last.get(PREVIOUS_ACTION):  # without one a rule begins a conversation, and is not compared any further
                intent = _asked(last.get(USER, {}).get(INTENT))
                before = _asked(last[PREVIOUS_ACTION].get(ACTION_NAME))
            index.setdefault((intent, before), []).append(key)
        known = kept[id(lookup)] = (lookup, len(lookup), index)
    return known[2]


def _asked(value: Any) -> str | None:
    return value if value and value != SHOULD_NOT_BE_SET else None
