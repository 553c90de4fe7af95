"""The conversations of tests/bot/talks, each held from the first message to the last."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from bench.script import Play, Script, read

TALKS = list(read(Path(__file__).parent / "talks"))
LONG = 12


@pytest.mark.parametrize("script", TALKS, ids=lambda script: f"{script.path.stem}: {script.title}")
def test_a_whole_conversation(script: Script, chat: Any, ask: Any) -> None:
    Play(script, chat, ask).run()


def test_ten_of_them_are_long() -> None:
    assert len({script.title for script in TALKS}) == len(TALKS)
    assert sum(script.turns >= LONG for script in TALKS) >= 10


def test_a_check_that_fails_names_the_turn(chat: Any, tmp_path: Path) -> None:
    (tmp_path / "wrong.talk").write_text('=== Ada\n> hello\n  says "Hello"\n> bye\n  says "Hello"\n', encoding="utf-8")
    [script] = read(tmp_path)
    with pytest.raises(AssertionError, match=r"wrong\.talk:5 turn 2 \('bye'\)"):
        Play(script, chat).run()
