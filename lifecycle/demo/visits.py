"""Visits of the demo month: what prospects ask, what they are answered, what they look at."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from lifecycle import cases, conversations, orders
from lifecycle.advice import recommendations
from lifecycle.advice.recommend import Pick
from lifecycle.conversations import Heard, Said
from lifecycle.interactions import TurnFacts
from lifecycle.knowledge import gaps
from lifecycle.model import Conversation
from lifecycle.money import format_price

if TYPE_CHECKING:
    from lifecycle.demo.month import Month


@dataclass(frozen=True)
class Visit:
    """How a visit ended: the product the visitor liked best, if any."""

    thread_id: str
    ended_at: datetime
    product: dict[str, Any] | None


class Talk:
    """One conversation while it is being had: each turn takes some seconds of simulated time."""

    def __init__(self, month: Month, conversation: Conversation, at: datetime) -> None:
        self.month, self.conversation, self.at = month, conversation, at
        self._turns = 0

    def turn(
        self,
        text: str | None,
        intent: str,
        said: Sequence[Said],
        *,
        confidence: float | None = None,
        pressed: bool = False,
        **facts: Any,
    ) -> list[Any]:
        """One message of the customer (None: the store begins) and the replies to it."""
        self._turns += 1
        turn_id = f"{self.conversation.id[:24]}-{self._turns}"
        heard = None
        if text is not None:
            sure = confidence if confidence is not None else round(self.month.random.uniform(0.71, 0.98), 2)
            details = {"pressed": True} if pressed else {}
            heard = Heard(text, turn_id, intent, 1.0 if pressed else sure, details)
        counted = TurnFacts(messages=len(said) + (heard is not None), customer_messages=int(heard is not None), **facts)
        rows = conversations.record_turn(
            self.month.session, self.conversation, heard=heard, said=said, facts=counted, turn_id=turn_id, now=self.at
        )
        self.month.counts["messages"] += counted.messages
        self.at += timedelta(seconds=self.month.random.randint(12, 95))
        return rows


def begin(month: Month, customer_id: int | None, at: datetime, **values: Any) -> Talk:
    month.counts["conversations"] += 1
    opened = conversations.start(
        month.session,
        **{"channel": "web", **values},
        customer_id=customer_id,
        conversation_id=month.new_id(),
        now=at,
    )
    return Talk(month, opened, at)


def shop(month: Month, category: str, customer_id: int | None, at: datetime) -> Visit:
    """Needs, perhaps a question back, three products, perhaps a question about one of them."""
    wishes = month.texts["shopping"][category]
    wish = month.random.choices(wishes, weights=[4, 2, 1][: len(wishes)])[0]
    needs, advice = month.advice(wish)
    stated = [label for label, _ in recommendations.stated_needs(needs).values()]
    talk = begin(month, customer_id, at)
    if month.chance(0.35):
        store_question(talk)
    why = {
        "action": "action_recommend",
        "needs": needs.to_json(),
        "catalogue_version": month.catalogue_version,
        "source": "catalogue",
    }
    shown = Said(month.texts["recommended"], cards=[_card(month, pick) for pick in advice.results], details=why)
    facts: dict[str, Any] = {
        "topic": "recommend",
        "outcome": "recommended",
        "stage": "education",
        "products": [pick.product_id for pick in advice.results],
        "needs": stated,
    }
    if month.chance(0.55):
        asked = month.texts["question"]
        question = Said(
            asked["text"],
            [_button(title) for title in asked["options"]],
            details={**why, "rule": "a question that can change the top three"},
        )
        talk.turn(wish, "recommend", [question], topic="recommend", needs=stated, stage="education")
        talk.turn(month.pick(asked["options"]), "answer", [shown], pressed=True, **facts)
    else:
        talk.turn(wish, "recommend", [shown], **facts)
    recommendations.store(month.session, talk.conversation.id, talk.conversation.id[:24], needs, advice, now=talk.at)
    for pick in advice.results:
        if month.chance(0.45):
            then = talk.at + timedelta(seconds=20)
            recommendations.clicked(month.session, talk.conversation.thread_id, pick.product_id, now=then)
    liked = month.by_id[month.random.choices(advice.results, weights=[8, 3, 1][: len(advice.results)])[0].product_id]
    if month.chance(0.6):
        _product_question(talk, liked)
    if month.chance(0.12):
        _gap(talk, liked)
    if month.chance(0.08):
        _lost(talk)
    if month.chance(0.5):
        talk.turn("thanks", "thanks", [Said(month.texts["nothing_more"])])
    return Visit(talk.conversation.thread_id, talk.at, liked if month.chance(0.82) else None)


def look_around(month: Month, customer_id: int | None, at: datetime) -> None:
    """A visit without shopping: a store question, the order's state, words nobody understands, a wish for a human."""
    talk = begin(month, customer_id, at)
    kind = month.random.choices(
        ("store", "status", "lost", "human", "gap"), weights=(6, 3 if customer_id else 0, 2, 2.4, 1.5)
    )[0]
    if kind == "store":
        store_question(talk)
        if month.chance(0.4):
            store_question(talk)
    elif kind == "status":
        _status(talk)
    elif kind == "gap":
        _gap(talk, None)
    else:
        _lost(talk)
        if kind == "human" or month.chance(0.3):
            _human(talk)


def store_question(talk: Talk) -> None:
    asked = talk.month.pick(talk.month.texts["store"])
    details = {"action": "action_store_question", "topic": asked["topic"], "source": "articles"}
    talk.turn(
        talk.month.pick(asked["ask"]),
        f"ask_{asked['topic']}",
        [Said(asked["answer"], details=details)],
        topic=asked["topic"],
        outcome="answered",
    )


def _product_question(talk: Talk, product: dict[str, Any]) -> None:
    known = [name for name in talk.month.texts["facts"] if product["facts"].get(name)]
    if not known:
        return
    name = talk.month.pick(known)
    text = talk.month.texts["fact_answer"].format(
        product=product["title"], name=_fact_name(name), fact=product["facts"][name]
    )
    details = {"action": "action_product_question", "source": f"fact {name} of {product['product_id']}"}
    talk.turn(
        talk.month.pick(talk.month.texts["facts"][name]),
        "ask_product",
        [Said(text, details=details)],
        topic="product_question",
        outcome="answered",
        products=[product["product_id"]],
    )


def _gap(talk: Talk, product: dict[str, Any] | None) -> None:
    """A question nothing answers: said so, and noted for the team."""
    product_id = product["product_id"] if product else ""
    about = talk.month.facts.get(product_id, {""})
    fitting = [gap for gap in talk.month.texts["gaps"] if not about.isdisjoint(gap.get("for", [""]))]
    if not fitting:
        return
    gap = talk.month.pick(fitting)
    details = {"action": "action_product_question" if product else "action_store_question", "answerable": False}
    talk.turn(
        gap["ask"],
        "ask_product" if product else "ask_store",
        [Said(talk.month.texts["gap_answer"], details=details)],
        topic=gap["topic"],
        outcome="unanswered",
        products=[product_id] if product else [],
    )
    gaps.note_gap(
        talk.month.session,
        gap["ask"],
        product_id=product_id,
        topic=gap["topic"],
        conversation_id=talk.conversation.id,
        now=talk.at,
    )
    talk.month.counts["unanswered"] += 1


def _lost(talk: Talk) -> None:
    """One or two things the assistant does not understand."""
    for number in range(talk.month.pick((1, 1, 2))):
        text, answer = talk.month.pick(talk.month.texts["fallbacks"])
        said = [Said(answer, details={"action": "action_fallback", "accepted": False})]
        if number:
            said.append(Said(talk.month.texts["human"]["offer"], [_button("Yes, please"), _button("No, thanks")]))
        confidence = round(talk.month.random.uniform(0.12, 0.41), 2)
        talk.turn(text, "out_of_scope", said, confidence=confidence, fallback=True, outcome="unanswered")


def _human(talk: Talk) -> None:
    asked = talk.month.texts["human"]
    text = talk.month.pick(asked["ask"])
    details = {"action": "action_human"}
    talk.turn(
        text,
        "contact_human",
        [Said(asked["answer"], details=details)],
        topic="contact_human",
        handed_over=True,
        outcome="handed_over",
    )
    case = cases.open(
        talk.month.session,
        source_key=f"demo:human:{talk.conversation.id}",
        kind="handover",
        subject="Wants to talk to a person",
        customer_id=talk.conversation.customer_id,
        conversation_id=talk.conversation.id,
        summary={"said": text},
        now=talk.at,
    )
    talk.month.work_on(talk.month, case.id, "question_answered", talk.at, talk.month.pick(asked["replies"]))


def _status(talk: Talk) -> None:
    asked = talk.month.texts["order_status"]
    found = orders.status_of(talk.month.session, customer_id=talk.conversation.customer_id)
    if found is None:
        store_question(talk)
        return
    text = asked.get(found.state, asked["placed"]).format(order=found.order_ref)
    details = {"action": "action_order", "source": f"order {found.order_ref}"}
    talk.turn(
        talk.month.pick(asked["ask"]),
        "ask_order_status",
        [Said(text, details=details)],
        topic="order_status",
        outcome="answered",
    )


def _card(month: Month, pick: Pick) -> dict[str, Any]:
    product = month.by_id[pick.product_id]
    return {
        "product_id": product["product_id"],
        "title": product["title"],
        "price": format_price(round(product["price"] * 100), product["currency"]) or "",
        "image": product["image"],
        "url": product["url"],
        "reasons": list(product["bullets"][:1]),
        "verdicts": [verdict.to_json() for verdict in pick.verdicts],
    }


def _button(title: str) -> dict[str, str]:
    return {"title": title, "payload": f'/answer{{"value": "{title}"}}'}


def _fact_name(name: str) -> str:
    return {
        "noise_db": "the noise",
        "power_w": "the power",
        "weight_kg": "the weight",
        "dimensions_cm": "the size",
    }.get(name, f"the {name.replace('_', ' ')}")


def buttons(titles: Sequence[str]) -> list[dict[str, str]]:
    return [_button(title) for title in titles]


def with_buttons(said: Said, titles: Sequence[str]) -> Said:
    return replace(said, buttons=buttons(titles))
