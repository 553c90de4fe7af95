"""One product in several colours, sizes, formats: which there are, and the one a question means."""

from __future__ import annotations

import re
from collections.abc import Sequence

from actions import showing
from actions.turn import Turn
from lifecycle.advice import variants
from lifecycle.advice.shelf import Item
from lifecycle.language.words import stems
from lifecycle.needs.vocabulary import COLOUR_STEMS
from lifecycle.text import one_line

_WHICH = r"\b(?:other|different|more|what|which|another|any\s+other)\s+"
_COLOURS = re.compile(_WHICH + r"(?:colou?rs?|shades?)\b", re.I)
_SIZES = re.compile(_WHICH + r"sizes?\b", re.I)


def meant(turn: Turn, item: Item) -> Item:
    """The version the question names, else the product itself."""
    return variants.version_named(turn.session, item, showing.asked_text(turn)) or item


def name_of(turn: Turn, item: Item) -> str:
    """A product's name; in full when the question is about this very version."""
    named = variants.version_named(turn.session, item, showing.asked_text(turn))
    return one_line(item.title, 90) if named is item else showing.name_of(item)


def kinds(turn: Turn, item: Item) -> tuple[str, ...]:
    """The colours or sizes there are, when they are asked for, or when a colour is named that there is not."""
    text = showing.asked_text(turn)
    if _SIZES.search(text):
        return variants.sizes_of(turn.session, item)
    named = set(stems(text)) & COLOUR_STEMS - set(stems(item.title))
    if _COLOURS.search(text) or (named and item.colour and meant(turn, item) is item):
        return variants.colours_of(turn.session, item)
    return ()


def listed(turn: Turn, names: Sequence[str]) -> str:
    """ "Red, Coral and Plum"."""
    return turn.phrase("phrase_and").join(filter(None, (", ".join(names[:-1]), *names[-1:])))


def told(turn: Turn, item: Item) -> bool:
    """Say which versions there are; False when that is not what was asked, or nothing is known."""
    found = kinds(turn, item)
    if not found:
        return False
    response = "utter_colours" if len(found) > 1 else "utter_one_colour"
    turn.say(response, title=showing.name_of(item), colours=listed(turn, found))
    turn.record(outcome="answered", products=[item.product_id], why={"rule": "versions"})
    return True
