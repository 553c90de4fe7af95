"""A store assistant for the education and post-purchase stages, and the shared record of every conversation."""

__version__ = "0.1.0"
