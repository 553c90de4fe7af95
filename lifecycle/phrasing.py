"""One request taken apart: which words name the product, which wish, which refuse, which are only manners."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from rapidfuzz import process

from lifecycle import prices, spelling
from lifecycle.manners import ASIDES, AUDIENCE, MANNERS, PREPOSITIONS, PRESENTS
from lifecycle.measures import OPPOSITE, PREFERENCE, unit_of
from lifecycle.vocabulary import COLOUR_STEMS, NO_KIND, Kind, Vocabulary
from lifecycle.words import fold, stem, stems

_WORD = re.compile(r"\d+(?:[.,/]\d+)*(?:\s?(?:%|\"))?|[^\W\d_]+(?:['’][^\W_]+)*|[^\W_]+|[,.;:!?()\n]")
_AGE = re.compile(r"\b(?P<years>\d{1,2})[\s-]*(?:(?:years?|yrs?)[\s-]*olds?|yo|y/o)\b")
FIRST_TEEN, GROWN_UP = 13, 18
_BREAKS = frozenset(",.;:!?()\n")
_REFUSALS = re.compile(
    r"\b(?:(?:(?:i\s+)?(?:do\s+not|don['’]?t|dont|doesn['’]?t|does\s+not)\s+(?:want|like|need|have)|anything\s+but|nothing|"
    r"anything\s+except|except(?:\s+for)?|other\s+than|rather\s+not|avoid|hate|no\s+more|not\s+(?:in|with|from|made\s+(?:of|in))|"
    r"not|no|without|never|minus|isn['’]?t|is\s+not|aren['’]?t|excluding)"
    r"(?:\s+(?:it|them|to\s+be|in|be|have|any|a|an|the|too|so|very|that|really|anything|something|made\s+of|one|ones|"
    r"with|from|colou?r))*)\b[\s-]*",
    re.I,
)
_NOT_REFUSED_WORDS = """
    sure only preference idea limit problem matter rush necessarily important worry clue really just yet included
    more less thanks please need thank particular specific doubt longer way at know mind care think one if much sold
    having bad"""
_NOT_REFUSED = frozenset(_NOT_REFUSED_WORDS.split())
_DROP = re.compile(
    r"(?:\b(?:forget(?:\s+about)?|ignore|never\s?mind|skip|drop|remove|scrap)\s+(?:the\s+|about\s+|my\s+)*(?P<a>[a-z]+)|"
    r"\bany\s+(?P<b>colou?r|brand|size|material)\b|"
    r"\b(?P<c>[a-z]+)\s+(?:(?:is|are)\s?(?:n['’]?t|\s+not)\s+(?:that\s+|so\s+|really\s+)?(?:important|necessary|needed)|"
    r"(?:doesn['’]?t|does\s+not|don['’]?t|do\s+not)\s+(?:really\s+)?matter|is\s+(?:fine|ok|okay)(?:\s+too)?)|"
    r"\b(?:don['’]?t|do\s+not)\s+(?:care|mind)\s+(?:about\s+|if\s+it\s+is\s+)?(?:the\s+)?(?P<d>[a-z]+)|"
    r"\bdoes(?:n['’]?t|\s+not)\s+(?:need|have)\s+to\s+be\s+(?P<e>[a-z]+)|\b(?:allow|include|with)\s+(?P<f>[a-z]+)\s+too)",
    re.I,
)
_DROPPED_PREFERENCE = {"noise": "quiet", "weight": "light", "power": "powerful", "loudness": "quiet", "price": "cheap",
                       "battery": "battery", "reviews": "rated", "rating": "rated", "warranty": "warranty"}  # fmt: skip
_SIZE = re.compile(
    r"\bsize\s*:?\s*(?P<a>\d+(?:\.\d+)?(?:\s?(?:wide|narrow|w|d|us|uk|eu))?|[a-z]{1,3}\b(?<!is)(?<!of)(?<!to)(?<!in)|small|"
    r"medium|large)|\b(?P<b>\d?x{1,4}-?(?:l|s|large|small)|queen|king|twin|full|double|single)(?=[\s-]*(?:size|sized|bed\b|"
    r"duvet|sheet|mattress|$|[,.]))|\b(?P<c>extra[\s-](?:large|small)|\d?x{1,4}-?(?:l|s|large|small)|\d+xl)\b|"
    r"\b(?P<d>\d+(?:\.\d+)?\s?[x×]\s?\d+(?:\.\d+)?(?:\s?[x×]\s?\d+(?:\.\d+)?)?)(?:\s?(?:cm|mm|in|inch|inches|ft|feet))?\b",
    re.I,
)
_QUANTITY = re.compile(
    r"\b(?:(?:pack|set|box|case|bundle|pair)s?\s+of\s+(?P<a>\d+)|(?P<b>\d+)[\s-](?:pack|count|pcs|pieces|packs)\b|"
    r"quantity:?\s+(?P<c>\d+))",
    re.I,
)
_UNITS = (
    r"db|dba|decibels?|kgs?|kilos?|kilograms?|grams?|g|lbs?|pounds?|oz|ounces?|watts?|w|kw|liters?|litres?|l|ml|quarts?|qt|"
    r"hours?|hrs?|h|minutes?|mins?|mm|cm|inch(?:es)?|in(?=\s+(?:wide|tall|long|deep|high))|feet|ft|lumens?|lm|bars?|years?"
)
_LIMIT = re.compile(
    rf"(?:(?P<high>under|below|less\s+than|up\s?to|at\s+most|max(?:imum)?(?:\s+of)?|no\s+more\s+than|not\s+more\s+than|"
    rf"lighter\s+than|quieter\s+than|smaller\s+than|within|not\s+over|<=?)|(?P<low>over|above|more\s+than|at\s+least|min(?:imum)?"
    rf"(?:\s+of)?|no\s+less\s+than|bigger\s+than|>=?))\s*(?P<n>\d+(?:\.\d+)?)\s?-?(?P<u>{_UNITS})\b|"
    rf"\b(?P<n2>\d+(?:\.\d+)?)\s?-?(?P<u2>{_UNITS})\s+(?:(?P<high2>max(?:imum)?|or\s+(?:less|under)|at\s+most|tops)|"
    rf"(?P<low2>min(?:imum)?|or\s+more|at\s+least|\+))",
    re.I,
)
_LIGHT = re.compile(
    r"\blight\b(?=\s+(?!fixture|bulb|roast|switch|filter|string|strip|block|show|box|weight|set|with|for|in|up|and|shade|"
    r"cover|bar|pad|stand|therapy|kit)[a-z]+)|\b(?:is|be|and|,)\s+light\b",
    re.I,
)
_SEEKING = re.compile(
    r"\b(?:look(?:ing)?|search(?:ing)?|hunt(?:ing)?|ask(?:ing)?|shop(?:ping)?|suggest(?:ions?)?|recommend(?:ations?)?|market|"
    r"wish(?:ing)?|ideas?)\s+for\b",
    re.I,
)
_THING = re.compile(
    r"\b(?:an?|any|some)\s+(?P<a>[a-z]{3,})\s*(?=$|[,.;!?]|\b(?:for|with|under|that|to|please)\b)", re.I
)
_UNIT_WORD = re.compile(rf"(?:{_UNITS}|fl|in|gb|tb|mah|v|volt|hz|k|degree|degrees|tier|person|cup|cups|slice)$", re.I)
_NOT_LARGE = re.compile(
    r"\b(?:size|in|a|an)\s+(?:a\s+)?(?:x-?|extra\s+)?(?:small|large)\b(?!\s+[a-z]{3})|extra[\s-](?:large|small)", re.I
)


@dataclass
class Said:
    """The parts of one request; words as they were typed, lower-case."""

    budget: prices.Budget
    words: list[str] = field(default_factory=list)
    category: str = ""
    kind: str = ""
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
    audience: str = ""
    unknown: str = ""  # a thing asked for that the store has no word for: "a drone"
    dropped: list[str] = field(default_factory=list)
    dropped_preferences: set[str] = field(default_factory=set)


def read(text: str, vocabulary: Vocabulary) -> Said:
    """Take a request apart with the words of the store."""
    text = spelling.mended(fold(text).replace("’", "'"), vocabulary)
    text, age = _take_age(text)
    said = Said(prices.read(text, vocabulary.currency))
    text = _blank(text, said.budget.spans)
    text = _take_dropped(text, said)
    text = _take_limits(text, said)
    text = _take_unwanted(text, said, vocabulary)
    text = _take_preferences(text, said)
    found = _QUANTITY.search(text)
    if found:
        said.quantity = min(int(found["a"] or found["b"] or found["c"]), 10_000)
        text = _blank(text, [found.span()])
    found = _SIZE.search(text)
    if found:
        said.size = next(group for group in found.group("a", "b", "c", "d") if group)
    chunks = _chunks(_SEEKING.sub(lambda found: found.group(0)[:-3] + "   ", text))
    chunks = [(opening, [word for word in chunk if not _aside(word, vocabulary)]) for opening, chunk in chunks]
    said.words = [word for _, chunk in chunks for word in chunk if word not in MANNERS or word in AUDIENCE]
    _take_product(chunks, said, vocabulary)
    thing = _THING.search(text)
    if thing and not said.kind and vocabulary.words and stem(thing["a"]) not in vocabulary.words | MANNERS:
        said.unknown = thing["a"]
    _take_rest(chunks, said, vocabulary)
    if age:
        said.audience = age
        said.words.append(age)
    return said


def _take_age(text: str) -> tuple[str, str]:
    """The text without "6 year old", and whom that makes it for: "kids", "teens" or nobody in particular."""
    found = _AGE.search(text)
    if not found:
        return text, ""
    years = int(found["years"])
    group = "kids" if years < FIRST_TEEN else "teens" if years < GROWN_UP else ""
    return text[: found.start()] + " " * (found.end() - found.start()) + text[found.end() :], group


def _aside(word: str, vocabulary: Vocabulary) -> bool:
    return word in ASIDES and stem(word) not in vocabulary.words


def _blank(text: str, spans: list[tuple[int, int]] | tuple[tuple[int, int], ...]) -> str:
    for start, end in spans:
        text = text[:start] + ";" + " " * (end - start - 1) + text[end:]
    return text


def _take_dropped(text: str, said: Said) -> str:
    for found in _DROP.finditer(text):
        word = next(group for group in found.groups() if group)
        if word in ("it", "that", "this", "which", "what", "to", "too", "you", "any", "everything", "all"):
            continue
        said.dropped.append(word)
        key = PREFERENCE.fullmatch(word)
        said.dropped_preferences.add(key.lastgroup or "" if key else _DROPPED_PREFERENCE.get(word, ""))
        text = _blank(text, [found.span()])
    return text


def _take_limits(text: str, said: Said) -> str:
    for found in _LIMIT.finditer(text):
        unit = unit_of(found["u"] or found["u2"])
        if unit is None:
            continue
        number = float(found["n"] or found["n2"]) * unit[1]
        high = bool(found["high"] or found["high2"])
        label = " ".join(found.group(0).split())
        said.limits.append((unit[0], None if high else number, number if high else None, label))
        text = _blank(text, [found.span()])
    return text


def _take_unwanted(text: str, said: Said, vocabulary: Vocabulary) -> str:
    position = 0
    while (found := _REFUSALS.search(text, position)) is not None:
        end = found.end()
        rest = [(word, at) for word, at in _words(text, end)][:9]
        taken, stop = _refused(rest, vocabulary, found.group(0).startswith(("with", "no", "exc", "minus")))
        position = end
        if not taken:
            continue
        for term in taken:
            if term in OPPOSITE:
                said.prefer.append(OPPOSITE[term])
            elif term not in said.unwanted:
                said.unwanted.append(vocabulary.brands.get(tuple(stems(term)), term))
        text = _blank(text, [(found.start(), max(stop, found.end()))])
        position = max(stop, found.end())
    return text


def _is_colour(word: str) -> bool:
    return stem(word) in COLOUR_STEMS


def _colours_to_the_or(following: list[str]) -> bool:
    """Do colours follow, one after the other, up to an "or" with the last?"""
    for index, word in enumerate(following):
        if index % 2 == 0 and not _is_colour(word):
            return False
        if index % 2 == 1 and word in ("or", "nor"):
            return index + 1 < len(following) and _is_colour(following[index + 1])
        if index % 2 == 1 and word != ",":
            return False
    return False


def _refused(rest: list[tuple[str, int]], vocabulary: Vocabulary, noun: bool) -> tuple[list[str], int]:
    """The terms right after "not" or "without", with "or" and "and" between them; and where they end."""
    terms: list[str] = []
    stop = 0
    index = 0
    while index < len(rest):
        word, _ = rest[index]
        if word == "," and terms and _colours_to_the_or([w for w, _ in rest[index + 1 :]]) and _is_colour(terms[-1]):
            index += 1  # "not black, red or pink"
            terms.append(rest[index][0])
            stop = rest[index][1]
            index += 1
            continue
        if word in ("or", "nor", "and", ",") and terms and index + 1 < len(rest) and word != ",":
            follower = stem(rest[index + 1][0])
            colours = stem(terms[-1]) in COLOUR_STEMS
            if word == "and" and not (colours and follower in COLOUR_STEMS):
                break
            index += 1
            continue
        if terms and rest[index - 1][0] not in ("or", "nor", "and"):
            break
        if (
            word in _BREAKS
            or word in _NOT_REFUSED
            or (word in MANNERS and word not in ("cheap",))
            or word in PREPOSITIONS
        ):
            break
        length = _phrase_length([stem(w) for w, _ in rest[index:]], vocabulary)
        following = [w for w, _ in rest[index + 1 : index + 4]]
        ends = len(following) < 2 or following[1] in _BREAKS or following[1] in PREPOSITIONS | {"or", "and"}
        modified = following and following[0] not in MANNERS | _BREAKS | PREPOSITIONS | {"or", "and"} and ends
        if length == 1 and noun and modified and stem(word) not in COLOUR_STEMS:
            length = 2
        terms.append(" ".join(w for w, _ in rest[index : index + length]))
        stop = rest[index + length - 1][1]
        index += length
    return terms, stop


def _take_preferences(text: str, said: Said) -> str:
    protected = [found.span() for found in _NOT_LARGE.finditer(text)]
    for found in PREFERENCE.finditer(text):
        key = found.lastgroup or ""
        if key in ("big", "small") and any(start <= found.start() < end for start, end in protected):
            continue
        if key == "battery" and found.group(0) == "battery life" and len(text.split()) < 2:
            continue
        said.prefer.append(key)
        text = text[: found.start()] + " " * len(found.group(0)) + text[found.end() :]
    for found in _LIGHT.finditer(text):
        follower = _WORD.search(text, found.end())
        if follower is None or stem(follower.group(0)) not in COLOUR_STEMS:
            said.prefer.append("light")
            text = text[: found.start()] + " " * (found.end() - found.start()) + text[found.end() :]
            break
    said.prefer = list(dict.fromkeys(said.prefer))
    return text


def _words(text: str, start: int = 0) -> list[tuple[str, int]]:
    return [(found.group(0), found.end()) for found in _WORD.finditer(text, start)]


def _chunks(text: str) -> list[tuple[str, list[str]]]:
    """The request as runs of words, each with the preposition or mark that opens it."""
    chunks: list[tuple[str, list[str]]] = [("", [])]
    for word, _ in _words(text):
        if word in _BREAKS:
            chunks.append(("", []))
        elif word in PREPOSITIONS and not (word == "in" and chunks[-1][1][-1:] == ["built"]):
            chunks.append((word, []))
        elif word in ("and", "or"):
            chunks.append((chunks[-1][0] or "and", []))
        else:
            chunks[-1][1].append(word)
    return [(opening, chunk) for opening, chunk in chunks if chunk]


def _phrase_length(found: list[str], vocabulary: Vocabulary) -> int:
    for phrase in vocabulary.phrases.get(found[0], ()) if found else ():
        if tuple(found[: len(phrase)]) == phrase:
            return len(phrase)
    return 1


def _take_product(chunks: list[tuple[str, list[str]]], said: Said, vocabulary: Vocabulary) -> None:
    """The product noun: the last word of the first run that the store uses as one."""
    for opening, chunk in chunks:
        if opening not in ("", "and", "at", "under", "below", "but", "so", "if", "because", "which"):
            continue
        content = [word for word in chunk if word not in MANNERS]
        for index in range(len(content) - 1, -1, -1):
            word = stem(content[index])
            last = index == len(content) - 1
            kind = vocabulary.kinds.get(word) or (vocabulary.nouns.get(word) if last else None)
            if kind is None and last and word not in vocabulary.words:
                word, kind = _misspelt(content[index], vocabulary)
                if kind is None:
                    break  # the store does not know the very thing that is asked for
                said.words = [word if typed == content[index] else typed for typed in said.words]
                chunk[chunk.index(content[index])] = word
            if kind is None or word in NO_KIND or content[index] in said.size.split():
                continue
            said.kind, said.noun = word, content[index]
            said.category = _category([stem(w) for w in content[: index + 1]], kind, vocabulary)
            return


def _category(found: list[str], kind: Kind, vocabulary: Vocabulary) -> str:
    for start in range(len(found)):
        name = vocabulary.categories.get(tuple(found[start:]))
        if name and (len(found) - start > 1 or kind.share >= 0.5):
            return name if len(found) - start > 1 else kind.category
    return kind.category if kind.share >= 0.5 else ""


def _misspelt(word: str, vocabulary: Vocabulary) -> tuple[str, Kind | None]:
    if len(word) < 5 or not word.isalpha():
        return word, None
    best = process.extractOne(stem(word), vocabulary.kinds.keys(), score_cutoff=87)
    return (best[0], vocabulary.kinds[best[0]]) if best and best[0][0] == word[0] else (word, None)


def _only_mentioned(chunk: list[str], at: int, kind: str) -> bool:
    """ "The baby sleeps", "my husband also …": somebody of the talk, not whom the product is for."""
    introduced = at > 0 and chunk[at - 1] in ("the", "my", "our", "his", "her", "a")
    return introduced and not (at + 1 < len(chunk) and stem(chunk[at + 1]) == kind and kind)


def _take_rest(chunks: list[tuple[str, list[str]]], said: Said, vocabulary: Vocabulary) -> None:
    """Brand, colour, audience and use; every other word with a meaning is wanted."""
    category = set(stems(said.category))  # who looks for a coffee grinder need not be told that it grinds coffee
    for opening, chunk in chunks:
        found = [stem(word) for word in chunk]
        run: list[str] = []
        index = 0
        while index < len(chunk):
            word = chunk[index]
            length = next((n for n in (4, 3, 2, 1) if tuple(found[index : index + n]) in vocabulary.brands), 0)
            if length and not said.brand and index + length <= len(chunk) and not (length == 1 and word in MANNERS):
                said.brand = vocabulary.brands[tuple(found[index : index + length])]
                index += length
                continue
            length = _phrase_length(found[index:], vocabulary)
            if length > 1 and found[index + length - 1] != said.kind:
                run.append(" ".join(chunk[index : index + length]))
                index += length
                continue
            index += 1
            if word[0].isdigit() and index < len(chunk) and _UNIT_WORD.match(chunk[index]):
                run.append(f"{word} {chunk[index]}")
                index += 1
            elif word == "free" and run:
                run[-1] += " free"
            elif word == "non" and index < len(chunk):
                run.append(f"non {chunk[index]}")
                index += 1
            elif word in AUDIENCE:
                if opening == "for" or not _only_mentioned(chunk, index - 1, said.kind):
                    said.audience = said.audience or word
            elif found[index - 1] in COLOUR_STEMS and found[index - 1] != said.kind:
                shade = chunk[index - 2] if index > 1 and chunk[index - 2] in ("light", "dark", "rose", "navy") else ""
                if shade and run[-1:] == [shade]:
                    run.pop()
                said.colour = said.colour or f"{shade} {word}".strip()
            elif said.kind and found[index - 1] in category:
                continue
            elif word not in MANNERS and found[index - 1] != said.kind and not word[0].isdigit() and len(word) > 1:
                run.append(word)
        if opening == "for" and run and not said.use and run[0] not in PRESENTS:
            said.use = " ".join(run)
        size = set(said.size.split())
        said.wanted += [term for term in run if term not in said.wanted and term not in size and term not in PRESENTS]
