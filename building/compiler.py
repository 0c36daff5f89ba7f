"""A C compiler: the machine's own, or the one that comes from PyPI where there is none."""

import os
import shlex
import subprocess
import sys
import sysconfig
import tempfile
from functools import cache
from pathlib import Path

from building.settings import SANITIZE, ZIG, ZIG_CACHE, ZIG_FLAGS

_PROGRAM = "#include <stdlib.h>\nint main(void) { return EXIT_SUCCESS; }\n"


@cache
def own_compiler() -> list[str] | None:
    """Return the command of the first C compiler of this machine that works, or None."""
    if sys.platform == "win32":
        return ["cl"] if _has_msvc() else None
    names = [os.environ.get("CC"), sysconfig.get_config_var("CC"), "cc", "gcc", "clang"]
    commands = [shlex.split(name) for name in names if name]
    return next((command for command in commands if _works(command)), None)


def requirements() -> list[str]:
    """Return what a build needs from PyPI beyond what `pyproject.toml` lists."""
    return [ZIG] if own_compiler() is None and sys.platform != "win32" else []


@cache
def executables() -> dict[str, list[str]]:
    """Return what setuptools is to run in place of what it would: nothing where the machine has a
    compiler, and end the build in one sentence where there is no way to compile.
    """
    if not Path(sysconfig.get_path("include"), "Python.h").exists():
        raise SystemExit(
            "givesell cannot be compiled: Python's header files are missing (Debian and Ubuntu have"
            " them in python3-dev, Fedora in python3-devel)."
        )
    own = own_compiler()
    if own is not None:
        if sys.platform != "win32":
            os.environ["CC"] = shlex.join(own)  # Python may have been compiled with another one
        return {}
    command = [sys.executable, "-m", "ziglang", "cc", *ZIG_FLAGS]
    os.environ.setdefault("ZIG_GLOBAL_CACHE_DIR", os.fspath(Path.cwd() / ZIG_CACHE))
    if sys.platform == "win32" or SANITIZE or not _works(command):
        remedy = "gcc or clang" if SANITIZE else "gcc or clang, or `pip install ziglang`"
        if sys.platform == "win32":
            remedy = "the Visual Studio Build Tools"
        raise SystemExit(f"givesell cannot be compiled: no C compiler was found; install {remedy}.")
    # Nothing of what Python itself was compiled with, which may be for another compiler.
    compile_ = [*command, "-fPIC", "-fwrapv", "-DNDEBUG"]
    link = [*command, "-shared", "-s"]
    if sys.platform == "darwin":
        link += ["-undefined", "dynamic_lookup"]
    return {"compiler": compile_, "compiler_so": compile_, "linker_so": link}


def _works(command: list[str]) -> bool:
    """Whether a command makes an object file of a small program with a header of C's library."""
    with tempfile.TemporaryDirectory() as folder:
        source = Path(folder, "program.c")
        source.write_text(_PROGRAM)
        run = [*command, "-c", os.fspath(source), "-o", os.fspath(Path(folder, "program.o"))]
        try:
            return subprocess.run(run, capture_output=True, check=False).returncode == 0
        except OSError:
            return False


def _has_msvc() -> bool:
    from distutils.ccompiler import new_compiler
    from distutils.errors import DistutilsPlatformError

    try:
        new_compiler(compiler="msvc").initialize()
    except DistutilsPlatformError:
        return False
    return True
