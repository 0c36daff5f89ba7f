"""The decorators of compiled functions: no GIL, and an on-disk cache wherever one can be written."""

import hashlib
from collections.abc import Callable
from contextlib import suppress
from functools import cache
from pathlib import Path
from typing import Any, TypeVar, cast

from numba import njit

F = TypeVar("F", bound=Callable[..., Any])

# Counting references to a dozen arrays took a third of the time of a short post. A function that makes no array need
# not count them; Numba refuses to compile one that does both. A Numba without the option counts, and is slower.
_UNCOUNTED: dict[str, Any] = {}
with suppress(ImportError):
    from numba.core.options import DefaultOptions

    if hasattr(DefaultOptions, "_nrt"):
        _UNCOUNTED["_nrt"] = False


def compiled(function: F) -> F:
    """Compile a function that makes no arrays, with Numba, without the GIL, cached on disk.

    Numba keeps the cache beside the module, in ``NUMBA_CACHE_DIR``, or in the user's cache folder where the package
    folder is read-only. Where none can be written the function is compiled anew in each process. A damaged cache or
    a full disk costs a compilation, never an error.

    Parameters
    ----------
    function : callable

    Returns
    -------
    callable

    Examples
    --------
    >>> @compiled
    ... def double(number):
    ...     return 2 * number
    >>> double(21)
    42
    """
    return _compile(function, **_UNCOUNTED)


def compiled_with_arrays(function: F) -> F:
    """Compile a function that makes arrays; else as `compiled`.

    Examples
    --------
    >>> import numpy as np
    >>> @compiled_with_arrays
    ... def room(size):
    ...     return np.zeros(size)
    >>> room(2).tolist()
    [0.0, 0.0]
    """
    return _compile(function)


def _compile(function: F, **options: Any) -> F:
    try:
        dispatcher: Any = njit(cache=True, nogil=True, error_model="numpy", **options)(function)
    except RuntimeError:  # "no locator available": nowhere to keep a cache
        return cast(F, njit(nogil=True, error_model="numpy", **options)(function))
    with suppress(AttributeError):  # a Numba with other insides: its own cache rules then
        _harden(dispatcher._cache)
    return cast(F, dispatcher)


def _harden(stored: Any) -> None:
    # Numba looks at the function's own file only, and would go on with old machine code after a change to a
    # function that is called, or to a constant that is imported, from another file.
    stored._cache_file._source_stamp = (stored._cache_file._source_stamp, _sources())
    load, save = stored.load_overload, stored.save_overload

    def load_overload(*args: Any) -> Any:
        try:
            return load(*args)
        except Exception:  # unpickling a damaged file can raise anything
            with suppress(OSError):
                stored.flush()
            return None

    def save_overload(*args: Any) -> None:
        with suppress(OSError):
            save(*args)

    stored.load_overload, stored.save_overload = load_overload, save_overload


@cache
def _sources() -> str:
    """Return a digest of the source files that hold compiled functions which others call."""
    digest = hashlib.sha256()
    here = Path(__file__).parent
    for path in sorted([*here.glob("*.py"), *here.with_name("network").glob("*.py")]):
        digest.update(path.read_bytes())
    return digest.hexdigest()
