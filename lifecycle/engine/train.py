"""Trains the model: `python -m lifecycle.engine.train --out DIR [--name NAME] [--force]`.

The same model as `rasa train` makes, in less time: that command checks every example several times over, and copies all
of them whenever two files are put together.  `rasa data validate` is run by the tests instead.
"""

from __future__ import annotations

import argparse
import functools
import itertools
import logging
import os
import sys
import tarfile
from collections.abc import Callable, Iterable
from typing import Any

import structlog

from lifecycle.engine import unused
from lifecycle.settings import PROJECT


def main() -> int:
    options = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    options.add_argument("--out", required=True)
    options.add_argument("--name")
    options.add_argument("--force", action="store_true")
    given = options.parse_args()
    os.environ.setdefault("RASA_TELEMETRY_ENABLED", "false")
    config = PROJECT / "config.yml"
    unused.leave_out(PROJECT / "credentials.yml", libraries=unused.for_training(config))
    from rasa.engine.storage import local_model_storage
    from rasa.engine.training.hooks import TrainingHook
    from rasa.model_training import train
    from rasa.nlu.tokenizers.tokenizer import Tokenizer

    from lifecycle.engine import patches

    patches.refuse_other_versions()
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.INFO))
    read_quickly()
    TrainingHook.on_before_node = begin_uncached
    TrainingHook.on_after_node = end_uncached
    local_model_storage.TarSafe = quick_archive(local_model_storage.TarSafe)
    if unused.only_known(config):
        Tokenizer.process_training_data = functools.wraps(Tokenizer.process_training_data)(untouched)
    result = train(
        domain=str(PROJECT / "domain.yml"),
        config=str(config),
        training_files=[str(PROJECT / "data")],
        output=given.out,
        force_training=given.force,
        fixed_model_name=given.name,
    )
    return int(result.code)


def read_quickly(change: Callable[[Any, str, Any], None] = setattr) -> None:
    """Let Rasa read the project's files in a tenth of the time: each read and checked once, examples never copied."""
    from rasa.shared.importers import utils as importing
    from rasa.shared.nlu.training_data.message import Message
    from rasa.shared.nlu.training_data.training_data import TrainingData
    from rasa.shared.utils import validation

    change(validation, "validate_yaml_schema", once(validation.validate_yaml_schema))
    change(importing, "training_data_from_paths", read_once(importing.training_data_from_paths))
    change(TrainingData, "merge", merge)
    change(Message, "__hash__", quick_hash)


def once(check: Callable[..., None]) -> Callable[..., None]:
    """The check of a file's text, which Rasa makes for every reader of the file; what passed it passes it again."""
    passed: set[tuple[Any, ...]] = set()

    def checked(*given: Any) -> None:
        if given not in passed:
            if not passes(check, given):
                check(*given)
            passed.add(given)

    return checked


def passes(check: Callable[..., None], given: tuple[Any, ...]) -> bool:
    """The check with the reader written in C, which does not know in what line a fault is."""
    from rasa.shared.exceptions import YamlException
    from rasa.shared.utils import io

    exact = io.read_yaml
    io.read_yaml = lambda content, reader_type="safe": exact(content)
    try:
        check(*given)
    except YamlException:
        return False
    finally:
        io.read_yaml = exact
    return True


def read_once(read: Callable[..., Any]) -> Callable[..., Any]:
    """The examples of these files: Rasa reads them a second time to learn which responses they need."""
    known: dict[tuple[Any, ...], Any] = {}

    def examples(paths: Iterable[str], language: str) -> Any:
        key = (*paths, language)
        if key not in known:
            known[key] = read(paths, language)
        return known[key]

    return examples


def merge(self: Any, *others: Any) -> Any:
    """All TrainingData together; the examples are those of the parts, not copies, because nobody keeps the parts."""
    from rasa.shared.nlu.training_data import util

    parts = [part for part in (self, *others) if part and holds_something(part)]
    if len(parts) <= 1:
        return parts[0] if parts else self
    synonyms = dict(parts[0].entity_synonyms)
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


def holds_something(data: Any) -> bool:
    return any((data.training_examples, data.entity_synonyms, data.regex_features, data.lookup_tables, data.responses))


def begin_uncached(*_: Any, **__: Any) -> dict[str, Any]:
    """No digest of what a component is given: see `end_uncached`."""
    return {}


def end_uncached(*_: Any, **__: Any) -> None:
    """What a component made is not kept for the next training: that one is for changed files, and to digest all
    examples after every step takes longer than most steps."""


def quick_archive(kind: type[tarfile.TarFile]) -> type[tarfile.TarFile]:
    """Archives that try less hard: most of a model are weights, which the most effort makes 1 % smaller."""

    class Archive(kind):  # type: ignore[misc, valid-type]
        @classmethod
        def gzopen(cls, name: Any, mode: Any = "r", fileobj: Any = None, compresslevel: int = 1, **more: Any) -> Any:
            return super().gzopen(name, mode, fileobj, compresslevel, **more)

    return Archive


def untouched(self: Any, training_data: Any) -> Any:
    """The examples without tokens: our components read texts, and 19,000 texts in pieces are 35 MB."""
    return training_data


def quick_hash(self: Any) -> int:
    """Equal messages have equal texts and intents; Rasa's own hash writes out and digests the whole message."""
    return hash((self.data.get("text"), self.data.get("intent"), self.data.get("action_text")))


if __name__ == "__main__":
    sys.exit(main())
