"""Libraries of channels, brokers, plots and training that Rasa imports in every server and this one never calls.

A third of the time to start and 60 MB went into importing them.  While credentials.yml names only our own channel, each
is answered by an empty module instead, before Rasa is imported; with any other channel all of them are the real ones.
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


def leave_out(credentials: Path, *, libraries: frozenset[str] = LIBRARIES) -> bool:
    """Answer imports of these libraries with empty modules, when credentials.yml names no channel but ours."""
    channels = yaml.safe_load(credentials.read_text(encoding="utf-8")) or {}
    if set(channels) - {OUR_CHANNEL}:
        return False
    if not any(isinstance(finder, _Finder) for finder in sys.meta_path):
        sys.meta_path.insert(0, _Finder(libraries))
    return True


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
            f"{cls.__module__}.{cls.__name__} is left out of this server; see lifecycle/engine/unused.py."
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
        if fullname.partition(".")[0] in self._libraries:
            return importlib.machinery.ModuleSpec(fullname, self, is_package=True)
        return None

    def create_module(self, spec: importlib.machinery.ModuleSpec) -> types.ModuleType:
        return _Module(spec.name)

    def exec_module(self, module: types.ModuleType) -> None:
        pass
