"""Find products: fielded, stemmed, typo-tolerant, negation-aware; price, stock, brand and category as filters."""

from lifecycle.search.index import catalogue_version, hold
from lifecycle.search.ranking import Filters, rank, refresh, search, search_affordable, states_prices

__all__ = ["Filters", "catalogue_version", "hold", "rank", "refresh", "search", "search_affordable", "states_prices"]
