"""The call of `train` as code: what remakes the model, for its card."""

import inspect
from collections.abc import Callable, Mapping
from functools import wraps
from pathlib import Path
from typing import Any, ParamSpec, TypeVar

from givesell.model.model import Model

_LONGEST = 200  # characters of a list that is shown
# They change nothing in the model.
_WITHOUT = ("n_jobs", "progress", "command")
_DATA = "data"
_PACKAGE = __name__.partition(".")[0]

P = ParamSpec("P")
R = TypeVar("R")


def records_call(function: Callable[P, R]) -> Callable[P, R]:
    """Give a function its call as ``command``, where the caller names no other.

    Examples
    --------
    >>> @records_call
    ... def train(data, C=10.0, name="unnamed", n_jobs=-1, command=None):
    ...     return command
    >>> train([1, 2], C=3.0, n_jobs=2)
    'givesell.train(data, C=3.0)'
    >>> train([1, 2], command="make model")
    'make model'
    """
    signature = inspect.signature(function)

    @wraps(function)
    def with_command(*args: P.args, **kwargs: P.kwargs) -> R:
        if not kwargs.get("command"):
            given = signature.bind(*args, **kwargs).arguments
            defaults = {name: parameter.default for name, parameter in signature.parameters.items()}
            kwargs["command"] = _code(function.__name__, given, defaults)
        return function(*args, **kwargs)

    return with_command


def _code(name: str, given: Mapping[str, Any], defaults: Mapping[str, Any]) -> str:
    """Return a call as code, without defaults and without the posts."""
    words = []
    for argument in defaults:
        if argument not in given or argument in _WITHOUT:
            continue
        if argument == _DATA:
            words.append(_DATA)
        elif not _same(given[argument], defaults[argument]):
            words.append(f"{argument}={_shown(given[argument])}")
    return f"{_PACKAGE}.{name}({', '.join(words)})"


def _shown(value: Any) -> str:
    """Return a value as code if it is short and plain, or has parameters."""
    if isinstance(value, Model | Path):
        value = value.name
    short = isinstance(value, list | tuple) and len(repr(value)) < _LONGEST
    if isinstance(value, str | int | float | Mapping) or short or hasattr(value, "get_params"):
        return " ".join(repr(value).split())
    return "..."


def _same(value: Any, default: Any) -> bool:
    return value is default or (
        isinstance(value, str | int | float | tuple)
        and type(value) is type(default)
        and value == default
    )
