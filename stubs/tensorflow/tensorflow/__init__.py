"""A stand-in for TensorFlow, so that Rasa's light pipeline runs without its 1.7 GB.

Rasa 3.6 imports TensorFlow, Keras, TF-Hub and TF-Text in every process, also when the configured pipeline
computes with none of them.  This package answers those imports with placeholders: they can be imported,
subclassed, used in annotations and as decorators.  Calling one for real is refused with the way out.
"""

from __future__ import annotations

import importlib.abc
import importlib.machinery
import sys
import types

__version__ = "2.12.0"

_ROOTS = ("tensorflow", "keras", "tensorflow_hub", "tensorflow_text", "tensorflow_addons")
_REFUSAL = (
    "This environment holds a stand-in for TensorFlow, so DIETClassifier, TEDPolicy, ResponseSelector and the like "
    "cannot run.  Use LogisticRegressionClassifier and RulePolicy, or install the real tensorflow==2.12.0."
)


class TensorFlowStandInError(RuntimeError):
    """Somebody tried to compute with the stand-in."""


class _Meta(type):
    """Any attribute, subscript or union of a placeholder is a placeholder again."""

    def __getattr__(cls, name: str):
        if name.startswith("__"):
            raise AttributeError(name)
        return _placeholder(f"{cls.__module__}.{cls.__name__}", name)

    def __getitem__(cls, _item):
        return cls

    def __or__(cls, _other):
        return object

    __ror__ = __or__


class _Placeholder(metaclass=_Meta):
    def __new__(cls, *args, **kwargs):
        # A bare placeholder called on a function is a decorator (@tf.function); called otherwise it builds one.
        if cls.__dict__.get("_stand_in"):
            if len(args) == 1 and not kwargs and isinstance(args[0], types.FunctionType):
                return args[0]
            if cls.__name__ == "function":
                return lambda function: function
        raise TensorFlowStandInError(_REFUSAL)


def _placeholder(module: str, name: str) -> type:
    return _Meta(name, (_Placeholder,), {"__module__": module, "_stand_in": True})


class _Module(types.ModuleType):
    __path__: list[str] = []

    def __getattr__(self, name: str):
        if name.startswith("__"):
            raise AttributeError(name)
        value = _special(self.__name__, name) or _placeholder(self.__name__, name)
        setattr(self, name, value)
        return value


def _special(module: str, name: str):
    """The few values Rasa reads while starting, rather than merely imports."""
    if (module, name) == ("tensorflow", "config"):
        return _Config("tensorflow.config")
    return None


class _Config(types.ModuleType):
    """`rasa.utils.tensorflow.environment` asks for devices and sets thread pools at start-up."""

    class threading:  # noqa: N801 - TensorFlow's own name
        @staticmethod
        def set_inter_op_parallelism_threads(_count: int) -> None: ...

        @staticmethod
        def set_intra_op_parallelism_threads(_count: int) -> None: ...

    class experimental:  # noqa: N801 - TensorFlow's own name
        @staticmethod
        def list_physical_devices(_kind: str | None = None) -> list:
            return []

    @staticmethod
    def list_physical_devices(_kind: str | None = None) -> list:
        return []


class _Finder(importlib.abc.MetaPathFinder, importlib.abc.Loader):
    def find_spec(self, fullname, path=None, target=None):
        if fullname.split(".")[0] in _ROOTS and fullname != "tensorflow":
            return importlib.machinery.ModuleSpec(fullname, self, is_package=True)
        return None

    def create_module(self, spec):
        return _Module(spec.name)

    def exec_module(self, module) -> None:
        pass


sys.meta_path.append(_Finder())
sys.modules[__name__].__class__ = type("_Root", (_Module,), {})
