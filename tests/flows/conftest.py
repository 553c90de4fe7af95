"""The whole assistant, started once as `make run` starts it."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from bench.stack import Stack


@pytest.fixture(scope="session")
def stack(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stack]:
    made = Stack(
        tmp_path_factory.mktemp("stack"),
        MESSAGE_RATE_PER_MINUTE="0",
        ADDRESS_RATE_PER_MINUTE="0",
        STAFF_PASSWORD="correct horse battery",
    )
    made.start()
    yield made
    made.stop()
