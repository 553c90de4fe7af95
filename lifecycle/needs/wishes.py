"""What one chunk of a request wishes: properties, colours, people, uses, and what it must not be."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from lifecycle.language.lexer import Token
from lifecycle.language.manners import (
    ADVERBS,
    ASIDES,
    AUDIENCE,
    COLOUR_STEMS,
    MANNERS,
    MATERIALS,
    OCCASIONS,
    PERSONS,
    PLACES,
    PRESENTS,
)
from lifecycle.language.measures import OPPOSITE
from lifecycle.language.words import stem, stems, wordset
from lifecycle.needs import nouns, prices
from lifecycle.needs.clauses import BE, FIT, FOR, HAVE, IN, LIKES, LISTED, MADE, OF, PRODUCT, TALE, THAT, TO, Chunk
from lifecycle.needs.vocabulary import Vocabulary

_NOT_REFUSED = wordset(
    """
    sure only preference idea limit problem matter rush necessarily important worry clue really just yet included
    more less thanks please need thank particular specific doubt longer way at know mind care think one if much
    sold having bad budget luck like worries offence hurry preferences cost price money expensive-ish
    """
)
_LIGHT_THINGS = wordset(
    """
    fixture fixtures bulb bulbs roast switch switches filter string strings strip strips block show box weight set
    with for in up and shade shades cover bar bars pad stand therapy kit bike
    """
)
_EMPTY_VERBS = wordset(
    """
    deal handle cope help do make get go come look work be have use
    """
)
_STYLE = wordset(
    """
    color colour colored coloured flavor flavour style size shade finish
    """
)
_ANIMALS = wordset("dog dogs cat cats pet pets puppy kitten baby")
_LIKED = _ANIMALS - {"baby"} | {"puppies", "kittens"}
_GROUPS = wordset("sleeper sleepers rider riders people person player players breed breeds family families users")
FEW_WORDS = 3  # a fragment so short between commas is one wish


@dataclass
class Said:
    """The parts of one request; words as they were typed, lower-case."""

    budget: prices.Budget
    words: list[str] = field(default_factory=list)
    phrase: str = ""  # the whole request as it was typed, when it is hardly more than a search phrase
    talk: list[str] = field(default_factory=list)  # words of meaning that are nobody's need
    category: str = ""
    kind: str = ""
    others: tuple[str, ...] = ()  # stems of what else the kind's name says: "robot"
    noun: str = ""  # the kind as it was typed
    wanted: list[str] = field(default_factory=list)
    unwanted: list[str] = field(default_factory=list)
    prefer: list[str] = field(default_factory=list)
    limits: list[tuple[str, float | None, float | None, str]] = field(default_factory=list)
    brand: str = ""
    colour: str = ""
    size: str = ""
    quantity: int | None = None
    use: str = ""
    interests: list[str] = field(default_factory=list)  # what the one it is for likes
    audience: str = ""
    dropped: list[str] = field(default_factory=list)
    dropped_preferences: set[str] = field(default_factory=set)

    def want(self, term: str) -> None:
        term = term.replace("-free", " free") if term.endswith("-free") else term
        if term and term not in self.wanted and term not in self.size.split():
            self.wanted.append(term)


def hear(chunk: Chunk, said: Said, vocabulary: Vocabulary, noun: nouns.Product | None, long: bool) -> None:
    """Take up what one chunk says."""
    if not said.use and chunk.frame != TALE and not chunk.refused:
        said.use = next((t.word for t in chunk.tokens if t.word in OCCASIONS), "")
    if chunk.refused:
        _refuse(chunk, said, vocabulary)
    elif noun is not None:
        rest = [token for index, token in enumerate(chunk.tokens) if not noun.first <= index <= noun.last]
        head = chunk.tokens[noun.first : noun.last + 1]
        said.audience = said.audience or next((token.word for token in head if token.word in AUDIENCE), "")
        _take_pieces(rest, said, vocabulary)
    elif chunk.frame == PRODUCT or chunk.frame == LISTED:
        _take_listed(chunk, said, vocabulary, long)
    elif chunk.frame in (HAVE, FIT, MADE) or (chunk.frame == OF and chunk.opener in ("of", "about") and said.noun):
        _take_property(chunk, said, vocabulary)
    elif chunk.frame == BE:
        if chunk.named != "a" or chunk.tokens[-1].key or chunk.tokens[-1].stem in COLOUR_STEMS:
            _take_listed(chunk, said, vocabulary, False)
    elif chunk.frame == THAT:
        _take_ability(chunk, said)
    elif chunk.frame == IN:
        _take_in(chunk, said, vocabulary)
    elif chunk.frame == FOR:
        _take_use(chunk, said, vocabulary)
    elif chunk.frame in (LIKES, TO):
        words = [
            t for t in chunk.tokens if meaning(t) and t.stem not in COLOUR_STEMS and t.word not in AUDIENCE - _LIKED
        ]
        liked = nouns.one_term(words)
        if chunk.frame == LIKES and liked and liked not in said.interests:
            said.interests.append(liked)
        if not said.use or said.use in OCCASIONS:
            said.use = liked or said.use
    if chunk.frame == TALE:
        said.prefer += [t.key for t in chunk.tokens if t.key and " " in t.word]  # "we're on a budget"
    if chunk.frame == TALE and chunk.opener == "for":
        said.audience = said.audience or next((t.word for t in chunk.tokens if t.word in PERSONS), "")


def meaning(token: Token) -> bool:
    """Does a word say more than talk does?"""
    return token.tag == "U" and (bool(token.key) or (token.word not in MANNERS and token.word not in PRESENTS))


def _take_pieces(tokens: Sequence[Token], said: Said, vocabulary: Vocabulary) -> None:
    """What stands beside the product noun, each part by itself."""
    category = set(stems(said.category))  # who looks for a coffee grinder need not be told that it grinds coffee
    tokens = _without_light(tokens, said)
    for what, words in nouns.pieces(tokens, vocabulary):
        if what == "brand":
            said.brand = said.brand or words
        elif what == "prefer":
            said.prefer.append(words)
        elif what == "colour":
            said.colour = said.colour or words
        elif what == "audience":
            said.audience = said.audience or words
        elif words not in ASIDES and not (said.kind and set(stems(words)) <= category):
            said.want(words)


def _without_light(tokens: Sequence[Token], said: Said) -> list[Token]:
    """ "A light kettle" weighs little; a light bulb, a light roast or light blue do not."""
    kept: list[Token] = []
    for index, token in enumerate(tokens):
        following = tokens[index + 1] if index + 1 < len(tokens) else None
        other = following is not None and (following.stem in COLOUR_STEMS or following.word in _LIGHT_THINGS)
        if token.word == "light" and not other:
            said.prefer.append("light")
        else:
            kept.append(token)
    return kept


def _take_listed(chunk: Chunk, said: Said, vocabulary: Vocabulary, long: bool) -> None:
    """A fragment between commas: "noise cancelling", "wide brim", "dry, spanish"."""
    tokens = [t for t in chunk.tokens if t.tag == "#" or meaning(t)]
    plain = [t for t in tokens if t.tag == "U" and not t.key and t.stem not in COLOUR_STEMS and t.word not in AUDIENCE]
    if chunk.frame == PRODUCT and chunk.named == "a" and nouns.product(tokens, vocabulary, certain=True):
        return  # "curtains or a blind": another product, no property
    if long and chunk.frame == LISTED and not all(set(stems(t.word)) & vocabulary.words for t in plain):
        return
    sized = len(tokens) == 2 and bool(tokens[0].key) and len(plain) == 1  # "big display", "silent click"
    whole = sized or 1 < len(plain) <= FEW_WORDS
    solid = whole and all(t.tag == "U" for t in tokens) and not any(" " in t.word or t.word in AUDIENCE for t in tokens)
    branded = solid and any(what == "brand" for what, _ in nouns.pieces(tokens, vocabulary))
    coloured = any(t.stem in COLOUR_STEMS for t in tokens) and tokens[-1].stem not in COLOUR_STEMS
    if (
        solid
        and not branded
        and not tokens[-1].key
        and not coloured
        and chunk.frame in (LISTED, BE)
        and len(tokens) <= FEW_WORDS
    ):
        said.want(nouns.one_term(tokens))
        return
    _take_pieces(tokens, said, vocabulary)


def _take_property(chunk: Chunk, said: Said, vocabulary: Vocabulary) -> None:
    """What comes after "with", "fits", "made of": one thing it is to have."""
    tokens = [t for t in chunk.tokens if meaning(t)]
    if not tokens:
        return
    if chunk.opener.startswith(("seats", "holds")) and tokens[0].word.isdigit():
        said.want(" ".join([chunk.opener, *(t.word for t in tokens[:2])]))
        return
    if len(tokens) == 1 or all(t.key or t.stem in COLOUR_STEMS for t in tokens):
        _take_pieces(tokens, said, vocabulary)
        return
    if tokens[-1].word in _STYLE:
        _take_pieces(tokens[:-1], said, vocabulary)
        return
    if tokens[0].key == "battery" or tokens[-1].key in ("battery", "rated", "warranty"):
        said.prefer.append(tokens[0].key or tokens[-1].key)
        return
    people = [t.word for t in tokens if t.word in AUDIENCE]
    if chunk.frame == MADE and all(t.word in MATERIALS or t.stem in COLOUR_STEMS for t in tokens):
        said.want(" ".join(t.word for t in tokens))
    elif not (people and len(tokens) == len(people)):
        said.want(nouns.one_term(tokens))


def _take_ability(chunk: Chunk, said: Said) -> None:
    """ "That can crush ice", "also mops", "folds one handed": what it is to do."""
    tokens = [t for t in chunk.tokens if meaning(t)]
    if tokens and tokens[0].word.rstrip("s") in _EMPTY_VERBS:
        tokens = tokens[1:]
    if chunk.opener == "that i" and not any(" " in t.word for t in tokens):
        return  # "that I can put in my bag"
    for token in tokens:
        if token.key and len(tokens) == 1:
            said.prefer.append(token.key)
            return
    said.want(nouns.one_term(tokens))


def _take_in(chunk: Chunk, said: Said, vocabulary: Vocabulary) -> None:
    """ "In red", "in hazelnut flavour", "in stainless steel"; a place is where it is used."""
    tokens = [t for t in chunk.tokens if meaning(t) or t.word in _STYLE]
    words = [t for t in tokens if t.word not in _STYLE]
    if not words:
        return
    place = any(t.word in PLACES for t in words)
    if place:
        said.use = said.use or nouns.one_term(words)
    elif tokens[-1].word in _STYLE and not any(t.stem in COLOUR_STEMS for t in words):
        said.want(nouns.one_term(words))
    elif any(t.stem in COLOUR_STEMS or t.word in MATERIALS or t.key for t in words) or not chunk.named:
        _take_pieces(words, said, vocabulary)


def _take_use(chunk: Chunk, said: Said, vocabulary: Vocabulary) -> None:
    """ "For my mum" says for whom, "for a small flat" where, "for espresso" what it must be good for."""
    tokens = [t for t in chunk.tokens if t.tag == "U" and t.word not in PRESENTS]
    people = [t.word for t in tokens if t.word in PERSONS]
    group = bool(tokens) and tokens[-1].word in _GROUPS
    if people and tokens[-1].word in PERSONS:
        said.audience = next((word for word in people if word in AUDIENCE), said.audience if group else people[-1])
        if group and not said.use:
            said.use = " ".join(t.word for t in tokens if t.word not in ADVERBS)
        return
    kept = {tokens[-2].word} if len(tokens) > 1 and tokens[-2].word in _ANIMALS else set()  # "dog hair", "cat litter"
    words = [t for t in tokens if meaning(t) and (t.word not in AUDIENCE or t.word in kept)]
    if people and not kept:
        said.audience = said.audience or people[0]
    if not words and tokens and tokens[0].word in ("outside", "outdoors"):
        said.use = said.use or tokens[0].word
    if not words:
        return
    if all(t.stem in COLOUR_STEMS for t in words):
        return
    term = nouns.one_term(words)
    if not term:
        return
    term = _in_its_words(term, vocabulary)
    known = {tuple(stems(term))} & set(_phrases(vocabulary, words))
    said.use = term if said.use in OCCASIONS | {""} else said.use
    placed = chunk.named in ("a", "my", "the") or any(t.word in PLACES or t.word in OCCASIONS for t in words)
    if not placed or known:
        said.want(term)


def _in_its_words(term: str, vocabulary: Vocabulary) -> str:
    """The "pet hair" of a store that does not speak of dog hair."""
    animal, _, rest = term.partition(" ")
    if not rest or animal not in _ANIMALS:
        return term
    pets = ("pet", *stems(rest))
    own = (stem(animal), *stems(rest))
    says_pet = pets in vocabulary.phrases.get("pet", ())
    return f"pet {rest}" if says_pet and own not in vocabulary.phrases.get(own[0], ()) else term


def _phrases(vocabulary: Vocabulary, words: Sequence[Token]) -> tuple[tuple[str, ...], ...]:
    return vocabulary.phrases.get(words[0].stem, ())


def _refuse(chunk: Chunk, said: Said, vocabulary: Vocabulary) -> None:
    """What it must not be or have."""
    tokens = [t for t in chunk.tokens if t.tag == "U"]
    if not tokens or chunk.named == "my" or tokens[0].word in _NOT_REFUSED:
        return
    first = tokens[0]
    if len(tokens) == 1 and (first.word in OPPOSITE or first.key):
        if first.word in OPPOSITE:
            said.prefer.append(OPPOSITE[first.word])
        return
    words = [t for t in tokens if t.word not in MANNERS and t.word not in _NOT_REFUSED]
    if not words:
        return
    colours = [t.word for t in words if t.stem in COLOUR_STEMS]
    if len(colours) == len(words):
        shade = [t.word for t in words]
        terms = [" ".join(shade)] if len(shade) == 1 else shade
    elif colours and words[0].stem in COLOUR_STEMS and len(words) == 2 and words[1].stem == said.kind:
        terms = colours
    else:
        heads = frozenset({said.kind, *map(stem, ("machine", "machines"))}) - {""}
        terms = [nouns.one_term(words, heads=heads)]
    for term in filter(None, terms):
        term = vocabulary.brands.get(tuple(stems(term)), term)
        if term not in said.unwanted:
            said.unwanted.append(term)
