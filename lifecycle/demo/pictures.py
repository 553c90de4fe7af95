"""Product pictures of the demo store, drawn by code so that the repository holds no image files."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any
from xml.sax.saxutils import escape

from lifecycle.demo.drawings import brewing, cleaning, coffee, home, kitchen, leisure
from lifecycle.demo.drawings.ink import BASELINE, Ink, ellipse, lightness, mix, rect

DRAWINGS = {
    name: drawing
    for shelf in (coffee, brewing, kitchen, home, cleaning, leisure)
    for name, drawing in shelf.DRAWINGS.items()
}

COLOURS = {
    "almond": "#e5d3b8",
    "black": "#3a3d42",
    "blue": "#4b7fb3",
    "brass": "#c9a24d",
    "brown": "#8a5f43",
    "charcoal": "#50555b",
    "clear": "#dcebec",
    "copper": "#c67f52",
    "coral": "#ee8672",
    "cork": "#c99f6b",
    "cream": "#f4e8cf",
    "dark green": "#3f6b57",
    "dusk blue": "#7d93b2",
    "graphite": "#585d63",
    "green": "#6da577",
    "grey": "#9aa3a8",
    "ivory": "#f3ecdc",
    "lilac": "#b9a6d3",
    "lime green": "#a9cc52",
    "mint": "#9fd3bd",
    "moss green": "#7f8f56",
    "mustard": "#d6a433",
    "natural": "#e3d5b8",
    "navy": "#3b4f74",
    "oak": "#c79c66",
    "oat": "#e0d3bd",
    "olive green": "#7b8054",
    "orange": "#ec8b3f",
    "pink": "#eda6b3",
    "plum": "#84537a",
    "purple": "#8a6bb0",
    "red": "#cc4b45",
    "rust": "#b85c38",
    "sage green": "#9db397",
    "sand": "#dcc7a1",
    "silver": "#c3c9cc",
    "sky blue": "#8fc3e3",
    "slate": "#6f7c86",
    "teal": "#3f8f91",
    "terracotta": "#cf7a59",
    "walnut": "#8b5e3f",
    "white": "#fbfaf7",
    "yellow": "#f2c744",
    "multicolour": "#e7a85c",
}
PLAIN = "#c8b394"

_FORBIDDEN = re.compile("[^\t\n\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")

# Backdrops by department; the second one is used when the product itself is too close to the first.
BACKDROPS = {
    "Coffee": ("#efe2d1", "#e0cbae"),
    "Kitchen": ("#e4ebdc", "#ccd9c0"),
    "Home": ("#e1e9ef", "#c6d4df"),
    "Tech": ("#e9e4f1", "#d2c8e1"),
    "Outdoors": ("#dfece8", "#c2dad2"),
}
BACKDROP = ("#ece8e0", "#d8d1c4")

# First word found wins: the words are looked for in the type fact and the title, lower case.
KINDS: dict[str, tuple[tuple[str, str], ...]] = {
    "Coffee grinders": (
        ("manual", "hand grinder"),
        ("blade", "blade grinder"),
        ("single-dose", "single dose grinder"),
        ("", "grinder"),
    ),
    "Espresso machines": (
        ("fully automatic", "bean to cup"),
        ("lever", "lever machine"),
        ("manual press", "hand press"),
        ("with grinder", "machine with grinder"),
        ("", "espresso machine"),
    ),
    "Kettles": (("gooseneck", "gooseneck"), ("stovetop", "stovetop kettle"), ("", "kettle")),
    "Coffee brewers": (
        ("moka", "moka pot"),
        ("french press", "french press"),
        ("cold brew", "jug"),
        ("press-through", "travel press"),
        ("server", "server"),
        ("pour-over", "dripper"),
        ("", "drip machine"),
    ),
    "Coffee accessories": (
        ("descal", "bottle"),
        ("scale", "scale"),
        ("tamper", "tamper"),
        ("milk jug", "milk jug"),
        ("beans", "coffee bag"),
        ("pellets", "pellets"),
    ),
    "Cookware": (
        ("skillet", "skillet"),
        ("frying", "frying pan"),
        ("saucepan", "saucepan"),
        ("stock pot", "stock pot"),
        ("dutch oven", "Dutch oven"),
        ("wok", "wok"),
        ("baking", "baking dish"),
        ("set", "pan set"),
        ("", "frying pan"),
    ),
    "Knives": (
        ("block", "knife block"),
        ("set of", "paring set"),
        ("paring", "paring knife"),
        ("santoku", "santoku"),
        ("bread", "bread knife"),
        ("stone", "sharpening stone"),
        ("rod", "honing rod"),
        ("board", "chopping board"),
        ("", "chef's knife"),
    ),
    "Blenders and toasters": (
        ("toaster", "toaster"),
        ("mixer", "stand mixer"),
        ("stick", "stick blender"),
        ("personal", "personal blender"),
        ("", "blender"),
    ),
    "Bedding": (
        ("contour", "contour pillow"),
        ("pillow", "pillow"),
        ("sheet", "sheet set"),
        ("protector", "mattress protector"),
        ("weighted", "weighted blanket"),
        ("", "duvet"),
    ),
    "Lamps": (
        ("desk lamp", "desk lamp"),
        ("clip", "clip lamp"),
        ("mushroom", "mushroom lamp"),
        ("table", "table lamp"),
        ("arc ", "arc lamp"),
        ("floor", "floor lamp"),
        ("wake", "wake-up lamp"),
        ("lantern", "lantern"),
        ("pendant", "pendant shade"),
        ("", "table lamp"),
    ),
    "Headphones": (("hook", "hook earbuds"), ("earbuds", "earbuds"), ("bone", "bone conduction"), ("", "headphones")),
    "Speakers": (
        ("party", "boombox"),
        ("shelf", "bookshelf pair"),
        ("radio", "radio"),
        ("soundbar", "soundbar"),
        ("", "round speaker"),
    ),
    "Vacuums": (
        ("station", "robot station"),
        ("robot", "robot"),
        ("canister", "canister"),
        ("upright", "upright"),
        ("handheld", "handheld"),
        ("wet", "wet and dry"),
        ("", "stick vacuum"),
    ),
    "Backpacks": (
        ("roll-top", "roll-top"),
        ("kids", "kids pack"),
        ("packable", "packable"),
        ("hiking pack", "hiking pack"),
        ("trekking", "hiking pack"),
        ("", "daypack"),
    ),
    "Yoga and fitness": (
        ("mat", "yoga mat"),
        ("block", "yoga block"),
        ("kettlebell", "kettlebell"),
        ("dumbbell", "dumbbells"),
        ("hip", "hip bands"),
        ("bands", "bands"),
        ("roller", "foam roller"),
        ("rope", "skipping rope"),
    ),
    "Fans and air": (
        ("desk fan", "desk fan"),
        ("fan", "fan"),
        ("purifier", "air purifier"),
        ("humidifier", "humidifier"),
        ("heater", "heater"),
    ),
}


def picture(product: Mapping[str, Any]) -> str:
    """An SVG of the product in its own colour, 600 x 600, with the title as its accessible name.

    Takes a catalogue row; only `title`, `category`, `color` and `facts` are read, and each may be missing.
    The same row always gives the same picture, and nothing from the row reaches the SVG unescaped.
    """
    title = _printable(product.get("title")) or "Product"
    colour = colour_value(product.get("color"))
    kind = kind_of(product)
    near, far = next((BACKDROPS[part] for part in reversed(_path(product)) if part in BACKDROPS), BACKDROP)
    backdrop = far if lightness(colour) > 0.84 else near
    return (
        '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 600 600" role="img">'
        f"<title>{escape(title)}</title>"
        f"{rect(0, 0, 600, 600, backdrop)}"
        f"{ellipse(300, 330, 262, 250, mix(backdrop, '#ffffff', 0.38))}"
        f"{ellipse(300, BASELINE + 4, 196, 17, mix(backdrop, '#2a2622', 0.2))}"
        f"{DRAWINGS[kind](Ink(colour))}"
        "</svg>"
    )


def kind_of(product: Mapping[str, Any]) -> str:
    """Which drawing fits: a key of `DRAWINGS`, "parcel" when nothing does."""
    facts = product.get("facts")
    named = facts.get("type") if isinstance(facts, Mapping) else None
    words = f"{_printable(named)} {_printable(product.get('title'))}".lower()
    for part in reversed(_path(product)):
        for word, kind in KINDS.get(part, ()):
            if word in words:
                return kind
    return "parcel"


def colour_value(name: object) -> str:
    """`#rrggbb` of a colour name; of a phrase, the last colour in it ("Dusty light blue" is blue)."""
    text = _printable(name).lower()
    if text in COLOURS:
        return COLOURS[text]
    known = [word for word in text.replace("/", " ").replace(",", " ").split() if word in COLOURS]
    return COLOURS[known[-1]] if known else PLAIN


def _path(product: Mapping[str, Any]) -> list[str]:
    category = product.get("category")
    if isinstance(category, str):
        return [category]
    return [part for part in category if isinstance(part, str)] if isinstance(category, list | tuple) else []


def _printable(value: object) -> str:
    """Text without the characters that XML 1.0 forbids."""
    return _FORBIDDEN.sub("", value).strip() if isinstance(value, str) else ""
