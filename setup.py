"""Compiles the kernels; all else about the package is in `pyproject.toml`, see `building`."""

import sys
from pathlib import Path

from setuptools import setup

sys.path.insert(0, str(Path(__file__).resolve().parent))
from building.commands import Build, BuildExt, BuildPy
from building.kernels import extensions
from building.settings import LEAST_PYTHON, LIMITED_API

if __name__ == "__main__":  # Cython's worker processes import this file
    setup(
        ext_modules=extensions(),
        options={"bdist_wheel": {"py_limited_api": LEAST_PYTHON if LIMITED_API else False}},
        cmdclass={"build": Build, "build_py": BuildPy, "build_ext": BuildExt},
    )
