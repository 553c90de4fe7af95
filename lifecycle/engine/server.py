"""The Rasa server of this machine: `rasa run` with our addresses, without its telemetry and its public API."""

from __future__ import annotations

import logging
import os
from urllib.parse import urlparse

from lifecycle import logs, processes, training
from lifecycle.engine import unused
from lifecycle.settings import PROJECT, Settings


def serve(settings: Settings) -> None:
    """Run Rasa on the address of RASA_URL until stopped; raises Invalid when there is no model to serve."""
    model = training.newest(settings)
    os.environ["RASA_TELEMETRY_ENABLED"] = "false"
    unused.leave_out(PROJECT / "credentials.yml")
    from rasa.core.run import serve_application
    from rasa.core.utils import AvailableEndpoints
    from rasa.utils.endpoints import EndpointConfig

    from lifecycle.engine import patches
    from lifecycle.engine.actions import ActionsHere

    quiet_logs(settings.log_format)
    patches.apply()
    endpoints = AvailableEndpoints.read_endpoints(str(PROJECT / "endpoints.yml"))
    if settings.actions_url:
        endpoints.action = EndpointConfig(url=f"{settings.actions_url}/webhook")
    else:
        endpoints.action = ActionsHere()
        processes.warm_up()
    if settings.redis_url:
        endpoints.lock_store = EndpointConfig(type="redis", **_redis(settings.redis_url))
    address = urlparse(settings.rasa_url)
    serve_application(
        model_path=str(model),
        interface=settings.internal_host or address.hostname or "127.0.0.1",
        port=address.port or 5005,
        credentials=str(PROJECT / "credentials.yml"),
        endpoints=endpoints,
        enable_api=False,
        response_timeout=30,
    )


def quiet_logs(log_format: str = "text") -> None:
    """Only warnings of Rasa, everything of ours: Rasa's debug log holds what customers write."""
    from rasa.utils.log_utils import configure_structlog

    logs.configure(log_format, logging.WARNING)
    logging.getLogger("lifecycle").setLevel(logging.INFO)
    logging.getLogger("sanic.access").setLevel(logging.WARNING)
    configure_structlog(logging.WARNING)


def _redis(url: str) -> dict[str, object]:
    parsed = urlparse(url)
    options: dict[str, object] = {
        "url": parsed.hostname or "localhost",
        "port": parsed.port or 6379,
        "db": int(parsed.path.lstrip("/") or 0),
        "password": parsed.password,
        "use_ssl": parsed.scheme == "rediss",
    }
    return {key: value for key, value in options.items() if value is not None}
