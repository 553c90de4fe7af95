"""The conversations of tests/bot/talks, each held from the first message to the last."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import datetime, timezone
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
import stores

from bench.script import Play, Script, read
from bench.talk import open_chat
from lifecycle import catalogue, db, demo, knowledge
from lifecycle.model import ContentGap, SupportCase
from lifecycle.settings import settings

TALKS = list(read(Path(__file__).parent / "talks"))
ELSEWHERE = list(read(Path(__file__).parent / "talks" / "stores"))  # each file is named after its store
LONG = 12


@pytest.mark.parametrize("script", TALKS, ids=lambda script: f"{script.path.stem}: {script.title}")
def test_a_whole_conversation(script: Script, chat: Any, ask: Any) -> None:
    Play(script, chat, ask).run()


@pytest.fixture(scope="module")
def homes(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Callable[[str], Path]]:
    """The home of a store, which was the demo's until its own feed and articles were imported."""
    made: dict[str, Path] = {}
    patch = pytest.MonkeyPatch()

    def home_of(name: str) -> Path:
        if name not in made:
            made[name] = home = tmp_path_factory.mktemp(name)
            patch.setenv("LIFECYCLE_HOME", str(home))
            settings.cache_clear()
            db.bind(f"sqlite:///{home / 'lifecycle.db'}")
            db.upgrade()
            now = datetime(2026, 11, 1, tzinfo=timezone.utc)
            store = stores.ALL[name]
            feed, articles = stores.write(store, home / "given")
            with db.transaction() as session:
                catalogue.import_feed(session, demo.catalogue_path(), now=now)
                knowledge.import_articles(session, demo.articles_dir(), demo.guides_dir(), now=now)
                catalogue.import_feed(session, feed, currency=stores.CURRENCY[name], store_name=store.NAME, now=now)
                knowledge.import_articles(session, articles, now=now)
        patch.setenv("LIFECYCLE_HOME", str(made[name]))
        settings.cache_clear()
        db.bind(f"sqlite:///{made[name] / 'lifecycle.db'}")
        return made[name]

    yield home_of
    patch.undo()
    settings.cache_clear()
    db.engine().dispose()
    db._engine = None


@pytest.mark.parametrize("script", ELSEWHERE, ids=lambda script: f"{script.path.stem}: {script.title}")
def test_a_whole_conversation_after_a_swap(script: Script, agent: Any, loop: Any, homes: Callable[[str], Path]) -> None:
    homes(script.path.stem)
    with db.transaction() as session:  # what the talk before left with the team
        session.execute(sa.delete(SupportCase))
        session.execute(sa.delete(ContentGap))
    Play(script, open_chat(agent, loop)).run()


def test_ten_of_them_are_long() -> None:
    for scripts in (TALKS, ELSEWHERE):
        assert len({script.title for script in scripts}) == len(scripts)
        assert sum(script.turns >= LONG for script in scripts) >= 10
    assert {script.path.stem for script in ELSEWHERE} == stores.ALL.keys()


def test_a_check_that_fails_names_the_turn(chat: Any, tmp_path: Path) -> None:
    (tmp_path / "wrong.talk").write_text('=== Ada\n> hello\n  says "Hello"\n> bye\n  says "Hello"\n', encoding="utf-8")
    [script] = read(tmp_path)
    with pytest.raises(AssertionError, match=r"wrong\.talk:5 turn 2 \('bye'\)"):
        Play(script, chat).run()
