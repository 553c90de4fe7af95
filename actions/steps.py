"""A guide walked through: the next step, one of them again, one that did not work; and the question that comes next."""

from __future__ import annotations

import re
from typing import Any

import sqlalchemy as sa

from actions import showing
from actions.care import person
from actions.turn import Button, Turn
from lifecycle.advice.shelf import Item
from lifecycle.knowledge import guides, suggestions
from lifecycle.knowledge.answers import Answer
from lifecycle.model import Article

MOST_REMEMBERED = 40
MOST_TROUBLES = 2
_NUMBERS = ["first", "second", "third", "fourth", "fifth", "sixth", "seventh", "eighth"]
_WORDS = ["one", "two", "three", "four", "five", "six", "seven", "eight"]
_NEXT = re.compile(
    r"^\W*(?:(?:ok(?:ay)?|done|did that|and|then|so|got it|yes|great|what'?s|what is|the|whats)\W+)*"
    r"(?:next(?: step| one| please| pls)*|what (?:now|next|then)|then what|go on|continue|what comes next|done)\W*$",
    re.I,
)
_BACK = re.compile(r"\b(?:previous|last|back a) step\b|^\W*(?:one )?step back\W*$", re.I)
_START = re.compile(r"^\W*(?:step by step|one (?:step )?at a time|from the (?:start|beginning)|start)\W*$", re.I)
_STEP = re.compile(
    rf"\bstep\W*(?:number\W*|no\W+)?(?P<figure>\d{{1,2}}|{'|'.join(_WORDS)})\b|\b(?P<nth>{'|'.join(_NUMBERS)}) step\b",
    re.I,
)
_SAME = re.compile(r"^\W*(?:(?:can|could) you )?(?:repeat|say) (?:that|the|this)(?: last)? step(?: again)?\W*$", re.I)
_FAILED = re.compile(
    r"n't\b|\b(?:not|no|never|fail\w*|stuck|cannot|cant|didnt|doesnt|wont|impossible|wrong|nothing happen\w*)\b", re.I
)


def told(turn: Turn, found: Answer) -> None:
    """A text was told; when it has steps, they can be walked through from here."""
    steps = _steps(turn, found.article_id)
    turn.remember("guide", {"article": found.article_id, "at": 0} if len(steps) > 1 else None)


def walked(turn: Turn) -> bool:
    """ "Next step", "step 3 didn't work", "the previous step": said of the guide just told; False when none was."""
    guide = turn.slots.get("guide") or {}
    steps = _steps(turn, guide.get("article"))
    if not steps:
        return False
    at = _meant(turn.text, int(guide.get("at") or 0))
    if at is None:
        return False
    turn.means("ask_usage")
    turn.record(topic="usage_help", outcome="answered", why={"rule": "a step of a guide", "step": at})
    article = turn.session.get(Article, guide["article"])
    source = article.title if article is not None else ""
    if at > len(steps) and _STEP.search(turn.text):
        turn.say("utter_step_none", count=len(steps))
        return True
    if at > len(steps):
        turn.say("utter_steps_done", count=len(steps), buttons=next_button(turn, None, guide["article"]))
        turn.remember("guide", None)
        return True
    at = max(1, at)
    turn.remember("guide", {**guide, "at": at})
    said: dict[str, Any] = {"number": at, "count": len(steps), "step": steps[at - 1], "source": source}
    if _STEP.search(turn.text) and _FAILED.search(turn.text):
        turn.say("utter_step_failed", **said, buttons=[*_troubles(turn, article), person(turn)])
        turn.record(outcome="open")
    else:
        turn.say("utter_step", **said)
    return True


def _meant(text: str, at: int) -> int | None:
    """The number of the step that is meant; None when none is."""
    found = _STEP.search(text)
    if found:
        word = (found["figure"] or found["nth"]).lower()
        return int(word) if word.isdigit() else (_NUMBERS if found["nth"] else _WORDS).index(word) + 1
    if _NEXT.match(text):
        return at + 1
    if _BACK.search(text):
        return at - 1
    if _SAME.match(text):
        return at or 1
    return 1 if _START.match(text) else None


def _steps(turn: Turn, article_id: int | None) -> tuple[str, ...]:
    if article_id is None:
        return ()
    body = turn.session.scalar(sa.select(Article.body).where(Article.id == article_id))
    return guides.steps_of(body) if body else ()


def _troubles(turn: Turn, article: Article | None) -> list[Button]:
    """What the same guide says on mishaps."""
    if article is None:
        return []
    query = sa.select(Article.heading).where(Article.slug == article.slug, Article.id != article.id)
    found = [
        heading for heading in turn.session.scalars(query.order_by(Article.position)) if "What should I" in heading
    ]
    return [Button(heading, "ask_usage", value=heading) for heading in found[:MOST_TROUBLES]]


def next_button(turn: Turn, item: Item | None, article_id: int | None = None) -> list[Button]:
    """One button with the next useful question; none while a question of ours waits, or when nothing is left."""
    known = [*(turn.slots.get("suggested") or []), suggestions.key_of(showing.asked_text(turn))]
    told = turn.session.get(Article, article_id) if article_id is not None else None
    if told is not None:
        known.append(suggestions.key_of(told.heading))
    if turn.pending is not None or turn.spoke:
        return []
    product_id = item.product_id if item is not None else None
    found = suggestions.next_question(turn.session, product_id=product_id, article_id=article_id, told=known)
    if found is None:
        turn.remember("suggested", known[-MOST_REMEMBERED:])
        return []
    turn.remember("suggested", [*known, found.key][-MOST_REMEMBERED:])
    about = {"product": product_id} if product_id else {}
    if found.aspect:
        question = turn.phrase("phrase_ask_owners", aspect=found.aspect)
        return [Button(question, "ask_reviews", value=question, **about)]
    return [Button(found.question, "ask_usage", value=found.question, **about)]


CLAIMS = (walked,)
