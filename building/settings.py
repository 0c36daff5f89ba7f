"""The constants of the build."""

import os
import sysconfig
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
PACKAGE = "givesell"

# Cython: the kernels check sizes, ranges and types once, at their entry.
DIRECTIVES = {
    "language_level": 3,
    "boundscheck": False,
    "wraparound": False,
    "cdivision": True,
    "initializedcheck": False,
    # What is unpickled would go past the constructor, which checks.
    "auto_pickle": False,
}
# What all kernels have in common of Cython's own code, mostly memoryviews, is compiled once.
SHARED = f"{PACKAGE}._shared"
C_FOLDER = "build/c"

# Results must not depend on the machine: no instructions beyond the platform's least, no
# multiplication and addition in one.
UNIX_FLAGS = ["-O3", "-g0", "-ffp-contract=off", "-fno-math-errno"]
MSVC_FLAGS = ["/O2", "/fp:precise"]

# A build that ends the process at the first access or arithmetic that C does not define.
SANITIZE = os.environ.get("GIVESELL_SANITIZE", "") not in ("", "0")
SANITIZE_FOLDER = "build/sanitize"
_SANITIZERS = ["-fsanitize=address,undefined", "-fno-sanitize-recover=undefined"]
SANITIZE_FLAGS = [
    *("-O1", "-g", "-ffp-contract=off", "-fno-omit-frame-pointer", "-fno-wrapv"),
    *("-DGIVESELL_SANITIZE", *_SANITIZERS),
]
SANITIZE_LINK_FLAGS = _SANITIZERS

# One build serves this Python and all later ones, through the part of Python's API that stays; a
# post takes 4 % longer for it. A Python without a global lock has no such part.
LIMITED_API = not sysconfig.get_config_var("Py_GIL_DISABLED")
LEAST_PYTHON, LEAST_API = "cp311", "0x030B0000"

# The compiler from PyPI, for a machine that has none.
ZIG = "ziglang>=0.13"
ZIG_CACHE = "build/zig"
# As for any other machine of the kind: zig compiles for this very processor if not told. It links
# with what finds errors if not told to optimise, and compiles that first.
ZIG_FLAGS = ["-mcpu=baseline", "-O3"]

# Files of the wheel that lie elsewhere in a checkout.
MOVED = {
    "models/givesell-en": f"{PACKAGE}/models/givesell-en",
    "models/givesell-en-deep": f"{PACKAGE}/models/givesell-en-deep",
    "docs/codebook.md": f"{PACKAGE}/labelling/codebook.md",
}
