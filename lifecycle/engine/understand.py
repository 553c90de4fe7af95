"""What a message is about, read by the trained model without a running server."""

from __future__ import annotations

import logging
import tarfile
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import rasa.engine.validation  # noqa: F401  (registers what a stored model may contain)
from rasa.core.channels.channel import UserMessage
from rasa.engine.constants import PLACEHOLDER_MESSAGE
from rasa.engine.graph import ExecutionContext, GraphSchema
from rasa.engine.runner.dask import DaskGraphRunner
from rasa.engine.storage.local_model_storage import LocalModelStorage
from rasa.model import get_latest_model
from rasa.shared.constants import DEFAULT_NLU_FALLBACK_INTENT_NAME
from rasa.shared.exceptions import RasaException

from lifecycle.engine.gate import OUT_OF_SCOPE, ScopeGate
from lifecycle.errors import LifecycleError
from lifecycle.settings import settings
from lifecycle.topics import NO_TOPIC, topic_of

_AT_ONCE = 256  # messages in one run of the graph: bounds memory, costs nothing


@dataclass(frozen=True)
class Reading:
    """What one message means: `topic` is `none` when it is not accepted; `confidence` is 0.0 to 1.0."""

    intent: str
    topic: str
    confidence: float
    accepted: bool


class Understanding:
    """The understanding half of the newest trained model, loaded once.

    Customer text is never a command here: the graph stops before the component that reads `/intent{...}`.
    """

    def __init__(self, model: Path | None = None) -> None:
        """Load a model archive, or the newest in a folder (default: the settings' model).  Raises LifecycleError."""
        archive = _archive(model or settings().model)
        with tempfile.TemporaryDirectory() as folder, _quiet():
            try:
                storage, metadata = LocalModelStorage.from_model_archive(Path(folder), archive)
                self._target, schema = _classifying_part(metadata.predict_schema)
                context = ExecutionContext(graph_schema=schema, model_id=metadata.model_id)
                self._runner = DaskGraphRunner.create(schema, storage, context)
            except (RasaException, tarfile.TarError, OSError, ValueError, StopIteration) as error:
                raise LifecycleError(
                    f"The model {archive.name} cannot be read by this version; train it again with `rasa train`."
                ) from error

    def read(self, text: str) -> Reading:
        """What this message means."""
        return self.read_all([text])[0]

    def read_all(self, texts: Sequence[str]) -> list[Reading]:
        """What each message means, in the same order; many at once cost far less than one by one."""
        readings: list[Reading] = []
        for start in range(0, len(texts), _AT_ONCE):
            messages = [UserMessage(text or "") for text in texts[start : start + _AT_ONCE]]
            parsed = self._runner.run(inputs={PLACEHOLDER_MESSAGE: messages}, targets=[self._target])[self._target]
            readings += [_reading(message.data) for message in parsed]
        return readings


def _reading(parsed: dict[str, Any]) -> Reading:
    intent = parsed.get("intent") or {}
    ranking = parsed.get("intent_ranking") or []
    refused = intent.get("name") == DEFAULT_NLU_FALLBACK_INTENT_NAME
    best = next((each for each in ranking if each["name"] != DEFAULT_NLU_FALLBACK_INTENT_NAME), intent)
    name = best.get("name") or OUT_OF_SCOPE
    accepted = not refused and name != OUT_OF_SCOPE
    confidence = round(float(best.get("confidence") or 0.0), 4)
    return Reading(name, topic_of(name) if accepted else NO_TOPIC, confidence, accepted)


def _archive(model: Path) -> Path:
    newest = get_latest_model(str(model)) if model.exists() else None
    if newest is None:
        raise LifecycleError(f"There is no trained model at {model}; run `rasa train` first.")
    return Path(newest)


def _classifying_part(schema: GraphSchema) -> tuple[str, GraphSchema]:
    target = next(name for name, node in schema.nodes.items() if issubclass(node.uses, ScopeGate))
    return target, schema.minimal_graph_schema([target])


@contextmanager
def _quiet() -> Iterator[None]:
    # Rasa tells how it loads each component at INFO; a command that prints JSON lines must not.
    logger = logging.getLogger("rasa")
    level = logger.level
    logger.setLevel(logging.ERROR)
    try:
        yield
    finally:
        logger.setLevel(level)
