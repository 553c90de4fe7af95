"""One request taken apart: which words name the product, which wish, which refuse, which are only talk."""

from __future__ import annotations

import itertools
import re
from collections.abc import Sequence

from lifecycle.language import lexer
from lifecycle.language.goods import GOODS
from lifecycle.language.manners import ASIDES, AUDIENCE, MANNERS, PERSONS, PLACES, PRESENTS, VERBS
from lifecycle.language.measures import PREFERENCE
from lifecycle.language.words import fold, stems, wordset
from lifecycle.needs import amounts, clauses, nouns, prices, spelling, wishes
from lifecycle.needs.clauses import FOR, IN, LISTED, OF, PRODUCT, TALE, THAT, TO, Chunk
from lifecycle.needs.vocabulary import Kind, Vocabulary
from lifecycle.needs.wishes import Said

_DROP = re.compile(
    r"(?:\b(?:forget(?:\s+about)?|ignore|never\s?mind|skip|drop|remove|scrap)\s+(?:the\s+|about\s+|my\s+)*"
    r"(?P<a>[a-z]+(?:\s+[a-z]+){0,2}(?=\s*(?:$|[,.;!?]|and\b|but\b|please\b|then\b|too\b))|[a-z]+)|"
    r"\bany\s+(?P<b>colou?r|brand|size|material)\b|"
    r"\b(?P<c>[a-z]+)\s+(?:(?:is|are)\s?(?:n['’]?t|\s+not)\s+(?:that\s+|so\s+|really\s+)?(?:important|necessary|needed)|"
    r"(?:doesn['’]?t|does\s+not|don['’]?t|do\s+not)\s+(?:really\s+)?matter|is\s+(?:fine|ok|okay)(?:\s+too)?)|"
    r"\b(?:don['’]?t|do\s+not)\s+(?:care|mind)\s+(?:about\s+|if\s+it\s+is\s+)?(?:the\s+)?(?P<d>[a-z]+)|"
    r"\b(?:does(?:n['’]?t|\s+not)\s+(?:need|have)|no\s+need|need\s?n['’]?t|doesnt\s+(?:need|have))\s+(?:to\s+be|be|for\s+it\s+to\s+be)\s+(?P<e>[a-z]+)|"
    r"\b(?:allow|include|with)\s+(?P<f>[a-z]+)\s+too)",
    re.I,
)
# "No, actually square" refuses nothing; "ok, English." is about the talk.
_PRELUDE = re.compile(
    r"^\W*(?:no|nope|nah)\W+(?=(?:wait|actually|rather|sorry|i\s+mean)\b)|"
    r"^\W*(?:ok(?:ay)?\W+)?(?:in\s+)?english(?:\s+(?:then|please|pls))?\s*[.!,;:]+\s+"
)
_DROPPED_PREFERENCE = {"noise": "quiet", "weight": "light", "power": "powerful", "loudness": "quiet", "price": "cheap",
                       "battery": "battery", "reviews": "rated", "rating": "rated", "warranty": "warranty"}  # fmt: skip
_POINTING = wordset("it that this which what to too you any everything all they if")
_LEARNER = re.compile(
    r"\b(?:just\s+)?(?:learning|starting\s+(?:out|to)|getting\s+(?:into|started)|new\s+to)\b|\bfirst[\s-]timers?\b"
)
_LOVER = re.compile(
    r"\b(?P<what>[a-z]+)[\s-](?:lover|enthusiast|addict|fanatic|nerd|geek|buff|freak)s?\b|"
    r"\b(?P<drink>tea|coffee|wine|beer|whisky|whiskey)\sdrinkers?\b|"
    r"\bwho\s+(?:really\s+|often\s+|always\s+)?(?P<does>[a-z]{3,}s)\b(?!\s+(?:a|an|the|her|his|their|my|to|it)\b)"
)
_COMPARED = re.compile(
    r"\b(?:under|over|below|above|(?:less|more)\s+than|at\s+(?:least|most)|up\s+to|max(?:imum)?|min(?:imum)?)\s+"
    r"\d[\d.,]*\s*[a-z\"]*"
)
SURE_OF = 5  # products of a kind whose category is believed although their titles seldom end with its name
NEAR_MONEY = 16  # characters between a price and what it is for
_PAYING = wordset("spend spending pay paying afford sub pricewise money-wise")  # what stands before a price
_TOLD = frozenset({"P", "W", "X", "S", "Q", "I", "R", "H", "be_like", "wish", "likes"})  # tags of whole sentences
LONG = 18  # words from which a text is a tale: loose fragments in it count only when the store knows their words


def read(text: str, vocabulary: Vocabulary, *, kind: str = "") -> Said:
    """Take a request apart with the words of the store; `kind` is what was asked for before, when it goes on."""
    text = spelling.mended(fold(text).replace("’", "'"), vocabulary)
    text = _PRELUDE.sub(lambda found: " " * len(found.group()), text)
    said = Said(prices.read(text, vocabulary.currency))
    paid = list(said.budget.spans)
    text, age = _take_age(text)
    text = _take_lover(text, said)
    spans = _dropped(text, paid, said)
    measured = amounts.read(text, [*paid, *spans])
    said.limits, said.size, said.quantity = list(measured.limits), measured.size, measured.quantity
    spans = [*spans, *measured.spans]
    found = clauses.chunks(lexer.tokens(text, spans, paid))
    product = _product(found, vocabulary, said, kind)
    long = sum(len(chunk.tokens) for chunk in found) > LONG
    for chunk in found:
        wishes.hear(chunk, said, vocabulary, product.get(id(chunk)), long)
    if not (said.kind or said.category):
        _named_category(found, vocabulary, said, kind)
    if age and (not said.audience or said.audience in ("kids", "teens")):
        said.audience = age
    elif not said.audience and _LEARNER.search(text):
        said.audience = "beginner"
    said.prefer = list(dict.fromkeys(said.prefer))
    said.words = _query(found, said)
    gift = bool(said.audience or said.use) and not PRESENTS.isdisjoint(text.split())
    said.phrase = "" if gift else _as_typed(text, [*paid, *(span for span in spans if span not in measured.spans)])
    return said


def _take_age(text: str) -> tuple[str, str]:
    """The text without "6 year old", and whom that makes it for: "kids", "teens" or nobody in particular."""
    found = amounts.AGE.search(text)
    if not found:
        return text, ""
    group = amounts.age_group(found)
    person = " kids " if group == "kids" else " teens " if group else " "
    room = found.end() - found.start()
    return text[: found.start()] + person.ljust(room)[:room] + text[found.end() :], group


def _take_lover(text: str, said: Said) -> str:
    """The text without "coffee lover", "who knits": what somebody likes."""
    for found in _LOVER.finditer(text):
        word = next(group for group in found.groups() if group)
        if word in MANNERS or word in VERBS or (found["does"] and not PERSONS & set(text[: found.start()].split())):
            continue
        said.interests.append(word)
        text = text[: found.start()] + " " * (found.end() - found.start()) + text[found.end() :]
    return text


def _dropped(text: str, spans: Sequence[tuple[int, int]], said: Said) -> list[tuple[int, int]]:
    taken: list[tuple[int, int]] = []
    for found in _DROP.finditer(text):
        word = next(group for group in found.groups() if group)
        if word in _POINTING:
            continue
        if any(start < found.end() and found.start() < end for start, end in spans):
            continue
        said.dropped += word.split()
        key = PREFERENCE.fullmatch(word)
        said.dropped_preferences.add(key.lastgroup or "" if key else _DROPPED_PREFERENCE.get(word, ""))
        taken.append(found.span())
    return taken


# --- the product ------------------------------------------------------------------------------------------------------


def _product(found: list[Chunk], vocabulary: Vocabulary, said: Said, before: str) -> dict[int, nouns.Product]:
    """The chunk that names what is asked for, by identity, with the place of its noun.

    Best is what a wish governs ("I need a …"), then the first fragment, then what a price is said to be for; in a tale
    only what "one" stands for ("my umbrella broke, show me one that …").
    """
    best: tuple[float, Chunk, nouns.Product] | None = None
    asks = any(chunk.frame == PRODUCT for chunk in found)
    one = any(chunk.frame in (PRODUCT, THAT) and chunk.tokens[-1].word in ("one", "ones") for chunk in found)
    seen_listed = False
    for chunk in found:
        listed = chunk.frame == LISTED and not chunk.refused
        first = listed and not seen_listed
        seen_listed = seen_listed or (listed and any(wishes.meaning(token) for token in chunk.tokens))
        paid_for = chunk.frame in (FOR, OF) and _after_money(chunk, said)
        if chunk.refused or not (
            chunk.frame in (PRODUCT, LISTED)
            or paid_for
            or (chunk.frame == OF and not chunk.opener)
            or (chunk.frame == TALE and one)
        ):
            continue
        begins = first and not asks and (chunk.clause <= 1 or chunk.named == "a")
        certain = chunk.frame == PRODUCT or ((begins or paid_for) and not before)
        noun = nouns.product(chunk.tokens, vocabulary, certain=certain)
        if noun is None:
            continue
        known = noun.stem in GOODS or (noun.kind is not None and noun.kind.headness >= nouns.KNOWN_HEAD)
        unheard = chunk.named == "a" and noun.stem not in vocabulary.words and noun.last == len(chunk.tokens) - 1
        if before and chunk.frame == LISTED and _only_describes(chunk, noun):
            continue  # "round": said of the sunglasses asked for, though the store has "Cotton Rounds"
        if before and not (known or unheard):
            continue  # "I'd like a timer": a part of what was asked for
        if before and not (
            chunk.frame == PRODUCT or (listed and (known or unheard) and _names_another(chunk, noun, before))
        ):
            continue
        if chunk.frame in (TALE, OF) and not paid_for and not known:
            continue
        rank = {PRODUCT: 4.0, LISTED: 2.0, OF: 1.5, FOR: 1.5, TALE: 0.5}[chunk.frame]
        rank += known + 1.5 * begins + 0.8 * (listed and chunk.named == "a")
        if best is None or rank > best[0]:
            best = (rank, chunk, noun)
    if best is None:
        return {}
    _, chunk, noun = best
    said.noun = noun.noun(chunk.tokens)
    if noun.kind is not None:
        said.kind, said.others = noun.stem, noun.others
        said.category = _category([token.stem for token in chunk.tokens[: noun.last + 1]], noun.kind, vocabulary)
    count = chunk.tokens[0].word
    if said.quantity is None and noun.first > 0 and count in amounts.NUMBERS and said.noun.endswith("s"):
        said.quantity = amounts.NUMBERS[count]  # "two wooden bar stools"
    return {id(chunk): noun}


def _after_money(chunk: Chunk, said: Said) -> bool:
    """ "50 dollars tops for a speaker": does the phrase follow right upon a price?"""
    start = chunk.tokens[0].start
    return any(0 <= start - end <= NEAR_MONEY for _, end in said.budget.spans)


def _names_another(chunk: Chunk, noun: nouns.Product, before: str) -> bool:
    """Does a fragment name a product ("a kettle", "gloves", "cat food i meant"), not only a part or a property?"""
    last = noun.last == len(chunk.tokens) - 1
    return noun.stem == before or (last and (chunk.named == "a" or len(chunk.tokens) <= 2))


def _named_category(found: list[Chunk], vocabulary: Vocabulary, said: Said, before: str) -> None:
    """A shelf called by its whole name, when that is no plural: "popular science", "poetry", "bedding"."""
    for chunk in found:
        words = [token for token in chunk.tokens if token.tag == "U"]
        name = vocabulary.categories.get(tuple(token.stem for token in words))
        whole = name is not None and stems(name) == [token.stem for token in words]
        if chunk.refused or not whole or chunk.frame not in (PRODUCT, LISTED) or (before and len(words) < 2):
            continue
        said.category, said.noun = str(name), " ".join(token.word for token in words)
        said.wanted = [term for term in said.wanted if not set(stems(term)) <= set(stems(said.category))]
        return


def _only_describes(chunk: Chunk, noun: nouns.Product) -> bool:
    """Is a bare word, without article or plural, a kind only where the store's category has its plural?"""
    word = chunk.tokens[noun.last].word
    plain = chunk.named != "a" and noun.stem not in GOODS and not word.endswith("s")
    return plain and noun.kind is not None and noun.kind.plural_only


def _category(found: list[str], kind: Kind, vocabulary: Vocabulary) -> str:
    for start in range(len(found)):
        name = vocabulary.categories.get(tuple(found[start:]))
        if name and (len(found) - start > 1 or kind.share >= 0.5):
            return name if len(found) - start > 1 else kind.category
    sure = kind.share >= 0.5 and (kind.headness >= nouns.KNOWN_HEAD or kind.count >= SURE_OF)
    return kind.category if sure else ""


def _query(found: list[Chunk], said: Said) -> list[str]:
    """The words for the search, as they were typed: the needs' own, and what was said beside them outside of tales."""
    words: list[str] = []
    used = set(said.use.split()) if said.use not in said.wanted else set()
    for chunk in found:
        if chunk.refused:
            continue
        meant = [t for t in chunk.tokens if t.tag == "U" and (t.word not in MANNERS or t.word in AUDIENCE)]
        meant = [t for t in meant if t.word not in ASIDES and not t.key]
        spoken = {word for token in meant for word in token.word.split()}
        place = chunk.frame in (FOR, IN) and bool(used) and spoken <= used and (said.noun or spoken & PLACES)
        away = place or chunk.frame in (TALE, clauses.NONE, TO)
        for token in meant:
            target = said.talk if away and token.word != said.audience else words
            target += [word for word in token.word.split() if word not in words]
    if not said.noun and not used & PLACES:
        words += [word for word in said.use.split() if word not in words]
    return list(dict.fromkeys(words))


def _as_typed(text: str, said_otherwise: Sequence[tuple[int, int]]) -> str:
    """The request in its own words, when it is a search phrase with only courtesy and a price around it; else "".

    Its little words matter ("without handles", "one piece", "not included"), and the search reads them itself.
    """
    text = _COMPARED.sub(
        lambda found: " " * len(found.group(0)), text
    )  # "under 10 pounds" is compared, not searched for
    parts: list[list[lexer.Token]] = [[]]
    for token in lexer.tokens(text, (), said_otherwise):
        if token.tag in ("$", "mark", "ended"):
            parts.append([])
        else:
            parts[-1].append(token)
    phrases: list[list[lexer.Token]] = []
    for part in parts:
        while part and _courteous(part[0]):
            part = part[1:]
        while part and (_courteous(part[-1]) or part[-1].tag == "refuse"):
            part = part[:-1]
        sentence = any(one.tag == "U" and verb.tag == "V" for one, verb in itertools.pairwise(part))
        if sentence or any(token.tag in _TOLD for token in part):
            return ""
        if part:
            phrases.append(part)
    phrases.sort(key=lambda part: any(token.tag == "refuse" for token in part))  # a refusal reaches over what follows
    found = [word for part in phrases for word in _words(text, part)]
    return " ".join(found) if len(found) <= LONG else ""


def _courteous(token: lexer.Token) -> bool:
    """Is a word at the edge of a request talk, and not part of what is searched for?"""
    talk = token.tag not in "UV" or token.word in MANNERS or token.word in _PAYING
    return talk and token.tag != "refuse" and not token.key


def _words(text: str, part: Sequence[lexer.Token]) -> list[str]:
    """As they were typed, without what is compared by numbers ("quiet", "cheap"): a name that says so is no proof."""
    return [word for token in part if not token.key for word in text[token.start : token.end].split()]
