"""What a shopper needs, read from free text: what it is, what it may cost, what it must be and must not be."""

from lifecycle.needs.reading import Limit, Needs, read, store_words

__all__ = ["Limit", "Needs", "read", "store_words"]
