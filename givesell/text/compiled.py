"""One decorator for every compiled function: no GIL, and an on-disk cache wherever one can be written."""

from collections.abc import Callable
from typing import Any, TypeVar, cast

from numba import njit

F = TypeVar("F", bound=Callable[..., Any])


def compiled(function: F) -> F:
    """Compile a function with Numba, without the GIL, cached on disk.

    Numba keeps the cache beside the module, or in the user's cache folder where the package folder is
    read-only. Where neither can be written the function is compiled anew in each process.
    """
    try:
        return cast(F, njit(cache=True, nogil=True, error_model="numpy")(function))
    except RuntimeError:  # "no locator available": nowhere to keep a cache
        return cast(F, njit(nogil=True, error_model="numpy")(function))
