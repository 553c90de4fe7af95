"""Paraphrased questions put to a store's articles and guides: is the text picked first the right one?

    python -m bench.articles [--split open|held|all] [--show]

The questions (bench/article_questions.tsv) are ours, in shoppers' words, on the demo store and three stores of other
trades; the figures are those of the held half.  The reference is BM25 over the same sections.  A question about the
world (bench/foreign_questions.txt) should get none of them.
"""

from __future__ import annotations

import argparse
import json
import math
import os
import sys
import tempfile
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

HERE = Path(__file__).resolve().parent
STORES = HERE.parent / "tests"


@dataclass(frozen=True)
class Asked:
    """A question; `texts` are the (file, start of the section's heading) that answer it, "*" being any file."""

    split: str
    store: str
    text: str
    texts: tuple[tuple[str, str], ...]

    def answered_by(self, slug: str) -> bool:
        return any(name in ("*", slug) for name, _ in self.texts)

    def answered_in(self, slug: str, heading: str) -> bool:
        return any(name in ("*", slug) and heading.startswith(start) for name, start in self.texts)


def read() -> list[Asked]:
    lines = (HERE / "article_questions.tsv").read_text("utf-8").splitlines()
    rows = [line.split("\t") for line in lines if line and not line.startswith("#")]
    return [
        Asked(
            ("open", "held")[number % 2],
            store,
            text,
            tuple((name, start) for name, _, start in (place.partition(":") for place in places.split("|"))),
        )
        for number, (store, text, places) in enumerate(rows)
    ]


def opened(home: str) -> Iterator[tuple[str, Any]]:
    """(name, session) of each store, its catalogue and texts imported."""
    sys.path.insert(0, str(STORES))
    import stores

    from lifecycle import catalogue, db, demo, knowledge
    from lifecycle.clock import utcnow
    from lifecycle.model import Base

    for name in ("demo", *stores.ALL):
        db.bind(f"sqlite:///{home}/{name}.db")
        Base.metadata.create_all(db.engine())
        with db.transaction() as session:
            if name == "demo":
                catalogue.import_feed(session, demo.catalogue_path(), now=utcnow())
                knowledge.import_articles(session, demo.articles_dir(), demo.guides_dir(), now=utcnow())
            else:
                feed, texts = stores.write(stores.ALL[name], Path(home) / name)
                catalogue.import_feed(session, feed, currency=stores.CURRENCY[name], now=utcnow())
                knowledge.import_articles(session, texts, now=utcnow())
        with db.reading() as session:
            yield name, session


def bm25(sections: list[Any]) -> Callable[[str], Any]:
    """Okapi BM25 (k1 1.5, b 0.75) over title, heading, questions and body of each section."""
    from lifecycle.language import words

    texts = [words.stems(" ".join([row.title, row.heading, *row.questions, row.body])) for row in sections]
    frequency = Counter(word for text in texts for word in set(text))
    average = sum(map(len, texts)) / len(texts)
    counts = list(map(Counter, texts))

    def best(text: str) -> Any:
        asked = set(words.stems(text))

        def score(place: int) -> float:
            longer = 1.5 * (0.25 + 0.75 * len(texts[place]) / average)
            return sum(
                math.log(1 + (len(texts) - frequency[word] + 0.5) / (frequency[word] + 0.5))
                * counts[place][word] * 2.5 / (counts[place][word] + longer)
                for word in asked & set(counts[place])
            )  # fmt: skip

        return sections[max(range(len(texts)), key=score)]

    return best


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--split", choices=("open", "held", "all"), default="held")
    parser.add_argument("--show", action="store_true", help="print what is answered wrong, of the open half only")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as home:
        os.environ["LIFECYCLE_HOME"] = home
        os.environ.pop("DATABASE_URL", None)
        return measure(home, options.split, options.show)


def measure(home: str, split: str, show: bool) -> int:
    import sqlalchemy as sa

    from lifecycle.knowledge import helpdesk
    from lifecycle.model import Article

    questions = read()
    foreign = [line for line in (HERE / "foreign_questions.txt").read_text("utf-8").splitlines() if line.strip()]
    right, section, told, plain, invented = [], [], [], [], []
    for store, session in opened(home):
        rows = {row.id: row for row in session.scalars(sa.select(Article))}
        reference = bm25(list(rows.values()))
        for asked in questions:
            if asked.store != store:
                continue
            found = helpdesk.find(session, asked.text, sure=0.0)
            given = rows[found.article_id] if found and found.article_id else None
            good = given is not None and asked.answered_by(given.slug)
            if show and asked.split == "open" and not good:
                place = f"{given.slug}: {given.heading}" if given else "-"
                print(f"{found.confidence if found else 0:.2f} {asked.text} | {place}", file=sys.stderr)
            if split in ("all", asked.split):
                right.append(good)
                section.append(given is not None and asked.answered_in(given.slug, given.heading))
                told.append(good and found is not None and found.confidence >= helpdesk.SURE)
                plain.append(asked.answered_by(reference(asked.text).slug))
        if store == "demo":
            invented = [helpdesk.find(session, text) is not None for text in foreign]
            if show:
                print("foreign:", [t for t, said in zip(foreign, invented, strict=True) if said], file=sys.stderr)
    share = [sum(rows) / len(rows) for rows in (right, section, told, plain, invented)]
    print(f"# {len(right)} questions, {len(invented)} foreign ones", file=sys.stderr)
    figures = [
        ("article_first", share[0], share[3], 0.80, share[0] >= 0.80),
        ("article_section_first", share[1], None, 0.70, share[1] >= 0.70),
        ("article_told", share[2], None, 0.55, share[2] >= 0.55),  # first, and surely enough to be said unasked
        ("article_foreign_told", share[4], 1.0, 0.08, share[4] <= 0.08),
    ]
    for name, value, reference, reach, ok in figures:
        line = {"figure": f"education.{name}", "value": round(value, 4), "reference": reference, "reach": reach}
        print(json.dumps({**line, "ok": ok}))
    return 0 if all(ok for *_, ok in figures) else 1


if __name__ == "__main__":
    sys.exit(main())
