"""The decorators of compiled functions: no GIL, and an on-disk cache wherever one can be written that others cannot write."""

import hashlib
import os
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
    folder is read-only; see `is_private` for what is passed over. Where there is no such folder the function is compiled anew
    in each process. A damaged cache or a full disk costs a compilation, never an error.

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
    dispatcher: Any = njit(nogil=True, error_model="numpy", **options)(function)
    # "No locator available" is a RuntimeError. Without a cache that is known to be private there is none, as in a Numba with other insides.
    with suppress(RuntimeError, AttributeError, ImportError, OSError):
        stored = _private_cache()(function)
        if is_private(stored.cache_path):  # the environment may name places of its own
            _harden(stored)
            dispatcher._cache = stored
    return cast(F, dispatcher)


def is_private(folder: str) -> bool:
    """Whether no one but this user and the system's own can write a folder: what lies in a cache is run.

    A group that has the user's name and no other members is the user.
    """
    if not hasattr(os, "geteuid"):
        return True
    found = Path(folder).stat()
    if found.st_uid not in (0, os.geteuid()) or found.st_mode & 0o002:
        return False
    return not found.st_mode & 0o020 or _own_group(found.st_gid)


@cache
def _own_group(number: int) -> bool:
    import grp
    import pwd

    try:
        group, user = grp.getgrgid(number), pwd.getpwuid(os.geteuid())
    except KeyError:
        return False
    return group.gr_name == user.pw_name and set(group.gr_mem) <= {user.pw_name}


@cache
def _private_cache() -> Any:
    """Return Numba's cache, of places that are private."""
    from numba.core.caching import CompileResultCacheImpl, FunctionCache

    def private(kind: Any) -> Any:
        class Private(kind):  # type: ignore[misc]
            def ensure_cache_path(self) -> None:
                Path(self.get_cache_path()).mkdir(mode=0o700, parents=True, exist_ok=True)
                super().ensure_cache_path()

            @classmethod
            def from_function(cls, *args: Any) -> Any:
                found = super().from_function(*args)
                return found if found is not None and is_private(found.get_cache_path()) else None

        return Private

    kinds = [private(kind) for kind in CompileResultCacheImpl._locator_classes]
    places = type("Places", (CompileResultCacheImpl,), {"_locator_classes": kinds})
    return type("Cache", (FunctionCache,), {"_impl_class": places})


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
