"""The order API of a shop, over real HTTP: what Shopify and WooCommerce answer, busy, silent or gone."""

from __future__ import annotations

import json
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Event, Thread
from urllib.parse import parse_qs, urlsplit


def order(number, **more):
    return {
        "id": number,
        "email": f"ada{number}@example.com",
        "created_at": "2026-11-02T09:00:00Z",
        "processed_at": "2026-11-02T09:01:00Z",
        "updated_at": f"2026-11-1{number % 9}T09:00:00Z",
        "financial_status": "paid",
        "currency": "USD",
        "total_price": "29.00",
        "customer": {"id": number, "first_name": "Ada", "last_name": "Byron"},
        "line_items": [{"id": 1, "sku": "KE-1", "title": "Kettle", "quantity": 2, "price": "14.50"}],
        **more,
    }


def parcel(number, quantity, delivered="", shipped="2026-11-03T09:00:00Z"):
    return {
        "id": number,
        "status": "success",
        "created_at": shipped,
        "updated_at": delivered or shipped,
        "shipment_status": "delivered" if delivered else "in_transit",
        "tracking_number": f"1Z{number}",
        "line_items": [{"id": 1, "sku": "KE-1", "quantity": quantity}],
    }


class Shop:
    """The order API of Shopify and of WooCommerce, two orders a page; `busy` answers that come first.

    `silent`: nothing is answered before `close`.
    """

    def __init__(self):
        self.orders, self.busy, self.seen = [], [], []
        self.silent, self._closed = False, Event()
        outer = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self):
                outer.seen.append((self.path, dict(self.headers)))
                if outer.silent:
                    outer._closed.wait(300)
                    return
                if outer.busy:
                    self.send_response(outer.busy.pop(0))
                    self.send_header("Retry-After", "0")
                    self.send_header("Content-Length", "0")
                    self.end_headers()
                    return
                parts = urlsplit(self.path)
                one = parts.path.rpartition("/")[2].removesuffix(".json")
                if one.isdigit():
                    found = [each for each in outer.orders if str(each["id"]) == one]
                    self._tell(found[0] if "/wp-json" in parts.path else {"order": found[0]}) if found else self._none()
                    return
                query = {name: values[0] for name, values in parse_qs(parts.query).items()}
                page = int(query.get("page_info") or query.get("page") or 1)
                some, more = outer.orders[2 * page - 2 : 2 * page], len(outer.orders) > 2 * page
                rest = parts.path.startswith("/wp-json")
                body = json.dumps(some if rest else {"orders": some}).encode()
                self.send_response(200)
                self.send_header("Content-Length", str(len(body)))
                self.send_header("X-WP-TotalPages", str((len(outer.orders) + 1) // 2))
                if more and not rest:
                    self.send_header("Link", f'<{outer.url}{parts.path}?limit=250&page_info={page + 1}>; rel="next"')
                self.end_headers()
                self.wfile.write(body)

            def _tell(self, body):
                content = json.dumps(body).encode()
                self.send_response(200)
                self.send_header("Content-Length", str(len(content)))
                self.end_headers()
                self.wfile.write(content)

            def _none(self):
                self.send_response(404)
                self.send_header("Content-Length", "0")
                self.end_headers()

            def log_message(self, *_):
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.server.server_port}"
        Thread(target=self.server.serve_forever, daemon=True).start()

    def asked(self):
        return [parse_qs(urlsplit(path).query) for path, _ in self.seen]

    def close(self):
        self._closed.set()
        self.server.shutdown()
        self.server.server_close()
