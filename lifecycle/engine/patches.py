"""Where Rasa repeats work on every turn: the same work, once.

Each patch replaces one method by one that returns the same and is tested against the original.  They are written for
one version of Rasa, and refuse any other.
"""

from __future__ import annotations

import functools
from typing import Any

import rasa
from jsonschema import ValidationError
from jsonschema.validators import validator_for
from rasa.core.actions.action import RemoteAction
from rasa.shared.core.events import Event

from lifecycle.errors import Invalid

VERSION = "3.6.21"


def apply() -> None:
    """Put every patch in place, once; raises Invalid on a Rasa they were not written for."""
    if rasa.__version__ != VERSION:
        raise Invalid(
            f"This is Rasa {rasa.__version__}; lifecycle/engine/patches.py is written for {VERSION}. "
            "Install that one, or read the patches against the new one and change VERSION."
        )
    RemoteAction._validate_action_result = _validate_action_result
    if not hasattr(Event.resolve_by_type, "cache_info"):
        Event.resolve_by_type = staticmethod(functools.lru_cache(maxsize=256)(Event.resolve_by_type))


@functools.lru_cache(maxsize=1)
def _validator() -> Any:
    """Rasa checks the schema itself against its meta-schema before each use, which is most of the cost."""
    schema = RemoteAction.action_response_format_spec()
    kind = validator_for(schema)
    kind.check_schema(schema)
    return kind(schema)


def _validate_action_result(_self: RemoteAction, result: dict[str, Any]) -> bool:
    for error in _validator().iter_errors(result):
        raise ValidationError(f"The action server's answer has a wrong shape: {error.message}")
    return True
