"""Answer a question from stated facts: the ones that answer it, best first, and how sure it is that they do."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from lifecycle.knowledge import inquiry, matching, polarity
from lifecycle.knowledge.passages import passage

SURE = 0.5  # answerable from here on
PICKED = 3
_KINDS = {
    "attribute": "attribute attributes specification specifications facts fact detail details",
    "bullet": "bullet bullets bullet_point feature features",
    "answer": "answer answers cqa qa community community_answer community_answers question_and_answer",
    "description": "description desc product_description osp guide article",
    "review": "review reviews customer_review",
}
_KIND = {name: kind for kind, names in _KINDS.items() for name in names.split()}


def kind_of(source: str) -> str:
    """attribute, bullet, answer, description or review: where a fact of this source stands; "" for any other."""
    return _KIND.get(re.sub(r"[\W_]+", "_", source.strip().lower()), "")


@dataclass(frozen=True)
class Answer:
    """Something the store can say, and where it stands.

    `text` is the evidence in the store's own words; `polarity` is "yes" or "no" when the question asks for one and the
    evidence gives it, else ""; `stated` is False when nothing answers: then `text` names what was asked.
    """

    text: str
    source: str
    confidence: float
    stated: bool = True
    polarity: str = ""
    sources: tuple[str, ...] = ()
    article_id: int | None = None
    kind: str = ""  # answer, facts, bullets, description, guide or review: the kind of place the evidence stands in
    name: str = ""  # a fact's name and value; the value is the evidence itself where there is no name
    value: str = ""
    related: str = ""  # when not stated: the nearest thing the store does say on that property


@dataclass(frozen=True)
class FactAnswer:
    """`picked` are indices of facts, best first; `answerable` is 0 to 1."""

    answerable: float
    picked: list[int]
    text: str
    sources: list[str]
    polarity: str = ""  # yes or no, when the question asks for one and the best fact settles it


def answer_facts(text: str, facts: Sequence[Mapping[str, Any]], *, title: str = "") -> FactAnswer:
    """Which of the facts `{source, text}` answer the question; facts without text are never picked.

    With the product's title the question is also read without the product's name: "is the Quiet 40 dishwasher safe"
    asks for the dishwasher, "which burrs are in it" for a word of the title.
    """
    said = [(str(fact.get("source") or ""), str(fact.get("text") or "")) for fact in facts]
    places = [place for place, (_, text) in enumerate(said) if text.strip()]
    asked = inquiry.read(text, title)
    rows = matching.features(
        asked, [passage(said[place][1]) for place in places], [kind_of(said[place][0]) for place in places]
    )
    if not rows or asked.empty:
        return FactAnswer(0.0, [], "", [])
    scores = list(map(matching.total, rows))
    order = sorted(range(len(places)), key=lambda i: (-scores[i], i))
    picked = [places[i] for i in order[:PICKED]]
    sure = matching.sureness(asked, rows)
    answered = sure >= SURE
    # one owner's word does not decide a yes or no
    settled = polarity.polarity(asked, said[picked[0]][1]) if kind_of(said[picked[0]][0]) != "review" else ""
    return FactAnswer(
        answerable=round(sure, 4),
        picked=picked,
        text=said[picked[0]][1] if answered else "",
        sources=[said[picked[0]][0]] if answered else [],
        polarity=settled if answered else "",
    )
