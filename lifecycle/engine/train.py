"""Trains the model: `python -m lifecycle.engine.train --out DIR [--name NAME] [--force]`.

The same model as `rasa train` makes, in less time: that command checks every example several times over, and copies all
of them whenever two files are put together.  `rasa data validate` is run by the tests instead.
"""

from __future__ import annotations

import argparse
import itertools
import os
import sys
from collections.abc import Callable
from typing import Any

from lifecycle.engine import unused
from lifecycle.settings import PROJECT


def main() -> int:
    options = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    options.add_argument("--out", required=True)
    options.add_argument("--name")
    options.add_argument("--force", action="store_true")
    given = options.parse_args()
    os.environ.setdefault("RASA_TELEMETRY_ENABLED", "false")
    unused.leave_out(PROJECT / "credentials.yml", libraries=unused.LIBRARIES - unused.OF_TRAINING)
    from rasa.engine.training.hooks import TrainingHook
    from rasa.model_training import train
    from rasa.shared.nlu.training_data.message import Message
    from rasa.shared.nlu.training_data.training_data import TrainingData
    from rasa.shared.utils import validation

    from lifecycle.engine import patches

    patches.refuse_other_versions()
    validation.validate_yaml_schema = once(validation.validate_yaml_schema)
    TrainingData.merge = merge
    Message.__hash__ = quick_hash
    TrainingHook.on_before_node = begin_uncached
    TrainingHook.on_after_node = end_uncached
    result = train(
        domain=str(PROJECT / "domain.yml"),
        config=str(PROJECT / "config.yml"),
        training_files=[str(PROJECT / "data")],
        output=given.out,
        force_training=given.force,
        fixed_model_name=given.name,
    )
    return int(result.code)


def once(check: Callable[..., None]) -> Callable[..., None]:
    """The check of a file's text, which Rasa makes for every reader of the file; what passed it passes it again."""
    passed: set[tuple[Any, ...]] = set()

    def checked(*given: Any) -> None:
        if given not in passed:
            check(*given)
            passed.add(given)

    return checked


def merge(self: Any, *others: Any) -> Any:
    """All TrainingData together; the examples are those of the parts, not copies, because nobody keeps the parts."""
    from rasa.shared.nlu.training_data import util

    parts = [self, *(other for other in others if other)]
    synonyms = dict(self.entity_synonyms)
    for part in parts[1:]:
        for text, meant in part.entity_synonyms.items():
            util.check_duplicate_synonym(synonyms, text, meant, "merging training data")
        synonyms.update(part.entity_synonyms)

    def of_all(name: str) -> list[Any]:
        return list(itertools.chain.from_iterable(getattr(part, name) for part in parts))

    responses = {name: texts for part in parts for name, texts in part.responses.items()}
    return type(self)(
        of_all("training_examples"), synonyms, of_all("regex_features"), of_all("lookup_tables"), responses
    )


def begin_uncached(*_: Any, **__: Any) -> dict[str, Any]:
    """No digest of what a component is given: see `end_uncached`."""
    return {}


def end_uncached(*_: Any, **__: Any) -> None:
    """What a component made is not kept for the next training: that one is for changed files, and to digest all
    examples after every step takes longer than most steps."""


def quick_hash(self: Any) -> int:
    """Equal messages have equal texts and intents; Rasa's own hash writes out and digests the whole message."""
    return hash((self.data.get("text"), self.data.get("intent"), self.data.get("action_text")))


if __name__ == "__main__":
    sys.exit(main())
