"""The patches do what Rasa does, for the one version they were written for."""

from __future__ import annotations

from typing import Any

import jsonschema
import pytest
import rasa
from rasa.core.actions.action import RemoteAction
from rasa.shared.core import events
from rasa.shared.utils.common import all_subclasses

from lifecycle.engine import patches
from lifecycle.errors import Invalid

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
    action = RemoteAction("action_human", None)
    if accepted(answer):
        assert action._validate_action_result(answer) is True
    else:
        with pytest.raises(jsonschema.ValidationError, match="wrong shape"):
            action._validate_action_result(answer)


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
