"""Files the browser fetches: the widget's one script, style sheets, product pictures."""

from __future__ import annotations

import base64
import functools
import gzip
import hashlib
import json
import mimetypes
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from fastapi import APIRouter, Request
from fastapi import Path as PathParam
from fastapi.responses import Response

from lifecycle import catalogue, db
from lifecycle.demo.pictures import picture
from lifecycle.errors import NotFound
from lifecycle.web.pages import STATIC

router = APIRouter(include_in_schema=False)
_SCRIPTS = ("strings", "text", "api", "parts", "log", "menu", "element", "main")
WIDGET_PARTS = ("style.css", *(f"{name}.js" for name in _SCRIPTS))
_SERVED = {".js", ".css", ".svg", ".ico", ".png", ".webmanifest"}
_PICTURE_POLICY = "default-src 'none'; style-src 'unsafe-inline'; sandbox"


@router.get("/widget.js")
def widget(request: Request) -> Response:
    """The widget, for pages of any origin, also with `integrity`; its calls to the API need permission (CORS)."""
    body, packed = _newest_widget()
    headers = {"Cross-Origin-Resource-Policy": "cross-origin", "Access-Control-Allow-Origin": "*"}
    return _cached(request, body, packed, "text/javascript", headers, max_age_seconds=300)


@router.get("/static/{name}")
def static(request: Request, name: str = PathParam(regex=r"^[a-z0-9._-]{1,60}$")) -> Response:
    return _file(request, name, {})


@router.get("/favicon.ico")
def favicon(request: Request) -> Response:
    return _file(request, "icon.svg", {})


@router.get("/robots.txt")
def robots() -> Response:
    private = "".join(f"Disallow: {path}\n" for path in ("/api/", "/s/", "/f/", "/c/", "/u/", "/console", "/chat"))
    return Response("User-agent: *\n" + private, media_type="text/plain")


@router.get("/pictures/{product_id:path}.svg")
def drawing(request: Request, product_id: str = PathParam(max_length=128)) -> Response:
    """The drawn picture of a product; sandboxed, so that nothing in it can run even when opened by itself."""
    with db.reading() as session:
        product = catalogue.get(session, product_id)
        if product is None:
            raise NotFound("There is no such product.")
        seen = _seen(product)
    body = picture(seen).encode()
    headers = {"Content-Security-Policy": _PICTURE_POLICY, "Cross-Origin-Resource-Policy": "cross-origin"}
    return _cached(request, body, None, "image/svg+xml", headers, max_age_seconds=3600)


def widget_integrity() -> str:
    """What `integrity` on the script tag says of the widget as it is now; another release has another."""
    return "sha384-" + base64.b64encode(hashlib.sha384(_newest_widget()[0]).digest()).decode()


def _newest_widget() -> tuple[bytes, bytes]:
    return _widget(max(path.stat().st_mtime_ns for path in _parts()))


def _parts() -> list[Path]:
    return [STATIC / "widget" / name for name in WIDGET_PARTS]


@functools.lru_cache(maxsize=2)
def _widget(_stamp: int) -> tuple[bytes, bytes]:
    """The widget's files as one script of one scope, its style sheet inside: one request, nothing inline."""
    texts = {path.name: path.read_text(encoding="utf-8") for path in _parts()}
    style = re.sub(r"\s+", " ", re.sub(r"/\*.*?\*/", "", texts.pop("style.css"), flags=re.DOTALL))
    body = "\n".join(['(() => {\n"use strict";', f"const STYLE = {json.dumps(style)};", *texts.values(), "})();\n"])
    return body.encode(), gzip.compress(body.encode(), 9, mtime=0)


def _seen(product: Any) -> Mapping[str, Any]:
    return {
        "product_id": product.product_id,
        "title": product.title,
        "brand": product.brand,
        "category": list(product.category_path or ()) or [product.category],
        "color": product.color,
        "material": product.material,
        "facts": {fact.name: fact.value for fact in product.facts},
    }


def _file(request: Request, name: str, headers: Mapping[str, str]) -> Response:
    path = STATIC / name
    if path.suffix not in _SERVED or not path.is_file():
        raise NotFound("There is no such file.")
    body, packed = _read(name, path.stat().st_mtime_ns)
    media = mimetypes.types_map.get(path.suffix, "application/octet-stream")
    return _cached(request, body, packed, media, headers, max_age_seconds=300)


@functools.lru_cache(maxsize=64)
def _read(name: str, _stamp: int) -> tuple[bytes, bytes]:
    body = (STATIC / name).read_bytes()
    return body, gzip.compress(body, 9, mtime=0)


def _cached(
    request: Request,
    body: bytes,
    packed: bytes | None,
    media_type: str,
    headers: Mapping[str, str],
    max_age_seconds: int,
) -> Response:
    etag = f'"{hashlib.sha256(body).hexdigest()[:24]}"'
    told = {"ETag": etag, "Cache-Control": f"public, max-age={max_age_seconds}", "Vary": "Accept-Encoding", **headers}
    if request.headers.get("if-none-match") == etag:
        return Response(status_code=304, headers=told)
    if packed is not None and "gzip" in request.headers.get("accept-encoding", ""):
        return Response(packed, media_type=media_type, headers={**told, "Content-Encoding": "gzip"})
    return Response(body, media_type=media_type, headers=told)
