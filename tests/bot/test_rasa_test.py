"""`rasa test core` passes: each story's messages are understood and lead to the action that answers them."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from rasa.core.test import test as evaluate

from lifecycle.settings import PROJECT


def test_every_story_is_predicted(agent: Any, loop: Any, store: Path, tmp_path: Path) -> None:
    report = loop.run_until_complete(
        evaluate(
            str(PROJECT / "tests" / "test_stories.yml"),
            agent,
            out_directory=str(tmp_path),
            e2e=True,
            disable_plotting=True,
        )
    )
    assert report["report"]["conversation_accuracy"]["accuracy"] == 1.0
    assert report["report"]["conversation_accuracy"]["total"] == 3
