"""The weights of lifecycle/knowledge/sections.py, fitted on the open half of the article questions and foreign ones.

    python -m bench.article_fit

Ranking: the share of the answering sections in a softmax over all of a store's, maximised (L2 towards what is there).
Sureness: logistic, on the sections picked by a ranking fitted without the question; both classes weigh the same.
"""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterator

import numpy as np

from bench import articles
from bench.answer_fit import logistic, ranking
from lifecycle.knowledge import helpdesk, sections

FOLDS = 8
CAUTION = 0.4  # log-odds off: a wrong text costs more than none
STEEP = 6.0  # how steep the softmax is over scores of about 0 to 3


def main() -> int:
    with tempfile.TemporaryDirectory() as home:
        os.environ["LIFECYCLE_HOME"] = home
        os.environ.pop("DATABASE_URL", None)
        rows = list(taken(home))
    names = list(sections.RANKING)
    prior = np.array([sections.RANKING[name] for name in names])
    free = np.ones(len(names))
    matrices = [np.array([[fit.signs.get(name, 0.0) for name in names] for fit in fits]) for fits, _ in rows]

    def weights_of(chosen: list[int]) -> np.ndarray:
        sets = [(matrices[i] * STEEP, rows[i][1]) for i in chosen if rows[i][1]]
        return ranking(sets, prior, free)

    signs: list[tuple[dict[str, float], bool]] = []
    right = 0
    for fold in range(FOLDS):
        weights = weights_of([i for i in range(len(rows)) if i % FOLDS != fold])
        for i in range(fold, len(rows), FOLDS):
            fits, gold = rows[i]
            scores = matrices[i] @ weights if fits else np.zeros(0)
            order = np.argsort(-scores, kind="stable")
            if not fits:
                continue
            best = fits[order[0]]
            lead = scores[order[0]] - max((s for f, s in zip(fits, scores, strict=True)
                                           if f.section.slug != best.section.slug), default=0.0)  # fmt: skip
            found = bool(order[0] in gold)
            right += found
            signs.append(({**best.signs, "lead": float(lead)}, found))
    print(f"# the right section first {right / sum(bool(g) for _, g in rows):.3f} on questions left out")
    columns = [name for name in sections.SURENESS if name]
    sure = logistic(
        np.array([[1.0, *(sign[c] for c in columns)] for sign, _ in signs]),
        np.array([float(found) for _, found in signs]),
    )
    sure[0] -= CAUTION
    final = weights_of(list(range(len(rows))))
    for title, pairs in (("RANKING", zip(names, final, strict=True)),
                         ("SURENESS", zip(["", *columns], sure, strict=True))):  # fmt: skip
        print(f"{title} = {{" + ", ".join(f'"{name}": {round(float(value), 2)}' for name, value in pairs) + "}")
    return 0


def taken(home: str) -> Iterator[tuple[list[sections.Fit], list[int]]]:
    """(the sections found, indices of those that answer) for each question of the open half."""
    foreign = (articles.HERE / "foreign_questions.txt").read_text("utf-8").splitlines()[::2]
    for store, session in articles.opened(home):
        shelf = helpdesk._shelf(session)
        asked = [(q.text, q) for q in articles.read() if q.store == store and q.split == "open"]
        asked += [(text, None) for text in foreign] if store == "demo" else []
        for text, question in asked:
            fits = shelf.fits(shelf.sections, sections.Question(shelf, text))
            yield (
                fits,
                [
                    place
                    for place, fit in enumerate(fits)
                    if question and question.answered_in(fit.section.slug, fit.section.heading)
                ],
            )


if __name__ == "__main__":
    raise SystemExit(main())
