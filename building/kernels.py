"""The extension modules: one for each `.pyx` file of the package, and the one they share."""

import os

from setuptools import Extension

from building.settings import C_FOLDER, DIRECTIVES, LEAST_API, LIMITED_API, PACKAGE, ROOT, SHARED


def extensions() -> list[Extension]:
    """Return the extension modules, not yet translated to C."""
    sources = {SHARED: SHARED.replace(".", "/") + ".c"}
    for path in sorted((ROOT / PACKAGE).rglob("*.pyx")):
        source = path.relative_to(ROOT)
        sources[".".join(source.with_suffix("").parts)] = source.as_posix()
    macros = [("Py_LIMITED_API", LEAST_API)] if LIMITED_API else []
    return [
        Extension(
            name, [source], include_dirs=["."], py_limited_api=LIMITED_API, define_macros=macros
        )
        for name, source in sources.items()
    ]


def translate(extensions: list[Extension], jobs: int) -> None:
    """Have Cython translate what changed, and give the extensions their C files and headers.

    Parameters
    ----------
    extensions : list of Extension
    jobs : int
        Files that are translated at once.
    """
    from Cython.Build import cythonize

    own = sorted((ROOT / "building").glob("*.py"))
    changed = max(path.stat().st_mtime for path in own)
    translated = cythonize(
        extensions,
        nthreads=jobs,
        build_dir=C_FOLDER,
        compiler_directives=DIRECTIVES,
        shared_utility_qualified_name=SHARED,
        # Cython looks at the age of the sources only, not at how they are translated.
        force=any(path.stat().st_mtime < changed for path in (ROOT / C_FOLDER).rglob("*.c")),
    )
    by_name = {extension.name: extension for extension in translated}
    for extension in extensions:
        found = by_name[extension.name]
        extension.sources = found.sources
        extension.depends = [*found.depends, *map(os.fspath, own)]
