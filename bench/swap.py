"""Another store after an import: ten long conversations over a catalogue and articles nothing was trained for.

    python -m bench.swap --data DIR [--show]

DIR holds `esci/products.jsonl.gz` (Amazon ESCI, product fields of ESCI-S; Apache-2.0).  A home that was the demo
store's gets that catalogue and the articles of bench/department_store through the command line; the model stays as it
is.  Then each conversation of bench/department_store/long.talk is held in a new chat (bench/script.py says how they are
written); one passes when every check of it does.  `--show` prints what failed, and why.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import tempfile
from datetime import datetime, timezone
from pathlib import Path

import sqlalchemy as sa

from bench.script import Play, read
from bench.talk import Loop, load_agent, open_chat

STORE = Path(__file__).parent / "department_store"
NAME = "Hallam's"


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--show", action="store_true", help="print what failed, and why")
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as home:
        os.environ["LIFECYCLE_HOME"] = home
        os.environ.pop("DATABASE_URL", None)
        swap(given.data)
        passed, held = talk(Path(home), given.show)
    share = passed / held
    line = {"figure": "education.swap_conversations", "value": round(share, 4), "reference": None, "reach": 1.0}
    print(f"{passed} of {held} conversations after a swap", file=sys.stderr)
    print(json.dumps({**line, "ok": share >= 1.0}))
    return 0 if share >= 1.0 else 1


def swap(data: Path) -> None:
    """The demo store, then another one in its place, as an engineer would do it."""
    from lifecycle import catalogue, db, demo, knowledge

    now = datetime(2026, 11, 1, tzinfo=timezone.utc)
    db.upgrade()
    with db.transaction() as session:
        catalogue.import_feed(session, demo.catalogue_path(), now=now)
        knowledge.import_articles(session, demo.articles_dir(), demo.guides_dir(), now=now)
    feed = str(data / "esci" / "products.jsonl.gz")
    for command in (
        ["catalogue", "import", feed, "--store-name", NAME],
        ["knowledge", "import", str(STORE / "articles")],
    ):
        subprocess.run([sys.executable, "-m", "lifecycle", *command], check=True, stdout=subprocess.DEVNULL)


def talk(home: Path, show: bool) -> tuple[int, int]:
    """(conversations that passed, conversations held)."""
    from lifecycle import db
    from lifecycle.model import ContentGap, SupportCase

    agent, loop = load_agent(home, tell=lambda text: print(text, file=sys.stderr)), Loop()
    passed = held = 0
    for script in read(STORE):
        with db.transaction() as session:  # each talk finds the store as the first one did
            for table in (ContentGap, SupportCase):
                session.execute(sa.delete(table))
        held += 1
        try:
            Play(script, open_chat(agent, loop)).run()
            passed += 1
        except AssertionError as failure:
            print(f"failed: {script.title}", file=sys.stderr)
            if show:
                print(failure, file=sys.stderr)
    loop.loop.call_soon_threadsafe(loop.loop.stop)
    return passed, held


if __name__ == "__main__":
    sys.exit(main())
