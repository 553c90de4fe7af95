"""Libraries of channels, brokers, plots and training that Rasa imports in every process and ours never call.

A third of the server's time to start and 60 MB went into importing them, 80 MB in a training.  While credentials.yml
names only our own channel, each is answered by an empty module instead, before Rasa is imported; with any other channel
all of them are the real ones.  A training also leaves out what only a server needs, while config.yml names only
components known not to ask for it.
"""

from __future__ import annotations

import importlib.abc
import importlib.machinery
import sys
import types
from pathlib import Path
from typing import Any

import yaml

OUR_CHANNEL = "lifecycle.engine.channel.LifecycleChannel"
_NAMES = """
aiogram boto3 botocore confluent_kafka dask fbmessenger matplotlib mattermostwrapper prompt_toolkit pymongo questionary
rocketchat_API sklearn slack_sdk twilio webexteamssdk
"""
LIBRARIES = frozenset(_NAMES.split())
OF_TRAINING = frozenset({"dask", "sklearn"})
_NAMES_OF_A_SERVER = """
aio_pika aiohttp aiormq apscheduler engineio google jwt redis requests sanic sanic_cors sanic_routing scipy.stats
socketio spacy
"""
OF_A_SERVER = frozenset(_NAMES_OF_A_SERVER.split())
_KNOWN = frozenset({"WhitespaceTokenizer", "RulePolicy", "MemoizationPolicy"})
_OURS = "lifecycle.engine."


def leave_out(credentials: Path, *, libraries: frozenset[str] = LIBRARIES) -> bool:
    """Answer imports of these libraries with empty modules, when credentials.yml names no channel but ours."""
    channels = yaml.safe_load(credentials.read_text(encoding="utf-8")) or {}
    if set(channels) - {OUR_CHANNEL}:
        return False
    if not any(isinstance(finder, _Finder) for finder in sys.meta_path):
        sys.meta_path.insert(0, _Finder(libraries))
    return True


def for_training(config: Path) -> frozenset[str]:
    """What a training with this config.yml can do without."""
    return LIBRARIES - OF_TRAINING | (OF_A_SERVER if only_known(config) else frozenset())


def only_known(config: Path) -> bool:
    """True when every component config.yml names is one of ours or of those tried with what is left out."""
    read = yaml.safe_load(config.read_text(encoding="utf-8")) or {}
    named = [str(each.get("name")) for part in ("pipeline", "policies") for each in read.get(part) or []]
    return all(name in _KNOWN or name.startswith(_OURS) for name in named)


class _Kind(type):
    """Any attribute of an absent name is an absent name again."""

    def __getattr__(cls, name: str) -> Any:
        if name.startswith("__"):
            raise AttributeError(name)
        return _Kind(name, (Absent,), {"__module__": cls.__module__})


class Absent(Exception, metaclass=_Kind):
    """Can be imported, subclassed and named in an `except`; making one says what is missing."""

    def __new__(cls, *_: Any, **__: Any) -> Absent:
        raise ImportError(
            f"{cls.__module__}.{cls.__name__} is left out of this process; see lifecycle/engine/unused.py."
        )


class _Module(types.ModuleType):
    __path__: list[str] = []

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__"):
            raise AttributeError(name)
        value = _Kind(name, (Absent,), {"__module__": self.__name__})
        setattr(self, name, value)
        return value


class _Finder(importlib.abc.MetaPathFinder, importlib.abc.Loader):
    def __init__(self, libraries: frozenset[str]) -> None:
        self._libraries = libraries

    def find_spec(self, fullname: str, path: Any = None, target: Any = None) -> importlib.machinery.ModuleSpec | None:
        parts = fullname.split(".")
        if any(".".join(parts[:length]) in self._libraries for length in range(1, len(parts) + 1)):
            return importlib.machinery.ModuleSpec(fullname, self, is_package=True)
        return None

    def create_module(self, spec: importlib.machinery.ModuleSpec) -> types.ModuleType:
        return _Module(spec.name)

    def exec_module(self, module: types.ModuleType) -> None:
        pass
