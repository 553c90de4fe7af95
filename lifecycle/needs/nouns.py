"""Which word of a noun phrase is the product, and what the others say of it: brand, colour, people, properties."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from lifecycle.language.goods import GOODS
from lifecycle.language.lexer import Token
from lifecycle.language.manners import (
    AUDIENCE,
    EMPTY_NOUNS,
    FILLING_HEADS,
    MANNERS,
    MATERIALS,
    OCCASIONS,
    PARTS,
    PRESENTS,
)
from lifecycle.language.words import stem, stems, wordset
from lifecycle.needs.amounts import NUMBERS
from lifecycle.needs.vocabulary import COLOUR_STEMS, NO_KIND, Kind, Vocabulary

LONGEST_TERM = 3  # words of one wish
_SHADES = wordset(
    """
    medium light dark pale deep bright matte matt navy rose warm cool hot pastel neon dusty forest royal sky off
    """
)
_THINGS_OF = frozenset({"glasses", "papers", "irons", "stones", "silks"})  # materials, but as plurals things
_NO_HEAD = COLOUR_STEMS | {stem(word) for word in MATERIALS} | {"size"}
_ADJECTIVE = ("less", "able", "ible", "ful", "ous", "proof", "ated", "ised", "ized", "ened", "ish", "friendly")
KNOWN_HEAD, NEVER_HEAD = 0.3, 0.05  # headness of a sure product noun; of a word that is none in this store
LAST, LAST_UNUSED = 0.3, 0.1  # what standing last is worth; less for a word the store uses otherwise
UNKNOWN, UNKNOWN_ADJECTIVE, COMPOUND = 0.3, 0.12, 0.2
GOOD = 0.75  # a thing that can be bought, whether this store has it or not
BETTER = 0.1  # how much surer a word further left must be
_LIKE_ADJECTIVES = ("y", "ic", "al", "ive", "ant", "ent", "ary", "ing", "ian", "ese", "esque", "og")
_BARE = frozenset({"set", "sets", "pack", "packs", "piece", "pieces", "oz", "ounce", "ounces", "fl"})  # no wish alone
_GOODS_TOO = frozenset({"cream", "creams"})  # colours that are things as well, at the end of a phrase
_MEASURES = frozenset({"fl", "fluid", "square", "cubic", "thread"})  # "8 fl oz"
_NO_TERM = MANNERS | PRESENTS
_EXTENDS = frozenset({"set", "sets", "kit", "kits", "box", "boxes", "piece", "unit", "series", "pack"})
_HALVES = frozenset(
    {"free", "proof", "safe", "friendly", "handed", "sided", "resistant", "compatible", "fitting", "lasting"}
)
_VAGUE = frozenset(
    {
        "something",
        "anything",
        "thing",
        "things",
        "everything",
        "stuff",
        "one",
        "ones",
        "sumthing",
        "somthing",
        "smth",
        "sth",
    }
)
UNITS = wordset(
    """
    metre metres meter meters cm mm inch inches ft feet litre litres liter liters ml oz ounce ounces kg gram grams
    lb lbs pound watt watts volt volts lumen lumens hz ghz mah gb tb mp degrees degree seater hour hours minute
    minutes percent persona calories
    """
)


@dataclass(frozen=True)
class Product:
    """The product noun of a phrase, from place `first` to `last`; `kind` is None when the store knows no such thing."""

    first: int
    last: int
    stem: str
    kind: Kind | None
    others: tuple[str, ...] = ()  # stems of what else its name says: "robot" of a robot vacuum

    def noun(self, tokens: Sequence[Token]) -> str:
        return " ".join(token.word for token in tokens[self.first : self.last + 1])


def product(tokens: Sequence[Token], vocabulary: Vocabulary, *, certain: bool) -> Product | None:
    """The product noun of a noun phrase, by how the store's titles use its words and where they stand.

    `certain`: grammar says that this phrase names what is asked for, so that its last noun counts even when the store
    has no word for it.
    """
    if tokens and tokens[0].word in _VAGUE:
        return None
    best: tuple[float, int, Kind | None] | None = None
    last = True
    for index in range(len(tokens) - 1, -1, -1):
        token = tokens[index]
        dressed = index > 0 and index == len(tokens) - 1 and token.word in _GOODS_TOO  # "hand cream"
        if token.tag != "U" or not (_nominal(token) or dressed) or _counted(tokens, index) or _weak(tokens, index):
            continue
        kind = vocabulary.kinds.get(token.stem) or vocabulary.nouns.get(token.stem)
        used = token.stem in vocabulary.words
        if token.stem in GOODS:
            score = max(GOOD, kind.headness if kind else 0.0)
        elif kind is not None:
            score = max(kind.headness, NEVER_HEAD) if token.stem in vocabulary.kinds else KNOWN_HEAD
        elif not certain:
            last = False
            continue
        else:
            score = NEVER_HEAD if used else UNKNOWN_ADJECTIVE if token.word.endswith(_LIKE_ADJECTIVES) else UNKNOWN
        if last:
            score += LAST if kind is not None or not used or token.stem in GOODS else LAST_UNUSED
        if index and (tokens[index - 1].stem, token.stem) in vocabulary.compounds:
            score += COMPOUND
        last = False
        if best is None or score > best[0] + BETTER:
            best = (score, index, kind)
    if best is None:
        return None
    _, index, kind = best
    others: list[str] = []
    first = index
    while first > 0 and (tokens[first - 1].stem, tokens[first].stem) in vocabulary.compounds:
        first -= 1
        others.insert(0, tokens[first].stem)
    final = index + (index + 1 < len(tokens) and tokens[index + 1].word in _EXTENDS)
    return Product(first, final, tokens[index].stem, kind, tuple(others))


def _counted(tokens: Sequence[Token], index: int) -> bool:
    """ "Massage gun 4 heads": a thing counted after the product is a part of it."""
    return index > 1 and _counts(tokens[index - 1].word) and any(_nominal(token) for token in tokens[: index - 1])


def _weak(tokens: Sequence[Token], index: int) -> bool:
    """ "Light" alone, or before "enough", is no lamp."""
    if tokens[index].word in _SHADES and index + 1 < len(tokens) and _coloured(tokens[index + 1]):
        return True
    return tokens[index].word == "light" and (index == 0 or index + 1 < len(tokens))


def _nominal(token: Token) -> bool:
    """Can this word be a product at all?"""
    word = token.word
    if token.key or " " in word or word in MANNERS or word in PRESENTS or word in AUDIENCE or word in OCCASIONS:
        return False
    if token.stem in GOODS and word in _THINGS_OF:
        return True
    if word[0].isdigit() or len(word) < 2 or word in UNITS or token.stem in _NO_HEAD or token.stem in NO_KIND:
        return False
    if token.stem in GOODS:
        return True
    participle = word.endswith("ed") and len(word) > 4
    return not participle and not word.endswith(_ADJECTIVE)


def pieces(tokens: Sequence[Token], vocabulary: Vocabulary) -> Iterator[tuple[str, str]]:
    """(what it is, words) of each part of a noun phrase: brand, prefer, colour, audience or term."""
    index = 0
    while index < len(tokens):
        token = tokens[index]
        following = tokens[index + 1] if index + 1 < len(tokens) else None
        length = _brand(tokens, index, vocabulary)
        if length:
            key = tuple(part for each in tokens[index : index + length] for part in stems(each.word))
            yield "brand", vocabulary.brands[key]
            index += length
            continue
        index += 1
        if token.tag == "#":
            continue
        if token.key:
            yield "prefer", token.key
        elif token.word in _SHADES and following is not None and following.stem in COLOUR_STEMS:
            yield "colour", f"{token.word} {following.word}"
            index += 1
        elif token.stem in COLOUR_STEMS and token.word not in ("clear",):
            yield "colour", token.word
        elif token.word in AUDIENCE:
            yield "audience", token.word
        elif (
            token.word in PRESENTS or token.word in EMPTY_NOUNS or token.word in MANNERS or token.word in FILLING_HEADS
        ):
            continue
        else:
            length = _phrase(tokens, index - 1, vocabulary)
            if length > 1:
                yield "term", " ".join(each.word for each in tokens[index - 1 : index - 1 + length])
                index += length - 1
            elif following is not None and following.tag == "U" and _counts(token.word) and not _coloured(following):
                yield "term", f"{token.word} {following.word}" + _unit_after(tokens, index)
                index += 1 + (following.word in _MEASURES)
            elif (
                len(token.word) > 1
                and not _counts(token.word)
                and token.word not in NUMBERS
                and token.word not in _BARE
            ):
                yield "term", token.word


def _unit_after(tokens: Sequence[Token], index: int) -> str:
    return f" {tokens[index + 1].word}" if tokens[index].word in _MEASURES and index + 1 < len(tokens) else ""


def _coloured(token: Token) -> bool:
    return token.stem in COLOUR_STEMS


def _counts(word: str) -> bool:
    return word.replace(".", "").replace(",", "").replace("/", "").isdigit()


def _brand(tokens: Sequence[Token], index: int, vocabulary: Vocabulary) -> int:
    first = tokens[index]
    if (
        first.tag != "U"
        or (first.stem if first.word.isalpha() else stems(first.word)[0]) not in vocabulary.brand_starts
    ):
        return 0
    for length in (4, 3, 2, 1):
        part = tokens[index : index + length]
        if len(part) < length or any(token.tag != "U" for token in part):
            continue
        key = tuple(found for token in part for found in stems(token.word))
        if key in vocabulary.brands and not (length == 1 and part[0].word in MANNERS):
            return length
    return 0


def _phrase(tokens: Sequence[Token], index: int, vocabulary: Vocabulary) -> int:
    """How many words from here make one phrase of the store's facts and titles."""
    for phrase in vocabulary.phrases.get(tokens[index].stem, ()):
        part = tokens[index : index + len(phrase)]
        if tuple(token.stem for token in part) == phrase and all(token.tag == "U" for token in part):
            return len(phrase)
    return 1


def one_term(tokens: Sequence[Token], *, heads: frozenset[str] = frozenset()) -> str:
    """A noun phrase as one wish: without fillers at its end, at most LONGEST_TERM words ("plastic parts" → plastic)."""
    words = [token for token in tokens if token.tag == "U" and token.word not in _NO_TERM]
    while len(words) > 1 and (
        words[-1].word in FILLING_HEADS
        or words[-1].stem in heads
        or (words[-1].word in PARTS and words[-2].word in MATERIALS)
    ):
        words.pop()
    if not words or (len(words) == 1 and (words[0].word in FILLING_HEADS or words[0].word in _HALVES)):
        return ""
    return " ".join(token.word for token in words[:LONGEST_TERM] if len(token.word) > 1 or token.word.isdigit())
