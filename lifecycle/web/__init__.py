"""The public face: message API, widget, demo shop, order hooks, links in mail, staff console."""

from __future__ import annotations

import gc
from typing import Any

from lifecycle.settings import Settings
from lifecycle.web.onewrite import OneWrite

# No access log: a path can hold a token.  No proxy headers: TRUSTED_PROXIES alone says whose word on addresses counts.
SERVER: dict[str, Any] = {
    "http": OneWrite,
    "ws": "none",
    "access_log": False,
    "proxy_headers": False,
    "server_header": False,
    "timeout_keep_alive": 30,
    "timeout_graceful_shutdown": 10,
    "log_level": "warning",
}


def serve(settings: Settings) -> None:
    """Serve on HOST and PORT until told to stop."""
    import uvicorn

    from lifecycle import logs
    from lifecycle.web.app import create_app

    logs.configure(settings.log_format)
    app = create_app()
    gc.collect()
    gc.freeze()  # what is loaded stays: a full collection no longer walks it in the middle of a request
    uvicorn.run(app, host=settings.host, port=settings.port, **SERVER)
