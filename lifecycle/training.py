"""The trained model: made when the dialogue files changed, kept otherwise."""

from __future__ import annotations

import hashlib
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

from lifecycle.errors import Invalid, LifecycleError
from lifecycle.settings import PROJECT, Settings

_SOURCES = ("config.yml", "domain.yml", "data/**/*.yml", "lifecycle/engine/*.py")
_KEPT_MODELS = 3


def fingerprint() -> str:
    """Hex digest of everything a model is trained from."""
    digest = hashlib.sha256()
    for pattern in _SOURCES:
        for path in sorted(PROJECT.glob(pattern)):
            digest.update(f"{path.relative_to(PROJECT)}\0".encode() + path.read_bytes())
    return digest.hexdigest()[:16]


def is_current(settings: Settings) -> bool:
    return _model(settings).is_file()


def newest(settings: Settings) -> Path:
    """The model to serve: the one of the present files, else the newest there is; raises Invalid when there is none."""
    if settings.model.is_file():
        return settings.model
    model = _model(settings)
    if model.is_file():
        return model
    trained = sorted(settings.model.glob("*.tar.gz"), key=lambda path: path.stat().st_mtime)
    if not trained:
        raise Invalid(f"There is no trained model at {settings.model}; run `lifecycle train`.")
    return trained[-1]


def ensure(settings: Settings, *, tell: Callable[[str], None], log: Path | None = None) -> Path:
    """The model of the present dialogue files, trained when there is none; raises LifecycleError when training fails.

    A model named by RASA_MODEL is a file somebody else trained: it is used as it is.
    """
    if settings.model.is_file():
        return settings.model
    model = _model(settings)
    if model.is_file():
        return model
    tell("Training the assistant (about a quarter of a minute, once per change of its files) ...")
    log = log or settings.logs / "train.log"
    log.parent.mkdir(parents=True, exist_ok=True)
    building = f"building-{os.getpid()}"
    command = [sys.executable, "-m", "lifecycle.engine.train", "--out", str(settings.model), "--name", building]
    with log.open("w", encoding="utf-8") as output:
        env = {**os.environ, "RASA_TELEMETRY_ENABLED": "false", "PYTHONWARNINGS": "ignore"}
        done = subprocess.run(command, cwd=PROJECT, env=env, stdout=output, stderr=subprocess.STDOUT, check=False)
    built = settings.model / f"{building}.tar.gz"
    if done.returncode != 0 or not built.is_file():
        raise LifecycleError(f"Training failed; the reason is at the end of {log}.")
    built.replace(model)
    for old in sorted(settings.model.glob("*.tar.gz"), key=lambda path: path.stat().st_mtime)[:-_KEPT_MODELS]:
        old.unlink(missing_ok=True)
    return model


def _model(settings: Settings) -> Path:
    return settings.model / f"lifecycle-{fingerprint()}.tar.gz"
