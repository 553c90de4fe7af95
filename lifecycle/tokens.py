"""Signed tokens: opaque to their bearer, bound to one purpose, expiring, verified in constant time."""

from __future__ import annotations

import functools
import hashlib
import hmac
import json
import secrets
from datetime import datetime, timedelta
from typing import Any

from itsdangerous import BadSignature, Signer, URLSafeSerializer
from itsdangerous.encoding import base64_encode, want_bytes

from lifecycle.errors import Refused


def new_id() -> str:
    """128 random bits, hexadecimal: ids that a stranger cannot guess."""
    return secrets.token_hex(16)


def sign(secret: str, purpose: str, subject: str, /, *, now: datetime, lifetime: timedelta, **claims: Any) -> str:
    """A token that says: its bearer may do `purpose` with `subject` until now + lifetime."""
    body = {"s": subject, "x": int((now + lifetime).timestamp()), **({"c": claims} if claims else {})}
    return str(_serializer(secret, purpose).dumps(body))


def verify(secret: str, purpose: str, token: str, *, now: datetime) -> tuple[str, dict[str, Any]]:
    """(subject, claims) of a token signed for this very purpose; raises Refused when forged, foreign or expired."""
    try:
        body = _serializer(secret, purpose).loads(token)
    except (BadSignature, UnicodeError, ValueError) as error:
        raise Refused("This link or session is not valid; please start again.") from error
    if now.timestamp() >= body["x"]:
        raise Refused("This link or session has expired; please start again.")
    return body["s"], body.get("c", {})


def identifier_hash(secret: str, identifier: str) -> str:
    """What a store's server computes to vouch for a logged-in shopper: hex HMAC-SHA256 of their id."""
    return hmac.new(secret.encode(), identifier.encode(), hashlib.sha256).hexdigest()


INSTALLATION = "X-Lifecycle-Installation"


@functools.lru_cache(maxsize=4)
def of_installation(secret: str) -> str:
    """What the processes of one installation show each other; it tells nothing of the secret."""
    return hmac.new(secret.encode(), b"one installation", hashlib.sha256).hexdigest()


def shown_by(secret: str) -> dict[str, str]:
    """The header of calls between the web process, the worker and Rasa."""
    return {INSTALLATION: of_installation(secret)}


def same(left: str, right: str) -> bool:
    """Constant-time comparison."""
    return hmac.compare_digest(left.encode(), right.encode())


_COMPACT = json.JSONEncoder(ensure_ascii=False, separators=(",", ":"))


class _Signer(Signer):
    """Derives its key once, not for every token."""

    _derived: bytes | None = None

    def derive_key(self, secret_key: str | bytes | None = None) -> bytes:
        if self._derived is None:  # it has one secret, and signs and verifies with it
            self._derived = super().derive_key(secret_key)
        return self._derived

    def get_signature(self, value: str | bytes) -> bytes:
        return base64_encode(hmac.digest(self.derive_key(), want_bytes(value), "sha256"))


class _Serializer(URLSafeSerializer):
    """One signer for all of its tokens, and no attempt to compress them: what we sign is a few bytes."""

    default_signer = _Signer

    def make_signer(self, salt: str | bytes | None = None) -> Signer:
        return self._signer

    @functools.cached_property
    def _signer(self) -> Signer:
        return super().make_signer()

    def dump_payload(self, obj: Any) -> bytes:
        return base64_encode(_COMPACT.encode(obj))


@functools.lru_cache(maxsize=32)
def _serializer(secret: str, purpose: str) -> URLSafeSerializer:
    return _Serializer(
        secret, salt=f"lifecycle.{purpose}", signer_kwargs={"key_derivation": "hmac", "digest_method": hashlib.sha256}
    )
