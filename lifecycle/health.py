"""What works, what is a local stand-in, what is wrong: for `lifecycle doctor` and `/readyz`."""

from __future__ import annotations

import os
import shutil
import sys
from dataclasses import asdict, dataclass
from importlib.metadata import PackageNotFoundError, version
from typing import Any

import requests
import sqlalchemy as sa

from lifecycle import db, programme, tokens, training
from lifecycle.errors import LifecycleError
from lifecycle.model import Product
from lifecycle.settings import Settings, running


@dataclass(frozen=True)
class Finding:
    """One line of the doctor: `state` is real, stand-in or wrong."""

    part: str
    state: str
    text: str

    @property
    def wrong(self) -> bool:
        return self.state == "wrong"

    @property
    def mark(self) -> str:
        return {"real": "ok      ", "stand-in": "stand-in", "wrong": "WRONG   "}[self.state]

    def as_dict(self) -> dict[str, Any]:
        return asdict(self)


def examine(settings: Settings) -> list[Finding]:
    """Look at every part once; nothing is changed."""
    return [
        _python(),
        _tensorflow(),
        *_database(settings),
        _model(settings),
        _programme(settings),
        _mail(settings),
        _locks(settings),
        _secrets(settings),
        *_processes(settings),
        _browser(),
    ]


def _python() -> Finding:
    right = sys.version_info[:2] == (3, 10)
    return Finding("python", "real" if right else "wrong", f"Python {sys.version.split()[0]}; Rasa 3.6 needs 3.10")


def _tensorflow() -> Finding:
    import tensorflow

    stand_in = hasattr(tensorflow, "TensorFlowStandInError")
    if stand_in:
        return Finding("tensorflow", "stand-in", "a stand-in without code: the pipeline does not compute with it")
    return Finding("tensorflow", "real", f"TensorFlow {tensorflow.__version__}")


def _database(settings: Settings) -> list[Finding]:
    try:
        current, newest = db.revisions()
        kind = db.engine().dialect.name
    except LifecycleError as error:
        return [Finding("database", "wrong", str(error))]
    if current != newest:
        return [
            Finding("database", "wrong", f"{kind}, schema {current or 'missing'}, needs {newest}: lifecycle db upgrade")
        ]
    with db.reading() as session:
        products = session.execute(sa.select(sa.func.count()).where(Product.active.is_(True))).scalar_one()
    note = "" if kind == "postgresql" else "; for several machines set DATABASE_URL to PostgreSQL"
    found = [Finding("database", "real", f"{kind}, schema {current}{note}")]
    if products:
        found.append(Finding("catalogue", "real", f"{products} products"))
    else:
        found.append(Finding("catalogue", "wrong", "no products yet: lifecycle catalogue import FILE"))
    return found


def _model(settings: Settings) -> Finding:
    if settings.model.is_file():
        return Finding("model", "real", f"{settings.model.name}, named by RASA_MODEL")
    if training.is_current(settings):
        return Finding("model", "real", "trained from the present files")
    return Finding("model", "wrong", "not trained from the present files: lifecycle train")


def _programme(settings: Settings) -> Finding:
    try:
        steps = programme.load(settings.programme).steps
    except LifecycleError as error:
        return Finding("programme", "wrong", str(error))
    return Finding("programme", "real", f"{len(steps)} follow-up steps")


def _mail(settings: Settings) -> Finding:
    if settings.smtp_url:
        return Finding("mail", "real", "SMTP as configured; DKIM is left to the relay")
    return Finding("mail", "stand-in", f"no SMTP_URL: mail lands as files in {settings.mail_outbox}")


def _locks(settings: Settings) -> Finding:
    if settings.redis_url:
        return Finding("locks", "real", "Redis")
    return Finding("locks", "stand-in", "in memory: right for one Rasa process, set REDIS_URL for several")


def _secrets(settings: Settings) -> Finding:
    kept = settings.home / "secrets"
    if kept.is_dir():
        return Finding("secrets", "stand-in", f"made here and kept in {kept}; set them for several machines")
    return Finding("secrets", "real", "from the environment")


def _processes(settings: Settings) -> list[Finding]:
    if not (running(settings.home) or os.environ.get("RASA_URL")):
        return [Finding("processes", "stand-in", f"none runs for {settings.home}: lifecycle up")]
    return [
        _process("rasa", f"{settings.rasa_url}/webhooks/lifecycle/", tokens.shown_by(settings.secret_key)),
        *([_process("actions", f"{settings.actions_url}/health")] if settings.actions_url else []),
        _process("web", f"{settings.public_url}/healthz"),
    ]


def _process(name: str, url: str, ours: dict[str, str] | None = None) -> Finding:
    try:
        answer = requests.get(url, headers=ours or {}, timeout=3)
    except requests.RequestException:
        return Finding(name, "stand-in", f"not running at {url}")
    return Finding(name, "real" if answer.ok else "wrong", f"answers {answer.status_code} at {url}")


def _browser() -> Finding:
    found = shutil.which("chromium") or shutil.which("google-chrome")
    try:
        version("playwright")
    except PackageNotFoundError:
        found = None
    return Finding("browser", "real" if found else "stand-in", found or "none: browser tests need it, customers do not")
