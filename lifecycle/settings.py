"""Every setting of the assistant: read once from the environment, strictly, into one frozen object.

A secret `NAME` may also come from the file named by `NAME_FILE`.  An unreadable value refuses to start with one
sentence that says which setting and what it accepts; nothing is silently replaced by a default.
"""

from __future__ import annotations

import functools
import os
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from lifecycle.errors import Invalid

REDACTED = ("card", "iban", "email", "phone")  # what may be masked in customers' texts
LEAST_KEPT_DAYS = 30  # a term mistyped as 1 would empty the store

PROJECT = Path(__file__).resolve().parent.parent


@dataclass(frozen=True)
class Settings:
    """The settings, in the order of docs/configuration.md."""

    home: Path
    database_url: str
    host: str
    port: int
    public_url: str
    rasa_url: str
    actions_url: str  # "": the actions run inside Rasa
    internal_host: str  # where Rasa and the action server listen; "": on the host of their own address
    rasa_timeout_seconds: float
    redis_url: str | None
    secret_key: str
    identity_secret: str
    order_webhook_secrets: tuple[str, ...]
    shopify_webhook_secrets: tuple[str, ...]
    woocommerce_webhook_secrets: tuple[str, ...]
    shopify_api_url: str  # "": not pulled from
    shopify_api_token: str
    woocommerce_api_url: str
    woocommerce_api_key: str  # consumer key:secret
    webhook_urls: tuple[str, ...]
    webhook_secret: str
    webhook_allow_private: bool
    allowed_origins: tuple[str, ...]
    trusted_proxies: int
    limit_local_callers: bool
    message_rate_per_minute: int  # of one conversation; 0: unlimited
    address_rate_per_minute: int  # of one address; 0: unlimited
    store_name: str  # "": what the last import told (lifecycle.store)
    store_timezone: str
    store_currency: str
    stage_names: str  # what the console calls the lifecycle stages
    staff_reply_hours: int
    redact: tuple[str, ...]  # some of REDACTED
    keep_days: Mapping[str, int]  # by purpose; 0: for good
    log_format: str  # text or json
    review_url: str
    smtp_url: str | None
    mail_from: str
    programme: Path
    model: Path
    demo: bool

    @property
    def mail_outbox(self) -> Path:
        """Where mail lands as a maildir while no SMTP server is configured."""
        return self.home / "outbox"

    @property
    def search_index(self) -> Path:
        """Folder of the derived search index; deleting it only costs a rebuild."""
        return self.home / "search"

    @property
    def erasure_list(self) -> Path:
        """Who was erased, by id: kept beside the backups, so that restoring one erases them again."""
        return self.home / "erasures.jsonl"

    @property
    def logs(self) -> Path:
        return self.home / "log"


@functools.lru_cache(maxsize=1)
def settings() -> Settings:
    """The settings of this process."""
    return load(os.environ)


def load(env: Mapping[str, str]) -> Settings:
    """Settings from an environment mapping; raises Invalid for the first unreadable one."""
    home = Path(env.get("LIFECYCLE_HOME") or "var").expanduser()
    home = home if home.is_absolute() else PROJECT / home
    host = env.get("HOST") or "127.0.0.1"
    port = _integer(env, "PORT", 8000, 1, 65535)
    return Settings(
        home=home,
        database_url=_secret(env, "DATABASE_URL") or f"sqlite:///{home / 'lifecycle.db'}",
        host=host,
        port=port,
        public_url=(env.get("PUBLIC_URL") or f"http://{'127.0.0.1' if host == '0.0.0.0' else host}:{port}").rstrip("/"),
        rasa_url=(env.get("RASA_URL") or running(home).get("RASA_URL") or "http://127.0.0.1:5005").rstrip("/"),
        actions_url=(env.get("ACTIONS_URL") or "").rstrip("/"),
        internal_host=env.get("INTERNAL_HOST") or "",
        rasa_timeout_seconds=_integer(env, "RASA_TIMEOUT_SECONDS", 10, 1, 120),
        redis_url=_secret(env, "REDIS_URL"),
        secret_key=_kept_secret(env, "SECRET_KEY", home),
        identity_secret=_kept_secret(env, "IDENTITY_SECRET", home),
        order_webhook_secrets=tuple(_kept_secret(env, "ORDER_WEBHOOK_SECRET", home, prefix="whsec_").split()),
        shopify_webhook_secrets=tuple((_secret(env, "SHOPIFY_WEBHOOK_SECRET") or "").split()),
        woocommerce_webhook_secrets=tuple((_secret(env, "WOOCOMMERCE_WEBHOOK_SECRET") or "").split()),
        shopify_api_url="".join(_addresses(env, "SHOPIFY_API_URL")[:1]).rstrip("/"),
        shopify_api_token=_secret(env, "SHOPIFY_API_TOKEN") or "",
        woocommerce_api_url="".join(_addresses(env, "WOOCOMMERCE_API_URL")[:1]).rstrip("/"),
        woocommerce_api_key=_secret(env, "WOOCOMMERCE_API_KEY") or "",
        webhook_urls=_addresses(env, "WEBHOOK_URLS"),
        webhook_secret=_kept_secret(env, "WEBHOOK_SECRET", home, prefix="whsec_"),
        webhook_allow_private=_flag(env, "WEBHOOK_ALLOW_PRIVATE", False),
        allowed_origins=tuple((env.get("ALLOWED_ORIGINS") or "").split()),
        trusted_proxies=_integer(env, "TRUSTED_PROXIES", 0, 0, 10),
        message_rate_per_minute=_integer(env, "MESSAGE_RATE_PER_MINUTE", 20, 0, 1_000_000),
        address_rate_per_minute=_integer(env, "ADDRESS_RATE_PER_MINUTE", 60, 0, 1_000_000),
        limit_local_callers=_flag(env, "LIMIT_LOCAL_CALLERS", False),
        store_name=env.get("STORE_NAME") or "",
        store_timezone=_zone(env, "STORE_TIMEZONE", "America/Chicago"),
        store_currency=_currency(env, "STORE_CURRENCY", "USD"),
        stage_names=_choice(env, "STAGE_NAMES", "own", ("own", "funnel", "race", "journey", "hubspot")),
        staff_reply_hours=_integer(env, "STAFF_REPLY_HOURS", 24, 1, 240),
        redact=_words(env, "REDACT", "card iban", REDACTED),
        keep_days={
            "transcripts": _term(env, "KEEP_TRANSCRIPTS_DAYS", 730),
            "prospects": _term(env, "KEEP_PROSPECTS_DAYS", 365),
            "events": _term(env, "KEEP_EVENTS_DAYS", 90),
            "deliveries": _term(env, "KEEP_DELIVERIES_DAYS", 365),
            "searches": _term(env, "KEEP_SEARCHES_DAYS", 730),
            "audit": _term(env, "KEEP_AUDIT_DAYS", 730),
        },
        log_format=_choice(env, "LOG_FORMAT", "text", ("text", "json")),
        review_url=env.get("REVIEW_URL") or "",
        smtp_url=_secret(env, "SMTP_URL"),
        mail_from=env.get("MAIL_FROM") or "care@shop.example.com",
        programme=_path(env, "FOLLOW_UP_PROGRAMME", PROJECT / "programme.yml"),
        model=_path(env, "RASA_MODEL", PROJECT / "models"),
        demo=_flag(env, "DEMO", True),
    )


def running(home: Path) -> dict[str, str]:
    """Internal addresses of what `lifecycle up` started for this home, so that every command finds the same Rasa."""
    try:
        lines = (home / "addresses").read_text(encoding="utf-8").split()
    except OSError:
        return {}
    return dict(line.split("=", 1) for line in lines)


def _integer(env: Mapping[str, str], name: str, default: int, low: int, high: int) -> int:
    raw = env.get(name)
    if not raw:
        return default
    if not raw.isascii() or not raw.isdigit() or not low <= int(raw) <= high:
        raise Invalid(f"{name} is {raw!r}; it must be a whole number from {low} to {high}.")
    return int(raw)


def _term(env: Mapping[str, str], name: str, default: int) -> int:
    days = _integer(env, name, default, 0, 36_500)
    if 0 < days < LEAST_KEPT_DAYS:
        raise Invalid(f"{name} is {days}; keep it at least {LEAST_KEPT_DAYS} days, or 0 for good.")
    return days


def _flag(env: Mapping[str, str], name: str, default: bool) -> bool:
    raw = (env.get(name) or "").lower()
    if raw not in ("", "0", "1", "true", "false", "yes", "no"):
        raise Invalid(f"{name} is {raw!r}; write 1 or 0.")
    return raw in ("1", "true", "yes") if raw else default


def _addresses(env: Mapping[str, str], name: str) -> tuple[str, ...]:
    addresses = tuple((env.get(name) or "").split())
    for address in addresses:
        parts = urlsplit(address)
        if parts.scheme not in ("http", "https") or not parts.hostname or parts.username is not None:
            raise Invalid(f"{name} holds {address!r}; write https://host/path, several separated by spaces.")
    return addresses


def _words(env: Mapping[str, str], name: str, default: str, known: tuple[str, ...]) -> tuple[str, ...]:
    words = tuple(env.get(name, default).lower().split())
    if words != ("none",) and not set(words) <= set(known):
        raise Invalid(f"{name} is {env[name]!r}; write some of {' '.join(known)}, or none.")
    return tuple(word for word in words if word != "none")


def _zone(env: Mapping[str, str], name: str, default: str) -> str:
    raw = env.get(name) or default
    try:
        ZoneInfo(raw)
    except (ZoneInfoNotFoundError, ValueError) as error:
        raise Invalid(f"{name} is {raw!r}; write a zone like Europe/Madrid.") from error
    return raw


def _choice(env: Mapping[str, str], name: str, default: str, choices: tuple[str, ...]) -> str:
    raw = env.get(name) or default
    if raw not in choices:
        raise Invalid(f"{name} is {raw!r}; choose one of {', '.join(choices)}.")
    return raw


def _currency(env: Mapping[str, str], name: str, default: str) -> str:
    raw = env.get(name) or default
    if len(raw) != 3 or not raw.isascii() or not raw.isupper():
        raise Invalid(f"{name} is {raw!r}; write an ISO 4217 code like EUR.")
    return raw


def _path(env: Mapping[str, str], name: str, default: Path) -> Path:
    raw = env.get(name)
    path = Path(raw).expanduser() if raw else default
    return path if path.is_absolute() else PROJECT / path


def _secret(env: Mapping[str, str], name: str) -> str | None:
    file = env.get(f"{name}_FILE")
    if not file:
        return env.get(name) or None
    if env.get(name):
        raise Invalid(f"Both {name} and {name}_FILE are set; keep one of them.")
    try:
        return Path(file).read_text(encoding="utf-8").strip() or None
    except OSError as error:
        raise Invalid(f"{name}_FILE names {file}, which cannot be read: {error.strerror}.") from error


def _kept_secret(env: Mapping[str, str], name: str, home: Path, prefix: str = "") -> str:
    """A secret from the environment, or one made on first use and kept under `home`, readable by its owner only."""
    given = _secret(env, name)
    if given:
        if len(given) < 24:
            raise Invalid(f"{name} is too short to be safe; use at least 24 random characters.")
        return given
    path = home / "secrets" / name.lower()
    try:
        return path.read_text(encoding="utf-8")
    except FileNotFoundError:
        pass
    value = prefix + secrets.token_hex(24)
    temporary = path.with_suffix(f".{os.getpid()}")
    try:
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        temporary.touch(mode=0o600)
        temporary.write_text(value, encoding="utf-8")
        os.link(temporary, path)
    except FileExistsError:
        value = path.read_text(encoding="utf-8")
    except OSError as error:
        raise Invalid(f"LIFECYCLE_HOME is {home}, which cannot be written: {error.strerror}.") from error
    finally:
        temporary.unlink(missing_ok=True)
    return value
