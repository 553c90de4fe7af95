"""Money in what people type: limits, ranges, "around 80", "1.5k".

A number is money only when a currency or a word about paying says so.  Sizes, counts, ounces, ages and model names are
never a price: `size 10`, `20x20`, `pack of 2`, `women over 50` read as nothing.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace

from babel.numbers import get_currency_precision

from lifecycle.language.words import wordset

AROUND = 0.20  # "around 100" accepts 80 to 120
LEAST_ABOUT = 20  # "about 5" of something is seldom money
LEAST_POUNDS = 15  # a bare "max 8 pounds" is what it may weigh
LEAST_LONE_RANGE = 60  # "a tent, 150-250" is money, "socks, 40-45" is a size

_SYMBOLS = {"us$": "USD", "ca$": "CAD", "c$": "CAD", "au$": "AUD", "a$": "AUD", "nz$": "NZD", "$": "", "€": "EUR"} | {
    "£": "GBP", "¥": "JPY", "₹": "INR"
}  # fmt: skip
_WORDS = {
    "dollars": "", "dollar": "", "bucks": "", "buck": "", "usd": "USD", "us dollars": "USD", "euros": "EUR",
    "euro": "EUR", "eur": "EUR", "quid": "GBP", "gbp": "GBP", "pounds sterling": "GBP", "cad": "CAD", "aud": "AUD",
    "yen": "JPY", "jpy": "JPY", "rupees": "INR", "inr": "INR", "rs": "INR", "chf": "CHF", "francs": "CHF", "sek": "SEK",
}  # fmt: skip
# What nobody may mistake for a slip.
WORDS = wordset("quid bucks tenner fiver grand lakh lakhs dollars dollar euros rupees pounds budget around under")
_TIMES = {"k": 1_000, "thousand": 1_000, "grand": 1_000, "hundred": 100, "lakh": 100_000, "lac": 100_000}
_TENS = {"twenty": 20, "thirty": 30, "forty": 40, "fifty": 50, "sixty": 60, "seventy": 70, "eighty": 80, "ninety": 90}
_SMALL = {"one": 1, "two": 2, "three": 3, "four": 4, "five": 5, "six": 6, "seven": 7, "eight": 8, "nine": 9} | {
    "ten": 10, "eleven": 11, "twelve": 12, "thirteen": 13, "fourteen": 14, "fifteen": 15, "sixteen": 16,
    "seventeen": 17, "eighteen": 18, "nineteen": 19,
}  # fmt: skip
_NUMBER_WORDS = _SMALL | _TENS
_NAMED = {"half": 0.5, "couple": 2, "tenner": 10, "fiver": 5}

_DIGITS = r"\d{1,3}(?:[,.]\d{3})+(?:[.,]\d{1,2})?(?!\d)|\d+(?:[.,]\d{1,2})?(?!\d)|\.\d{1,2}(?!\d)"
_WORD_NUMBER = (
    r"(?:(?:a|half\s+a|(?:a\s+)?couple(?:\s+of)?|{w})\s+(?:hundred|thousand|grand)(?:\s+(?:and\s+)?(?:{t})(?:[\s-](?:{s}))?)?|"
    r"(?:{t})(?:[\s-](?:{s}))?|a\s+tenner|a\s+fiver|"
    r"(?:{s})(?=\s+(?:dollars?|bucks?|euros?|quid|usd|grand)|\s+(?:and|to|or)\s+(?:{s})\s+(?:hundred|thousand|grand)))"
).format(w="|".join(_SMALL), t="|".join(_TENS), s="|".join(_SMALL))
_SYMBOL = "|".join(re.escape(symbol) for symbol in sorted(_SYMBOLS, key=len, reverse=True))
_WORD = "|".join(sorted(_WORDS, key=len, reverse=True))
_AMOUNT = re.compile(
    rf"(?:(?P<symbol>{_SYMBOL})\s?|(?<![a-z0-9])(?P<code>usd|eur|gbp|cad|aud|chf|jpy|inr|rs\.?)\s?)?"
    rf"(?:(?<=usd)|(?<=eur)|(?<=gbp)|(?<=chf)|(?<=sub-)|(?<![\w.,/#])(?<![a-z]-))(?P<number>{_DIGITS}|{_WORD_NUMBER})"
    rf"(?P<times>\s?k(?![a-z0-9])|\s+(?:hundred|thousand|grand)(?![a-z])|\s?(?:lakh|lac)s?(?![a-z]))?(?P<ish>\s?-?\s?ish(?![a-z]))?(?:[.,]-)?(?P<plus>\s?\+)?"
    rf"(?:\s?(?P<after>[$€£])|\s*-?\s*(?P<word>{_WORD})(?![a-z]))?"
    rf"(?P<pounds>\s+pounds?(?![a-z]))?",
    re.IGNORECASE,
)
# Joined amounts keep their own start: "$50-$80", "50-80 dollars", "50 to 80"
_JOIN = re.compile(r"\s*(?:-|–|—|\bto\b|\band\b|&|\btill\b|\bup to\b|\bor\b)\s*$", re.IGNORECASE)

_LOWER_WORDS = (
    r"under|below|beneath|sub(?=\s*$)|south\s+of|less(?:er)?(?:\s+than|\s+then)?|lower(?:\s+than|\s+then)?|cheaper(?:\s+than|\s+then)?|"
    r"up\s?to(?:\s+about)?|(?:stretch|go|push|extend)(?:\s+it)?(?:\s+up)?\s+to|not\s+a\s+(?:penny|cent|dollar)\s+(?:over|more\s+than)|within|inside|at\s+(?:the\s+)?most|as\s+much\s+as|max(?:imum|\.)?|tops|limit(?:ed\s+to)?|cap(?:ped\s+at)?|"
    r"ceiling|smaller\s+than|not\s+exceeding|<=?|≤|u(?:nder)?nder|undr|beloww?"
)
_UPPER_WORDS = (
    r"over|above|north\s+of|more\s+(?:than|then)(?:\s+(?:about|around))?|higher\s+(?:than|then)|beyond|exceed(?:s|ing)?|past|upwards?\s+of|at\s+(?:the\s+)?(?:very\s+)?least|"
    r"minimum(?:\s+of)?|min\.?|starting\s+(?:at|from)|from|greater\s+than|expensive\s+than|pricier\s+than|>=?|≥"
)
_AROUND_WORDS = (
    r"around|about|approx(?:imately|\.)?|roughly|circa|near(?:ly)?|close\s+to|somewhere\s+(?:around|near)|"
    r"in\s+the\s+(?:neighbou?rhood|region|ballpark)\s+of|ballpark(?:\s+of)?|~"
)
_PAY_WORDS = (
    r"budget|spend(?:ing)?|spent|price[sd]?|pricing|costs?|costing|pay(?:ing)?|afford|fork\s+out|shell\s+out|"
    r"price\s+(?:range|point|limit|tag)|price\s+range"
)
_FILL = (
    r"(?:\s*(?:is|are|of|at|to|be|being|was|my|the|a|an|me|it|its|i|i'm|with|for|set|only|just|please|maybe|say|like|"
    r"total|overall|usd|eur|gbp|by|or|range|limit|money|amount|budget|price|most|right|now|go|come|in|no|than|then|:|=|-))"
)
_BEFORE = re.compile(
    rf"(?:(?<![a-z])(?:(?P<lower>{_LOWER_WORDS})|(?P<upper>{_UPPER_WORDS})|(?P<around>{_AROUND_WORDS})|"
    rf"(?P<pay>{_PAY_WORDS}))){_FILL}{{0,5}}\s*$",
    re.IGNORECASE,
)
_NEGATED = re.compile(
    r"(?:\b(?:no|not|nothing|never|without|avoid|nor|cannot|dont|cant|wont|shouldnt|doesnt|isnt|mustnt|couldnt|wouldnt)|"
    r"\w*n['’]t)(?:\s+(?:want|wanna|like|to|go|going|spend|spending|pay|paying|cost|costing|costs|be|been|is|priced?|"
    r"anything|something|much|any|really|a|it|they|should|i|looking|buy|of|the|afford|get|am|prefer|far|way|budget|"
    r"show|see|give|send|bring|recommend|suggest|me|us|stuff|things?|ones?|items?|products?|options?|care|for))"
    r"{0,6}\s*$",
    re.IGNORECASE,
)
_AFTER_MAX = re.compile(
    r"^\s*(?:(?:is|as|at|or)\s+)?(?:(?:my|the|our)\s+)?(?:absolute\s+)?(?:max(?:imum)?\b|to\s+spend\b|tops?\b|the\s+most\s+i\b|limit\b|ceiling\b|"
    r"cap\b|budget\b|at\s+(?:the\s+)?most\b|(?:or|and)\s+(?:less|under|below|lower|cheaper|fewer)\b|is\s+all\s+i\b|"
    r"(?:price\s+)?limit\b)",
    re.IGNORECASE,
)
_AFTER_MIN = re.compile(
    r"^\s*(?:\+|plus\b(?!\s+(?:shipping|tax|postage|delivery|vat))|(?:or|and)\s+(?:more|up|above|over|higher|upwards?)\b|at\s+least\b|minimum\b|min\b)",
    re.IGNORECASE,
)
_AFTER_AROUND = re.compile(
    r"^\s*(?:-?ish\b|or\s+so\b|or\s+thereabouts\b|give\s+or\s+take|(?:price\s+)?range\b|mark\b)", re.IGNORECASE
)
_AFTER_MORE = re.compile(r"^\s*(?:more|higher|extra|on\s+top)\b", re.IGNORECASE)
_AFTER_LESS = re.compile(r"^\s*(?:less|lower|cheaper)\b(?!\s+than)", re.IGNORECASE)
_NOT_A_BUDGET_AFTER = re.compile(
    r"^\s*(?:off\b|coupon|discount|gift\s*card|voucher|credit|shipping|delivery|refund|deposit|bill\b|sign\b|-?pattern|"
    r"cashback|tip\b|fee\b|store\b)",
    re.IGNORECASE,
)
_NOT_A_BUDGET_BEFORE = re.compile(
    r"(?:shipping|delivery|orders?|returns?|save|saved|refunded|charged|win|coupon)\s+(?:(?:is|are|on|for|of|me)\s+)*"
    r"(?:over|above|under|from|of|more\s+than)?\s*$",
    re.IGNORECASE,
)
# What may follow a bare number (no currency) for it to be money: an end, or a word that starts something else.
_BARE_END = re.compile(
    r"^\s*(?:$|[,;!?)\n]|\.(?!\d)|(?:for|please|pls|plz|but|and|with|that|thats|or|if|not|no|without|is|which|who|from|"
    r"something|anything|total|each|tops|max|maximum|because|since|thanks|thank|so|as|would|will|could|can|i|we|my|it|"
    r"should|must|would|preferably|ideally|max|also|plus|incl|including|including|all|only|again|then|now|today|instead|"
    r"at|on|of|to(?!\s*\d)|by(?!\s+(?:\d|[a-z]+ty))|budget|price|too|either|though|range|ish|quiet|than|per|give|good|nice|even|still|have|has|do|"
    r"in(?!\s*(?:wide|tall|long|deep|high|diameter|$|[,.x])))(?![a-z0-9]))",
    re.IGNORECASE,
)
_MEASURED_BEFORE = re.compile(
    r"\b(?:sizes?|aged?|ages|years?|weigh(?:s|t|ing)?|height|width|length|depth|tall|wide|long|noise|volume|temperature|"
    r"capacity|pack|count|rating|rated|stars?|reviews?|floor|wattage|diameter|inseam|waist|thread|hours?|loudness|db|"
    r"resolution|load)(?:\s+(?:is|of|that|are|be|a|the|with|should))*\s*$",
    re.IGNORECASE,
)
# "for women over 50" and "for kids under 5" are ages; "for women under 50" is a price.
_PEOPLE = re.compile(
    r"\b(?:women|men|people|adults?|anyone|those|persons?|ladies|seniors?|wom[ae]n['’]?s)\s*$", re.IGNORECASE
)
_CHILDREN = re.compile(
    r"\b(?:kids?|child(?:ren)?|toddlers?|bab(?:y|ies)|boys?|girls?|teens?|infants?)\s*$", re.IGNORECASE
)
_OLDEST_CHILD = 18
_MODEL = re.compile(
    r"\b(?:pro|xs|air|iphone|ipad|galaxy|pixel|redmi|note|mac|studio|vapor|force|rapid|jet)\s*$", re.IGNORECASE
)
_NO_LIMIT = re.compile(
    r"\b(?:no\s+(?:price\s+|budget\s+|spending\s+)?limits?|(?:money|price|cost|budget)\s+is(?:\s+no|n['’]?t\s+an?|\s+not\s+an?)"
    r"\s+(?:object|issue|problem|concern)|(?:any|whatever)\s+(?:price|budget)|"
    r"(?:price|budget|cost|money)\s+(?:does\s?n['’]?o?t|doesnt)\s+matter|"
    r"(?:don['’]?t|do\s+not)\s+(?:care|mind)\s+(?:about\s+)?(?:the\s+|what\s+)?(?:price|cost|budget)|"
    r"no\s+(?:fixed\s+|set\s+|particular\s+)?budget(?!\s+(?:over|above|more))|unlimited\s+budget|"
    r"forget\s+(?:about\s+)?(?:the\s+|my\s+)?(?:price|budget)|price\s+no\s+object)",
    re.IGNORECASE,
)
# What no limit and no amount can do without: looked for first, since most texts have neither.
_MONEY_TALK = re.compile(r"limit|price|cost|budget|money", re.IGNORECASE)
_COUNTS = re.compile(
    rf"\d|\b(?:{'|'.join((*_NUMBER_WORDS, *_NAMED, 'hundred', 'thousand', 'grand'))})\b", re.IGNORECASE
)
_WEIGHED = re.compile(
    r"\b(?:weigh\w*|weights?|heav(?:y|ier)|light(?:er|weight)?|lift\w*|carr(?:y|ies)|holds?|supports?|load|capacity|lbs?|"
    r"dumbbells?|kettlebells?|barbells?|plates?|vest|dogs?|cats?|pups?|puppy|baby|toddler|stroller|luggage|suitcase|"
    r"blankets?|bags?\s+of)\b",
    re.IGNORECASE,
)
_MOST_BEFORE = re.compile(r"\b(?:max(?:imum)?|tops|limit|at\s+most)\W*(?:of\s+|is\s+)?$", re.IGNORECASE)
_RAISE = re.compile(r"\b(?:raise|increase|stretch|up|bump|extend)\b[^.;,]*\bby\s*$", re.IGNORECASE)
_REDUCE = re.compile(r"\b(?:lower|reduce|cut|drop|decrease)\b[^.;,]*\bby\s*$", re.IGNORECASE)


_BARE = re.compile(
    r"(?:(?:actually|ok(?:ay)?|no|nah|well|hm+|uh|um|let'?s\s+say|say|make\s+(?:it|that)|maybe|rather|then|sorry|yes|yeah|and|"
    r"i\s+(?:mean|meant)|more\s+like|better|i\s+can\s+do|go\s+(?:for|to)|raise\s+it\s+to|change\s+(?:it|that)\s+to)[\s,.:]*)*"
    rf"(?P<number>{_DIGITS}|{_WORD_NUMBER})(?:[\s,]*(?:then|instead|rather|please|pls|actually|is\s+(?:ok|okay|fine)))*[\s.!]*"
)


@dataclass(frozen=True)
class Budget:
    """What a text says about money: limits in minor units, both inclusive; `spans` are the characters it was said in.

    `shift` moves an earlier limit ("$20 more"); `no_limit` takes it away.
    """

    low: int | None = None
    high: int | None = None
    currency: str = ""
    shift: int = 0
    no_limit: bool = False
    spans: tuple[tuple[int, int], ...] = ()
    clash: tuple[str, str] | None = None  # the words of two limits that leave nothing between them

    @property
    def stated(self) -> bool:
        return self.low is not None or self.high is not None or self.no_limit or self.shift != 0


@dataclass(frozen=True)
class _Amount:
    start: int
    end: int
    value: float
    currency: str
    marked: bool  # a currency stands next to it
    pounds: bool
    times: int  # 1000 of "2k", else 1
    about: bool  # "40ish"
    plus: bool  # "60+"


def decimal(cents: int | None, currency: str) -> float | None:
    """Minor units as a decimal number of the currency."""
    return None if cents is None else cents / 10 ** get_currency_precision(currency or "USD")


def minor(value: float, currency: str) -> int:
    """A decimal number of the currency in minor units."""
    return round(value * 10 ** get_currency_precision(currency))


def read(text: str, default_currency: str = "USD") -> Budget:
    """The budget a text states; `default_currency` is meant by bare numbers and by "$" in a store of dollars."""
    limitless = _NO_LIMIT.search(text) if _MONEY_TALK.search(text) else None
    amounts = list(_amounts(text, default_currency)) if _COUNTS.search(text) else []
    low: float | None = None
    high: float | None = None
    low_said = high_said = ""
    shift = 0.0
    currency = ""
    spans: list[tuple[int, int]] = [limitless.span()] if limitless else []
    position = 0
    while position < len(amounts):
        first = amounts[position]
        second = amounts[position + 1] if position + 1 < len(amounts) else None
        if second is not None and _joined(text, first, second):
            lowest, highest = sorted((first.value, second.value))
            times = second.times if second.times > 1 else _hundreds(text[second.start : second.end])
            if times > 1 and first.times == 1 and first.value < 100:  # "1-2k", "one and two hundred"
                lowest, highest = first.value * times, second.value
            low, high = lowest, highest
            currency = second.currency or first.currency
            begin = _BEFORE.search(text, max(0, first.start - 60), first.start)
            spans.append((begin.start() if begin else _between_start(text, first.start), second.end))
            position += 2
            continue
        position += 1
        said = _said(text, first)
        if said is None:
            continue
        kind, begin_at, end_at = said
        if kind == "max":
            high, high_said = first.value, text[begin_at:end_at].strip()
        elif kind == "min":
            low, low_said = first.value, text[begin_at:end_at].strip()
        elif kind == "around":
            low, high = first.value * (1 - AROUND), first.value * (1 + AROUND)
        else:
            shift = first.value if kind == "more" else -first.value
        currency = first.currency or currency
        spans.append((begin_at, end_at))
    currency = currency or default_currency
    clash = (low_said, high_said) if low is not None and high is not None and low > high else None
    if clash:
        low = None
    return Budget(
        low=None if low is None else minor(low, currency),
        high=None if high is None else minor(high, currency),
        currency=currency,
        shift=minor(shift, currency),
        no_limit=limitless is not None and low is None and high is None,
        spans=tuple(spans),
        clash=clash,
    )


def bare(text: str) -> float | None:
    """The number of a message that says nothing else: "actually 90", "make it 200"; None for every other message."""
    found = _BARE.fullmatch(text.strip().lower())
    return _value(found["number"]) if found else None


def _amounts(text: str, default_currency: str) -> Iterator[_Amount]:
    dollars = default_currency if default_currency in ("CAD", "AUD", "NZD", "SGD", "HKD") else "USD"
    for match in _AMOUNT.finditer(text):
        value = _value(match["number"].lower())
        if value is None:
            continue
        symbol, code = (match["symbol"] or match["after"] or "").lower(), (match["code"] or "").lower().rstrip(".")
        word = " ".join((match["word"] or "").lower().split())
        marked = bool(symbol or code or word)
        currency = _SYMBOLS.get(symbol) or _WORDS.get(code or word) or (dollars if marked else "")
        pounds = bool(match["pounds"])
        if pounds and _sterling(text, match, value, default_currency):
            marked, currency, pounds = True, "GBP", False
        times = _TIMES[(match["times"] or "").strip().lower().rstrip("s")] if match["times"] else 1
        if times == _TIMES["lakh"] and not marked:
            marked, currency = True, "INR"
        if re.search(r"\bgrand$|tenner$|fiver$", match.group(0), re.IGNORECASE):
            marked, currency = True, currency or dollars
        if times == _TIMES["hundred"] and not marked and match["number"][0].isdigit() and "." in match["number"]:
            continue
        yield _Amount(
            match.start(),
            match.end(),
            value * times,
            currency,
            marked,
            pounds,
            times,
            bool(match["ish"]),
            bool(match["plus"]),
        )


def _sterling(text: str, match: re.Match[str], value: float, default_currency: str) -> bool:
    """Are these pounds money?  In a store of pounds, beside a word about paying, or as a bare maximum ("40 pounds max")
    that nothing in the text makes a weight; the store of another currency then asks."""
    if default_currency == "GBP" or re.match(r"\s*sterling\b", text[match.end() :], re.IGNORECASE):
        return True
    if _WEIGHED.search(text):
        return False
    at_most = _MOST_BEFORE.search(text, 0, match.start()) or _AFTER_MAX.match(text[match.end() :])
    return bool(re.search(_PAY_WORDS, text, re.IGNORECASE) or (at_most and value >= LEAST_POUNDS))


def _value(number: str) -> float | None:
    if number[0].isdigit() or number[0] == ".":
        parts = re.split(r"[.,]", number)
        if len(parts) == 1 or number[0] == ".":
            return float(number)
        if len(parts[-1]) == 3:
            return float("".join(parts))
        return float("".join(parts[:-1]) + "." + parts[-1])
    total, words = 0.0, number.replace("-", " ").split()
    for word in words:
        if word in ("hundred", "thousand", "grand"):
            total = (total or 1) * _TIMES[word]
        elif word in _NAMED:
            total += _NAMED[word]
        elif word not in ("a", "and", "of"):
            total += _NUMBER_WORDS[word]
    return total or None


def _hundreds(words: str) -> int:
    """What "two hundred" is counted in, for the "one" before it."""
    found = re.search(r"\b(hundred|thousand|grand)\b", words, re.IGNORECASE)
    return _TIMES[found.group(1).lower()] if found else 1


def _joined(text: str, first: _Amount, second: _Amount) -> bool:
    """Do two amounts make one range: "between 50 and 80", "$50-80", "50 to 80 dollars", "price range 50 - 80"?"""
    if not _JOIN.fullmatch(text[first.end : second.start]) or second.pounds or first.pounds:
        return False
    between = re.search(r"\b(?:between|from|range(?:\s+(?:of|is))?)\s*:?\s*$", text[: first.start], re.IGNORECASE)
    glue = text[first.end : second.start].strip().lower()
    if (glue in ("and", "&") and not between) or (glue == "or" and (first.marked or not second.marked)):
        return False
    marked = first.marked or second.marked
    if marked:
        return not _NOT_A_BUDGET_AFTER.match(text[second.end :])
    before = text[: first.start]
    paid = re.search(rf"\b(?:{_PAY_WORDS}){_FILL}{{0,5}}\s*(?:between|from|range)?\s*$", before, re.IGNORECASE)
    fits = bool(_BARE_END.match(text[second.end :])) and not _MEASURED_BEFORE.search(_without_cue(before))
    years = all(1900 <= amount.value < 2100 for amount in (first, second))
    if not fits or (years and not paid):
        return False
    if paid is not None or between is not None:
        return True
    if re.search(r"\bin\s+the\s*$", before, re.IGNORECASE) and re.match(r"\s*(?:price\s+)?range\b", text[second.end :]):
        return True
    if before.strip() == "":
        return first.value >= 10 or second.times > 1
    round_numbers = first.value % 5 == 0 and second.value % 5 == 0 and first.value * 4 >= second.value
    return before.rstrip().endswith((",", ";", ":", "-")) and round_numbers and second.value >= LEAST_LONE_RANGE


def _without_cue(before: str) -> str:
    return re.sub(r"\b(?:between|from|range(?:\s+of)?)\s*$", "", before, flags=re.IGNORECASE)


def _between_start(text: str, at: int) -> int:
    match = re.search(r"\b(?:between|from|range(?:\s+of)?)\s*$", text[:at], re.IGNORECASE)
    return match.start() if match else at


def _said(text: str, amount: _Amount) -> tuple[str, int, int] | None:
    """(max | min | around | more | less, start, end) of one amount; None when it is no money or no limit."""
    before, after = text[: amount.start], text[amount.end :]
    if amount.pounds or (amount.marked and _NOT_A_BUDGET_AFTER.match(after)) or _NOT_A_BUDGET_BEFORE.search(before):
        return None
    cue = _BEFORE.search(before, max(0, len(before) - 70))
    start = cue.start() if cue else amount.start
    paid = cue is not None and (cue["pay"] is not None or _pays_just_before(before[: cue.start()]))
    if not amount.marked:
        trailing = _ends_in_max(before, after) or (
            paid and (_AFTER_AROUND.match(after) or _AFTER_MIN.match(after) or amount.plus)
        )
        if cue is None and not trailing:
            return _about(before, after, amount) or _only_have(before, after, amount)
        measured = cue is not None and not paid and _MEASURED_BEFORE.search(before[: cue.start()])
        if cue is not None and _an_age(before[: cue.start()], cue, amount.value):
            return None
        if cue is not None and cue.group(0).startswith("max") and _MODEL.search(before[: cue.start()]):
            return None
        if measured or not (_BARE_END.match(after) or trailing):
            return None
        if cue is None and (_MEASURED_BEFORE.search(before) or amount.value < 5):
            return None
        if cue is not None and not paid and (cue["upper"] or cue["around"]) and not _stands_alone(cue, amount):
            return None
    for pattern, kind in ((_RAISE, "more"), (_REDUCE, "less")):
        found = pattern.search(before)
        if found:
            return kind, found.start(), amount.end
    if amount.marked and cue is None:
        for pattern, kind in ((_AFTER_MORE, "more"), (_AFTER_LESS, "less")):
            found = pattern.match(after)
            if found and not re.search(r"\bor\s*$", before):
                return kind, amount.start, amount.end + found.end()
    if amount.plus:
        return "min", start, amount.end
    if amount.about and not (cue and cue["lower"]):
        return "around", start, amount.end
    for pattern, kind in ((_AFTER_MAX, "max"), (_AFTER_MIN, "min"), (_AFTER_AROUND, "around")):
        found = pattern.match(after)
        if found and not (cue and (cue["lower"] or cue["upper"])):
            return kind, start, amount.end + found.end()
    mark = re.match(r"\s+(?:price\s+)?(?:mark|range)\b", after)
    if mark:
        amount = replace(amount, end=amount.end + mark.end())
    if cue is None or cue["pay"] is not None:
        return "max", start, amount.end
    if cue["around"] is not None:
        return "around", start, amount.end
    negation = _NEGATED.search(before, 0, cue.start())
    start = negation.start() if negation else start
    upper = (cue["upper"] is not None) != (negation is not None)
    return ("min" if upper else "max"), start, amount.end


def _ends_in_max(before: str, after: str) -> bool:
    """ "30 max", but not "iphone 12 max case"."""
    found = _AFTER_MAX.match(after)
    return found is not None and _BARE_END.match(after[found.end() :]) is not None and not _MODEL.search(before)


def _an_age(before: str, cue: re.Match[str], number: float) -> bool:
    if _CHILDREN.search(before):
        return number <= _OLDEST_CHILD
    return cue["upper"] is not None and _PEOPLE.search(before) is not None


def _pays_just_before(before: str) -> bool:
    return re.search(rf"\b(?:{_PAY_WORDS})(?:\s+[a-z']+){{0,3}}\s*$", before, re.IGNORECASE) is not None


def _stands_alone(cue: re.Match[str], amount: _Amount) -> bool:
    """A bare lower limit or "around" reads as money only for a number that looks like a price."""
    words = " ".join(cue.group(0).lower().split())
    vague = words == "about" and amount.value < LEAST_ABOUT
    return amount.value >= 5 and not vague and words not in ("from", "past", "near", "min", "nearly")


def _about(before: str, after: str, amount: _Amount) -> tuple[str, int, int] | None:
    """ "40ish", "in the 200 range": about so much, without a currency."""
    ranged = re.search(r"\bin\s+the\s*$", before, re.IGNORECASE), re.match(r"\s*(?:range|mark)\b", after, re.IGNORECASE)
    if all(ranged) and ranged[0] and ranged[1]:
        return "around", ranged[0].start(), amount.end + ranged[1].end()
    so = re.match(r"\s+or\s+so\b", after, re.IGNORECASE)
    if so and amount.value >= 20 and _BARE_END.match(after[so.end() :]) and not _MEASURED_BEFORE.search(before):
        return "around", amount.start, amount.end + so.end()
    if amount.about and amount.value >= 5 and _BARE_END.match(after) and not _MEASURED_BEFORE.search(before):
        return "around", amount.start, amount.end
    return None


def _only_have(before: str, after: str, amount: _Amount) -> tuple[str, int, int] | None:
    """ "I only have 60": a limit without a currency."""
    found = re.search(
        r"\b(?:only|just)\s+(?:have|got)\s*$|\bi(?:'ve)?\s+(?:have|got)\s+only\s*$", before, re.IGNORECASE
    )
    if found and amount.value >= 5 and re.match(r"^\s*(?:$|[,.;!?]|for|but|left|to\s+spend)", after, re.IGNORECASE):
        return "max", found.start(), amount.end
    return None
