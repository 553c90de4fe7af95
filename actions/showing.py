"""How products are shown: cards with a reason for every need, the trade-off, and what would change the answer."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Sequence
from typing import Any

from actions.turn import Button, Turn
from lifecycle import knowledge
from lifecycle.advice import compare, recommendations, references
from lifecycle.advice.questions import Question
from lifecycle.advice.recommend import Advice, Pick
from lifecycle.advice.relaxations import Relaxation
from lifecycle.advice.shelf import Item
from lifecycle.advice.verdicts import MET, NOT_MET, NOT_STATED, USES, Verdict
from lifecycle.knowledge.answers import Answer
from lifecycle.language import sentences
from lifecycle.language.words import stems
from lifecycle.needs import Needs
from lifecycle.text import one_line

MOST_REASONS = 5
MOST_PARTS = 3
MOST_SILENT = 3
MEANT = 0.8  # confidence of a text that tells what a word means, when that is asked
WORD_FOR_WORD = 0.95  # confidence of a text that names this very question
_BARE = re.compile(r"^(?:for|no|not)\s+")  # what pages are silent about: mugs, not "no mugs"
_YES = re.compile(r"\W*(?:yes|included|true|1)\W*$", re.I)
_VERDICT_PHRASES = {"met": "met", "nearly": "nearly", "not met": "not_met", "not stated": "not_stated"}
_ORDER = {"met": 0, "nearly": 1, "not met": 2, "not stated": 3}
_ASKED_BY_NAME = {"price", "colour", "brand", "prefer", "fact:suits", "fact:type"}


def name_of(item: Item) -> str:
    """A product's name as said in a sentence, without its colour."""
    return item.name


def card(turn: Turn, pick: Pick, silent: Collection[str] = (), among: int = 0) -> dict[str, Any]:
    """The card of a recommended product: its verdicts on the stated needs in words, what it fails first of all.

    Needs of `silent` (keys) are left out: no page says anything about them, which is said once for all.  `among` is how
    many are shown when this is the first of them, and its trade-off is what speaks against it.
    """
    item = pick.item
    told = sorted((v for v in pick.verdicts if v.key not in silent), key=lambda v: v.verdict != NOT_MET)[:MOST_REASONS]
    told.sort(key=lambda v: _ORDER[v.verdict])
    reasons = [reason(turn, verdict) for verdict in told]
    reasons += [said for verdict in told if (said := owners(turn, verdict))]
    if pick.tradeoff is not None:
        better, worse = (turn.phrase("phrase_and").join(side) for side in (pick.tradeoff.better, pick.tradeoff.worse))
        which = "first" if among and worse else "both" if better and worse else "better" if better else "worse"
        number = turn.phrase("phrase_of_two" if among == 2 else "phrase_of_three")
        reasons.append(_sentence(turn.phrase(f"phrase_tradeoff_{which}", better=better, worse=worse, number=number)))
    if not reasons:
        reasons = [one_line(bullet, 90) for bullet in item.bullets[:2]]
    return {**plain_card(item, list(dict.fromkeys(reasons))), "verdicts": [v.to_json() for v in pick.verdicts]}


def cards(turn: Turn, picks: Sequence[Pick], silent: Collection[str] = ()) -> list[dict[str, Any]]:
    """The cards of products shown together; the first one's says what speaks against it."""
    return [card(turn, pick, silent, len(picks) if not place else 0) for place, pick in enumerate(picks)]


def plain_card(item: Item, reasons: Iterable[str] = ()) -> dict[str, Any]:
    return {
        "product_id": item.product_id,
        "title": item.title,
        "price": item.price,
        "image": item.image_url,
        "url": item.url,
        "reasons": list(reasons),
    }


def reason(turn: Turn, verdict: Verdict) -> str:
    """One need and how the product meets it, as one would say it: "Quiet (62 dB)", "But not espresso: …"."""
    kind = verdict.key.partition(":")[0]
    phrase = f"phrase_reason_{_VERDICT_PHRASES[verdict.verdict]}"
    value = verdict.value.removesuffix(".00")
    if verdict.verdict == NOT_STATED:
        return _sentence(turn.phrase(f"{phrase}_price" if kind == "price" else phrase, need=verdict.need))
    if verdict.verdict == MET and verdict.source in ("bullet", "description"):
        return _sentence(value)  # the page says it itself
    if kind == "unwanted" and verdict.verdict == NOT_MET:
        return turn.phrase("phrase_reason_refused", value=value)
    called = compare.label(verdict.name) if verdict.name else ""
    if verdict.key == "prefer:cheap" and verdict.verdict == MET:
        phrase += "_cheap"
    elif USES.match(verdict.name) and verdict.verdict in (MET, NOT_MET):
        phrase += "_use"
        term = set(stems(verdict.need))
        value = next(
            (part for part in re.split(r"[,;]\s*", value) if verdict.verdict == MET and term <= set(stems(part))), value
        )
    elif kind == "wanted" and verdict.source == "fact":
        phrase += _as_fact(verdict, called)
    elif kind == "wanted" and verdict.source == "title":
        phrase += "_bare"
    elif turn.knows(f"{phrase}_{kind}") and value:
        phrase += f"_{kind}"
    elif not value:
        phrase += "_bare"
    return _sentence(turn.phrase(phrase, need=verdict.need, value=value, called=called))


def owners(turn: Turn, verdict: Verdict) -> str:
    """ "3 of 4 buyers who wanted it quiet say it is"; "" when no buyer was asked."""
    said = verdict.owners
    if said is None:
        return ""
    kind = "prefer" if verdict.key.startswith("prefer:") else "wanted"
    return turn.phrase(f"phrase_owners_kept_{kind}", yes=said.yes, asked=said.asked, need=verdict.need)


def _as_fact(verdict: Verdict, name: str) -> str:
    """How a fact is told: "Bluetooth 5.3" speaks for itself, "24 h" needs to be called a timer, "yes" is just had."""
    if verdict.verdict == MET and _YES.match(verdict.value):
        return "_bare"
    term = set(stems(verdict.need))
    if verdict.verdict == MET and (term & set(stems(verdict.value)[:2]) or not name):
        return "_value"
    return "_fact" if not term & set(stems(name)) or verdict.verdict == MET else ""


def _sentence(text: str) -> str:
    return text[:1].upper() + text[1:]


def show(turn: Turn, needs: Needs, advice: Advice, response: str, **params: Any) -> None:
    """Say a response with the recommended products as cards, and keep what was recommended."""
    silent = silent_on(advice.results)
    turn.say(response, cards=cards(turn, advice.results, silent), **params)
    history = turn.slots.get("history") or [{}]
    known = {key for key in silent if key.partition(":")[2] in Needs.from_json(history[-1].get("needs")).wanted}
    news = [_BARE.sub("", need) for key, need in silent.items() if key not in known and key != "price"]
    if "price" in silent:
        turn.say("utter_silent_price")
    if news:
        turn.say("utter_silent", needs=turn.phrase("phrase_or").join(news[:MOST_SILENT]))
    keep(turn, needs, advice)


def silent_on(picks: Sequence[Pick]) -> dict[str, str]:
    """The wishes (key → as shown) that none of several products' pages speaks of."""
    if len(picks) < 2:
        return {}
    unsaid = [{v.key: v.need for v in pick.verdicts if v.verdict == NOT_STATED} for pick in picks]
    return {key: need for key, need in unsaid[0].items() if all(key in other for other in unsaid)}


def keep(turn: Turn, needs: Needs, advice: Advice) -> None:
    """Remember what was shown; the stored recommendation can be replayed and is asked back after the purchase."""
    shown = [pick.product_id for pick in advice.results]
    if shown:
        turn.remember("question", None)
        turn.remember("shown", shown)
        turn.remember("product_id", shown[0] if len(shown) == 1 else None)  # else nothing is "it" more than the others
    stored = recommendations.store(turn.session, turn.conversation.id, turn.turn_id, needs, advice, now=turn.now)
    turn.record(
        outcome="recommended" if shown else "unanswered",
        products=shown,
        needs=[label for label, _ in recommendations.stated_needs(needs).values()],
        stage="education",
        why={
            "needs": needs.to_json(),
            "fitting": advice.fitting,
            "conflict": list(advice.conflict),
            "catalogue_version": stored.catalogue_version,
            "recommendation": stored.id,
        },
    )


def relaxation_buttons(turn: Turn, changes: Sequence[Relaxation]) -> list[Button]:
    """ "Up to $180 (4)", "Allow black (2)": each with the number of products it gives."""
    return [
        Button(
            turn.phrase(f"phrase_relax_{_relaxed(change)}", label=change.label, count=change.count),
            "answer",
            kind="relax",
            value=change.value,
            change=change.change,
        )
        for change in changes
    ]


def _relaxed(change: Relaxation) -> str:
    if change.change == "price_max":
        return "price"
    if change.change == "price_min":
        return "price_from"
    if change.change in ("keep", "other"):
        return change.change
    return "allow" if change.value.startswith("unwanted:") else "drop"


def offer(turn: Turn, response: str, changes: Sequence[Relaxation], needs: Needs, **params: Any) -> None:
    """Offer ways out, each with its count; one may be pressed or said in words, and the talk may go on without."""
    turn.say(response, buttons=relaxation_buttons(turn, changes), **params)
    ways = [{"change": c.change, "value": c.value, "label": c.label, "need": c.need} for c in changes]
    turn.ask("relax", needs=needs.to_json(), ways=ways)


def ask(turn: Turn, question: Question) -> None:
    """Put a question about a need, with why it is asked and a way to skip it."""
    kind = question.attribute.replace("fact:", "") if question.attribute in _ASKED_BY_NAME else "fact"
    name = turn.phrase(f"phrase_need_{kind}") if kind != "fact" else compare.label(question.name)
    buttons = [
        Button(option.title[:1].upper() + option.title[1:], "answer", kind="need", attribute=question.attribute,
               value=option.value)
        for option in question.options
    ]  # fmt: skip
    buttons.append(
        Button(turn.phrase("phrase_no_preference"), "answer", kind="need", attribute=question.attribute, value="any")
    )
    turn.say(f"utter_need_{kind}", buttons=buttons, count=question.count, name=name)
    turn.ask(
        "need",
        attribute=question.attribute,
        values=[option.value for option in question.options],
        name=name,
    )
    turn.remember("asked", [*(turn.slots.get("asked") or []), question.attribute])


def which_product(turn: Turn, items: Sequence[Item], intent: str) -> None:
    """Ask which of the shown products is meant; the press repeats the question for that product."""
    buttons = [Button(name_of(item), intent, product=item.product_id, value=asked_text(turn)) for item in items[:4]]
    turn.say("utter_which_product" if items else "utter_which_product_none", buttons=buttons)
    if items:
        turn.ask_aside(
            "which", intent=intent, question=asked_text(turn), products=[item.product_id for item in items[:4]]
        )
    turn.record(outcome="open")


def asked_text(turn: Turn) -> str:
    """What the customer asked: the text, or the question a pressed button carries."""
    if turn.asked:
        return turn.asked
    return turn.entities.get("value", [turn.text])[0] if turn.pressed else turn.text


def parts_of(text: str) -> list[str]:
    """The questions of one message: "is it slippery when wet? also can I wash it" has two."""
    found = [part for part in sentences.parts_of(text) if len(part.split()) > 1]
    return [part for part in found if not references.only_points(part)][:MOST_PARTS]


def question_of(turn: Turn) -> str:
    """What is asked of the product, without the words that point at it."""
    return references.without(asked_text(turn))


def say_text(turn: Turn, found: Answer, response: str = "utter_store_answer", buttons: Sequence[Button] = ()) -> None:
    """What a text of the store says, with its source; staff's own answer with its day."""
    name = "utter_team_answer" if found.kind == "answer" else response
    turn.say(name, said=found.text, source=found.source, buttons=buttons)


def not_stated(turn: Turn, item: Item, asked: str, related: str = "") -> None:
    """The page does not say: said so, kept as a gap, and offered to the team; not of what was just answered."""
    if (turn.text != turn.whole and turn.told_already(turn.text)) or of_the_shop(turn, item):
        return
    note_gap(turn, topic="product_question", product_id=item.product_id)
    buttons = [Button(turn.phrase("phrase_ask_team"), "answer", kind="ask_team", value=asked_text(turn)[:300],
                      product=item.product_id)]  # fmt: skip
    response = "utter_not_stated_related" if related else "utter_not_stated"
    if not asked or len(asked.split()) > 2:
        response = "utter_not_stated_bare"
    turn.say(response, buttons=buttons, asked=asked, title=name_of(item), related=related)
    turn.record(outcome="unanswered", products=[item.product_id], why={"rule": "not stated", "asked": asked})


def of_the_shop(turn: Turn, item: Item) -> bool:
    """ "Is it open on Sunday?": what no product's page says an article may, when it names just this, or its guide."""
    found = knowledge.answer_store(turn.session, asked_text(turn))
    guide = knowledge.how_to(turn.session, asked_text(turn), product_id=item.product_id)
    response = "utter_store_answer"
    if guide is not None and guide.confidence >= max(WORD_FOR_WORD, found.confidence if found else 0.0):
        found, response = guide, "utter_how_to"
    elif found is None or found.confidence < WORD_FOR_WORD:
        return False
    say_text(turn, found, response)
    turn.record(outcome="answered", why={"rule": "word for word", "source": found.source})
    return True


def note_gap(turn: Turn, *, topic: str, product_id: str = "") -> None:
    """Remember a question nothing answers; a message without words is none."""
    text = asked_text(turn)
    if any(char.isalnum() for char in text):
        knowledge.note_gap(
            turn.session,
            text,
            product_id=product_id,
            topic=topic,
            conversation_id=turn.conversation_id,
            now=turn.now,
        )
