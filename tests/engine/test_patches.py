"""The patches do what Rasa does, for the one version they were written for."""

from __future__ import annotations

import ast
import copy
import inspect
import itertools
from typing import Any

import jsonschema
import pytest
import rasa
from coroutines import finished
from rasa.core import processor
from rasa.core.actions import action
from rasa.core.actions.action import RemoteAction
from rasa.core.channels.channel import UserMessage
from rasa.core.policies import rule_policy
from rasa.core.policies.rule_policy import RULES, RulePolicy
from rasa.engine.exceptions import GraphRunError
from rasa.engine.runner.dask import DaskGraphRunner
from rasa.shared.core import events
from rasa.shared.core.domain import Domain
from rasa.shared.core.slots import Slot
from rasa.shared.core.trackers import DialogueStateTracker, EventVerbosity
from rasa.shared.utils.common import all_subclasses

from lifecycle.engine import patches
from lifecycle.engine.runner import StraightRunner
from lifecycle.errors import Invalid

pytest_plugins = ["tests.bot.conftest"]

ANSWERS: list[Any] = [
    {"events": [], "responses": []},
    {
        "events": [{"event": "slot", "name": "needs", "value": {"a": 1}, "timestamp": None}],
        "responses": [{"text": "hi"}],
    },
    {"events": [{"event": "slot", "timestamp": "noon"}], "responses": []},
    {"events": "none", "responses": []},
    {"events": [{"name": "without an event"}]},
    {"events": [{"event": 7}], "responses": []},
    {"responses": "hello"},
    {},
    [],
    None,
]


def accepted(answer: Any) -> bool:
    try:
        jsonschema.validate(answer, RemoteAction.action_response_format_spec())
    except jsonschema.ValidationError:
        return False
    return True


@pytest.mark.parametrize("answer", ANSWERS)
def test_an_answer_of_the_action_server_is_judged_as_rasa_judges_it(answer: Any) -> None:
    patches.apply()
    judge = RemoteAction("action_human", None)
    if accepted(answer):
        assert judge._validate_action_result(answer) is True
    else:
        with pytest.raises(jsonschema.ValidationError, match="wrong shape"):
            judge._validate_action_result(answer)


def test_the_examples_hold_both_kinds() -> None:
    assert {accepted(answer) for answer in ANSWERS} == {True, False}


def test_every_kind_of_event_is_found_by_its_name() -> None:
    patches.apply()
    kinds = [kind for kind in all_subclasses(events.Event) if kind.type_name]
    assert len(kinds) > 20
    for kind in kinds:
        first = next(other for other in kinds if other.type_name == kind.type_name)
        assert events.Event.resolve_by_type(kind.type_name) is first
    assert events.Event.resolve_by_type("never heard of", events.SlotSet) is events.SlotSet
    with pytest.raises(ValueError):
        events.Event.resolve_by_type("never heard of")


def test_another_rasa_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rasa, "__version__", "3.7.0")
    with pytest.raises(Invalid, match=r"3\.7\.0"):
        patches.apply()


# --- what a turn of a talk passes through -----------------------------------------------------------------------------

TURN = [
    lambda intent: events.UserUttered("words", {"name": intent, "confidence": 0.9}, input_channel="web"),
    lambda _intent: events.ActionExecuted("action_recommend"),
    lambda intent: events.SlotSet("needs", [intent]),
    lambda _intent: events.BotUttered("a reply"),
    lambda _intent: events.ActionExecuted("action_listen"),
]


def talk(agent: Any, turns: int, parts: int = len(TURN)) -> DialogueStateTracker:
    """A tracker after so many whole turns and the first `parts` events of one more."""
    tracker = DialogueStateTracker("ada", agent.domain.slots)
    tracker.update(events.ActionExecuted("action_session_start"))
    tracker.update(events.SessionStarted())
    tracker.update(events.ActionExecuted("action_listen"))
    intents = itertools.cycle(sorted(agent.domain.intents))
    for number in range(turns + 1):
        intent = next(intents)
        for made in TURN if number < turns else TURN[:parts]:
            tracker.update(made(intent))
    return tracker


def policy(agent: Any) -> RulePolicy:
    nodes = agent.processor.graph_runner._instantiated_nodes.values()
    return next(node._component for node in nodes if isinstance(node._component, RulePolicy))


@pytest.mark.parametrize("parts", range(len(TURN)))
@pytest.mark.parametrize("turns", [0, 1, 2, 3, 40])
def test_the_rules_see_what_rasa_would_show_them(agent: Any, turns: int, parts: int) -> None:
    rules, tracker = policy(agent), talk(agent, turns, parts)
    longest = patches._longest_rule(rules)
    for use_text in (True, False):
        theirs = patches._prediction_states(rules, tracker, agent.domain, use_text)
        ours = patches.latest_states(rules, tracker, agent.domain, use_text)
        assert ours[-longest:] == theirs[-longest:]
        assert len(ours) == min(longest, len(theirs))
        assert turns < 40 or len(ours) < len(theirs)
        lookup = rules.lookup[RULES]
        assert patches.possible_keys(rules, lookup, ours) == patches._possible_keys(rules, lookup, theirs)


@pytest.mark.parametrize(
    "more",
    [
        [events.DefinePrevUserUtteredFeaturization(True)],
        [events.DefinePrevUserUtteredFeaturization(False), events.ActionExecuted("action_recommend")],
        [events.UserUttered("", {"name": None}), events.ActionExecuted("action_listen")],
        [events.UserUttered("words", {"name": "greet"}, [{"entity": "product", "value": "mug"}])],
        [events.UserUtteranceReverted()],
        [events.ActionReverted()],
        [events.Restarted(), events.ActionExecuted("action_listen")],
        [events.ActiveLoop("form"), events.ActionExecuted("form")],
        [events.FollowupAction("action_more")],
        [events.ConversationPaused()],
        [events.AllSlotsReset()],
    ],
)
@pytest.mark.parametrize("parts", range(len(TURN)))
def test_no_event_shows_the_rules_another_state(agent: Any, more: list[Any], parts: int) -> None:
    rules, tracker = policy(agent), talk(agent, 1, parts)
    longest = patches._longest_rule(rules)
    for event in more:
        tracker.update(event)
    for use_text in (True, False):
        theirs = patches._prediction_states(rules, tracker, agent.domain, use_text)
        ours = patches.latest_states(rules, tracker, agent.domain, use_text)
        assert ours[-longest:] == theirs[-longest:]
    assert patches.predict(rules, tracker, agent.domain) == patches._predict(rules, tracker, agent.domain)


@pytest.mark.parametrize("before", ["action_listen", "action_recommend", "action_session_start"])
def test_a_situation_seen_before_is_decided_as_rasa_decides_it(agent: Any, before: str) -> None:
    rules, kept = policy(agent), 0
    for intent in [*sorted(agent.domain.intents), "restart", "never heard of", None]:
        for text in ("words", "other words", ""):
            tracker = talk(agent, 1, 0)
            tracker.update(events.UserUttered(text, {"name": intent, "confidence": 0.9}))
            if before != "action_listen":
                tracker.update(events.ActionExecuted(before))
            kept += patches._situation(rules, tracker, agent.domain) is not None
            for _ in range(2):
                theirs = patches._predict(rules, tracker, agent.domain)
                ours = patches.predict(rules, tracker, agent.domain)
                assert ours == theirs
                ours[0].probabilities[0] = 7.0  # what becomes of a prediction is no part of the next
                ours[0].events.append(events.ActionReverted())
    assert kept > 60


def test_a_rule_made_of_texts_is_left_to_rasa(agent: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    rules, tracker = policy(agent), talk(agent, 0, 1)
    assert patches._situation(rules, tracker, agent.domain) is not None
    key = '[{"prev_action": {"action_name": "action_listen"}, "user": {"text": "words"}}]'
    lookup = {**rules.lookup, RULES: {**rules.lookup[RULES], key: "action_recommend"}}
    monkeypatch.setattr(rules, "lookup", lookup)
    assert patches._situation(rules, tracker, agent.domain) is None


MAPPINGS: list[Any] = [
    {"type": "custom"},
    {"type": "custom", "action": "action_recommend"},
    {"type": "from_text"},
    {"type": "from_intent", "value": "yes"},
    {"type": "from_entity", "entity": "product"},
]


@pytest.mark.parametrize("mapping", MAPPINGS, ids=lambda mapping: "-".join(mapping.values()))
def test_a_message_sets_the_slots_rasa_sets(agent: Any, mapping: dict[str, str], monkeypatch: Any) -> None:
    domain = Domain.from_dict({"slots": {"heard": {"type": "any", "mappings": [mapping]}}, "entities": ["product"]})
    tracker = DialogueStateTracker("ada", domain.slots)
    tracker.update(events.UserUttered("a mug", {"name": "greet"}, [{"entity": "product", "value": "mug"}]))
    filling = action.ActionExtractSlots(None)

    async def remote(*_: Any) -> list[Any]:
        return [events.SlotSet("heard", "by an action")]

    monkeypatch.setattr(RemoteAction, "run", remote)
    for known, seen in ((domain, tracker), (agent.domain, talk(agent, 1, 1))):
        theirs = finished(patches._extract_slots(filling, None, None, seen, known))
        assert finished(patches.extract_slots(filling, None, None, seen, known)) == theirs
    assert bool(theirs) is False and patches._slots_of_actions(domain) is (mapping == {"type": "custom"})


def test_a_domain_is_as_empty_as_rasa_says(agent: Any) -> None:
    for domain in (agent.domain, Domain.empty()):
        assert [patches.is_empty(domain), patches.is_empty(domain)] == [patches._is_empty(domain)] * 2


def test_every_intent_finds_the_rules_rasa_finds(agent: Any) -> None:
    rules, found = policy(agent), 0
    for intent in sorted(agent.domain.intents):
        for before in ("action_listen", "action_recommend", "action_session_start"):
            state = {"user": {"intent": intent}, "prev_action": {"action_name": before}}
            for states in ([state], [{}, state], [{}, {"prev_action": {"action_name": "action_listen"}}, state]):
                theirs = patches._possible_keys(rules, rules.lookup[RULES], states)
                assert patches.possible_keys(rules, rules.lookup[RULES], states) == theirs
                found += len(theirs)
    assert found > 100
    assert patches.possible_keys(rules, rules.lookup[RULES], [{}]) == patches._possible_keys(
        rules, rules.lookup[RULES], [{}]
    )


@pytest.mark.parametrize(
    "last",
    [
        [],
        [events.ConversationPaused()],
        [events.Restarted()],
        [events.UserUtteranceReverted()],
        [events.FollowupAction("action_more")],
        [events.FollowupAction("action_more"), events.ActionExecuted("action_more")],
        [events.ActiveLoop("form"), events.LoopInterrupted(True)],
        [events.SlotSet("needs", None)],
    ],
)
@pytest.mark.parametrize("parts", range(len(TURN)))
def test_a_copy_is_the_copy_rasa_makes(agent: Any, last: list[Any], parts: int) -> None:
    tracker = talk(agent, 2, parts)
    for event in last:
        tracker.update(event)
    ours, theirs = patches.tracker_copy(tracker), patches._tracker_copy(tracker)
    assert ours.current_state(EventVerbosity.ALL) == theirs.current_state(EventVerbosity.ALL)
    assert {n: vars(s) for n, s in ours.slots.items()} == {n: vars(s) for n, s in theirs.slots.items()}
    assert ours.latest_bot_utterance == theirs.latest_bot_utterance and ours.is_paused() == theirs.is_paused()
    ours.update(events.SlotSet("needs", ["a change of the copy"]))
    assert tracker.get_slot("needs") != ["a change of the copy"]
    assert len(tracker.events) == len(theirs.events)


def test_a_slot_is_copied_as_python_copies_it(agent: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    ours = [copy.copy(slot) for slot in agent.domain.slots]
    monkeypatch.delattr(Slot, "__copy__")
    theirs = [copy.copy(slot) for slot in agent.domain.slots]
    assert [(type(s), vars(s)) for s in ours] == [(type(s), vars(s)) for s in theirs]
    assert not {id(slot) for slot in ours} & {id(slot) for slot in agent.domain.slots}


def test_the_components_run_as_dask_runs_them(agent: Any) -> None:
    runner, processing = agent.processor.graph_runner, agent.processor
    assert isinstance(runner, StraightRunner)

    def parsed() -> dict[str, Any]:
        return {"__message__": [UserMessage("where is my order?", message_id="m-1")], "__tracker__": talk(agent, 1, 1)}

    targets = [processing.model_metadata.nlu_target]
    theirs = DaskGraphRunner.run(runner, parsed(), targets)[targets[0]][0].as_dict()
    assert runner.run(parsed(), targets)[targets[0]][0].as_dict() == theirs
    targets = [processing.model_metadata.core_target]
    theirs = DaskGraphRunner.run(runner, parsed(), targets)[targets[0]]
    assert runner.run(parsed(), targets)[targets[0]] == theirs
    with pytest.raises(GraphRunError, match="clashes"):
        runner.run({"__message__": targets[0]}, targets)


def test_rasas_own_actions_are_made_once(agent: Any) -> None:
    first, second = patches.default_actions(agent.action_endpoint), patches.default_actions(agent.action_endpoint)
    assert first is second
    assert [type(each) for each in first] == [type(each) for each in patches._default_actions(agent.action_endpoint)]


@pytest.mark.parametrize("module", [processor, rule_policy])
def test_what_is_copied_deeply_is_only_logged(module: Any) -> None:
    """Nothing but arguments of `structlogger.debug` may depend on it."""
    tree = ast.parse(inspect.getsource(module))
    logged = {
        id(inner)
        for call in ast.walk(tree)
        if isinstance(call, ast.Call) and ast.unparse(call.func) == "structlogger.debug"
        for inner in ast.walk(call)
    }
    copies = [node for node in ast.walk(tree) if isinstance(node, ast.Attribute) and ast.unparse(node.value) == "copy"]
    assert copies and all(id(node) in logged and node.attr == "deepcopy" for node in copies)
