"""The decorators of compiled functions: no GIL, and an on-disk cache wherever one can be written
that others cannot write.

Compiling takes longer than anything else that this library does, so it is announced: the first
time in a process a line says so on a terminal, and a warning says so if nothing can be cached and
each process compiles again.
"""

import hashlib
import os
import sys
import warnings
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any, TypeVar, cast

from numba import njit

F = TypeVar("F", bound=Callable[..., Any])
VARIABLE = "GIVESELL_CACHE_DIR"


@dataclass
class Compiling:
    """What this process has had to compile.

    Attributes
    ----------
    count : int
        Functions compiled in this process because no cache had them.
    folders : set of str
        Where compiled functions were looked for.
    uncached : bool
        Whether there was a function that no folder could cache.
    """

    count: int = 0
    folders: set[str] = field(default_factory=set)
    uncached: bool = False


compiling = Compiling()

# Counting references to a dozen arrays took a third of the time of a short post. A function that
# makes no array need not count them; Numba refuses to compile one that does both. A Numba without
# the option counts, and is slower.
_UNCOUNTED: dict[str, Any] = {}
with suppress(ImportError):
    from numba.core.options import DefaultOptions

    if hasattr(DefaultOptions, "_nrt"):
        _UNCOUNTED["_nrt"] = False


def compiled(function: F) -> F:
    """Compile a function that makes no arrays, with Numba, without the GIL, cached on disk.

    The cache is in ``GIVESELL_CACHE_DIR`` or ``NUMBA_CACHE_DIR`` where one is set, else beside
    the module, or in the user's cache folder if the package folder cannot be written; see
    `is_private` for folders that are not used. If no folder can be written, one that can be read
    is used; if there is none at all, each process compiles the function again. A
    damaged cache or a full disk costs a compilation, never an error.

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
    # "No locator available" is a RuntimeError. Without a cache that is known to be private there is
    # none, as in a Numba with other insides.
    cached = False
    with suppress(RuntimeError, AttributeError, ImportError, OSError):
        stored = _private_cache()(function)
        if is_private(stored.cache_path):  # the environment may name any folder
            _harden(stored, function)
            dispatcher._cache = stored
            cached = not isinstance(stored._impl.locator, _ReadOnly)
    with suppress(AttributeError):  # Numba may be configured to compile nothing
        _announce(dispatcher._cache, cached)
    return cast(F, dispatcher)


def _announce(stored: Any, cached: bool) -> None:
    """Note, and say once, when a function is about to be compiled."""
    load = stored.load_overload

    def load_overload(*args: Any) -> Any:
        overload = load(*args)
        if stored.cache_path is not None:
            compiling.folders.add(stored.cache_path)
        if overload is None:
            compiling.uncached |= not cached
            if not compiling.count:
                _say(stored.cache_path, cached)
            compiling.count += 1
        return overload

    stored.load_overload = load_overload


def _say(folder: str | None, cached: bool) -> None:
    wanted = os.environ.get(VARIABLE)
    problem = ""
    if not cached:
        problem = (
            "givesell is compiled again at each start, which may take a minute: it finds no folder"
            f" for the result that only this user can write to. Set {VARIABLE} to"
            " one, and run givesell warm-up once."
        )
    elif wanted and not Path(folder or "").is_relative_to(Path(wanted).absolute()):
        problem = (
            f"{VARIABLE} names no folder that only this user can write to: {wanted}. Compiled code"
            f" is stored in {folder}."
        )
    if problem:
        from givesell.errors import HintWarning

        with suppress(HintWarning):  # if warnings are errors, posts are still classified
            warnings.warn(problem, HintWarning, stacklevel=2)
    elif sys.stderr is not None and sys.stderr.isatty():
        sys.stderr.write("givesell: compiling for this machine, once; that may take a minute ...\n")
        sys.stderr.flush()


def is_private(folder: str) -> bool:
    """Whether only this user and the system can write to a folder: whatever is in a cache is run.

    A group that has the user's name and no other members is the user.
    """
    if not hasattr(os, "geteuid"):
        return True
    status = Path(folder).stat()
    if status.st_uid not in (0, os.geteuid()) or status.st_mode & 0o002:
        return False
    return not status.st_mode & 0o020 or _own_group(status.st_gid)


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

    known: list[Any] = CompileResultCacheImpl._locator_classes
    provided: Any = next(
        kind for kind in known if kind.__name__.endswith("UserProvidedCacheLocator")
    )

    class Named(provided):  # type: ignore[misc]
        """The folder that ``GIVESELL_CACHE_DIR`` names."""

        def __init__(self, function: Any, file: str) -> None:
            super().__init__(function, file)
            self._cache_path = str(
                Path(os.environ[VARIABLE]).absolute() / self.get_suitable_cache_subpath(file)
            )

        @classmethod
        def from_function(cls, function: Any, file: str) -> Any:
            return (
                super(provided, cls).from_function(function, file)
                if os.environ.get(VARIABLE)
                else None
            )

    def private(kind: Any) -> Any:
        class Private(kind):  # type: ignore[misc]
            def ensure_cache_path(self) -> None:
                Path(self.get_cache_path()).mkdir(mode=0o700, parents=True, exist_ok=True)
                super().ensure_cache_path()

            @classmethod
            def from_function(cls, *args: Any) -> Any:
                locator = super().from_function(*args)
                if locator is None or not is_private(locator.get_cache_path()):
                    return None
                return locator

        return Private

    def read_only(kind: Any) -> Any:
        class Readable(kind, _ReadOnly):  # type: ignore[misc]
            def ensure_cache_path(self) -> None:
                """Refuse the folder unless it holds the function already."""
                if not any(
                    Path(self.get_cache_path()).glob(
                        f"{Path(self._py_file).stem}.*-{self.get_disambiguator()}.py*.nbi"
                    )
                ):
                    raise OSError("the function is not cached there")

        return Readable

    written = [private(kind) for kind in (Named, *known)]
    places = type(
        "Places",
        (CompileResultCacheImpl,),
        {"_locator_classes": [*written, *map(read_only, written)]},
    )
    return type("Cache", (FunctionCache,), {"_impl_class": places})


class _ReadOnly:
    """Marks a folder that is read and never written to."""


def _harden(stored: Any, function: Any) -> None:
    # Numba looks at the function's file only, and would go on with old machine code after a change
    # to a function or constant that is imported from another file.
    stored._cache_file._source_stamp = (stored._cache_file._source_stamp, _stamp(function))
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


# The digest of the text core, and of the modules outside it with compiled functions, by name.
_digests: dict[str, str] = {}


def _stamp(function: Any) -> str:
    """Return a digest of all source files that a compiled function depends on.

    These are the text core, the file of the function, and the modules outside the text core whose
    compiled functions its module has imported.
    """
    here = Path(__file__).parent
    file = Path(function.__code__.co_filename)
    if "" not in _digests:
        _digests[""] = _digest(*sorted(here.glob("*.py")))
    if file.parent == here:
        return _digests[""]
    name = str(file)
    if name not in _digests:
        callees = {
            value.py_func.__code__.co_filename
            for value in function.__globals__.values()
            if hasattr(value, "py_func")
        }
        of_callees = sorted(_digests[callee] for callee in callees if callee in _digests)
        _digests[name] = "".join([_digests[""], *of_callees, _digest(file)])
    return _digests[name]


def _digest(*paths: Path) -> str:
    digest = hashlib.sha256()
    for path in paths:
        digest.update(path.read_bytes())
    return digest.hexdigest()
