"""Fixtures of the web tests."""

from running_site import clock, rasa, site, start_site

__all__ = ["clock", "rasa", "site", "start_site"]
