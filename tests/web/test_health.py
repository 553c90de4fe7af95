"""Up, ready, counted; and what is on every response."""

from __future__ import annotations

import jsonschema
import pytest
from fake_rasa import FakeRasa
from running_site import Site

from lifecycle.order_events import parse_generic
from lifecycle.web import public


def test_up_and_ready(site: Site) -> None:
    assert site.get("/healthz").json() == {"status": "ok"}
    ready = site.get("/readyz")
    assert ready.status_code == 200
    assert ready.json() == {"status": "ok", "database": "ok", "rasa": "ok", "search": "ok"}


@pytest.mark.parametrize(("mood", "state"), [("error", "failing"), ("hang", "failing")])
def test_not_ready_without_rasa_or_with_a_rasa_that_forgets(site: Site, rasa: FakeRasa, mood: str, state: str) -> None:
    rasa.mood = mood
    ready = site.get("/readyz")
    assert ready.status_code == 503, "a Rasa that hangs says nothing as long as the test runs"
    assert ready.json()["rasa"] == state and ready.json()["database"] == "ok"


def test_metrics_count_what_happened(site: Site, rasa: FakeRasa) -> None:
    path, ada = site.begin()
    rasa.mood = "error"
    site.post(f"{path}/messages", json={"message_id": "m1", "text": "hello"}, headers=ada)
    text = site.get("/metrics").text
    route = "/api/v1/conversations/{conversation_id}/messages"
    assert f'lifecycle_http_requests_total{{method="POST",route="{route}",status="503"}} 1.0' in text
    assert 'lifecycle_rasa_failures_total{reason="status_500"} 1.0' in text
    assert "lifecycle_database_up 1.0" in text and 'lifecycle_queue_age_seconds{queue="deliveries"} 0.0' in text
    assert path.rpartition("/")[2] not in text


def test_the_api_describes_itself(site: Site) -> None:
    paths = site.get("/openapi.json").json()["paths"]
    for route in public.router.routes:
        assert route.path in paths  # type: ignore[attr-defined]
    assert {"/hooks/orders", "/hooks/shopify", "/hooks/woocommerce", "/healthz", "/readyz", "/metrics"} <= set(paths)
    for path in (path for path in paths if path.startswith("/hooks/")):
        assert paths[path]["post"]["requestBody"]["content"], path


def test_the_documented_order_event_is_the_one_the_guide_posts_and_the_hook_reads(site: Site) -> None:
    body = site.get("/openapi.json").json()["paths"]["/hooks/orders"]["post"]["requestBody"]
    schema = body["content"]["application/json"]["schema"]
    event = {
        "type": "order.delivered",
        "timestamp": "2026-11-20T10:00:00Z",
        "data": {
            "order_id": "1001",
            "currency": "USD",
            "total": 129.00,
            "customer": {"email": "ada@example.org", "name": "Ada", "timezone": "America/Toronto"},
            "lines": [{"product_id": "jo-grinder-01", "title": "Grinder", "quantity": 1, "price": 129.00}],
            "parcel": {"id": "p1", "of": 2},
        },
    }
    jsonschema.validate(event, schema)
    assert parse_generic(event, "evt-1").order_ref == "1001"
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.validate({**event, "type": "order.lost"}, schema)


def test_every_response_carries_the_security_headers(site: Site) -> None:
    paths = ["/", "/widget.js", "/healthz", "/nowhere", "/s/x", "/chat", "/api/v1/conversations/x", "/static/site.css"]
    for path in paths:
        headers = site.get(path, headers={"Accept": "text/html"}).headers
        assert "unsafe" not in headers["content-security-policy"], path
        assert "default-src 'self'" in headers["content-security-policy"]
        assert headers["x-content-type-options"] == "nosniff"
        assert headers["x-frame-options"] == "DENY"
        assert headers["referrer-policy"] == ("no-referrer" if path.startswith("/s/") else "same-origin")
        assert "server" not in headers


def test_a_crash_of_ours_is_answered_and_logged_without_words_of_the_customer(
    site: Site, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def broken(*_args: object, **_named: object) -> None:
        raise RuntimeError("canary-4711 in the message")

    path, ada = site.begin()
    monkeypatch.setattr("lifecycle.web.chat.history", broken)
    answered = site.get(f"{path}/messages", headers=ada)
    assert answered.status_code == 500
    assert answered.json()["incident"] in caplog.text and "RuntimeError at test_health.py" in caplog.text
    assert "canary" not in caplog.text and "canary" not in answered.text
    assert answered.headers["content-security-policy"]
