"""From needs to products: who fits, how well, why, at what price of compromise, and what would change the answer.

The kind asked for, a stated price limit, a refusal ("not black") and stock are hard: nothing that breaks one is ever
shown as a match.  Products of the brand, the colour and the measures asked for come before all others; within that, and
for every other need, score = relevance of the words × how well the needs are met.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass, field, replace
from math import inf
from typing import NamedTuple

from sqlalchemy.orm import Session

from lifecycle import needs as reading
from lifecycle import search
from lifecycle.advice import compare, interests, kinds, promises, questions, relaxations, shelf, verdicts
from lifecycle.advice.questions import Question
from lifecycle.advice.relaxations import Firm, Relaxation, firm_needs, passes
from lifecycle.advice.shelf import Item
from lifecycle.advice.verdicts import Scales, Verdict
from lifecycle.language.manners import MANNERS, PRESENTS
from lifecycle.language.words import fold, stem, stems
from lifecycle.needs import Needs
from lifecycle.search import Filters

_REST = re.compile(r"\b(?:for|with|without|in|under|over|to|from|that|which|of|like|at|made)\b|[,.;?!]")
_COUNTED = re.compile(r"(?:\b\d+(?:\.\d+)?[\s-]?|-to-)([a-z]+)")
POOL = 150  # products the search brings
JUDGED = 40  # of them judged need by need
OTHER_CATEGORY = 0.9  # what is left of the relevance of a product of another category than the one asked for
NEED_SHARE = 0.75  # how much of the score unmet needs can take
RELEVANCE_POWER = 0.6  # below 1: words that are merely more frequent on a page count less than needs
SAME_KIND = 0.75  # the share of one category from which the products of other categories are accessories
WITHIN_REACH = 1.35  # how far above the budget a "what if" looks
ROUNDED = 1e-5  # more than a score loses or gains by rounding
_AFFORDABLE = Verdict("price", "", verdicts.MET, "", 1.0, verdicts.WORTH[verdicts.MET])


Place = tuple[bool, bool, bool, float, int, str]  # among the others; the smaller comes first


class Pick(NamedTuple):
    """One recommended product: its verdict on every need, and what it gives and takes beside the first one."""

    item: Item
    score: float
    verdicts: tuple[Verdict, ...]
    tradeoff: compare.Tradeoff | None = None

    @property
    def product_id(self) -> str:
        return self.item.product_id


@dataclass(frozen=True)
class WhatIf:
    """`item` would come first if the budget were `more_cents` higher, and no cheaper change of it would do."""

    item: Item
    more_cents: int
    currency: str


@dataclass(frozen=True)
class Advice:
    """The answer to needs.  `fitting` counts the products that meet every hard need; `conflict` names the smallest set
    of needs that no product meets together.

    `missing` names what the store does not have at all ("kindle"): then the results, if any, are things for it.
    `beyond` is what giving up the type asked for would add, when hardly anything is of it.
    """

    results: tuple[Pick, ...]
    conflict: tuple[str, ...] = ()
    relaxations: tuple[Relaxation, ...] = ()
    question: Question | None = None
    what_if: WhatIf | None = None
    fitting: int = 0
    missing: str = ""
    beyond: Relaxation | None = None
    left_out: tuple[str, ...] = ()  # shown before or refused: they were not looked at


@dataclass(frozen=True)
class Options:
    """How to rank: `exclude` were shown already, `rejected` do not exist for this shopper, `musts` are keys of needs
    that are hard now ("limit:dB" for "quieter": a measure not stated is missed), `keeping` puts what breaks none of the
    stated wishes before everything that does: for "cheaper" than what fits."""

    exclude: frozenset[str] = frozenset()
    rejected: frozenset[str] = frozenset()
    musts: frozenset[str] = frozenset()
    keeping: bool = False


@dataclass(frozen=True)
class Candidates:
    """The products to rank, of the kind asked for, with the relevance of the words and how their numbers compare."""

    items: list[Item]
    relevance: dict[str, float]
    scales: Scales
    types: tuple[str, ...] = ()
    missing: str = ""  # what nothing is, when all of them are things for it
    strange: str = ""  # what nothing here is or has
    whole: bool = True  # are they all the search has to give?


@dataclass(frozen=True)
class Ranking:
    """The candidates that may be shown, best first; `fits` are all that meet the hard needs."""

    picks: list[Pick]
    fits: list[Item]
    firm: list[Firm]
    unpriced: bool = False
    all_met: bool = field(default=False)

    @property
    def hard(self) -> list[Firm]:
        return [need for need in self.firm if need.hard]


def recommend(
    session: Session,
    needs: Needs,
    *,
    limit: int = 3,
    exclude: Iterable[str] = (),
    rejected: Iterable[str] = (),
    asked: Sequence[str] = (),
    musts: Collection[str] = (),
    keeping: bool = False,
) -> Advice:
    """The products that fit best, at most `limit`, without those of `exclude`; `asked` names questions put before.

    `rejected`, `musts` and `keeping` are those of Options.
    """
    options = Options(frozenset(exclude), frozenset(rejected), frozenset(musts), keeping)
    against = relaxations.contradiction(needs)
    if against:
        return Advice((), conflict=against[0], relaxations=_counted(session, needs, against[1], options))
    found = _candidates(session, needs, options)
    if found.strange:
        return Advice((), missing=found.strange)
    ranking = rank(found, needs, options)
    conflict, changes = _ways_out(session, found, needs, ranking, options)
    if not ranking.picks and found.types and not changes:  # not even one wish less would help: the nearest of any type
        found = replace(found, types=())
        ranking = rank(found, needs, options)
        conflict, changes = _ways_out(session, found, needs, ranking, options)
    picks = _varied(ranking.picks, needs)[:limit]
    if picks:
        first = picks[0]
        rest = [pick._replace(tradeoff=compare.tradeoff(first.item, pick.item, needs)) for pick in picks[1:]]
        picks = [first._replace(tradeoff=compare.catch(first.item, [pick.item for pick in rest], needs)), *rest]
    return Advice(
        results=tuple(picks),
        conflict=conflict,
        relaxations=changes,
        question=_question(found, needs, ranking, options, asked) if not conflict else None,
        what_if=_what_if(session, found, needs, ranking, options) if picks and not ranking.unpriced else None,
        fitting=len(ranking.fits),
        missing=found.missing,
        beyond=_beyond(found, needs, ranking) if not conflict and len(ranking.fits) <= limit else None,
        left_out=tuple(sorted(options.exclude | options.rejected)),
    )


def _question(
    found: Candidates, needs: Needs, ranking: Ranking, options: Options, asked: Sequence[str]
) -> Question | None:
    def shown_with(changed: Needs) -> list[str]:
        picks = (ranking if changed is needs else rank(found, changed, options)).picks
        return [pick.product_id for pick in _varied(picks, changed)[: questions.SHOWN]]

    return questions.best([(pick.item, pick.score) for pick in ranking.picks], needs, asked, shown_with)


def rank(found: Candidates, needs: Needs, options: Options) -> Ranking:
    """Order the candidates for these needs: a pure function of the candidates."""
    pool = found.items
    firm = [*_types(found), *firm_needs(needs, pool, musts=options.musts, scales=found.scales)]
    hard = [need for need in firm if need.hard]
    fits = [item for item in pool if item.product_id not in options.exclude and passes(item, hard)]
    unpriced = False
    if not fits:  # the right ones may cost anything: after what is affordable, though of another type
        left = [item for item in pool if item.product_id not in options.exclude]
        others = [need for need in hard if need.key != "price"]
        fits = [item for item in left if item.price_cents is None and passes(item, others)]
        unpriced = bool(fits)
        plain = [need for need in hard if not need.key.startswith("type:")]
        fits += [item for item in left if unpriced and passes(item, plain)]
    near = sorted(fits, key=lambda item: -found.relevance[item.product_id])[:JUDGED]
    picks = [_pick(item, needs, found) for item in near]
    tested = firm if unpriced else [need for need in firm if not need.hard]  # what all of them pass need not be asked
    place = _placing(firm, tested, needs, options)
    picks.sort(key=place)
    all_met = any(passes(pick.item, tested) for pick in picks)
    return Ranking(picks, fits, firm, unpriced, all_met)


def judge(
    session: Session, needs: Needs, product_ids: Sequence[str], *, rejected: Iterable[str] = ()
) -> tuple[Pick, ...]:
    """The verdicts on chosen products, in the order given: for products that were shown before."""
    found = list(shelf.items(session, product_ids).values())
    peers = _candidates(session, needs, Options(rejected=frozenset(rejected))).items or found
    scales = _scales(session, [*peers, *found], peers, needs)
    return tuple(Pick(item, *_judged(item, needs, scales, 1.0)) for item in found)


def noun_of(text: str) -> str:
    """What a short request asks for, in its own words: "do you have espresso cups for four?" → "espresso cups"."""
    first = _REST.split(fold(text).replace("’", "'").strip(" .,!?"), maxsplit=1)[0]
    return " ".join(word for word in first.split() if word not in MANNERS)


def called(session: Session, text: str, words: set[str]) -> bool:
    """Does the store have anything that is called by one of these stems?"""
    hits = search.search(session, text, limit=5)
    return any(
        words & (item.head - _counted_only(item.title))
        for item in shelf.items(session, [hit.product_id for hit in hits]).values()
    )


def _counted_only(title: str) -> set[str]:
    """What a title only counts or leads to: the cups of a 6-cup pot or a bean-to-cup machine."""
    return {stem(word) for word in _COUNTED.findall(fold(title))}


# --- who fits ---------------------------------------------------------------------------------------------------------


def _candidates(session: Session, needs: Needs, options: Options) -> Candidates:
    """Candidate products of the kind asked for; those inside the budget, or little above it, are always among them."""
    relevance = _pool(session, needs)
    found = shelf.items(session, [product_id for product_id in relevance if product_id not in options.rejected])
    vocabulary = reading.store_words(session)
    chosen = kinds.sort_out(list(found.values()), needs, vocabulary.kinds)
    items = _at_home(list(chosen.those), needs)
    if needs.by_interest:
        items = [item for item in items if interests.fit(item, needs.interests)[0]]
    best = max(relevance.values(), default=1.0) or 1.0
    shares = _relevances(items, needs, {item.product_id: relevance[item.product_id] / best for item in items})
    scales = _scales(session, items, items, needs)
    types = () if chosen.only_for else kinds.qualifiers(needs, items)
    missing = (needs.noun or needs.kind) if chosen.only_for else ""
    liked = " or ".join(needs.interests) if needs.by_interest and not items else ""
    strange = liked or kinds.unknown(needs, items, vocabulary.words)
    return Candidates(items, shares, scales, types, missing, strange, len(relevance) < POOL)


def _pool(session: Session, needs: Needs) -> dict[str, float]:
    denials = [f"without {term}" for term in needs.unwanted if not verdicts.is_colour(term)]
    if needs.by_interest:
        liked = " ".join(word for interest in needs.interests for word in interests.words(interest))
        text = " ".join([liked, *needs.wanted, *denials])
        return {hit.product_id: hit.score for hit in search.search(session, text, limit=POOL)}
    text = needs.phrase or " ".join([needs.text or needs.category, *denials])
    stated = needs.price_min is not None or needs.price_max is not None
    if not text.strip() or set((needs.phrase or needs.text).split()) <= PRESENTS | {needs.audience}:
        budget = Filters(price_min_cents=needs.price_min, price_max_cents=needs.price_max)
        return {hit.product_id: 1.0 for hit in search.search(session, "", limit=POOL, filters=budget)}
    if not stated:
        return {hit.product_id: hit.score for hit in search.search(session, text, limit=POOL)}
    reach = int(needs.price_max * WITHIN_REACH) if needs.price_max is not None else None
    anywhere, affordable = search.search_affordable(
        session, text, limit=POOL, price_min_cents=needs.price_min, price_max_cents=reach
    )
    relevance = {hit.product_id: hit.score for hit in anywhere}
    for hit in affordable:
        relevance.setdefault(hit.product_id, hit.score)
    return relevance


def _at_home(items: list[Item], needs: Needs) -> list[Item]:
    """Only those of the category meant, where it was named in full or nearly all of them are."""
    name = set(stems(needs.category))
    shelf_itself = bool(needs.category) and not needs.kind  # "poetry"
    in_full = (len(name) > 1 or shelf_itself) and name <= set(stems(needs.text))  # "a gravel bike" is no city bike
    home = needs.category
    inside = [item for item in items if home == item.category or home in item.path] if home else []
    if not ((needs.kind or shelf_itself) and inside and (in_full or len(inside) >= SAME_KIND * len(items))):
        return items
    homes = {item.product_id for item in inside}  # and what has no category, or has the whole name in its title
    return [item for item in items if item.product_id in homes or not item.category or (in_full and name <= item.head)]


def _relevances(items: list[Item], needs: Needs, shares: dict[str, float]) -> dict[str, float]:
    """The relevance of each: of its words, of what somebody likes, less in another category than the one asked for."""
    if needs.by_interest:
        shares = {item.product_id: shares[item.product_id] * interests.fit(item, needs.interests)[0] for item in items}
    home = needs.category
    for item in items if home else ():
        if home != item.category and home not in item.path:
            shares[item.product_id] *= OTHER_CATEGORY
    return shares


def _types(found: Candidates) -> list[Firm]:
    """The type asked for, word by word: a need like a refusal, nothing else is shown as a match.

    Where only titles tell the type ("gym bag"), what does not tell it may be shown after what does.
    """

    def firm(term: str) -> Firm:
        told = any(kinds.typed(item, term) for item in found.items)
        return Firm(f"type:{term}", term, lambda item: kinds.has(item, term), told)

    return [firm(term) for term in found.types]


def _scales(session: Session, items: list[Item], peers: list[Item], needs: Needs) -> Scales:
    kept = promises.kept(session, [item.product_id for item in items], verdicts.promised(needs))
    return replace(Scales.of(peers, needs), kept=kept)


def _pick(item: Item, needs: Needs, found: Candidates) -> Pick:
    return Pick(item, *_judged(item, needs, found.scales, found.relevance[item.product_id]))


def _judged(item: Item, needs: Needs, scales: Scales, relevance: float) -> tuple[float, tuple[Verdict, ...]]:
    judged = verdicts.judge(item, needs, scales)
    return _score(relevance, judged), judged


def _score(relevance: float, judged: Iterable[Verdict]) -> float:
    met = verdicts.satisfaction(judged)
    return round(relevance**RELEVANCE_POWER * (1 - NEED_SHARE + NEED_SHARE * met), 6)


def _placing(firm: list[Firm], tested: list[Firm], needs: Needs, options: Options) -> Callable[[Pick], Place]:
    """Where a product stands among the others: the smaller, the earlier.  Of the firm needs only those of `tested` may
    be missed."""
    strictly = options.keeping
    looks = strictly or needs.lowest
    by_price = bool(needs.lowest and needs.kind)
    of_price = needs.lowest or any(need.key == "price" for need in firm)

    def place(pick: Pick) -> Place:
        item = pick.item
        breaks = looks and any(_breaks(verdict, strictly=strictly) for verdict in pick.verdicts)
        score = 0.0 if by_price else -pick.score
        misses = not passes(item, tested), of_price and item.price_cents is None
        return *misses, breaks, score, item.price_cents or 0, item.product_id

    return place


def _breaks(verdict: Verdict, *, strictly: bool) -> bool:
    """Is a stated wish not kept?  `strictly`: what the page says nothing about is not kept either."""
    unsaid = strictly and verdict.verdict == verdicts.NOT_STATED and verdict.key.startswith("wanted:")
    return verdict.verdict == verdicts.NOT_MET or unsaid


def _varied(ranked: list[Pick], needs: Needs) -> list[Pick]:
    """One product instead of its five colours: of versions known as such only the best is shown.

    What only looks like another version of a product comes after everything else, unless a colour was asked for.  Of
    presents, the best of each shelf comes before a second one of any.
    """
    seen: set[object] = set()
    later: list[Pick] = []
    first: list[Pick] = []
    shelves: set[str] = set()
    for pick in ranked:
        item = pick.item
        alike = (item.brand, item.title.rpartition(",")[0] or item.title, item.price_cents)
        if item.group_id and item.group_id in seen:
            continue
        again = needs.by_interest and bool(item.category) and item.category in shelves
        shelves.add(item.category)
        (later if again or (alike in seen and not needs.colour) else first).append(pick)
        seen |= {alike, item.group_id}
    return first + later


# --- when nobody fits, or somebody almost does ------------------------------------------------------------------------


def _what_if(session: Session, found: Candidates, needs: Needs, ranking: Ranking, options: Options) -> WhatIf | None:
    """The smallest rise of the budget that puts a dearer product first, up to WITHIN_REACH; found by ranking so."""
    if needs.price_max is None or options.exclude or not ranking.picks:
        return None
    limit = needs.price_max + (needs.price_max % 100 == 99)  # "cheaper than $79" is a budget of $78.99
    others = [need for need in (ranking.firm if ranking.all_met else ranking.hard) if need.key != "price"]
    dearer = [
        (item.price_cents, item)
        for item in found.items
        if item.price_cents is not None
        and limit < item.price_cents <= limit * WITHIN_REACH
        and item.currency == needs.currency
        and passes(item, others)
    ]
    would_lead = _leading(found, needs, ranking, options)
    tried = 0
    for cents, item in sorted(dearer, key=lambda each: each[0]):
        if cents == tried or not would_lead(item):
            continue
        tried = cents
        reached = replace(needs, price_max=cents)
        leader = _leader(found, reached, options)
        if leader is None or (leader.price_cents or 0) <= limit:
            continue
        anew = leader if found.whole else _leader(_candidates(session, reached, options), reached, options)
        if anew is not None and anew.product_id == leader.product_id:
            return WhatIf(leader, cents - limit, needs.currency)
    return None


def _leader(found: Candidates, needs: Needs, options: Options) -> Item | None:
    picks = rank(found, needs, options).picks
    return picks[0].item if picks else None


def _leading(found: Candidates, needs: Needs, ranking: Ranking, options: Options) -> Callable[[Item], bool]:
    """Whether a dearer product would stand before the present first one, were it affordable: a cheap look before
    ranking them all."""
    first = _placing(ranking.firm, ranking.firm, needs, options)(ranking.picks[0])
    others = [need for need in ranking.firm if need.key != "price"]
    place = _placing(others, others, needs, options)
    unpriced = replace(needs, price_min=None, price_max=None)
    whole = sum(verdict.weight for verdict in ranking.picks[0].verdicts)  # a need weighs the same for every product
    least = -inf if any(first[:3]) else -first[3] - ROUNDED

    def would_lead(item: Item) -> bool:
        share = found.relevance[item.product_id] ** RELEVANCE_POWER  # its score if it met everything
        if share < least:
            return False
        missed = 0.0
        judged: list[Verdict] = []
        for verdict in verdicts.one_by_one(item, unpriced, found.scales):
            missed += verdict.weight * (1 - verdict.worth)
            if share * (1 - NEED_SHARE * missed / whole) < least:
                return False
            judged.append(verdict)
        score = _score(found.relevance[item.product_id], (_AFFORDABLE, *judged))
        return place(Pick(item, score, tuple(judged))) < first

    return would_lead


def _beyond(found: Candidates, needs: Needs, ranking: Ranking) -> Relaxation | None:
    """How many more there are without the type asked for: "other vacuums (6)"."""
    if not found.types:
        return None
    others = [need for need in ranking.hard if not need.key.startswith("type:")]
    count = sum(passes(item, others) for item in found.items)
    said = [word for word in needs.text.split() if any(stem(word) in stems(term) for term in found.types)]
    types = " ".join(said)
    if not needs.noun or count <= len(ranking.fits):
        return None
    return Relaxation("other", types, types, needs.noun.split()[-1], count)


def _ways_out(
    session: Session, found: Candidates, needs: Needs, ranking: Ranking, options: Options
) -> tuple[tuple[str, ...], tuple[Relaxation, ...]]:
    """The smallest conflict and the single changes that end it; nothing when something meets all."""
    if ranking.picks and not ranking.unpriced and (ranking.all_met or options.exclude):
        return (), ()
    if not found.items:
        return tuple(needs.text.split()[:4]), ()
    left = [item for item in found.items if item.product_id not in options.exclude]
    changes = relaxations.relaxations(left, ranking.firm, needs) or relaxations.relaxations(left, ranking.hard, needs)
    return relaxations.conflict(found.items, ranking.firm), _counted(session, needs, changes, options)


def _counted(session: Session, needs: Needs, changes: Iterable[Relaxation], options: Options) -> tuple[Relaxation, ...]:
    """The ways out, each with the number of products that meet all needs once it is taken; most first."""
    made = []
    for change in changes:
        relaxed = relaxations.relax(needs, change.change, change.value)
        ranking = rank(_candidates(session, relaxed, options), relaxed, options)
        made.append(replace(change, count=sum(passes(item, ranking.firm) for item in ranking.fits)))
    return tuple(sorted((change for change in made if change.count), key=lambda change: -change.count))
