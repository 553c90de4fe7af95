"""Is it up, is it ready, what did it count."""

from __future__ import annotations

import logging
from typing import Any

import anyio
import sqlalchemy as sa
from fastapi import APIRouter, Request
from fastapi.responses import JSONResponse, PlainTextResponse, Response

from lifecycle import db, search
from lifecycle.web import waiting

log = logging.getLogger(__name__)
router = APIRouter(tags=["health"])
CHECK_SECONDS = 4.0


@router.get("/healthz")
async def healthz() -> dict[str, str]:
    """The process is up."""
    return {"status": "ok"}


@router.get("/readyz", responses={503: {"description": "one of the parts cannot serve"}})
async def readyz(request: Request) -> Response:
    """Whether database, Rasa and search index can serve a shopper; 503 says which one cannot, within 5 seconds."""
    parts: dict[str, str] = {}

    async def check(name: str, probe: Any) -> None:
        parts[name] = "timeout"
        with anyio.move_on_after(CHECK_SECONDS):
            parts[name] = "ok" if await probe() else "failing"

    async with anyio.create_task_group() as group:
        group.start_soon(check, "database", lambda: _in_thread(_database))
        group.start_soon(check, "rasa", request.app.state.rasa.ready)
        group.start_soon(check, "search", lambda: _in_thread(_search))
    ready = all(state == "ok" for state in parts.values())
    body = {"status": "ok" if ready else "unavailable", **dict(sorted(parts.items()))}
    return JSONResponse(body, 200 if ready else 503, headers={} if ready else {"Retry-After": "5"})


@router.get("/metrics", response_class=PlainTextResponse)
def metrics(request: Request) -> Response:
    """Counters and timings of this process and what waits in the database, as Prometheus text."""
    try:
        with db.reading() as session:
            found = waiting.look(session, now=request.app.state.clock())
    except Exception as error:  # monitoring must answer when the database does not
        log.warning("metrics without the database: %s", type(error).__name__)
        found = None
    return PlainTextResponse(request.app.state.metrics.text(found), media_type="text/plain; version=0.0.4")


async def _in_thread(probe: Any) -> bool:
    return bool(await anyio.to_thread.run_sync(probe, abandon_on_cancel=True))


def _database() -> bool:
    try:
        with db.connection() as connection:
            return bool(connection.execute(sa.text("SELECT version FROM schema_version")).scalar_one_or_none() or 1)
    except Exception as error:  # whatever it is, the answer is no
        log.warning("not ready: database: %s", type(error).__name__)
        return False


def _search() -> bool:
    try:
        with db.reading() as session:
            search.search(session, "ready", limit=1)
        return True
    except Exception as error:
        log.warning("not ready: search: %s", type(error).__name__)
        return False
