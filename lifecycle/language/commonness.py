"""How much a word tells on a product page: everything is "easy", "great" and "made for you", little is "serrated"."""

from __future__ import annotations

import functools

from lifecycle.language.words import stem, wordset

# Words of almost every page, and words of many; any other word tells all it can.
_EVERYWHERE = wordset(
    """
    a an the and or of to in on for with it is are be was were has have had do does did can could will would
    this that these those i my me we our you your they them he she his her at from by as so if but not no than
    then too very just all any some one ones use used using get gets got product item thing really well good
    great nice like also about out up off when what which who how there here into over only same other more most
    much many still even because
    """
)
_VERY_COMMON = wordset(
    """
    easy easily small large big size long make makes made need want time day days two three set way work works
    water hand hands home clean fit fits perfect color black white light high low quality design part parts come
    comes put take takes keep keeps fine little bit year years new old love bought buy price first before after
    without each every both full free hold holds right side top back inside around back down number type
    different better best again always never ever think know see look looks say says said sure lot kind end
    going goes go thick short
    """
)
_COMMON = wordset(
    """
    steel metal plastic wood cotton leather material fabric glass power cable battery batteries charge hours
    hour minutes minute inch inches feet pounds weight weigh heavy box bag case cover lid handle wall floor door
    table kitchen room bathroom bed car phone red blue green gray brown warm cold hot cool dry wet safe soft
    hard strong sturdy comfortable adjust adjustable include included included wash machine open close screen
    button setting settings speed mode night morning week weeks month months people person kids child baby dog
    cat man woman husband wife friend gift house outside outdoor indoor inside air sound noise quiet loud smell
    taste feel feels shape thin wide tall deep length height width store storage space stand base head foot body
    face skin hair eye ear arm leg neck shoulder waist replace replacement warranty return order ordered arrived
    package pack piece pieces money worth cheap expensive happy problem issue broke review picture photo video
    instructions install assembly simple quick fast slow problem enough almost actually maybe probably
    definitely usually sometimes however though while until since during
    """
)
WORDS = _EVERYWHERE | _VERY_COMMON | _COMMON
_WEIGHT = {
    **{stem(word): 0.75 for word in _COMMON},
    **{stem(word): 0.6 for word in _VERY_COMMON},
    **{stem(word): 0.4 for word in _EVERYWHERE},
}


@functools.lru_cache(maxsize=20_000)
def weight(term: str) -> float:
    """What a stem tells, 0.4 to 1."""
    return _WEIGHT.get(term, 0.8 if term.isdigit() else 1.0)
