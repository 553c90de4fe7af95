"""Whole conversations as plain text: who said what, and what must be in the reply, on the cards and in the record.

    === Ada wants a quiet grinder                 a conversation begins; the chat is new and the store is the demo store
    > I need a quiet grinder under $150           what the customer types
    [Espresso]                                    … or presses
    (ask nps)                                     … or the store asks, after a purchase; (later) lets an hour pass
      says "45 dB" "kitchen"                      every text is in the reply, whatever the case of the letters
      says any "one" "other"                      one of them is
      silent on "cotton"                          none of them is
      offers "No preference"                      buttons with these titles
      offers nothing
      cards 3 | cards none | cards some           how many products are shown
      each under 150 | each over 40               their prices
      each "Kettle" | none "Black"                their titles
      each meets "quiet"                          the verdict on a need
      first "Orlo" | second "Hollin"              a card by its place
      same cards as 3                             those of the third message of the customer, whatever their order
      needs "quiet" "under $150" | needs not "pink" | needs nothing
      waits for need | waits for nothing          the pending question
      about "Orlo Primo 15"                       the product the talk is about
      record outcome recommended                  a field of the lifecycle record: stage, outcome, resolution, topic,
                                                  not topic, product, handed_over, fallbacks
      case question "does it fit"                 a case of this kind is open, and these words are in it
      contact ada@example.com                     the address a case is answered to
      gaps 1                                      unanswered questions noted

"{1}" in an expected text is the name of the first product shown last, "{2}" of the second.  A check that fails names
the file, the line, the turn and what was said.  Of every reply the runner itself asks: that there is one, no
placeholder and no error in it, no bubble twice, and not the same words as in the reply before.
"""

from __future__ import annotations

import re
import shlex
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import sqlalchemy as sa

from lifecycle import conversations, db, interactions
from lifecycle.advice import recommendations, shelf
from lifecycle.advice.shelf import items as shelf_items
from lifecycle.interactions import VISIT_IDLE
from lifecycle.model import ContentGap, Conversation, SupportCase
from lifecycle.needs import Needs

Check = Callable[["Play", list[str]], "str | None"]
_PLACES = {"first": 0, "second": 1, "third": 2}


@dataclass(frozen=True)
class Step:
    """One line of a script: what is done ("say", "press", "ask", "later") or checked."""

    line: int
    kind: str
    text: str


@dataclass(frozen=True)
class Script:
    """A conversation of a file."""

    path: Path
    title: str
    steps: tuple[Step, ...]

    @property
    def turns(self) -> int:
        return sum(step.kind in ("say", "press", "ask") for step in self.steps)


def read(folder: Path) -> Iterator[Script]:
    """Every conversation of the .talk files of a folder."""
    for path in sorted(folder.glob("*.talk")):
        title, steps = "", []
        for number, raw in enumerate(path.read_text(encoding="utf-8").splitlines(), start=1):
            text = raw.strip()
            if raw.startswith("==="):
                if title:
                    yield Script(path, title, tuple(steps))
                title, steps = text.strip("= "), []
            elif raw.startswith(">"):
                steps.append(Step(number, "say", raw[1:].strip().replace("\\n", "\n")))
            elif raw.startswith("[") and raw.endswith("]"):
                steps.append(Step(number, "press", raw[1:-1]))
            elif raw.startswith("(ask "):
                steps.append(Step(number, "ask", raw[5:].rstrip(")")))
            elif raw == "(later)":
                steps.append(Step(number, "later", ""))
            elif text and not text.startswith("#"):
                steps.append(Step(number, "check", text))
        yield Script(path, title, tuple(steps))


@dataclass
class Play:
    """A conversation being held."""

    script: Script
    chat: Any
    ask: Callable[[str], str] | None = None
    turn: int = 0
    heard: str = ""
    said: str = ""
    shown: list[dict[str, Any]] = field(default_factory=list)
    cards_of: dict[int, set[str]] = field(default_factory=dict)

    def run(self) -> None:
        for step in self.script.steps:
            if step.kind == "check":
                name, *arguments = shlex.split(step.text)
                wrong = CHECKS[name](self, [self._filled(argument) for argument in arguments])
            elif step.kind == "later":
                wrong = self._an_hour_passes()
            else:
                wrong = self._take_turn(step)
            if wrong:
                cards = "".join(f"\n      # {card['title']} {card['price']}" for card in self.chat.cards)
                raise AssertionError(
                    f"{self.script.path.name}:{step.line} turn {self.turn} ({self.heard!r}): {step.text}\n"
                    f"  {wrong}\n  said: {self.said}{cards}\n  buttons: {self.chat.titles}"
                )

    def _take_turn(self, step: Step) -> str | None:
        before = self.said
        self.heard, self.turn = step.text, self.turn + 1
        if step.kind == "say":
            self.said = self.chat(step.text)
        elif step.kind == "press":
            if step.text not in self.chat.titles:
                return "no such button was offered"
            self.said = self.chat.press(step.text)
        else:
            assert self.ask is not None
            self.said = self.ask(step.text)
        if self.chat.cards:
            self.shown = self.chat.cards
            self.cards_of[self.turn] = {card["product_id"] for card in self.chat.cards}
        return self._unfit(before)

    def _unfit(self, before: str) -> str | None:
        """What no reply may be, in any conversation."""
        texts = [bubble.text for bubble in self.chat.bubbles]
        if not self.said.strip():
            return "there was no reply"
        if re.search(r"\{\w+\}|\bNone\b(?! of)|\bincident\b|went wrong on our side|can't reach our records", self.said):
            return "a placeholder or an error was said"
        if len(set(texts)) < len(texts):
            return "a bubble was said twice"
        if self.said == before and not self.chat.cards:
            return "the same words as before"
        return None

    def _an_hour_passes(self) -> None:
        with db.transaction() as session:
            session.execute(
                sa.update(Conversation)
                .where(Conversation.thread_id == self.chat.thread_id)
                .values(last_message_at=Conversation.last_message_at - VISIT_IDLE)
            )

    def _filled(self, text: str) -> str:
        def name(found: re.Match[str]) -> str:
            place = int(found[1]) - 1
            return shelf.short_name(str(self.shown[place]["title"])) if place < len(self.shown) else found[0]

        return re.sub(r"\{(\d)\}", name, text)

    @property
    def cards(self) -> list[dict[str, Any]]:
        return list(self.chat.cards)

    @property
    def slots(self) -> dict[str, Any]:
        with db.reading() as session:
            current = conversations.history(session, self.chat.thread_id)[-1].conversation_id
        tracker = self.chat.loop.run_until_complete(self.chat.agent.tracker_store.retrieve(current))
        return dict(tracker.current_slot_values())

    @property
    def needs(self) -> list[str]:
        return [label for label, _ in recommendations.stated_needs(Needs.from_json(self.slots["needs"])).values()]

    @property
    def record(self) -> Any:
        with db.reading() as session:
            current = conversations.history(session, self.chat.thread_id)[-1].conversation_id
            found = interactions.of(session, current)
            session.expunge_all()
            return found

    def rows(self, table: Any) -> list[Any]:
        with db.reading() as session:
            found = list(session.scalars(sa.select(table)))
            session.expunge_all()
            return found


def dollars(card: dict[str, Any]) -> float:
    return float(re.sub(r"[^\d.]", "", card["price"] or "0"))


def _says(play: Play, texts: list[str]) -> str | None:
    said = play.said.lower()
    if texts[0] == "any":
        return None if any(text.lower() in said for text in texts[1:]) else f"none of {texts[1:]} was said"
    missing = [text for text in texts if text.lower() not in said]
    return f"not said: {missing}" if missing else None


def _silent(play: Play, texts: list[str]) -> str | None:
    found = [text for text in texts[1:] if text.lower() in play.said.lower()]
    return f"said: {found}" if found else None


def _offers(play: Play, titles: list[str]) -> str | None:
    if titles == ["nothing"]:
        return "buttons were offered" if play.chat.titles else None
    missing = [title for title in titles if not any(title in offered for offered in play.chat.titles)]
    return f"not offered: {missing}" if missing else None


def _cards(play: Play, arguments: list[str]) -> str | None:
    count = len(play.cards)
    fits = {"none": count == 0, "some": count > 0}.get(arguments[0])
    fits = count == int(arguments[0]) if fits is None else fits
    return None if fits else f"{count} cards were shown"


def _each(play: Play, arguments: list[str]) -> str | None:
    if not play.cards:
        return "no cards were shown"
    kind, *rest = arguments

    def fits(card: dict[str, Any]) -> bool:
        if kind == "under":
            return dollars(card) <= float(rest[0])
        if kind == "over":
            return dollars(card) >= float(rest[0])
        if kind == "meets":
            verdicts = {verdict["need"]: verdict["verdict"] for verdict in card.get("verdicts", [])}
            return all(verdicts.get(need) == "met" for need in rest)
        return any(text.lower() in card["title"].lower() for text in arguments)

    wrong = [card["title"] for card in play.cards if not fits(card)]
    return f"not so: {wrong}" if wrong else None


def _none(play: Play, texts: list[str]) -> str | None:
    wrong = [card["title"] for card in play.cards if any(text.lower() in card["title"].lower() for text in texts)]
    return f"shown: {wrong}" if wrong else None


def _at(name: str) -> Check:
    def check(play: Play, texts: list[str]) -> str | None:
        place = _PLACES[name]
        title = play.cards[place]["title"] if len(play.cards) > place else ""
        return None if title and all(text.lower() in title.lower() for text in texts) else f"it is {title!r}"

    return check


def _same(play: Play, arguments: list[str]) -> str | None:
    before = play.cards_of.get(int(arguments[-1]), set())
    now = {card["product_id"] for card in play.cards}
    return None if before and before == now else "other products are shown"


def _needs(play: Play, labels: list[str]) -> str | None:
    stated = play.needs
    if labels == ["nothing"]:
        return f"needs are {stated}" if stated else None
    wrong = labels[0] == "not"
    labels = labels[1:] if wrong else labels
    found = [any(label.lower() in known.lower() for known in stated) for label in labels]
    return None if (not any(found) if wrong else all(found)) else f"needs are {stated}"


def _waits(play: Play, arguments: list[str]) -> str | None:
    pending = play.slots["pending"]
    kind = pending["kind"] if pending else "nothing"
    return None if kind == arguments[-1] else f"it waits for {kind}"


def _about(play: Play, arguments: list[str]) -> str | None:
    with db.reading() as session:
        item = shelf_items(session, [play.slots["product_id"] or ""]).get(play.slots["product_id"] or "")
        title = item.title if item else ""
    return None if arguments[0].lower() in title.lower() and title else f"it is about {title!r}"


def _record(play: Play, arguments: list[str]) -> str | None:
    row = play.record
    *negated, name, wanted = arguments
    known = {
        "stage": [row.stage_after], "outcome": [row.outcome], "resolution": [row.resolution], "topic": row.topics,
        "product": row.products, "handed_over": [str(row.handed_over).lower()], "fallbacks": [str(row.fallback_count)],
    }[name]  # fmt: skip
    return None if (wanted in known) != (negated == ["not"]) else f"{name} is {known}"


def _case(play: Play, arguments: list[str]) -> str | None:
    if arguments == ["none"]:
        return "a case is open" if play.rows(SupportCase) else None
    found = [case for case in play.rows(SupportCase) if case.kind == arguments[0]]
    told = " ".join(f"{case.subject} {case.summary}" for case in found).lower()
    return None if found and all(text.lower() in told for text in arguments[1:]) else f"cases: {told!r}"


def _contact(play: Play, arguments: list[str]) -> str | None:
    known = [case.summary.get("contact") for case in play.rows(SupportCase)]
    return None if arguments[0] in known else f"contacts are {known}"


def _gaps(play: Play, arguments: list[str]) -> str | None:
    found = [gap.question for gap in play.rows(ContentGap)]
    return None if len(found) == int(arguments[0]) else f"gaps are {found}"


CHECKS: dict[str, Check] = {
    "says": _says, "silent": _silent, "offers": _offers, "cards": _cards, "each": _each, "none": _none,
    "first": _at("first"), "second": _at("second"), "third": _at("third"), "same": _same, "needs": _needs,
    "waits": _waits, "about": _about, "record": _record, "case": _case, "contact": _contact, "gaps": _gaps,
}  # fmt: skip
