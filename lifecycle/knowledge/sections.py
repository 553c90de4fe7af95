"""The store's texts section by section, and how well each fits a question.

A word of a question counts for a section as far as the section says it, in the heading or the body, or says another
word for the same; rare words count more than common ones.  Sureness is calibrated: a question whose words the store's
texts do not hold ("do you sell cars?") stays unanswered, however many small words match.
"""

from __future__ import annotations

import functools
import itertools
import math
import re
from collections.abc import Container, Iterable, Set
from dataclasses import dataclass

from babel import Locale
from rapidfuzz import process
from rapidfuzz.distance import OSA

from lifecycle.knowledge import parlance
from lifecycle.language import commonness, words
from lifecycle.language.words import stem
from lifecycle.model import Article

KIN, SLIP = 0.6, 0.85  # what a word of the same root and a slip of the finger count
_WEAK = 0.35  # weight of words every shopper uses
_LONG = 1.2  # how fast a word's further uses in a body count less (k1 of BM25)
_SHORTEST_MENDED = 6
# Fitted by bench/article_fit.py on the open half of its questions.
RANKING = {"title": 0.25, "body": 0.73, "phrased": 1.78, "covered": 1.09, "manner": 0.37}
SURENESS = {
    "": -3.02,
    "covered": 1.0,
    "phrased": 1.61,
    "lead": 1.03,
    "mass": 0.18,
    "unknown": -0.37,
    "head": 1.64,
    "lone": -0.71,
}


@dataclass(frozen=True, eq=False)
class Section:
    """One section of a text, made ready; `phrasings` are the stems of its heading and of the questions it answers."""

    article_id: int
    slug: str
    kind: str
    title: str
    heading: str
    body: str
    topics: frozenset[str]
    categories: frozenset[str]
    product_ids: frozenset[str]
    phrasings: tuple[frozenset[str], ...]
    verbatim: frozenset[tuple[str, ...]]
    manners: frozenset[str]  # how its phrasings begin
    named: frozenset[str]  # stems of the title
    counts: dict[str, int]  # stem → how often the body says it
    length: int
    said_on: str  # of staff's own answer: the day

    @property
    def source(self) -> str:
        """Where it stands, as it is named beside the answer."""
        return f"our team on {self.said_on}" if self.said_on else self.title

    @functools.cached_property
    def heads(self) -> frozenset[str]:
        return frozenset().union(*self.phrasings)


@dataclass(frozen=True)
class Fit:
    """A section and how well it fits: `score` ranks, `signs` say how sure it is that it answers."""

    section: Section
    score: float
    signs: dict[str, float]


class Question:
    """A question's stems, what each weighs, and the stems of the store's texts that mean it, each with how surely.

    A stated span of time ("40 days", "two months ago") is one term that asks how long; `goods`, what the store
    sells and the texts in question do not name, weigh little: "can I return a kettle" asks about returns.
    """

    def __init__(self, shelf: Shelf, text: str, goods: Container[str] = ()) -> None:
        self.spoken = tuple(words.tokens(text))
        self.manner = manner(text)
        spans = [found[0] for found in _SPAN.finditer(text)]
        plain = _SPAN.sub(" ", text)
        found = [term for term in words.content(plain) if parlance.says_something(term)] or words.content(plain)
        if not found and self.manner == "where":
            found = [_PLACED]  # "where are you?"
        telling = [term for term in found if shelf.knows(term) or term not in parlance.weak()] or found
        self.terms = tuple(dict.fromkeys(shelf.place(term, self.spoken) for term in telling))
        joined = {
            term: whole
            for one, two in itertools.pairwise(found)
            if shelf.knows(whole := stem(_whole(one, two, self.spoken)))
            for term in (one, two)
        }
        self.means = {term: shelf.meant(joined.get(term, term)) for term in self.terms}
        self.weights = {
            term: shelf.weight(joined.get(term, term)) * (_WEAK if term in goods else 1.0) for term in self.terms
        }
        for span in spans:
            self.terms += (span,)
            self.means[span] = {**shelf.meant(_HOW_LONG), **dict.fromkeys(words.content(span), 1.0)}
            self.weights[span] = shelf.weight(_HOW_LONG)
        self.total = sum(self.weights.values()) or 1.0
        self.unknown = sum(self.weights[term] for term in self.terms if not self.means[term]) / self.total

    def share(self, stems: Iterable[str]) -> float:
        """The share of the question that these stems hold."""
        held = frozenset(stems)
        return sum(self.weights[term] * _held(self.means[term], held) for term in self.terms) / self.total


class Shelf:
    """The sections of one state of the article table."""

    def __init__(self, rows: Iterable[Article]) -> None:
        self.sections = [_section(row) for row in rows]
        self._df: dict[str, int] = {}
        self._holding: dict[int, list[str]] = {}
        self._with: dict[str, set[int]] = {}  # stem → the sections (by id()) that hold it
        self._naming: dict[tuple[str, ...], Section] = {}
        for section in self.sections:
            for phrasing in section.verbatim:
                self._naming.setdefault(phrasing, section)
            for term in section.heads | section.named | section.counts.keys():
                self._df[term] = self._df.get(term, 0) + 1
                self._with.setdefault(term, set()).add(id(section))
        for term in self._df:
            for group in parlance.groups().get(term, ()):
                self._holding.setdefault(group, []).append(term)
        self._long = [term for term in self._df if len(term) >= _SHORTEST_MENDED]
        self._average = sum(section.length for section in self.sections) / (len(self.sections) or 1)
        self._meant: dict[str, dict[str, float]] = {}

    def naming(self, question: str) -> Section | None:
        """The first section that names this very question."""
        asked = tuple(words.tokens(question))
        return self._naming.get(asked) if asked else None

    def knows(self, term: str) -> bool:
        return term in self._df

    def weight(self, term: str) -> float:
        size = len(self.sections) or 1
        df = self._df.get(term, 0)
        return math.log(1 + (size - df + 0.5) / (df + 0.5)) * (
            _WEAK if term in parlance.weak() else commonness.weight(term)
        )

    def place(self, term: str, spoken: tuple[str, ...]) -> str:
        """The name of a country or state that no section knows asks for countries."""
        if term not in self._df and any(
            token in _country_names() | _NATIONS and stem(token) == term for token in spoken
        ):
            return "countri"
        return term

    def meant(self, term: str) -> dict[str, float]:
        """Stems of the store's texts → how surely they mean this one."""
        if term not in self._meant:
            self._meant[term] = self._read(term)
        return self._meant[term]

    def _read(self, term: str) -> dict[str, float]:
        found: dict[str, float] = {}
        for group, sure in parlance.groups().get(term, {}).items():
            for other in self._holding.get(group, ()):
                found[other] = max(sure, found.get(other, 0.0))
        if term in _WEEKDAYS:
            found.update(dict.fromkeys(_WEEKDAYS & self._df.keys(), ANOTHER_DAY))
        if term in self._df:
            return {**found, term: 1.0}
        if len(term) >= _SHORTEST_MENDED and not term[0].isdigit():
            slip = process.extractOne(term, self._long, scorer=OSA.distance, score_cutoff=1)
            if slip is not None and slip[0][:2] == term[:2]:
                return {**found, slip[0]: SLIP}
        kin = {other: KIN for other in self._df if _kin(term, other)}
        return {**kin, **found}

    def fits(self, sections: Iterable[Section], question: Question) -> list[Fit]:
        """The sections that hold anything of the question, best first."""
        stems = frozenset().union(*question.means.values())
        holding = set().union(*(self._with.get(stem, ()) for stem in stems))
        made = [self._fit(section, question) for section in sections if id(section) in holding]
        made = sorted((fit for fit in made if fit.score > 0), key=lambda fit: -fit.score)
        if made:
            best = made[0]
            other = next((fit.score for fit in made if fit.section.slug != best.section.slug), 0.0)
            best.signs["lead"] = best.score - other
        return made

    def _fit(self, section: Section, question: Question) -> Fit:
        head = title = body = covered = mass = 0.0
        terms = 0
        for term, weight in question.weights.items():
            means = question.means[term]
            in_head = _held(means, section.heads)
            in_title = _held(means, section.named)
            in_body = max(
                (means[stem] * self._often(section, stem) for stem in means.keys() & section.counts.keys()), default=0.0
            )
            head += weight * in_head
            title += weight * in_title
            body += weight * in_body
            there = max(in_head, in_title, 0.85 * _held(means, section.counts.keys()))
            covered += weight * there
            terms += there > 0
            mass += weight * there
        if not covered:
            return Fit(section, 0.0, {})
        values = {"head": head, "title": title, "body": body, "covered": covered}
        shares = {name: value / question.total for name, value in values.items()}
        shares["phrased"] = self._phrased(section, question)
        shares["manner"] = float(bool(question.manner) and question.manner in section.manners)
        score = sum(weight * shares[name] for name, weight in RANKING.items())
        signs = {**shares, "lead": 0.0, "mass": math.log1p(mass), "unknown": question.unknown,
                 "lone": float(terms == 1 < len(question.terms))}  # fmt: skip
        return Fit(section, score, signs)

    def _often(self, section: Section, term: str) -> float:
        count = section.counts[term]
        longer = _LONG * (0.4 + 0.6 * section.length / self._average)
        return 1.5 * count / (count + longer)

    def _phrased(self, section: Section, question: Question) -> float:
        """How much the question and the likest phrasing of the section have in common (F1 by weight)."""
        best = 0.0
        for phrasing in section.phrasings:
            said = question.share(phrasing)
            if said:
                meant = frozenset().union(*(question.means[term] for term in question.terms))
                mass = sum(map(self.weight, phrasing)) or 1.0
                there = sum(self.weight(term) for term in phrasing if term in meant) / mass
                best = max(best, 2 * there * said / (there + said))
        return best


_NATIONS = frozenset(
    {"scotland", "wales", "england", "alaska", "hawaii", "sicily", "sardinia", "corsica"}
)  # parts of one
_WEEKDAYS = frozenset(
    map(stem, ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday", "weekend", "weekday"))
)
ANOTHER_DAY = 0.9  # "Tuesday to Saturday" answers of Sunday, too
_HOW_LONG, _PLACED = stem("long"), stem("located")
_SPAN = re.compile(  # of days or more: minutes and seconds are steps of a guide
    r"""\b (?:(?:after|within|in|for|over|more\ than|less\ than)\ )?
    (?:(?:\d+|an?|one|two|three|four|five|six|seven|eight|nine|ten|twelve|(?:a\ )?(?:few|couple(?:\ of)?)|several|some)
       \ (?:and\ a\ half\ )?(?:days?|weeks?|months?|years?)(?:\ (?:ago|later|old|back))?
      |yesterday|last\ (?:week|month|year|night|summer|winter|spring|autumn|christmas)
      |(?:a\ )?fortnight(?:\ ago)?) \b""",
    re.IGNORECASE | re.VERBOSE,
)
_MANNERS = re.compile(
    r"\W*(?:(?:and|but|so|ok|also|hi|hello|hey|please)\W+)*(?:(?P<means>what(?:'s| is|s| are| does| do)?\b.*\bmean|"
    r"what(?:'?s| is| are) (?:an? |the )?(?:\w+ ?){1,3}\??$|.*\bdifference\b)|(?P<how>how (?:do|to|can|should)\b)|"
    r"(?P<much>how (?:much|many)\b|what .*\bcost)|(?P<often>how often\b)|(?P<long>how (?:long|soon|fast)\b|when\b)|"
    r"(?P<where>where\b)|(?P<which>which\b)|(?P<why>why\b)|(?P<who>who\b)|"
    r"(?P<may>(?:can|could|may|is it ok(?: to)?) (?:i|we)\b)|"
    r"(?P<do>(?:do|are|can|will|could|does) (?:you|the shop|u)\b|any\b|got\b)|"
    r"(?P<mine>(?:my|the|it|there)\b))",
    re.IGNORECASE,
)


def manner(text: str) -> str:
    """How a question begins: as what something means, how to do it, how much, when, which, why, who, may I, do you."""
    found = _MANNERS.match(text)
    return (found.lastgroup or "") if found else ""


def sureness(signs: dict[str, float], further: float = 0.0) -> float:
    """0 to 1: how surely the section with these signs answers; `further` log-odds are known beside them."""
    value = further + SURENESS[""] + sum(weight * signs[name] for name, weight in SURENESS.items() if name)
    return 1 / (1 + math.exp(-value))


def _held(means: dict[str, float], stems: Set[str]) -> float:
    both = means.keys() & stems if len(means) < len(stems) else stems & means.keys()
    return max(map(means.__getitem__, both)) if both else 0.0


def _whole(one: str, two: str, spoken: tuple[str, ...]) -> str:
    """Two words in a row written as one, as they were typed: "ear buds" → "earbuds"."""
    for before, after in itertools.pairwise(spoken):
        if stem(before) == one and stem(after) == two:
            return before + after
    return ""


def _kin(term: str, other: str) -> bool:
    """ "rusti" and "rust", "plasticki" and "plastic": one begins with the other, or nearly."""
    shorter, longer = sorted((term, other), key=len)
    least = max(4, math.ceil(0.7 * len(longer)))
    return len(shorter) >= least and longer.startswith(shorter[:least])


def _section(row: Article) -> Section:
    phrasings = [row.heading, *row.questions] if row.heading else list(row.questions)
    stems = [
        frozenset(term for term in words.content(phrasing) if parlance.says_something(term)) for phrasing in phrasings
    ]
    counts: dict[str, int] = {}
    for term in words.content(row.body):
        counts[term] = counts.get(term, 0) + 1
    return Section(
        article_id=row.id,
        slug=row.slug,
        kind=row.kind,
        title=row.title,
        heading=row.heading,
        body=row.body,
        topics=frozenset(row.topics),
        categories=frozenset(map(words.fold, row.categories)),
        product_ids=frozenset(row.product_ids),
        phrasings=tuple(filter(None, stems)),
        manners=frozenset(map(manner, phrasings)) - {""},
        verbatim=frozenset(tuple(words.tokens(phrasing)) for phrasing in phrasings),
        named=frozenset(term for term in words.content(row.title) if parlance.says_something(term)),
        counts=counts,
        length=sum(counts.values()),
        said_on=f"{row.updated_at:%-d %B %Y}" if row.kind == "answer" else "",
    )


@functools.lru_cache(maxsize=1)
def _country_names() -> frozenset[str]:
    """English names of countries that are one word, and how people call their inhabitants' home for short."""
    territories = Locale("en").territories
    return frozenset(
        words.fold(name) for code, name in territories.items() if len(code) == 2 and code.isalpha() and " " not in name
    )
