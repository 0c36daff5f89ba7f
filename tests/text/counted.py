"""A kernel compiled to count what it does: each block of its instructions that is run."""

import ctypes
import os
import subprocess
import sys
import sysconfig
from collections.abc import Callable
from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path
from typing import Any

import pytest

from building import compiler
from building.settings import DIRECTIVES
from tools.rooms import ROOT

COUNTER = "#include <stdint.h>\nuint64_t blocks;\nvoid __sanitizer_cov_trace_pc(void) {blocks++;}\n"


def counted(name: str, folder: Path) -> tuple[Any, Callable[[], int]]:
    """Compile a kernel anew.

    Parameters
    ----------
    name : str
        Of the module, in full.
    folder : Path
        Where the files go.

    Returns
    -------
    module
    callable
        Returns how many blocks have been run since it was called before.
    """
    command = compiler.own_compiler() or compiler.zig()
    if command is None or sys.platform == "win32":
        pytest.skip("no compiler that counts blocks")
    library = folder / "kernel.so"
    counter = folder / "counter.c"
    counter.write_text(COUNTER)
    flags = ["-O0", "-w", "-fPIC", f"-I{sysconfig.get_path('include')}", "-I."]
    shared = (
        ["-bundle", "-undefined", "dynamic_lookup"] if sys.platform == "darwin" else ["-shared"]
    )
    objects = [os.fspath(folder / "kernel.o"), os.fspath(folder / "counter.o")]
    source = name.replace(".", "/") + ".pyx"
    directives = ",".join(f"{name}={value}" for name, value in DIRECTIVES.items())
    translated = os.fspath(folder / "kernel.c")
    for run in (
        [sys.executable, "-m", "cython", "-X", directives, source, "-o", translated],
        [*command, *flags, "-fsanitize-coverage=trace-pc", "-c", translated, "-o", objects[0]],
        [*command, *flags, "-c", os.fspath(counter), "-o", objects[1]],
        [*command, *shared, *objects, "-o", os.fspath(library)],
    ):
        subprocess.run(run, cwd=ROOT, check=True)
    spec = spec_from_file_location(name, library)
    assert spec is not None
    assert spec.loader is not None
    module = module_from_spec(spec)
    spec.loader.exec_module(module)
    blocks = ctypes.c_uint64.in_dll(ctypes.CDLL(os.fspath(library)), "blocks")

    def since() -> int:
        found, blocks.value = blocks.value, 0
        return found

    return module, since
