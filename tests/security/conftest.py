"""Fixtures of the security tests: the site of the web tests, without limits, so that all can be tried at once."""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).resolve().parent.parent / "web"))

from running_site import Site, clock, rasa, start_site

__all__ = ["clock", "rasa", "site", "start_site"]


@pytest.fixture
def site(start_site: Callable[..., Site]) -> Site:
    return start_site(MESSAGE_RATE_PER_MINUTE="0", ADDRESS_RATE_PER_MINUTE="0")
