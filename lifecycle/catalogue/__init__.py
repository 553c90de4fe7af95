"""The catalogue: imported whole from a feed, versioned, read by id."""

from lifecycle.catalogue.products import BATCH, ImportReport, card, get, import_feed, many, version

__all__ = ["BATCH", "ImportReport", "card", "get", "import_feed", "many", "version"]
