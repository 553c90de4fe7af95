"""Find products: fielded, stemmed, typo-tolerant, negation-aware; price, stock, brand and category as filters."""

from lifecycle.search.index import hold
from lifecycle.search.ranking import Filters, rank, refresh, search, search_affordable, states_prices

__all__ = ["Filters", "hold", "rank", "refresh", "search", "search_affordable", "states_prices"]
